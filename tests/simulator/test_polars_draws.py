"""The draws of polars columns are those of the plain definition."""

import polars as pl
import pytest

from navigator_orchestrator.polars_events.draws import uniform, with_draws, with_key
from navigator_orchestrator.random_numbers import Stream, draw, employee_hash, seed_hash

IDS = [0, 1, 2, 3, 999, 10**6, 2**31, 2**32 - 1, 2**32, 2**53 + 1, 2**62, 2**63 - 1]
HALVES = [f"{half}_{stream.value}" for stream in Stream for half in ("hi", "lo")]


@pytest.mark.parametrize("seed", [0, 42, 2**63 - 1])
@pytest.mark.parametrize("year", [1950, 2025, 2150])
def test_columns_of_draws_equal_the_definition(seed: int, year: int) -> None:
    hashed = seed_hash(seed)
    keyed = with_key(pl.LazyFrame({"employee_id": IDS}), hashed)
    drawn = with_draws(keyed, hashed, year, HALVES).select(HALVES).collect()
    for stream in Stream:
        wanted = [draw(hashed, employee, year, stream) for employee in IDS]
        assert drawn[f"hi_{stream.value}"].to_list() == [hi for hi, _ in wanted]
        assert drawn[f"lo_{stream.value}"].to_list() == [lo for _, lo in wanted]


def test_the_key_is_the_hash_with_its_last_step_taken_twice() -> None:
    hashed = seed_hash(42)
    keys = with_key(pl.LazyFrame({"employee_id": IDS}), hashed).collect()["key"].to_list()
    assert [key ^ key >> 32 for key in keys] == [employee_hash(hashed, employee) for employee in IDS]


def test_only_what_is_asked_for_is_added() -> None:
    hashed = seed_hash(1)
    drawn = with_draws(with_key(pl.LazyFrame({"employee_id": [1]}), hashed), hashed, 2025, ["lo_4", "hi_2"])
    assert drawn.collect_schema().names() == ["employee_id", "key", "lo_4", "hi_2"]


@pytest.mark.parametrize("n", [1, 100, 366, 40_000_001])
def test_uniform_reaches_the_whole_range(n: int) -> None:
    halves = [0, 2**31, 2**32 - 1]
    found = pl.select(u=uniform(pl.lit(pl.Series(halves)), n))["u"].to_list()
    assert found == [half * n >> 32 for half in halves]
    assert (found[0], found[-1]) == (0, n - 1)
