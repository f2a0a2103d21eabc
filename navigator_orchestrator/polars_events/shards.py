"""Shards: neighbouring employee ids, simulated for all years in one task that needs nothing from other shards."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import polars as pl

from navigator_orchestrator.polars_events.events import events
from navigator_orchestrator.polars_events.headcount import Origin, Plan, PlanYear
from navigator_orchestrator.polars_events.initial_state import initial_state, simulated
from navigator_orchestrator.polars_events.manifest import WrittenFile
from navigator_orchestrator.polars_events.rules import Rules
from navigator_orchestrator.polars_events.snapshot import snapshot
from navigator_orchestrator.polars_events.writer import write
from navigator_orchestrator.polars_events.year import next_state, outcome

# A shard costs about 20 ms a year whatever its size, and about 2 KiB of memory per employee.
EMPLOYEES_PER_SHARD = 160_000


@dataclass(frozen=True)
class Task:
    """Everything that a worker needs; it shares only the folder `out` with the others."""

    shard: int
    census: pl.DataFrame
    first_hire_id: int
    end_hire_id: int
    plan: list[PlanYear]
    rules: Mapping[int, Rules]
    hashed_seed: int
    out: Path


def default_shards(plan: Plan) -> int:
    """Shards of `EMPLOYEES_PER_SHARD` or a little less."""
    employees = sum(origin.size for origin in plan.origins)
    return max(1, -(-employees // EMPLOYEES_PER_SHARD))


def shard_bounds(origins: list[Origin], shards: int) -> list[int]:
    """Positions (census rows, then hires) at which the shards begin and end: `shards + 1`, about equal work."""
    work = [0, *accumulate(origin.employee_years for origin in origins)]
    place = [0, *accumulate(origin.size for origin in origins)]
    bounds, index = [0], 0
    for number in range(1, shards):
        wanted = work[-1] * number // shards
        while index + 1 < len(origins) and work[index + 1] <= wanted:
            index += 1
        years = work[index + 1] - work[index] if origins else 0
        bounds.append(
            place[index] + ((wanted - work[index]) * (place[index + 1] - place[index]) // years if years else 0)
        )
    return [*bounds, place[-1]]


def make_task(
    shard: int,
    bounds: list[int],
    census: pl.DataFrame,
    plan: Plan,
    rules: Mapping[int, Rules],
    *,
    hashed_seed: int,
    out: Path,
) -> Task:
    """The task of one shard of the whole `census`."""
    first, end = bounds[shard], bounds[shard + 1]
    rows = census.height
    return Task(
        shard=shard,
        census=census[min(first, rows) : min(end, rows)],
        first_hire_id=plan.first_hire_id + max(first - rows, 0),
        end_hire_id=plan.first_hire_id + max(end - rows, 0),
        plan=plan.years,
        rules=rules,
        hashed_seed=hashed_seed,
        out=out,
    )


def run_shard(task: Task, report: Callable[[int, int], None] | None = None) -> list[WrittenFile]:
    """Simulate and write all years of one shard; calls `report(year, events)` after each year.

    The first shard writes a file for every relation and year even without rows, so that readers find the types.
    """
    written: list[WrittenFile] = []
    state: pl.DataFrame | None = None
    for plan in task.plan:
        rules = task.rules[plan.simulation_year]
        if state is None:
            state = initial_state(simulated(task.census), rules, task.hashed_seed)
        cohort = plan.cohort(task.first_hire_id, task.end_hire_id)
        if task.shard and cohort is None and not state.height:
            continue
        people = outcome(state, cohort, rules, task.hashed_seed, plan.layoff_from_id)
        for sequence, frame in events(people, rules).items():
            if frame.height or (task.shard == 0 and sequence == 1):
                path = _path("fct_yearly_events", plan, f"e{sequence:02d}-s{task.shard:05d}")
                write(_made(task.out / path), frame)
                written.append(WrittenFile(path, plan.simulation_year, sequence, frame.height))
        if people.height or task.shard == 0:
            path = _path("fct_workforce_snapshot", plan, f"s{task.shard:05d}")
            write(_made(task.out / path), snapshot(people, rules))
            written.append(WrittenFile(path, plan.simulation_year, None, people.height))
        state = next_state(people)
        if report is not None:
            report(plan.simulation_year, sum(file.rows for file in written if file.event_sequence))
    return written


def _path(relation: str, plan: PlanYear, name: str) -> str:
    return f"{relation}/simulation_year={plan.simulation_year}/{name}.parquet"


def _made(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
