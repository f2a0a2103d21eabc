"""Who at work at the start of the year leaves, is promoted or gets a raise (docs/model.md sections 5, 6, 8)."""

import polars as pl

from navigator_orchestrator.polars_events.draws import uniform, with_draws
from navigator_orchestrator.polars_events.rules import BPS, Rules, half_up, look_up

HALVES = ["hi_1", "lo_1", "hi_2", "lo_2", "hi_3"]


def with_segment(state: pl.LazyFrame, rules: Rules) -> pl.LazyFrame:
    """`state` with `age`, `tenure` in years and `segment`; from `birth_year`, `hire_year`, `level_id`."""
    year = rules.year.simulation_year
    aged = state.with_columns(age=year - pl.col("birth_year"), tenure=year - pl.col("hire_year"))
    return aged.with_columns(segment=rules.segment_index())


def employment(state: pl.LazyFrame, rules: Rules, hashed_seed: int, layoff_from_id: int | None) -> pl.LazyFrame:
    """What the year brings to those at work at its start.

    Adds `age`, `tenure`, `segment`; `first`, `last` (days of the year); `resigned`, `left`; `promoted`,
    `promotion_bps`, `promoted_salary`, `end_level`; `raised`, `merit_cell`, `raise_bps`, `end_salary` (cents).
    """
    frame = with_draws(with_segment(state, rules), hashed_seed, rules.year.simulation_year, HALVES)
    return _raise(_promote(_leave(frame, rules, layoff_from_id), rules), rules)


def _leave(frame: pl.LazyFrame, rules: Rules, layoff_from_id: int | None) -> pl.LazyFrame:
    frame = frame.with_columns(resigned=pl.col("hi_1") < rules.by_segment("termination_threshold"))
    left = pl.col("resigned")
    if layoff_from_id is not None:
        left = left | (pl.col("employee_id") >= layoff_from_id)
    day = uniform(pl.col("lo_1"), rules.year.days_in_year)
    return frame.with_columns(
        first=pl.lit(0, dtype=pl.Int64), left=left, last=pl.when(left).then(day).otherwise(rules.last_day)
    )


def _promote(frame: pl.LazyFrame, rules: Rules) -> pl.LazyFrame:
    spread, level = rules.year.promotion_spread_bps, pl.col("level_id")
    frame = frame.with_columns(
        promoted=(pl.col("salary") > 0)
        & (pl.col("last") >= rules.year.promotion_day)
        & (pl.col("hi_2") < rules.by_segment("promotion_threshold")),
        promotion_bps=look_up(rules.comp["promotion_raise_bps"] - spread, level)
        + uniform(pl.col("lo_2"), 2 * spread + 1),
    )
    raised = half_up(pl.col("salary") * (BPS + pl.col("promotion_bps")), BPS)
    least = look_up(rules.comp["next_level_min_salary"], level)
    return frame.with_columns(
        promoted_salary=pl.when("promoted").then(pl.max_horizontal(raised, least)).otherwise("salary"),
        end_level=level + pl.col("promoted"),
    )


def _raise(frame: pl.LazyFrame, rules: Rules) -> pl.LazyFrame:
    merit = rules.merit_by_level_and_slot
    frame = frame.with_columns(merit_cell=(pl.col("end_level") * 100 + uniform(pl.col("hi_3"), 100)).cast(pl.UInt32))
    frame = frame.with_columns(raise_bps=look_up(merit + rules.year.cola_bps, pl.col("merit_cell")))
    frame = frame.with_columns(
        raised=(pl.col("salary") > 0) & (pl.col("last") >= rules.year.merit_day) & (pl.col("raise_bps") > 0)
    )
    raised = half_up(pl.col("promoted_salary") * (BPS + pl.col("raise_bps")), BPS)
    return frame.with_columns(end_salary=pl.when("raised").then(raised).otherwise("promoted_salary"))
