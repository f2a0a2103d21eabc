"""Where and with what a judgement was made, so that two of them can be told to be comparable or not."""

import hashlib
import os
import platform
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from harness.processors import available_processors

ROOT = Path(__file__).resolve().parents[2]
ELSEWHERE = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE")  # a hook's; with them git would answer for its repository
LIBRARIES = ("duckdb", "polars", "pyarrow", "dbt-core", "dbt-duckdb", "pydantic", "rich")


def gather_context(argv: list[str], judged: Path = ROOT) -> dict[str, Any]:
    """Describe the code that is judged, which lies in the folder `judged`, the judge, the command and the machine."""
    lock = ROOT / "requirements.lock"
    machine = _machine()
    return {
        "argv": argv,
        **_code(judged),
        "judge": _code(ROOT),
        "lock_sha256": hashlib.sha256(lock.read_bytes()).hexdigest() if lock.is_file() else None,
        "machine": machine,
        "machine_fingerprint": hashlib.sha256(repr(sorted(machine.items())).encode()).hexdigest()[:16],
        "python": platform.python_version(),
        "libraries": {name: _version(name) for name in LIBRARIES},
    }


def uncommitted_changes(folder: Path) -> str | None:
    """A digest of how the tracked files of a git repository differ from its commit, "none" if they do not."""
    changes = _git(folder, "diff", "HEAD", "--binary")
    if not changes:
        return None if changes is None else "none"
    return hashlib.sha256(changes.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _code(folder: Path) -> dict[str, str | bool | None]:
    """The state of the git repository that holds a folder; unknown where git does not keep that folder."""
    if _git(folder, "rev-parse", "HEAD:./") is None:
        return {"commit": None, "tree": None, "dirty": None}
    status = _git(folder, "status", "--porcelain")
    return {
        "commit": _git(folder, "rev-parse", "HEAD"),
        "tree": _git(folder, "rev-parse", "HEAD^{tree}"),
        "dirty": None if status is None else bool(status),
    }


def _git(folder: Path, *arguments: str) -> str | None:
    """What git answers; None outside a repository, before the first commit, or without git."""
    command = ["git", "-C", str(folder), *arguments]
    environment = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
    try:
        answer = subprocess.run(
            command,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            timeout=30,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.strip()


def _version(library: str) -> str | None:
    try:
        return version(library)
    except PackageNotFoundError:
        return None


def _machine() -> dict[str, Any]:
    return {
        "system": platform.system(),
        "release": platform.release(),
        "architecture": platform.machine(),
        "processor": _processor(),
        "processors": available_processors(),
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "byte_order": sys.byteorder,
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()
