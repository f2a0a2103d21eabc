"""The identities of docs/model.md section 1 hold on the oracle, and the edge census reaches what it is made for."""

import datetime as dt
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.reference.differences import row_differences
from tests.reference.loading import (
    EDGE_CENSUS,
    HERE,
    oracle_run,
    read_census,
    tables_of,
    write_parameters,
)
from tests.reference.relations import Relations, records

YEARS = range(2025, 2029)
SCENARIOS = yaml.safe_load((HERE / "scenarios.yaml").read_text())


@pytest.fixture(scope="module", params=SCENARIOS)
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Relations:
    overrides = dict(SCENARIOS[request.param])
    if limits := overrides.get("irs_limits.annual_additions_limit"):
        overrides["irs_limits.annual_additions_limit"] = limits | {2028: 8_000}
    parameters = write_parameters(overrides, tmp_path_factory.mktemp(request.param) / "parameters")
    return oracle_run(EDGE_CENSUS.read_text(), parameters, YEARS)


def test_the_head_count_equation_holds(run: Relations) -> None:
    before = sum(row["termination_date"] is None for row in read_census(EDGE_CENSUS.read_text()))
    for plan in records(run, "headcount"):
        assert plan["starting_headcount"] == before
        before = plan["ending_headcount"]
        gone = plan["experienced_terminations"] + plan["layoffs"] + plan["new_hire_terminations"]
        assert before == plan["starting_headcount"] - gone + plan["hires"] == plan["target_headcount"]
        of_year = [row for row in records(run, "snapshot") if row["simulation_year"] == plan["simulation_year"]]
        assert sum(row["is_active"] for row in of_year) == before
        assert len(of_year) == plan["starting_headcount"] + plan["hires"]


def test_the_balance_is_that_of_the_census_and_what_was_booked(run: Relations) -> None:
    balance: dict[int, int] = defaultdict(int)
    balance |= {row["employee_id"]: row["account_balance"] for row in read_census(EDGE_CENSUS.read_text())}
    booked = Counter[tuple[int, int]]()
    for event in records(run, "events"):
        if event["event_type"] in ("contribution", "investment_return"):
            booked[event["simulation_year"], event["employee_id"]] += event["amount"]
    for row in records(run, "snapshot"):
        balance[row["employee_id"]] += booked[row["simulation_year"], row["employee_id"]]
        assert row["account_balance"] == balance[row["employee_id"]] >= 0


def test_every_event_belongs_to_somebody_employed_on_its_date(run: Relations) -> None:
    people = {(row["simulation_year"], row["employee_id"]): row for row in records(run, "snapshot")}
    for event in records(run, "events"):
        person = people[event["simulation_year"], event["employee_id"]]
        last = person["termination_date"] or dt.date(event["simulation_year"], 12, 31)
        assert person["hire_date"] <= event["event_date"] <= last
        assert event["event_date"].year == event["simulation_year"]


def test_nobody_leaves_twice_or_comes_back(run: Relations) -> None:
    left = Counter(row["employee_id"] for row in records(run, "events") if row["event_type"] == "termination")
    assert set(left.values()) == {1}
    last_year = {row["employee_id"]: row["simulation_year"] for row in records(run, "snapshot")}
    for row in records(run, "snapshot"):
        if not row["is_active"]:
            assert last_year[row["employee_id"]] == row["simulation_year"]


def test_keys_are_unique_and_rows_in_order(run: Relations) -> None:
    assert len({event["event_id"] for event in records(run, "events")}) == len(run.events)
    assert [(e[1], e[3], e[2]) for e in run.events] == sorted({(e[1], e[3], e[2]) for e in run.events})
    assert [row[:2] for row in run.snapshot] == sorted({row[:2] for row in run.snapshot})


def test_the_snapshot_is_the_events_replayed(run: Relations) -> None:
    state: dict[int, dict[str, Any]] = {}
    for row in read_census(EDGE_CENSUS.read_text()):
        enrolled = row["deferral_rate"] > 0
        state[row["employee_id"]] = {
            "current_salary": row["salary"],
            "deferral_rate": row["deferral_rate"],
            "is_enrolled": enrolled,
            "enrollment_date": row["enrollment_date"] if enrolled else None,
        }
    rows = {(row["simulation_year"], row["employee_id"]): row for row in records(run, "snapshot")}
    for year in YEARS:
        for event in (event for event in records(run, "events") if event["simulation_year"] == year):
            _replay(event, state.setdefault(event["employee_id"], _new_hire()))
        for (of_year, employee), row in rows.items():
            if of_year == year:
                assert {name: row[name] for name in state[employee]} == state[employee]


