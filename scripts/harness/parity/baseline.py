"""A frozen baseline: what is kept of a result, so that equality with it can be proved without the code that made it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.errors import UsageError, WorkspaceError
from harness.parity.portable import Group, Seal
from harness.plain import plain
from harness.warehouse import Column
from harness.workspace import as_json, write_whole

# 1.0  first version: target, mode, workload, provenance, relations {columns, groups}, context
SCHEMA_VERSION = "1.0"
FILE = "baseline.json"


@dataclass(frozen=True)
class FrozenRelation:
    """The schema of a relation, and the seal of its rows by year and event type."""

    columns: tuple[Column, ...]
    groups: dict[Group, Seal]


@dataclass(frozen=True)
class Baseline:
    """Everything that is kept. `provenance` holds what must be equal: the fingerprints of census and configuration."""

    target: str
    mode: str | None
    workload: dict[str, int]
    provenance: dict[str, Any]
    relations: dict[str, FrozenRelation]
    context: dict[str, Any]


def save_baseline(directory: Path, baseline: Baseline) -> Path:
    """Write the baseline; an older one in the same place is replaced."""
    document = {
        "schema_version": SCHEMA_VERSION,
        "target": baseline.target,
        "mode": baseline.mode,
        "workload": baseline.workload,
        "provenance": plain(baseline.provenance),
        "relations": {name: _relation_document(relation) for name, relation in baseline.relations.items()},
        "context": plain(baseline.context),
    }
    try:
        directory.mkdir(parents=True, exist_ok=True)
        write_whole(directory / FILE, as_json(document))
    except OSError as error:
        raise WorkspaceError(f"--save-baseline: cannot write to {directory}: {error.strerror}") from None
    return directory / FILE


def load_baseline(directory: Path) -> Baseline:
    """Read a baseline.

    Raises:
        UsageError: it is not there, not whole, or of a version that is not known.
    """
    path = directory / FILE if directory.is_dir() else directory
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        version = str(document["schema_version"])
        if version.partition(".")[0] != SCHEMA_VERSION.partition(".")[0]:
            raise UsageError(
                f"--against-baseline: {path} has schema version {version}; this judge reads {SCHEMA_VERSION}"
            )
        relations = {name: _read_relation(content) for name, content in document["relations"].items()}
        return Baseline(
            document["target"], document["mode"], document["workload"], document["provenance"], relations,
            document["context"],
        )  # fmt: skip
    except OSError as error:
        raise UsageError(f"--against-baseline: cannot read {path}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(
            f"--against-baseline: {path} is not a baseline: {error!r}; make it with --save-baseline"
        ) from None


def _relation_document(relation: FrozenRelation) -> dict[str, Any]:
    return {
        "columns": {column.name: column.type for column in relation.columns},
        "groups": [[*group, seal.rows, seal.digest] for group, seal in relation.groups.items()],
    }


def _read_relation(content: dict[str, Any]) -> FrozenRelation:
    columns = tuple(Column(str(name), str(type_)) for name, type_ in content["columns"].items())
    groups = {(year, kind): Seal(int(rows), str(digest)) for year, kind, rows, digest in content["groups"]}
    return FrozenRelation(columns, groups)
