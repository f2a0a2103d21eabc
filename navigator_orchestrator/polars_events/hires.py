"""A year's new employees (docs/model.md section 7), entirely drawn from their ids."""

from dataclasses import dataclass

import polars as pl

from navigator_orchestrator.polars_events.draws import uniform, with_draws, with_key
from navigator_orchestrator.polars_events.initial_state import NEVER, UNKNOWN
from navigator_orchestrator.polars_events.rules import Rules, days, look_up

HALVES = ["hi_9", "lo_9", "hi_10", "lo_10", "hi_11", "lo_11"]


@dataclass(frozen=True)
class Cohort:
    """Ids `first_id … last_id` hired in the year; those up to `leaving_up_to` leave in it again."""

    first_id: int
    last_id: int
    leaving_up_to: int


def hire(cohort: Cohort, rules: Rules, hashed_seed: int) -> pl.LazyFrame:
    """State columns of the cohort with `age`, `tenure`, `segment`, `first` and `last` (days of the year), `left`."""
    ids = pl.int_range(cohort.first_id, cohort.last_id + 1, dtype=pl.Int64, eager=True)
    frame = with_key(pl.LazyFrame({"employee_id": ids}), hashed_seed)
    frame = with_draws(frame, hashed_seed, rules.year.simulation_year, HALVES)
    for step in (_person, _position, _plan_status):
        frame = step(frame, rules)
    return _leaving(frame, cohort, rules)


def _person(frame: pl.LazyFrame, rules: Rules) -> pl.LazyFrame:
    year, ages = rules.year, rules.slots["hire_age"]
    birthdays = pl.Series(
        [days(year.year_start.replace(year=year.simulation_year - age)) for age in ages], dtype=pl.Int64
    )
    slot = uniform(pl.col("hi_9"), 100)
    age = look_up(ages, slot)
    return frame.with_columns(
        age=age,
        birth_year=year.simulation_year - age,
        birth_day=look_up(birthdays, slot) + uniform(pl.col("hi_11"), 365),
        tenure=pl.lit(0, dtype=pl.Int64),
        hire_year=pl.lit(year.simulation_year, dtype=pl.Int64),
        first=uniform(pl.col("lo_9"), year.days_in_year),
    ).with_columns(hire_date_day=pl.col("first") + rules.first_day)


def _position(frame: pl.LazyFrame, rules: Rules) -> pl.LazyFrame:
    lowest, highest = rules.comp["hire_min_dollars"], rules.comp["hire_max_dollars"]
    frame = frame.with_columns(level_id=look_up(rules.slots["hire_level"], uniform(pl.col("hi_10"), 100)))
    offers = look_up(highest - lowest + 1, pl.col("level_id"))
    dollars = look_up(lowest, pl.col("level_id")) + uniform(pl.col("lo_10"), offers)
    return frame.with_columns(salary=dollars * 100, segment=rules.segment_index())


def _leaving(frame: pl.LazyFrame, cohort: Cohort, rules: Rules) -> pl.LazyFrame:
    left = pl.col("employee_id") <= cohort.leaving_up_to
    days_left = rules.last_day - pl.col("first")
    leaves = pl.col("first") + pl.min_horizontal(days_left, uniform(pl.col("lo_11"), days_left) + 1)
    return frame.with_columns(left=left, last=pl.when(left).then(leaves).otherwise(rules.last_day))


def _plan_status(frame: pl.LazyFrame, _rules: Rules) -> pl.LazyFrame:
    return frame.with_columns(
        balance=pl.lit(0, dtype=pl.Int64),
        eligible_day=pl.lit(NEVER, dtype=pl.Int64),
        enrolled=pl.lit(value=False),
        enrollment_day=pl.lit(UNKNOWN, dtype=pl.Int64),
        deferral_rate=pl.lit(0, dtype=pl.Int64),
    )