def _new_hire() -> dict[str, Any]:
    return {"current_salary": None, "deferral_rate": 0, "is_enrolled": False, "enrollment_date": None}


def _replay(event: dict[str, Any], person: dict[str, Any]) -> None:
    date, rate = event["event_date"], event["rate"]
    if event["event_type"] in ("promotion", "raise"):
        assert event["amount"] == event["salary"] - person["current_salary"]
    changes: dict[str, dict[str, Any]] = {
        "hire": {"current_salary": event["salary"], "current_level": event["level_id"]},
        "termination": {"termination_date": date},
        "promotion": {"current_salary": event["salary"], "current_level": event["level_id"]},
        "raise": {"current_salary": event["salary"]},
        "eligibility": {"eligibility_date": date},
        "enrollment": {"is_enrolled": True, "enrollment_date": date, "deferral_rate": rate},
        "enrollment_change": {"is_enrolled": False, "enrollment_date": None, "deferral_rate": rate},
        "deferral_escalation": {"deferral_rate": rate},
    }
    person |= changes.get(event["event_type"], {})


# --- the comparison with an engine can fail ------------------------------------------------------------------


def test_a_differing_value_and_missing_surplus_and_doubled_rows_are_told(run: Relations) -> None:
    assert row_differences("x", run, run) == []
    first, second, *rest = run.snapshot
    changed = run._replace(snapshot=[(*first[:-1], -7), *rest, rest[0], (1900, *second[1:])])
    complaints = row_differences("x", run, changed)
    assert f"account_balance: expected {first[-1]}, found -7" in "".join(complaints)
    assert [line.split(": ")[1].split(",")[0] for line in complaints] == [
        f"{len(run.snapshot)} keys in {len(run.snapshot) + 1} rows",
        "not in the model",
        f"expected {first[-1]}",
        "expected by the model",
    ]


# --- the edge census ----------------------------------------------------------------------------------------


def test_a_shuffled_census_and_a_longer_horizon_change_nothing(tmp_path: Path) -> None:
    header, *lines = EDGE_CENSUS.read_text().splitlines()
    parameters = write_parameters({}, tmp_path / "parameters")
    forward = oracle_run("\n".join([header, *lines]), parameters, range(2025, 2027))
    backward = oracle_run("\n".join([header, *reversed(lines)]), parameters, range(2025, 2028))
    assert backward.events[: len(forward.events)] == forward.events
    assert backward.snapshot[: len(forward.snapshot)] == forward.snapshot


def test_the_edge_census_populates_every_possible_segment(tmp_path: Path) -> None:
    tables = tables_of(write_parameters({}, tmp_path / "parameters"), range(2025, 2026))
    ages = {row["age"]: row["age_band_name"] for row in tables["age_bands"]}
    tenures = {row["tenure"]: row["tenure_band_name"] for row in tables["tenure_bands"]}
    minimum = {row["level_id"]: row["level_min_salary"] for row in tables["comp_levers"]}
    found = {
        (
            ages[2025 - row["birth_date"].year],
            tenures[2025 - row["hire_date"].year],
            row["level_id"] or max(level for level, lowest in minimum.items() if lowest <= row["salary"]),
        )
        for row in read_census(EDGE_CENSUS.read_text())
        if row["termination_date"] is None
    }
    # Nobody is hired as a child.
    impossible = {("<25", "10-19"), ("<25", "20+"), ("25-34", "20+")}
    bands = {(age, tenure) for age in ages.values() for tenure in tenures.values()} - impossible
    assert found == {(age, tenure, level) for age, tenure in bands for level in minimum}


def test_the_scenarios_make_every_event_and_every_reason(tmp_path: Path) -> None:
    payloads = Counter[str]()
    for name, overrides in SCENARIOS.items():
        parameters = write_parameters(overrides, tmp_path / name)
        for event in oracle_run(EDGE_CENSUS.read_text(), parameters, range(2025, 2028)).events:
            payloads[f"{event[3]}{event[6]}"] += 1
    wanted = [
        *('"reason":"voluntary"', '"reason":"retirement"', '"reason":"layoff"', '"reason":"new_hire"'),
        *('9{"limited_by":"none"', '9{"limited_by":"elective_deferral"', '10{"limited_by":"annual_additions"'),
        *('"method":"auto"', '"whole_match":true', '"reason":"opt_out"', '"at_cap":true', '"at_cap":false'),
    ]
    assert [text for text in wanted if not any(text in payload for payload in payloads)] == []
    assert {int(payload.split("{")[0]) for payload in payloads} == set(range(1, 12))
