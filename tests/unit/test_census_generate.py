"""The generated census: the same people every time, consistent with themselves, and realistic."""

import datetime as dt
import random
import re
import statistics

import polars as pl
import pytest

from navigator_orchestrator import census
from navigator_orchestrator.census_check import SCHEMA
from navigator_orchestrator.errors import NavigatorError

AS_OF = dt.date(2024, 12, 31)
LEVEL_SHARES = {1: 0.42, 2: 0.28, 3: 0.18, 4: 0.09, 5: 0.03}
# Whole dollars, from and up to (not included).
PAY = {1: (44_000, 70_000), 2: (70_000, 98_000), 3: (98_000, 138_000), 4: (138_000, 215_000), 5: (215_000, 420_000)}


@pytest.fixture(scope="module")
def people() -> pl.DataFrame:
    return census.generate(20_000, 11, AS_OF)


def years_before(day: pl.Expr, name: str) -> pl.Expr:
    return (day - pl.col(name)).dt.total_days() / 365.25


def share(condition: pl.Series) -> float:
    return condition.to_list().count(True) / condition.len()


def median(values: pl.Series) -> float:
    return float(statistics.median(values.to_list()))


def test_has_the_canonical_columns_and_one_row_for_each_id(people: pl.DataFrame) -> None:
    assert people.schema == pl.Schema(SCHEMA)
    assert people["employee_id"].to_list() == list(range(1, 20_001))


def test_the_first_thousand_do_not_depend_on_how_many_follow(people: pl.DataFrame) -> None:
    assert census.generate(1_000, 11, AS_OF).equals(people.head(1_000))


def test_slices_do_not_show(people: pl.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(census, "SLICE", 777)
    assert census.generate(20_000, 11, AS_OF).equals(people)


def test_seed_and_year_each_change_the_people(people: pl.DataFrame) -> None:
    for other in (census.generate(1_000, 12, AS_OF), census.generate(1_000, 11, dt.date(2023, 12, 31))):
        for name in ("level_id", "salary", "deferral_rate", "account_balance"):
            assert share(other[name] == people[name].head(1_000)) < 0.8


def test_the_python_random_module_plays_no_part() -> None:
    random.seed(1)
    first = census.generate(100, 1, AS_OF)
    random.seed(2)
    assert census.generate(100, 1, AS_OF).equals(first)


def test_any_integer_is_a_seed() -> None:
    assert census.generate(10, -1, AS_OF).equals(census.generate(10, 2**64 - 1, AS_OF))
    assert not census.generate(10, 0, AS_OF).equals(census.generate(10, 2**63, AS_OF))


def test_the_draws_are_those_of_the_model() -> None:
    """Level of employee 1: slot (hi * 100) >> 32 of stream 101, from the formulas of docs/model.md section 2."""
    word, k, g = (1 << 64) - 1, 0xD6E8FEB86659FD93, 0x9E3779B97F4A7C15

    def mix(x: int) -> int:
        for _ in range(2):
            x = (x ^ x >> 32) * k & word
        return x ^ x >> 32

    def slot(seed: int, employee: int) -> int:
        hashed = mix(mix(seed + g & word))
        constant = mix(mix(hashed + (2024 * 4096 + 101) * g & word))
        return (mix(mix(mix(employee ^ hashed)) ^ constant) >> 32) * 100 >> 32

    slots = [slot(11, employee) for employee in range(1, 51)]
    expected = [1 + sum(s >= bound for bound in (42, 70, 88, 97)) for s in slots]
    assert census.generate(50, 11, AS_OF)["level_id"].to_list() == expected


@pytest.mark.parametrize("as_of", [AS_OF, dt.date(2024, 2, 29), dt.date(2031, 6, 30)])
def test_dates_are_in_order(as_of: dt.date) -> None:
    people = census.generate(5_000, 3, as_of)
    last = pl.coalesce("termination_date", pl.lit(as_of))
    assert people.filter(pl.col("birth_date").dt.offset_by("18y") > pl.col("hire_date")).is_empty()
    assert people.filter(pl.col("hire_date") > last).is_empty()
    assert people.filter(last > as_of).is_empty()
    assert people.filter(pl.col("enrollment_date") < pl.col("hire_date").dt.offset_by("30d")).is_empty()
    assert people.filter(pl.col("enrollment_date") > last).is_empty()


def test_enrolled_is_having_a_rate(people: pl.DataFrame) -> None:
    takes_part = people["deferral_rate"] > 0
    assert (takes_part == people["enrollment_date"].is_not_null()).all()
    assert people.filter(~takes_part)["account_balance"].max() == 0
    assert set(people["deferral_rate"]) == {0, 100, 200, 300, 400, 500, 600, 800, 1000, 1200, 1500}
    assert 0.73 < share(takes_part) < 0.77


def test_balances_grow_with_time_in_the_plan(people: pl.DataFrame) -> None:
    member = people.filter(pl.col("deferral_rate") > 0, pl.col("termination_date").is_null()).with_columns(
        years=years_before(pl.lit(AS_OF), "enrollment_date"),
        yearly=pl.min_horizontal(pl.col("salary") * pl.col("deferral_rate") / 10_000, 2_350_000),
    )
    ratio = member.filter(pl.col("years") > 1).select(pl.col("account_balance") / pl.col("yearly") / pl.col("years"))
    assert ratio.to_series().is_between(0.6, 3.5).all()
    old, new = (member.filter(years)["account_balance"] for years in (pl.col("years") > 10, pl.col("years") < 2))
    assert median(old) > 5 * median(new)


def test_levels_have_their_shares_and_pay(people: pl.DataFrame) -> None:
    for level, part in LEVEL_SHARES.items():
        pay = people.filter(pl.col("level_id") == level)["salary"]
        lowest, below = PAY[level]
        assert abs(pay.len() / people.height - part) < 0.015
        assert (pay % 100 == 0).all(), "whole dollars"
        assert pay.is_between(lowest * 100, below * 100 - 100).all()
        assert 0.7 < share(pay < (lowest + below) * 50) < 0.8, "three quarters are in the lower half"


def test_ages_and_tenures_look_like_a_workforce(people: pl.DataFrame) -> None:
    age = people.select(years_before(pl.lit(AS_OF), "birth_date")).to_series()
    tenure = people.select(years_before(pl.lit(AS_OF), "hire_date")).to_series()
    assert age.is_between(22, 68).all()
    assert 37 < median(age) < 42
    assert 0.1 < share(age > 55) < 0.2
    assert 3.3 < median(tenure) < 4.8
    assert 0.10 < share(tenure < 1) < 0.20
    assert 0.01 < share(tenure > 20) < 0.05
    for name in ("birth_date", "hire_date"):
        shares = people.group_by(pl.col(name).dt.month()).len()["len"] / people.height
        assert shares.len() == 12
        assert shares.is_between(0.06, 0.11).all(), f"{name} is spread over the year"


def test_one_in_a_hundred_has_left_within_the_year(people: pl.DataFrame) -> None:
    left = people.filter(pl.col("termination_date").is_not_null())
    assert 0.005 < left.height / people.height < 0.015
    assert min(left["termination_date"].to_list()) > dt.date(2023, 12, 31)


def test_nobody_is_no_census() -> None:
    with pytest.raises(NavigatorError, match=re.escape("a census of 0 employees is empty; give at least 1")):
        census.generate(0, 1, AS_OF)
