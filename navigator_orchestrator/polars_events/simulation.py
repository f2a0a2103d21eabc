"""The polars engine from a census to a finished folder of Parquet files."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor, Future
from pathlib import Path

import polars as pl

from navigator_orchestrator.polars_events.headcount import Plan, headcount_plan, plan_frame
from navigator_orchestrator.polars_events.manifest import (
    PLAN_FILE,
    GenerationSummary,
    WrittenFile,
    begin,
    finish,
    in_row_order,
)
from navigator_orchestrator.polars_events.rules import rules_by_year
from navigator_orchestrator.polars_events.shards import Task, default_shards, make_task, run_shard, shard_bounds
from navigator_orchestrator.polars_events.workers import run_in_processes, run_on
from navigator_orchestrator.polars_events.writer import write
from navigator_orchestrator.random_numbers import seed_hash

EXTERNAL_IN_FLIGHT = 16

Report = Callable[[str], None]
Shard = list[WrittenFile]


def simulate(  # noqa: PLR0913 (the engine's whole interface)
    census: pl.DataFrame,
    tables: Mapping[str, pl.DataFrame],
    years: range,
    seed: int,
    out: Path,
    *,
    shards: int | None = None,
    workers: int = 1,
    executor: Executor | None = None,
    on_progress: Report | None = None,
) -> GenerationSummary:
    """Simulate `years` and write them to the folder `out`; the result depends on the first four arguments only.

    Args:
        census: the canonical frame, one row per employee, sorted by `employee_id`.
        tables: from `parameter_tables`, with all `years`.
        years: simulated one after the other.
        seed: of every draw.
        out: new or empty, or an earlier output, which is replaced.
        shards: parts the employees are simulated in; by default about 160,000 employees each.
        workers: processes of this machine that simulate shards.
        executor: simulates shards in place of `workers`, for example dask's `Client.get_executor()`; it must see
            the folder `out`.
        on_progress: told in a few words what is being done.

    Raises:
        NavigatorError: `out` holds something else, or workers keep dying.
    """
    report: Report = on_progress or (lambda _text: None)
    begin(out)
    report("head-count plan")
    rules, hashed_seed = rules_by_year(tables, years), seed_hash(seed)
    plan = headcount_plan(census, _highest_id(census) + 1, rules, hashed_seed)
    count = shards or default_shards(plan)
    bounds = shard_bounds(plan.origins, count)

    def make(shard: int) -> Task:
        return make_task(shard, bounds, census, plan, rules, hashed_seed=hashed_seed, out=out.resolve())

    files = [file for shard in _run(_Tasks(count, make), workers, executor, report) for file in shard]
    files = [*in_row_order(files), _write_plan(plan, out)]
    summary = GenerationSummary(seed=seed, years=list(years), shards=count, workers=workers, files=files)
    finish(out, summary)
    return summary


class _Tasks:
    """Makes each shard's task only when it is due: a task holds a part of the census."""

    def __init__(self, count: int, make: Callable[[int], Task]) -> None:
        self.count = count
        self._make = make

    def run(self, shard: int, report: Callable[[int, int], None]) -> Shard:
        return run_shard(self._make(shard), report)

    def submit(self, executor: Executor, shard: int) -> "Future[Shard]":
        return executor.submit(run_shard, self._make(shard))


class _Counted(dict[int, Shard]):
    """Results by shard; reports each that comes in."""

    def __init__(self, count: int, report: Report) -> None:
        super().__init__()
        self._count, self._report, self._events = count, report, 0

    def __setitem__(self, shard: int, files: Shard) -> None:
        super().__setitem__(shard, files)
        self._events += sum(file.rows for file in files if file.event_sequence is not None)
        self._report(f"{len(self)} of {self._count} shards, {self._events:,} events")


def _highest_id(census: pl.DataFrame) -> int:
    highest = census["employee_id"].max() if census.height else 0
    assert isinstance(highest, int)  # noqa: S101 (the column is Int64 without NULL)
    return highest


def _run(tasks: _Tasks, workers: int, executor: Executor | None, report: Report) -> Iterable[Shard]:
    done = _Counted(tasks.count, report)
    if executor is not None:
        run_on(executor, tasks.count, tasks.submit, done, EXTERNAL_IN_FLIGHT)
    elif min(workers, tasks.count) > 1:
        run_in_processes(min(workers, tasks.count), tasks.count, tasks.submit, done)
    else:
        for shard in range(tasks.count):
            done[shard] = _here(tasks, shard, report)
    return done.values()


def _here(tasks: _Tasks, shard: int, report: Report) -> Shard:
    def after_year(year: int, events: int) -> None:
        report(f"{year}, shard {shard + 1} of {tasks.count}, {events:,} events")

    return tasks.run(shard, after_year)


def _write_plan(plan: Plan, out: Path) -> WrittenFile:
    path = out / PLAN_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    frame = plan_frame(plan.years)
    write(path, frame)
    return WrittenFile(PLAN_FILE, plan.years[0].simulation_year, None, frame.height)
