"""dbt's parsed project, kept between runs: parsing costs more than simulating 50,000 employees for a year."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from navigator_orchestrator.engines.dbt import PROJECT

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

_FOLDERS = ("macros", "models", "seeds", "tests")
_CACHE = PROJECT / "target"


def cached_manifest(engine: str, database: Path, parse: Callable[[], Manifest]) -> Manifest:
    """The manifest of the project as it is now: from the cache, or else from `parse`, and then cached.

    The key covers every file of the project, the engine, the versions of dbt and the name of the database (relations
    in a manifest carry it), so a stale manifest is never used; a damaged or
    unwritable cache only costs the time to parse.
    """
    from dbt.contracts.graph.manifest import Manifest

    family = f"{engine}-{database.stem}"
    file = _CACHE / f"{family}-{_project_key()}.msgpack"
    with contextlib.suppress(Exception):  # whatever is wrong with the cache, parsing decides
        return Manifest.from_msgpack(file.read_bytes())
    manifest = parse()
    with contextlib.suppress(OSError):
        _store(file, manifest.to_msgpack(), f"{family}-*.msgpack")
    return manifest


def _project_key() -> str:
    digest = hashlib.sha256()
    for name in ("dbt-core", "dbt-duckdb", "dbt-adapters", "dbt-common"):
        digest.update(f"{name}={version(name)};".encode())
    for path in [PROJECT / "dbt_project.yml", PROJECT / "profiles.yml", *_project_files()]:
        content = path.read_bytes()
        digest.update(f"{path.relative_to(PROJECT)}:{len(content)}:".encode() + content)
    return digest.hexdigest()[:16]


def _project_files() -> list[Path]:
    return sorted(path for folder in _FOLDERS for path in (PROJECT / folder).rglob("*") if path.is_file())


def _store(file: Path, content: bytes, older: str) -> None:
    """Write by rename, so that a run beside this one never reads half a file; older manifests go."""
    file.parent.mkdir(exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent)
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
    Path(name).replace(file)
    for old in file.parent.glob(older):
        if old != file:
            old.unlink(missing_ok=True)
