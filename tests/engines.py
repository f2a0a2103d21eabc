"""Run an engine inside this process: the same engine code as in a run, without the seconds that a process costs."""

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import polars as pl

from navigator_orchestrator.engines import legacy
from navigator_orchestrator.engines.base import Job
from navigator_orchestrator.engines.session import DbtSession
from navigator_orchestrator.progress import Progress
from navigator_orchestrator.settings import _shards
from navigator_orchestrator.simulation import _engine

ENGINE_OF_MODE = {"legacy": "legacy", "medium": "optimized", "high": "optimized", "polars": "polars"}
_INHERITED = ("HOME", "LANG", "PATH", "TMPDIR", "VIRTUAL_ENV")


def run_engine(  # noqa: PLR0913 (what a run is made of)
    mode: str,
    census: pl.DataFrame,
    tables: dict[str, pl.DataFrame],
    years: range,
    seed: int,
    folder: Path,
    *,
    shards: int | None = None,
    threads: int = 1,
) -> Path:
    """Simulate in `folder` and return the database; `mode` is one of --optimization.

    Of the legacy engine only the process per year is replaced: its dbt commands run here, each one opens and closes the
    database.
    """
    work = folder / "work"
    work.mkdir(parents=True)
    job = Job(
        census=census,
        tables=tables,
        years=years,
        seed=seed,
        shards=_shards(mode, shards),
        threads=threads,
        database=work / "simulation.duckdb",
        folder=work,
        data=folder / "data",
        progress=Progress(enabled=False),
    )
    with _as_if_alone(), patch.object(legacy, "run_dbt_command", _dbt_command_here):
        witness = _engine(mode).run(job)
    assert witness.engine == ENGINE_OF_MODE[mode], witness
    return job.database


def _dbt_command_here(job: Job, year: int, *selection: str) -> dict[str, float]:
    with DbtSession(job, "legacy") as session:
        return session.run(year, *selection)


@contextmanager
def _as_if_alone() -> Iterator[None]:
    """A dbt session sets the environment of its process; nothing of the developer's may reach it, and all is put back.

    dbt's project is a large graph of objects: collecting garbage beside it would be a quarter of the time.
    """
    before = dict(os.environ)
    kept = {name: value for name, value in before.items() if name in _INHERITED}
    gc.disable()
    os.environ.clear()
    os.environ.update(kept)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        gc.enable()
