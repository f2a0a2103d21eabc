"""The head-count plan: its equation, and what happens when nobody is there, leaves or is hired."""

from pathlib import Path

import polars as pl
import pytest

from navigator_orchestrator.polars_events import headcount
from tests.reference.relations import Relations, records
from tests.simulator.test_polars_runs import Tables, assert_equal, expected, people, simulated, tables, with_value

YEARS = range(2025, 2029)
ALWAYS = 2**32


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Relations:
    return simulated(people(2_000), tables(YEARS), YEARS, tmp_path_factory.mktemp("run") / "out", shards=4)


def test_the_head_count_equation_holds_and_the_target_is_met(run: Relations) -> None:
    before = people(2_000)["termination_date"].null_count()
    for plan in records(run, "headcount"):
        assert plan["starting_headcount"] == before
        left = plan["experienced_terminations"] + plan["layoffs"] + plan["new_hire_terminations"]
        before = plan["ending_headcount"]
        assert before == plan["starting_headcount"] - left + plan["hires"]
        assert before == plan["target_headcount"] == (plan["starting_headcount"] * 10_300 + 5_000) // 10_000


def test_the_shards_do_what_was_planned(run: Relations) -> None:
    for plan in records(run, "headcount"):
        of_year = [row for row in records(run, "events") if row["simulation_year"] == plan["simulation_year"]]
        hired = [row["employee_id"] for row in of_year if row["event_type"] == "hire"]
        left = [row["employee_id"] for row in of_year if row["event_type"] == "termination"]
        assert hired == list(range(plan["first_hire_id"], plan["first_hire_id"] + plan["hires"]))
        assert set(hired) & set(left) == set(hired[: plan["new_hire_terminations"]])
        assert len(left) == plan["experienced_terminations"] + plan["layoffs"] + plan["new_hire_terminations"]


def test_slices_do_not_change_the_plan(run: Relations, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(headcount, "SLICE", 97)
    assert_equal(simulated(people(2_000), tables(YEARS), YEARS, tmp_path / "out", shards=4), run)


def _nobody_leaves(changed: Tables) -> Tables:
    return with_value(changed, "segment_parameters", termination_threshold=0)


def _everybody_leaves(changed: Tables) -> Tables:
    return with_value(changed, "segment_parameters", termination_threshold=ALWAYS)


EDGES = {
    "everybody leaves": _everybody_leaves(tables(YEARS)),
    "everybody leaves, shrinking to nobody": with_value(
        _everybody_leaves(tables(YEARS)), "yearly_rules", growth_bps=-10_000
    ),
    "layoffs and no hires": with_value(_nobody_leaves(tables(YEARS)), "yearly_rules", growth_bps=-2_500),
    "nobody leaves, nobody is hired": with_value(_nobody_leaves(tables(YEARS)), "yearly_rules", growth_bps=0),
    "everybody is laid off": with_value(_nobody_leaves(tables(YEARS)), "yearly_rules", growth_bps=-10_000),
    "no hire leaves": with_value(tables(YEARS), "yearly_rules", new_hire_termination_bps=0),
    "most hires leave": with_value(tables(YEARS), "yearly_rules", new_hire_termination_bps=9_000),
}


@pytest.mark.parametrize("edge", EDGES)
@pytest.mark.parametrize("shards", [1, 3])
def test_edges_equal_the_oracle(edge: str, shards: int, tmp_path: Path) -> None:
    found = simulated(people(60), EDGES[edge], YEARS, tmp_path / "out", shards=shards)
    assert_equal(found, expected(people(60), EDGES[edge], YEARS))


def test_layoffs_take_the_highest_ids(tmp_path: Path) -> None:
    census = people(40)
    found = simulated(census, EDGES["layoffs and no hires"], range(2025, 2026), tmp_path / "out", shards=3)
    active = census.filter(pl.col("termination_date").is_null())["employee_id"].to_list()
    plan = records(found, "headcount")[0]
    assert plan["layoffs"] > 0
    assert (plan["hires"], plan["first_hire_id"]) == (0, None)
    gone = [row["employee_id"] for row in records(found, "events") if row["event_type"] == "termination"]
    assert gone == active[-plan["layoffs"] :]
    assert plan["layoff_from_id"] == gone[0]


@pytest.mark.parametrize("shards", [1, 3])
def test_an_empty_workforce_stays_empty(shards: int, tmp_path: Path) -> None:
    gone = people(20).with_columns(termination_date=pl.col("hire_date"))
    for number, census in enumerate([gone, gone.clear()]):
        found = simulated(census, tables(YEARS), YEARS, tmp_path / str(number), shards=shards)
        assert_equal(found, expected(census, tables(YEARS), YEARS))
        assert (found.events, found.snapshot) == ([], [])
        assert [row["target_headcount"] for row in records(found, "headcount")] == [0] * len(YEARS)


def test_ids_go_on_after_the_highest_id_of_the_census_even_of_a_leaver(tmp_path: Path) -> None:
    census = people(30)
    leaver = census.head(1).with_columns(employee_id=pl.lit(5_000, pl.Int64), termination_date=pl.col("hire_date"))
    found = simulated(pl.concat([census, leaver]), tables(YEARS), YEARS, tmp_path / "out")
    assert records(found, "headcount")[0]["first_hire_id"] == 5_001
