"""The contract between the orchestrator and an engine."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import polars as pl

from navigator_orchestrator.progress import Progress


@dataclass(frozen=True)
class Job:
    """What to simulate.

    `census` is the canonical frame (docs/model.md section 3), `tables` are the parameter tables (section 13),
    `shards` None lets the engine choose; `database` is the DuckDB file to make, `folder` an empty folder for everything
    temporary, `data` a folder that does not exist yet, for files that the database reads after the run.
    """

    census: pl.DataFrame
    tables: dict[str, pl.DataFrame]
    years: range
    seed: int
    shards: int | None
    threads: int
    database: Path
    folder: Path
    data: Path
    progress: Progress


@dataclass(frozen=True)
class Witness:
    """What an engine did, as counted by itself: its name, shards and what its parts did."""

    engine: str
    shards: int
    details: dict[str, object]


class Engine(Protocol):
    """Simulates a job into `job.database`; raises NavigatorError when it cannot."""

    def run(self, job: Job) -> Witness:
        """Fill `job.database`; only `job.folder` may be written besides."""
        ...
