"""What one year's simulation looks up: scalars and small arrays taken from the parameter tables."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, fields

import polars as pl

EPOCH = dt.date(1970, 1, 1)
BPS = 10_000


def days(date: dt.date) -> int:
    """Days since 1970-01-01; dates are computed as such integers."""
    return (date - EPOCH).days


@dataclass(frozen=True)
class YearlyRules:
    """The row of `yearly_rules`: money in cents, rates in bps, days counted from 0 on 1 January."""

    simulation_year: int
    year_start: dt.date
    days_in_year: int
    growth_bps: int
    new_hire_termination_bps: int
    retirement_age: int
    promotion_day: int
    promotion_spread_bps: int
    merit_day: int
    cola_bps: int
    minimum_age: int
    wait_days: int
    auto_enrollment: bool
    auto_hired_from: dt.date
    auto_delay_days: int
    auto_rate_bps: int
    voluntary_window_days: int
    whole_match_threshold: int
    opt_out_window_days: int
    escalation_threshold: int
    escalation_step_bps: int
    escalation_cap_bps: int
    escalation_minimum_days: int
    match_ceiling_bps: int
    tier1_up_to_bps: int
    tier1_match_bps: int
    tier2_up_to_bps: int
    tier2_match_bps: int
    tier3_up_to_bps: int
    tier3_match_bps: int
    match_last_day_rule: bool
    elective_limit: int
    catch_up_limit: int
    super_catch_up_limit: int
    compensation_limit: int
    annual_additions_limit: int
    catch_up_age: int
    super_catch_up_from_age: int
    super_catch_up_to_age: int
    portfolio_spread_bps: int

    @property
    def match_tiers(self) -> list[tuple[int, int]]:
        """(upper bound, rate), both bps; unused tiers add nothing."""
        return [
            (self.tier1_up_to_bps, self.tier1_match_bps),
            (self.tier2_up_to_bps, self.tier2_match_bps),
            (self.tier3_up_to_bps, self.tier3_match_bps),
        ]

    def deferral_limit(self, age: int) -> int:
        """Most that an employee of `age` may defer, with catch-up; cents."""
        if self.super_catch_up_from_age <= age <= self.super_catch_up_to_age:
            return self.elective_limit + self.super_catch_up_limit
        return self.elective_limit + (self.catch_up_limit if age >= self.catch_up_age else 0)


@dataclass(frozen=True)
class Rules:
    """One year's rules. Arrays are looked up by position; a segment's is `segment_index`, a level's its number."""

    year: YearlyRules
    levels: int
    age_names: list[str]
    tenure_names: list[str]
    age_offset: pl.Series
    tenure_offset: pl.Series
    segments: dict[str, pl.Series]
    comp: dict[str, pl.Series]
    slots: dict[str, pl.Series]
    merit_by_level_and_slot: pl.Series
    deferral_limit_by_age: pl.Series

    @property
    def first_day(self) -> int:
        """1 January, days since 1970-01-01."""
        return days(self.year.year_start)

    @property
    def last_day(self) -> int:
        """31 December as day of the year."""
        return self.year.days_in_year - 1

    def segment_index(self) -> pl.Expr:
        """UInt32 from the columns `age`, `tenure`, `level_id`."""
        bands = look_up(self.age_offset, pl.col("age")) + look_up(self.tenure_offset, pl.col("tenure"))
        return bands + pl.col("level_id").cast(pl.UInt32)

    def by_segment(self, column: str) -> pl.Expr:
        """A column of `segment_parameters`, looked up by the column `segment`."""
        return look_up(self.segments[column], pl.col("segment"))


def look_up(table: pl.Series, position: pl.Expr) -> pl.Expr:
    """`table[position]`: far cheaper than a join."""
    return pl.lit(table).gather(position.cast(pl.UInt32, wrap_numerical=True))


def half_up(a: pl.Expr, b: int) -> pl.Expr:
    """`a / b` rounded half up, for `a >= 0`."""
    return (a + b // 2) // b


def rules_by_year(tables: Mapping[str, pl.DataFrame], years: range) -> dict[int, Rules]:
    """Everything that the simulation of each year reads, from the tables of `parameter_tables`."""
    yearly = {
        name: table.partition_by("simulation_year", as_dict=True)
        for name, table in tables.items()
        if "simulation_year" in table.columns
    }
    bands = {name: table for name, table in tables.items() if name not in yearly}
    return {year: _rules({name: parts[year,] for name, parts in yearly.items()} | bands) for year in years}


def _rules(tables: Mapping[str, pl.DataFrame]) -> Rules:
    row = tables["yearly_rules"].row(0, named=True)
    yearly = YearlyRules(**{field.name: row[field.name] for field in fields(YearlyRules)})
    levels = tables["comp_levers"].height
    age_names = _names(tables["age_bands"], "age")
    tenure_names = _names(tables["tenure_bands"], "tenure")
    slots = tables["percentile_slots"].sort("slot")
    ages = range(tables["age_bands"].height)
    return Rules(
        year=yearly,
        levels=levels,
        age_names=age_names,
        tenure_names=tenure_names,
        age_offset=_offset(tables["age_bands"], "age", len(tenure_names) * levels),
        tenure_offset=_offset(tables["tenure_bands"], "tenure", levels),
        segments=_from_one(tables["segment_parameters"].sort("age_band", "tenure_band", "level_id")),
        comp=_from_one(tables["comp_levers"].sort("level_id")),
        slots={name: slots[name].cast(pl.Int64) for name in slots.columns},
        merit_by_level_and_slot=_merit_by_level_and_slot(tables["merit_matrix"], slots),
        deferral_limit_by_age=pl.Series([yearly.deferral_limit(age) for age in ages], dtype=pl.Int64),
    )


def _names(bands: pl.DataFrame, key: str) -> list[str]:
    return list(dict.fromkeys(bands.sort(key)[f"{key}_band_name"]))


def _offset(bands: pl.DataFrame, key: str, size: int) -> pl.Series:
    """First segment index of the band, by age or tenure in years."""
    return (bands.sort(key)[f"{key}_band"] * size).cast(pl.UInt32)


def _from_one(table: pl.DataFrame) -> dict[str, pl.Series]:
    """Int64 columns with the first row at position 1."""
    return {name: pl.Series(name, [0, *table[name]], dtype=pl.Int64) for name in table.columns}


def _merit_by_level_and_slot(matrix: pl.DataFrame, slots: pl.DataFrame) -> pl.Series:
    """Merit in bps at position `level * 100 + slot`."""
    rows = matrix.select("level_id", "rating", "merit_bps").iter_rows()
    merit = {(level, rating): bps for level, rating, bps in rows}
    levels = range(1 + max(level for level, _ in merit))
    values = [merit.get((level, rating), 0) for level in levels for rating in slots["rating"]]
    return pl.Series(values, dtype=pl.Int64)
