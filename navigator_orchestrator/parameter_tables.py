"""Turn the parameters into the tables that all engines read (docs/model.md section 13)."""

import calendar
import datetime as dt
from collections.abc import Iterator
from typing import Any

import polars as pl

from navigator_orchestrator.parameter_schema import MAX_AGE, Bands, Parameters

ONE = 1 << 32
BPS = 10_000
Row = dict[str, Any]

_TYPES: dict[str, pl.DataType | type[pl.DataType]] = {"year_start": pl.Date, "auto_hired_from": pl.Date}
_BOOLEAN = {"auto_enrollment", "match_last_day_rule"}
_BIGINT_SUFFIXES = ("_threshold", "_limit", "_salary", "_dollars")


def threshold(*factors: int) -> int:
    """Probability as a 32-bit threshold: the product of factors in bps, half up, at most 2^32."""
    product, unit = ONE, 1
    for factor in factors:
        product, unit = product * factor, unit * BPS
    return min(ONE, (2 * product + unit) // (2 * unit))


def parameter_tables(parameters: Parameters, years: range) -> dict[str, pl.DataFrame]:
    """Tables by name, in the order of their keys, for `years`."""
    return {
        "yearly_rules": _frame(_yearly_rules(parameters, year) for year in years),
        "segment_parameters": _frame(row for year in years for row in _segments(parameters, year)),
        "comp_levers": _frame(row for year in years for row in _comp_levers(parameters, year)),
        "merit_matrix": _frame(row for year in years for row in _merit_matrix(parameters, year)),
        "percentile_slots": _frame(row for year in years for row in _slots(parameters, year)),
        "age_bands": _frame(_band_rows("age", parameters.bands.age_bands)),
        "tenure_bands": _frame(_band_rows("tenure", parameters.bands.tenure_bands)),
    }


def _frame(rows: Iterator[Row]) -> pl.DataFrame:
    listed = list(rows)
    return pl.DataFrame(listed, schema={name: _type(name, value) for name, value in listed[0].items()})


def _type(name: str, value: object) -> pl.DataType | type[pl.DataType]:
    if isinstance(value, str):
        return pl.String
    if name in _BOOLEAN:
        return pl.Boolean
    return _TYPES.get(name, pl.Int64 if name.endswith(_BIGINT_SUFFIXES) else pl.Int32)


def _day(year: int, month_day: str) -> int:
    """Day of the year, counted from 0."""
    return (dt.date(year, int(month_day[:2]), int(month_day[3:])) - dt.date(year, 1, 1)).days


def _yearly_rules(parameters: Parameters, year: int) -> Row:
    work, pay = parameters.workforce, parameters.compensation
    plan, invest = parameters.retirement_plan, parameters.investment
    return {
        "simulation_year": year,
        "year_start": dt.date(year, 1, 1),
        "days_in_year": 366 if calendar.isleap(year) else 365,
        "growth_bps": work.growth_rate.of(year),
        "new_hire_termination_bps": work.new_hire_termination_rate.of(year),
        "retirement_age": work.retirement_age.of(year),
        "promotion_day": _day(year, pay.promotion_date.of(year)),
        "promotion_spread_bps": pay.promotion_raise_spread.of(year),
        "merit_day": _day(year, pay.merit_date.of(year)),
        "cola_bps": pay.cola_rate.of(year),
        "minimum_age": plan.minimum_age.of(year),
        "wait_days": plan.waiting_period.of(year),
        "auto_enrollment": plan.auto_enrollment.of(year),
        "auto_hired_from": plan.auto_enrollment_hired_from.of(year),
        "auto_delay_days": plan.auto_enrollment_delay.of(year),
        "auto_rate_bps": plan.auto_enrollment_rate.of(year),
        "voluntary_window_days": plan.voluntary_window.of(year),
        "whole_match_threshold": threshold(plan.whole_match_rate.of(year)),
        "opt_out_window_days": plan.opt_out_window.of(year),
        "escalation_threshold": threshold(plan.escalation_rate.of(year)),
        "escalation_step_bps": plan.escalation_step.of(year),
        "escalation_cap_bps": plan.escalation_cap.of(year),
        "escalation_minimum_days": plan.escalation_minimum_days.of(year),
        **_match_tiers(parameters, year),
        "match_last_day_rule": plan.match_last_day_rule.of(year),
        **_limits(parameters, year),
        "portfolio_spread_bps": invest.return_spread.of(year),
    }


def _match_tiers(parameters: Parameters, year: int) -> Row:
    """Three tiers; unused ones add nothing. The match ceiling is the upper bound of the last one."""
    tiers = [(tier.up_to, tier.match) for tier in parameters.retirement_plan.match_tiers.of(year)]
    ceiling = tiers[-1][0]
    tiers += [(ceiling, 0)] * (3 - len(tiers))
    columns: Row = {"match_ceiling_bps": ceiling}
    for number, (up_to, match) in enumerate(tiers, start=1):
        columns |= {f"tier{number}_up_to_bps": up_to, f"tier{number}_match_bps": match}
    return columns


def _limits(parameters: Parameters, year: int) -> Row:
    """Limits in cents."""
    irs = parameters.irs_limits
    return {
        "elective_limit": irs.elective_deferral_limit.of(year) * 100,
        "catch_up_limit": irs.catch_up_limit.of(year) * 100,
        "super_catch_up_limit": irs.super_catch_up_limit.of(year) * 100,
        "compensation_limit": irs.compensation_limit.of(year) * 100,
        "annual_additions_limit": irs.annual_additions_limit.of(year) * 100,
        "catch_up_age": irs.catch_up_age.of(year),
        "super_catch_up_from_age": irs.super_catch_up_from_age.of(year),
        "super_catch_up_to_age": irs.super_catch_up_to_age.of(year),
    }


def _segments(parameters: Parameters, year: int) -> Iterator[Row]:
    work, pay, plan = parameters.workforce, parameters.compensation, parameters.retirement_plan
    for age_band, age in enumerate(parameters.age_names()):
        for tenure_band, tenure in enumerate(parameters.tenure_names()):
            for level in parameters.levels():
                yield {
                    "simulation_year": year,
                    "age_band": age_band,
                    "tenure_band": tenure_band,
                    "level_id": level,
                    "termination_threshold": threshold(
                        work.termination_base_rate.of(year),
                        work.termination_age_factor.of(year)[age],
                        work.termination_tenure_factor.of(year)[tenure],
                        work.termination_level_factor.of(year)[level],
                    ),
                    "promotion_threshold": threshold(
                        pay.promotion_base_rate.of(year),
                        pay.promotion_age_factor.of(year)[age],
                        pay.promotion_tenure_factor.of(year)[tenure],
                        pay.promotion_level_factor.of(year).get(level, 0),
                    ),
                    "voluntary_threshold": threshold(
                        plan.voluntary_rate.of(year)[age], plan.voluntary_level_factor.of(year)[level]
                    ),
                    "opt_out_threshold": threshold(
                        plan.opt_out_rate.of(year)[age], plan.opt_out_level_factor.of(year)[level]
                    ),
                    "voluntary_rate_bps": plan.voluntary_deferral_rate.of(year)[age]
                    + plan.voluntary_deferral_level_step.of(year) * (level - 1),
                    "portfolio_bps": _portfolio(parameters, year, age),
                }


def _portfolio(parameters: Parameters, year: int, age_name: str) -> int:
    invest = parameters.investment
    share = invest.equity_share.of(year)[age_name]
    mixed = share * invest.equity_return.of(year) + (BPS - share) * invest.bond_return.of(year)
    return (mixed + BPS // 2) // BPS


def _comp_levers(parameters: Parameters, year: int) -> Iterator[Row]:
    pay, hiring = parameters.compensation, parameters.hiring
    minimum = {1: 0} | pay.level_minimum_salary.of(year)
    for level in parameters.levels():
        yield {
            "simulation_year": year,
            "level_id": level,
            "level_min_salary": minimum[level] * 100,
            "hire_min_dollars": hiring.hire_salary_from.of(year)[level],
            "hire_max_dollars": hiring.hire_salary_to.of(year)[level],
            "promotion_raise_bps": pay.promotion_raise.of(year).get(level, 0),
            "next_level_min_salary": minimum.get(level + 1, 0) * 100,
        }


def _merit_matrix(parameters: Parameters, year: int) -> Iterator[Row]:
    pay = parameters.compensation
    for level in parameters.levels():
        for rating, factor in sorted(pay.rating_factor.of(year).items()):
            merit = (pay.merit_rate.of(year)[level] * factor + BPS // 2) // BPS
            yield {"simulation_year": year, "level_id": level, "rating": rating, "merit_bps": merit}


def _slots(parameters: Parameters, year: int) -> Iterator[Row]:
    ages = _hundred(parameters.hiring.hire_age_share.of(year))
    levels = _hundred(parameters.hiring.hire_level_share.of(year))
    ratings = _hundred(parameters.compensation.rating_share.of(year))
    for slot, (age, level, rating) in enumerate(zip(ages, levels, ratings, strict=True)):
        yield {"simulation_year": year, "slot": slot, "hire_age": age, "hire_level": level, "rating": rating}


def _hundred(shares: dict[int, int]) -> list[int]:
    """A hundred slots, each value as often as its share, ascending."""
    return [value for value, share in sorted(shares.items()) for _ in range(share)]


def _band_rows(key: str, bands: Bands) -> Iterator[Row]:
    for number, band in enumerate(bands.bands):
        for value in range(band.min, min(band.max, MAX_AGE + 1)):
            yield {key: value, f"{key}_band": number, f"{key}_band_name": band.name}
