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
    `database` the DuckDB file to make, `folder` an empty folder for everything temporary.
    """

    census: pl.DataFrame
    tables: dict[str, pl.DataFrame]
    years: range
    seed: int
    shards: int
    threads: int
    database: Path
    folder: Path
    progress: Progress


@dataclass(frozen=True)
class Witness:
    """What an engine did, as counted by itself: its name and the rows written by each of its parts."""

    engine: str
    details: dict[str, object]


class Engine(Protocol):
    """Simulates a job into `job.database`; raises NavigatorError when it cannot."""

    def run(self, job: Job) -> Witness:
        """Fill `job.database`; only `job.folder` may be written besides."""
        ...
