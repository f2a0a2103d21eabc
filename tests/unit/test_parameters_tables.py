"""From parameters to tables: thresholds to the last bit, values by date, bands and slots."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from navigator_orchestrator.parameter_tables import ONE, parameter_tables, threshold
from navigator_orchestrator.parameters import load_parameters
from tests.conftest import ROOT

PARAMETERS = load_parameters(ROOT / "config" / "parameters")
TABLES = parameter_tables(PARAMETERS, range(2025, 2029))
factors = st.lists(st.integers(0, 1_000_000), min_size=1, max_size=4)


def half_up(value: Fraction) -> int:
    """The whole number next to `value`; the higher one where two are equally near."""
    below = value.numerator // value.denominator
    return below + (value - below >= Fraction(1, 2))


@given(factors)
def test_a_threshold_is_the_exact_product_rounded_half_up(factors: list[int]) -> None:
    exact = Fraction(ONE)
    for factor in factors:
        exact *= Fraction(factor, 10_000)
    assert threshold(*factors) == min(ONE, half_up(exact))


@given(factors, st.integers(0, 1_000_000))
def test_a_threshold_grows_with_each_factor_and_ignores_a_factor_of_one(factors: list[int], more: int) -> None:
    assert threshold(*factors, 10_000) == threshold(*factors)
    assert threshold(*factors, more) <= threshold(*factors, more + 1)


def test_thresholds_at_the_edges() -> None:
    assert (threshold(0), threshold(10_000), threshold(20_000), threshold(5_000)) == (0, ONE, ONE, ONE // 2)
    # 2^32 · 0.0001 is 429496.7296, and 625 bps of 80 bps of 2^32 is 2147483.648
    assert (threshold(1), threshold(625, 80)) == (429_497, 2_147_484)


def row(table: str, **key: int) -> dict[str, object]:
    (found,) = [row for row in TABLES[table].to_dicts() if all(row[name] == value for name, value in key.items())]
    return found


def test_a_value_holds_from_its_date_until_the_next_one() -> None:
    minimums = [row("comp_levers", simulation_year=year, level_id=2)["level_min_salary"] for year in range(2025, 2029)]
    assert minimums == [7_000_000, 7_000_000, 7_300_000, 7_300_000]
    assert [row("yearly_rules", simulation_year=year)["cola_bps"] for year in range(2025, 2029)] == [125, 140, 130, 130]


def test_a_hazard_is_the_product_of_its_factors() -> None:
    # 12 % · 1.15 (age 25-34) · 1.1 (tenure 2-4) · 1.0 (level 2) = 15.18 %
    segment = row("segment_parameters", simulation_year=2025, age_band=1, tenure_band=1, level_id=2)
    assert segment["termination_threshold"] == half_up(Fraction(1518, 10_000) * ONE)
    # The highest level is not promoted.
    assert (
        row("segment_parameters", simulation_year=2025, age_band=1, tenure_band=1, level_id=5)["promotion_threshold"]
        == 0
    )


@pytest.mark.parametrize(("year", "days", "promotion", "merit"), [(2025, 365, 31, 195), (2028, 366, 31, 196)])
def test_days_of_the_year_count_from_zero(year: int, days: int, promotion: int, merit: int) -> None:
    rules = row("yearly_rules", simulation_year=year)
    assert (rules["days_in_year"], rules["promotion_day"], rules["merit_day"]) == (days, promotion, merit)


def test_a_portfolio_mixes_the_returns_half_up() -> None:
    # 82 % · 7.20 % + 18 % · 4.10 % = 6.642 %
    assert (
        row("segment_parameters", simulation_year=2025, age_band=2, tenure_band=0, level_id=1)["portfolio_bps"] == 664
    )
    # 82 % · -4.80 % + 18 % · 2.50 % = -3.486 %
    assert (
        row("segment_parameters", simulation_year=2027, age_band=2, tenure_band=0, level_id=1)["portfolio_bps"] == -349
    )


def test_slots_hold_each_value_as_often_as_its_share() -> None:
    slots = TABLES["percentile_slots"].filter(simulation_year=2025).sort("slot")
    assert slots["slot"].to_list() == list(range(100))
    assert slots["hire_age"].to_list()[:9] == [22] * 8 + [25]
    assert [slots["rating"].to_list().count(rating) for rating in range(1, 6)] == [4, 14, 56, 20, 6]


def test_every_age_and_tenure_has_one_band() -> None:
    ages = TABLES["age_bands"]
    assert ages["age"].to_list() == list(range(121))
    assert [row("age_bands", age=age)["age_band_name"] for age in (0, 24, 25, 64, 65, 120)] == [
        "<25", "<25", "25-34", "55-64", "65+", "65+",
    ]  # fmt: skip
    assert TABLES["tenure_bands"]["tenure"].to_list() == list(range(121))
