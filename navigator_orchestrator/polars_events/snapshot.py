"""The workforce at the end of a year: `fct_workforce_snapshot` (docs/model.md section 1)."""

import polars as pl

from navigator_orchestrator.polars_events.initial_state import NEVER, UNKNOWN
from navigator_orchestrator.polars_events.rules import Rules


def snapshot(people: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """One row per row of the outcome `people`, in its order, with the columns and types of the relation."""
    selected = people.lazy().select(
        pl.lit(rules.year.simulation_year, dtype=pl.Int32).alias("simulation_year"),
        "employee_id",
        _date(pl.col("birth_day")).alias("birth_date"),
        _date(pl.col("hire_date_day")).alias("hire_date"),
        pl.when("left").then(_date(pl.col("last") + rules.first_day)).alias("termination_date"),
        (~pl.col("left")).alias("is_active"),
        _int("age"),
        _int("tenure"),
        _int("end_level").alias("current_level"),
        pl.col("end_salary").alias("current_salary"),
        "paid_compensation",
        _date_unless("end_eligible_day", NEVER).alias("eligibility_date"),
        pl.col("end_enrolled").alias("is_enrolled"),
        _date_unless("end_enrollment_day", UNKNOWN).alias("enrollment_date"),
        _int("end_rate").alias("deferral_rate"),
        "employee_contribution",
        "employer_match",
        "investment_return",
        pl.col("end_balance").alias("account_balance"),
    )
    return selected.collect()


def _int(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.Int32)


def _date(day: pl.Expr) -> pl.Expr:
    return day.cast(pl.Int32).cast(pl.Date)


def _date_unless(name: str, missing: int) -> pl.Expr:
    return _date(pl.when(pl.col(name) != missing).then(pl.col(name)))
