"""The events of a year (docs/model.md section 4): one frame per event sequence, from the year's outcome."""

from dataclasses import dataclass, field

import polars as pl

from navigator_orchestrator.polars_events.event_types import EVENT_TYPES
from navigator_orchestrator.polars_events.payloads import payloads
from navigator_orchestrator.polars_events.rules import Rules

VALUES = {"amount": pl.Int64, "salary": pl.Int64, "level_id": pl.Int32, "rate": pl.Int32}


@dataclass(frozen=True)
class _Rule:
    """Which rows of the outcome have the event, on which day of the year, and what it carries."""

    happens: pl.Expr
    day: pl.Expr
    values: dict[str, pl.Expr] = field(default_factory=dict)


def events(people: pl.DataFrame, rules: Rules) -> dict[int, pl.DataFrame]:
    """The events of the year by sequence, ascending, also where there are none.

    The frames have the columns and types of `fct_yearly_events` (texts as Enum) and are ordered by `employee_id`.
    """
    texts = payloads(rules)
    year = rules.year.simulation_year
    # Collected at once: planning eleven queries one by one takes twice as long.
    queries = {
        sequence: people.lazy()
        .filter(rule.happens)
        .select(**_columns(year, sequence, rule, texts[sequence], rules.first_day))
        for sequence, rule in _rules(rules).items()
    }
    return dict(zip(queries, pl.collect_all(queries.values()), strict=True))


def _columns(year: int, sequence: int, rule: _Rule, payload: pl.Expr, first_day: int) -> dict[str, pl.Expr]:
    employee_id = pl.col("employee_id")
    event_type = EVENT_TYPES[sequence]
    return {
        "event_id": employee_id * 1_000_000 + (year * 100 + sequence),
        "simulation_year": pl.lit(year, dtype=pl.Int32),
        "employee_id": employee_id,
        "event_sequence": pl.lit(sequence, dtype=pl.Int32),
        "event_type": pl.lit(event_type, dtype=pl.Enum([event_type])),
        "event_date": (rule.day + first_day).cast(pl.Int32).cast(pl.Date),
        "event_payload": payload,
        **{name: rule.values.get(name, pl.lit(None)).cast(dtype) for name, dtype in VALUES.items()},
    }


def _rules(rules: Rules) -> dict[int, _Rule]:
    new_year, last_day = _day(0), _day(rules.last_day)
    promotion, merit = _day(rules.year.promotion_day), _day(rules.year.merit_day)
    return {
        1: _Rule(_col("hired"), _col("first"), _level_and_salary("level_id", "salary")),
        2: _Rule(_col("left"), _col("last")),
        3: _Rule(
            _col("promoted"),
            promotion,
            {
                "amount": _col("promoted_salary") - _col("salary"),
                **_level_and_salary("end_level", "promoted_salary"),
                "rate": _col("promotion_bps"),
            },
        ),
        4: _Rule(
            _col("raised"),
            merit,
            {
                "amount": _col("end_salary") - _col("promoted_salary"),
                "salary": _col("end_salary"),
                "rate": _col("raise_bps"),
            },
        ),
        5: _Rule(_col("newly_eligible"), _col("eligible")),
        6: _Rule(_col("enrolls"), _col("enrolls_on"), {"rate": _col("rate")}),
        7: _Rule(_col("opts_out"), _col("opts_out_on"), {"rate": _day(0)}),
        8: _Rule(_col("escalates"), new_year, {"rate": _col("rate")}),
        9: _Rule(
            _col("employee_contribution") > 0,
            _col("contributes_to"),
            {"amount": _col("employee_contribution"), "rate": _col("rate")},
        ),
        10: _Rule(_col("employer_match") > 0, _col("contributes_to"), {"amount": _col("employer_match")}),
        11: _Rule(_col("invested"), last_day, {"amount": _col("investment_return"), "rate": _col("return_bps")}),
    }


def _col(name: str) -> pl.Expr:
    return pl.col(name)


def _day(day: int) -> pl.Expr:
    return pl.lit(day, dtype=pl.Int64)


def _level_and_salary(level: str, salary: str) -> dict[str, pl.Expr]:
    return {"salary": _col(salary), "level_id": _col(level)}
