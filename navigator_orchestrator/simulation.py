"""One run from settings to a published database."""

import datetime as dt
import json
import shlex
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb
import polars as pl

from navigator_orchestrator import census
from navigator_orchestrator.census_file import census_fingerprint, read_census
from navigator_orchestrator.engines.base import Engine, Job, Witness
from navigator_orchestrator.errors import NavigatorError
from navigator_orchestrator.magnitudes import check_ages, check_money
from navigator_orchestrator.parameter_tables import parameter_tables
from navigator_orchestrator.parameters import check_horizon, load_parameters
from navigator_orchestrator.progress import Progress
from navigator_orchestrator.run_record import RunRecord, config_fingerprint, library_versions, write_run_record
from navigator_orchestrator.settings import Settings
from navigator_orchestrator.workspace import (
    absorb_write_ahead_log,
    exclusive,
    leftovers,
    new_run_id,
    refuse_if_busy,
    workspace,
)


@dataclass(frozen=True)
class Inputs:
    """Checked inputs of a run."""

    census: pl.DataFrame
    tables: dict[str, pl.DataFrame]

    @property
    def employees(self) -> int:
        """Employees simulated: rows without a termination date."""
        return self.census["termination_date"].null_count()


def load_inputs(settings: Settings) -> Inputs:
    """Read, generate and check what a run needs; writes nothing.

    Raises:
        NavigatorError: a parameter or a census row is wrong, or the database cannot be written now.
    """
    refuse_if_busy(settings.database)
    parameters = load_parameters(settings.parameters)
    check_horizon(settings.parameters, parameters, settings.years)
    as_of = dt.date(settings.years.start - 1, 12, 31)
    if settings.census:
        people = read_census(settings.census, as_of, parameters.levels())
        if settings.employees is not None:
            people = people.head(settings.employees)
    else:
        people = census.generate(settings.employees or 0, settings.census_seed, as_of)
    inputs = Inputs(people, parameter_tables(parameters, settings.years))
    if inputs.employees == 0:
        raise NavigatorError(f"{settings.census or 'census'}: nobody in it is still employed")
    check_ages(inputs.census, inputs.tables, settings.years)
    check_money(inputs.census, inputs.tables, settings.years)
    return inputs


def run(settings: Settings, progress: Progress) -> tuple[RunRecord, dict[str, object]]:
    """Simulate and publish; returns the run's record and its engine's own account.

    Raises:
        NavigatorError: refused or failed; the database in place is as it was.
    """
    started = _now()
    stages = Stages()
    with stages.timed("inputs"):
        inputs = load_inputs(settings)
    settings.database.parent.mkdir(parents=True, exist_ok=True)
    with exclusive(settings.database):
        absorb_write_ahead_log(settings.database)
        _tell_leftovers(settings.database, progress)
        run_id = new_run_id()
        with workspace(settings.database, run_id) as place:
            job = Job(
                census=inputs.census,
                tables=inputs.tables,
                years=settings.years,
                seed=settings.seed,
                shards=settings.shards,
                threads=settings.threads,
                database=place.finished,
                folder=place.folder,
                data=place.data,
                progress=progress,
            )
            try:
                engine = _engine(settings.optimization)
                with stages.timed("engine"):
                    witness = engine.run(job)
                witness = replace(witness, details=witness.details | {"stage_seconds": stages.seconds})
                progress.show("writing run_record")
                record = _record(settings, inputs, run_id, witness, started)
                write_run_record(job.database, record)
            except duckdb.Error as error:  # a full disk above all
                raise NavigatorError(f"{settings.database}: not written: {' '.join(str(error).split())}") from error
            place.publish()
    progress.clear()
    return record, witness.details


@dataclass
class Stages:
    """How long the stages of a run took; the engine's own includes the libraries that it loads."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Take the time of what is done within."""
        begin = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - begin, 4)


def _tell_leftovers(database: Path, progress: Progress) -> None:
    if killed := leftovers(database):
        names = shlex.join(str(path) for path in killed)
        progress.note(f"an earlier run on {database} was killed; to remove what it left behind: rm -r {names}")


def _engine(optimization: str) -> Engine:
    # Imported here: each engine brings libraries that take long to import.
    if optimization == "legacy":
        from navigator_orchestrator.engines.legacy import LegacyEngine

        return LegacyEngine()
    if optimization == "polars":
        from navigator_orchestrator.engines.polars_engine import PolarsEngine

        return PolarsEngine()
    from navigator_orchestrator.engines.optimized import OptimizedEngine

    return OptimizedEngine()


def _record(settings: Settings, inputs: Inputs, run_id: str, witness: Witness, started: dt.datetime) -> RunRecord:
    return RunRecord(
        run_id=run_id,
        engine=witness.engine,
        optimization=settings.optimization,
        witness=json.dumps(witness.details, sort_keys=True),
        seed=settings.seed,
        start_year=settings.years.start,
        end_year=settings.years.stop - 1,
        employees=inputs.employees,
        shards=witness.shards,
        threads=settings.threads,
        config_fingerprint=config_fingerprint(inputs.tables, settings.years, settings.seed),
        census_fingerprint=census_fingerprint(inputs.census),
        versions=library_versions(),
        started_at=started,
        finished_at=_now(),
        status="complete",
    )


def _now() -> dt.datetime:
    """UTC without zone, as DuckDB's TIMESTAMP holds it."""
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)
