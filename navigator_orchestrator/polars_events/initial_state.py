"""The state before the first year, from the census; and what a state is.

A state has one row per employee at work, ordered by `employee_id`:

| column | type | meaning |
|---|---|---|
| `employee_id` | Int64 | |
| `key` | UInt64 | the employee's hash, from `draws.employee_keys` |
| `birth_day`, `hire_date_day` | Int64 | days since 1970-01-01 |
| `birth_year`, `hire_year` | Int64 | |
| `level_id` | Int64 | |
| `salary`, `balance` | Int64 | cents |
| `eligible_day` | Int64 | days since 1970-01-01; `NEVER` = not yet eligible |
| `enrolled` | Boolean | |
| `enrollment_day` | Int64 | days since 1970-01-01; `UNKNOWN` = not enrolled, or at an unknown date |
| `deferral_rate` | Int64 | bps |
"""

import polars as pl

from navigator_orchestrator.polars_events.draws import with_key
from navigator_orchestrator.polars_events.rules import Rules

# Missing dates as days so far away that every comparison comes out as the model wants it, without NULL logic.
NEVER = 1 << 40
UNKNOWN = -NEVER

STATE = [
    "employee_id",
    "key",
    "birth_day",
    "hire_date_day",
    "birth_year",
    "hire_year",
    "level_id",
    "salary",
    "balance",
    "eligible_day",
    "enrolled",
    "enrollment_day",
    "deferral_rate",
]


def simulated(census: pl.DataFrame) -> pl.DataFrame:
    """The rows of the census without a termination date; only these are simulated."""
    return census.filter(pl.col("termination_date").is_null())


def initial_level(rules: Rules) -> pl.Expr:
    """Level (Int64) as in the census, else the highest whose minimum is not above the pay; 1 if there is none."""
    minimum = rules.comp["level_min_salary"]
    by_pay = pl.max_horizontal(
        pl.when(pl.col("salary") >= minimum[level]).then(pl.lit(level, dtype=pl.Int64)).otherwise(1)
        for level in range(1, rules.levels + 1)
    )
    return pl.col("level_id").cast(pl.Int64).fill_null(by_pay)


def initial_state(census: pl.DataFrame, rules: Rules, hashed_seed: int) -> pl.DataFrame:
    """State before the year of `rules`, of the rows of `census` (all without a termination date)."""
    frame = census.lazy().select(
        "employee_id",
        _day(pl.col("birth_date")).alias("birth_day"),
        _day(pl.col("hire_date")).alias("hire_date_day"),
        pl.col("birth_date").dt.year().cast(pl.Int64).alias("birth_year"),
        pl.col("hire_date").dt.year().cast(pl.Int64).alias("hire_year"),
        initial_level(rules).alias("level_id"),
        "salary",
        pl.col("account_balance").alias("balance"),
        pl.col("deferral_rate").cast(pl.Int64),
        (pl.col("deferral_rate") > 0).alias("enrolled"),
        pl.when(pl.col("deferral_rate") > 0)
        .then(_day(pl.col("enrollment_date")).fill_null(UNKNOWN))
        .otherwise(UNKNOWN)
        .alias("enrollment_day"),
        pl.max_horizontal(
            _day(pl.col("hire_date")) + rules.year.wait_days,
            _day(pl.date(pl.col("birth_date").dt.year() + rules.year.minimum_age, 1, 1)),
        ).alias("eligible_day"),
    )
    still_out = pl.col("eligible_day") >= rules.first_day
    frame = frame.with_columns(eligible_day=pl.when(still_out).then(NEVER).otherwise("eligible_day"))
    return with_key(frame, hashed_seed).select(STATE).collect()


def _day(date: pl.Expr) -> pl.Expr:
    return date.cast(pl.Int32).cast(pl.Int64)
