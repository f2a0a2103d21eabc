"""One year of one shard: state → outcome (every decision as a column) → next state (docs/model.md section 3)."""

import polars as pl

from navigator_orchestrator.polars_events.employment import employment
from navigator_orchestrator.polars_events.hires import Cohort, hire
from navigator_orchestrator.polars_events.initial_state import STATE
from navigator_orchestrator.polars_events.pay import with_pay
from navigator_orchestrator.polars_events.plan import plan
from navigator_orchestrator.polars_events.rules import Rules

WORK = [
    *STATE,
    *("hired", "age", "tenure", "segment", "first", "last", "resigned", "left"),
    *("promoted", "promotion_bps", "promoted_salary", "end_level", "raised", "merit_cell", "raise_bps", "end_salary"),
]
RESULT = [
    *("newly_eligible", "eligible", "voluntary", "automatic", "enrolls", "enrolls_on", "whole_match"),
    *("opts_out", "opts_out_on", "escalates", "escalation_at_cap", "rate", "contributes_to"),
    *("employee_contribution", "deferral_limited", "employer_match", "additions_limited"),
    *("invested", "return_bps", "investment_return", "paid_compensation"),
    *("end_balance", "end_enrolled", "end_rate", "end_enrollment_day", "end_eligible_day"),
]


def outcome(
    state: pl.DataFrame, cohort: Cohort | None, rules: Rules, hashed_seed: int, layoff_from_id: int | None
) -> pl.DataFrame:
    """One row per employee employed in the year, ordered by `employee_id`.

    Args:
        state: as in `initial_state`.
        cohort: this shard's hires of the year.
        rules: of the year.
        hashed_seed: from `seed_hash`.
        layoff_from_id: smallest id laid off, if any.

    Returns:
        The columns `WORK` (what is known of the employee) and `RESULT` (what the plan and the pay add).
    """
    people = employment(state.lazy(), rules, hashed_seed, layoff_from_id).with_columns(hired=pl.lit(value=False))
    if cohort is not None:
        hires = _without_career(hire(cohort, rules, hashed_seed))
        people = pl.concat([people.select(WORK), hires.select(WORK)])
    people = plan(people, rules, hashed_seed)
    people = with_pay(people, rules, "paid_compensation", pl.col("first"), pl.col("last"))
    return people.select(*WORK, *RESULT).collect()


def next_state(people: pl.DataFrame) -> pl.DataFrame:
    """State of those who are still employed after the year."""
    ends = {
        "level_id": "end_level",
        "salary": "end_salary",
        "balance": "end_balance",
        "eligible_day": "end_eligible_day",
        "enrolled": "end_enrolled",
        "enrollment_day": "end_enrollment_day",
        "deferral_rate": "end_rate",
    }
    columns = [pl.col(ends.get(name, name)).alias(name) for name in STATE]
    # Rechunked, or each year's hires would stay a piece of their own in every column.
    return people.lazy().filter(~pl.col("left")).select(columns).collect().rechunk()


def _without_career(hires: pl.LazyFrame) -> pl.LazyFrame:
    """In the year of hire there is neither promotion nor raise, and leaving is planned, not drawn."""
    no, zero = pl.lit(value=False), pl.lit(0, dtype=pl.Int64)
    return hires.with_columns(
        hired=pl.lit(value=True),
        resigned=no,
        promoted=no,
        promotion_bps=zero,
        promoted_salary="salary",
        end_level="level_id",
        raised=no,
        merit_cell=pl.lit(0, dtype=pl.UInt32),
        raise_bps=zero,
        end_salary="salary",
    )
