"""The output folder and its manifest, which is written last: a folder without one is not an output."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from navigator_orchestrator.errors import NavigatorError
from navigator_orchestrator.polars_events.event_types import EVENT_TYPES

# 1: first version.
SCHEMA_VERSION = 1
MANIFEST = "generation_summary.json"
RELATIONS = ["fct_yearly_events", "fct_workforce_snapshot", "fct_headcount_plan"]
PLAN_FILE = "fct_headcount_plan/plan.parquet"
_STARTED = ".generation_started"


@dataclass(frozen=True)
class WrittenFile:
    """A Parquet file by its path relative to the folder; `event_sequence` is None where it holds no events."""

    path: str
    simulation_year: int
    event_sequence: int | None
    rows: int

    @property
    def relation(self) -> str:
        """First part of the path."""
        return self.path.split("/", 1)[0]


@dataclass(frozen=True)
class GenerationSummary:
    """What a simulation wrote: `files` in the order of the relations' rows."""

    seed: int
    years: list[int]
    shards: int
    workers: int
    files: list[WrittenFile]

    @property
    def total_events(self) -> int:
        """Events of all years."""
        return self.rows["fct_yearly_events"]

    @property
    def rows(self) -> dict[str, int]:
        """Rows by relation."""
        counts = dict.fromkeys(RELATIONS, 0)
        for file in self.files:
            counts[file.relation] += file.rows
        return counts

    @property
    def events(self) -> dict[int, dict[int, int]]:
        """Events by year and sequence; sequences without events are 0."""
        counts = {year: dict.fromkeys(EVENT_TYPES, 0) for year in self.years}
        for file in self.files:
            if file.event_sequence is not None:
                counts[file.simulation_year][file.event_sequence] += file.rows
        return counts

    @property
    def events_by_type(self) -> dict[int, dict[str, int]]:
        """Events by year and type."""
        counts = {year: dict.fromkeys(EVENT_TYPES.values(), 0) for year in self.years}
        for year, by_sequence in self.events.items():
            for sequence, rows in by_sequence.items():
                counts[year][EVENT_TYPES[sequence]] += rows
        return counts


def begin(folder: Path) -> None:
    """Make `folder` ready for a new output; an earlier output in it, finished or not, is removed.

    Raises:
        NavigatorError: it holds anything else.
    """
    if folder.exists() and not folder.is_dir():
        raise NavigatorError(f"{folder}: is not a folder")
    folder.mkdir(parents=True, exist_ok=True)
    started = folder / _STARTED
    if any(folder.iterdir()) and not started.exists() and not _is_output(folder):
        raise NavigatorError(f"{folder}: is not empty and not an earlier output; choose an empty or new folder")
    started.touch()
    (folder / MANIFEST).unlink(missing_ok=True)
    for relation in RELATIONS:
        shutil.rmtree(folder / relation, ignore_errors=True)


def finish(folder: Path, summary: GenerationSummary) -> None:
    """Remove what killed workers left and write the manifest."""
    for relation in RELATIONS:
        for temporary in (folder / relation).rglob(".*.tmp"):
            temporary.unlink()
    text = json.dumps(_document(summary), indent=1)
    temporary = folder / f".{MANIFEST}.tmp"
    temporary.write_text(text + "\n", encoding="utf-8")
    temporary.replace(folder / MANIFEST)
    (folder / _STARTED).unlink()


def read_manifest(folder: Path) -> GenerationSummary:
    """The summary of a finished output.

    Raises:
        NavigatorError: the folder is not a finished output, or one of another version.
    """
    try:
        document = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError) as error:
        raise NavigatorError(f"{folder}: not a finished output: no readable {MANIFEST}; generate it again") from error
    version = document.get("schema_version") if isinstance(document, dict) else None
    if version != SCHEMA_VERSION:
        raise NavigatorError(f"{folder / MANIFEST}: schema_version {version}; this program reads {SCHEMA_VERSION}")
    return GenerationSummary(
        seed=document["seed"],
        years=document["years"],
        shards=document["shards"],
        workers=document["workers"],
        files=[WrittenFile(*file) for file in document["files"]],
    )


def in_row_order(files: Sequence[WrittenFile]) -> list[WrittenFile]:
    """Sorted so that reading the files of a relation one after the other gives its documented order."""
    return sorted(files, key=lambda file: file.path)


def _is_output(folder: Path) -> bool:
    try:
        read_manifest(folder)
    except NavigatorError:
        return False
    return True


def _document(summary: GenerationSummary) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION,
        "seed": summary.seed,
        "years": summary.years,
        "shards": summary.shards,
        "workers": summary.workers,
        "total_events": summary.total_events,
        "rows": summary.rows,
        "events": summary.events_by_type,
        "files": [[file.path, file.simulation_year, file.event_sequence, file.rows] for file in summary.files],
    }
