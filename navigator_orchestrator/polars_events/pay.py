"""Pay by days (docs/model.md section 9)."""

import polars as pl

from navigator_orchestrator.polars_events.rules import Rules, half_up


def with_pay(frame: pl.LazyFrame, rules: Rules, name: str, first: pl.Expr, last: pl.Expr) -> pl.LazyFrame:
    """`frame` with the pay for the days `first … last` of the year, in cents, as the column `name`."""
    promotion, merit = rules.year.promotion_day, rules.year.merit_day
    frame = frame.with_columns(_a=first, _e=last + 1)
    a, e = pl.col("_a"), pl.col("_e")
    frame = frame.with_columns(
        _d0=_at_least_0(pl.min_horizontal(e, _day(promotion)) - a),
        _d1=_at_least_0(pl.min_horizontal(e, _day(merit)) - pl.max_horizontal(a, _day(promotion))),
        _d2=_at_least_0(e - pl.max_horizontal(a, _day(merit))),
    )
    earned = (
        pl.col("salary") * pl.col("_d0")
        + pl.col("promoted_salary") * pl.col("_d1")
        + pl.col("end_salary") * pl.col("_d2")
    )
    return frame.with_columns(half_up(earned, rules.year.days_in_year).alias(name)).drop(
        "_a", "_e", "_d0", "_d1", "_d2"
    )


def _day(day: int) -> pl.Expr:
    return pl.lit(day, dtype=pl.Int64)


def _at_least_0(days: pl.Expr) -> pl.Expr:
    return pl.max_horizontal(days, _day(0))
