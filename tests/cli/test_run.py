"""What one legacy run leaves: relations and columns as docs/model.md has them, a record, and books that balance."""

import datetime as dt
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.conftest import ROOT, SharedRun

MODEL = (ROOT / "docs" / "model.md").read_text()
TYPES = "BIGINT|INTEGER|VARCHAR|DATE|BOOLEAN|TIMESTAMP"
ORDER = {
    "fct_yearly_events": "simulation_year, event_sequence, employee_id",
    "fct_workforce_snapshot": "simulation_year, employee_id",
    "fct_headcount_plan": "simulation_year",
}

# Each finds rows that break an identity of docs/model.md section 1.
IDENTITIES = {
    "the head-count equation holds and meets the target": """
        from fct_headcount_plan
        where ending_headcount != target_headcount
            or ending_headcount != starting_headcount - experienced_terminations - layoffs + hires
                - new_hire_terminations
    """,
    "a year starts with the head-count that the last one ended with": """
        from (select *, lag(ending_headcount) over (order by simulation_year) as before from fct_headcount_plan)
        where before != starting_headcount
    """,
    "the plan counts the events and the snapshot": """
        from fct_headcount_plan as plan
        where hires != (
                select count(*) from fct_yearly_events as e
                where e.event_type = 'hire' and e.simulation_year = plan.simulation_year)
            or experienced_terminations + layoffs + new_hire_terminations != (
                select count(*) from fct_yearly_events as e
                where e.event_type = 'termination' and e.simulation_year = plan.simulation_year)
            or ending_headcount != (
                select count(*) from fct_workforce_snapshot as s
                where s.is_active and s.simulation_year = plan.simulation_year)
            or starting_headcount + hires != (
                select count(*) from fct_workforce_snapshot as s where s.simulation_year = plan.simulation_year)
    """,
    "the balance is that of the census and what was booked": """
        select s.employee_id
        from fct_workforce_snapshot as s
        left join census_data as c using (employee_id)
        left join fct_yearly_events as e
            on e.employee_id = s.employee_id and e.simulation_year <= s.simulation_year
            and e.event_type in ('contribution', 'investment_return')
        group by s.employee_id, s.simulation_year, s.account_balance, c.account_balance
        having s.account_balance != coalesce(c.account_balance * 100, 0) + coalesce(sum(e.amount), 0)
    """,
    "every event belongs to somebody employed on its date": """
        select e.event_id
        from fct_yearly_events as e
        left join fct_workforce_snapshot as s using (simulation_year, employee_id)
        where s.employee_id is null or e.event_date < s.hire_date or year(e.event_date) != e.simulation_year
            or e.event_date > coalesce(s.termination_date, make_date(e.simulation_year, 12, 31))
    """,
    "nobody leaves twice": """
        select employee_id from fct_yearly_events where event_type = 'termination'
        group by employee_id having count(*) > 1
    """,
    "the event id is made of the key": """
        from fct_yearly_events
        where event_id != employee_id * 1000000 + simulation_year * 100 + event_sequence
    """,
    "the state by year is the snapshot": """
        (from fct_workforce_snapshot except all from employee_state_by_year)
        union all (from employee_state_by_year except all from fct_workforce_snapshot)
    """,
}
# Damage to a copy that each identity must notice.
DAMAGES = [
    "update fct_headcount_plan set hires = hires + 1",
    "update fct_headcount_plan set starting_headcount = starting_headcount + 1 where simulation_year = 2026",
    "delete from fct_yearly_events where event_type = 'hire' and simulation_year = 2026",
    "update fct_yearly_events set amount = amount + 1 where event_type = 'contribution'",
    "update fct_yearly_events set event_date = event_date + 400 where event_type = 'raise'",
    "insert into fct_yearly_events select * from fct_yearly_events where event_type = 'termination'",
    "update fct_yearly_events set event_sequence = 4 where event_sequence = 3",
    "create or replace view employee_state_by_year as select * from fct_workforce_snapshot limit 5",
]


@pytest.fixture(scope="module")
def database(legacy: SharedRun) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(legacy.database), read_only=True) as connection:
        yield connection


def rows(database: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    result = database.execute(query)
    names = [column[0] for column in result.description or ()]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def documented(text: str) -> list[tuple[str, str]]:
    """(`column`, TYPE) in order, from a table or from prose: names in code spans, followed by their type."""
    table = re.findall(r"^\| ([^|]*`[^|]*) \| ([A-Z]+) \|", text, re.MULTILINE)
    prose = re.sub(r"\([^()]*\)", "", text)
    groups = table or re.findall(rf"((?:`\w+`[,\s]*)+)({TYPES})\b", prose)
    return [(name, kind) for names, kind in groups for name in re.findall(r"`(\w+)`", names)]


def section(start: str, end: str) -> str:
    found = re.search(rf"^{re.escape(start)}(.*?)^{re.escape(end)}", MODEL, re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("relation", "text"),
    [
        ("fct_yearly_events", section("`fct_yearly_events`, in", "`fct_workforce_snapshot`, in")),
        ("fct_workforce_snapshot", section("`fct_workforce_snapshot`, in", "`fct_headcount_plan`: ")),
        ("employee_state_by_year", section("`fct_workforce_snapshot`, in", "`fct_headcount_plan`: ")),
        ("fct_headcount_plan", section("`fct_headcount_plan`: ", "Identities")),
        ("run_record", section("## 12. run_record", "## 13.")),
    ],
)
def test_columns_and_types_are_those_of_the_model(
    database: duckdb.DuckDBPyConnection, relation: str, text: str
) -> None:
    expected = documented(text)
    assert len(expected) >= 10
    assert [(row["column_name"], row["column_type"]) for row in rows(database, f"describe {relation}")] == expected


@pytest.mark.parametrize("relation", ORDER)
def test_rows_are_stored_in_the_order_of_the_model(database: duckdb.DuckDBPyConnection, relation: str) -> None:
    stored = rows(database, f"from {relation}")
    assert stored == rows(database, f"from {relation} order by {ORDER[relation]}")
    assert {row["simulation_year"] for row in stored} == {2025, 2026}


def test_every_kind_of_event_happens(database: duckdb.DuckDBPyConnection) -> None:
    table = section("## 4. Event types", "The sequence is")
    documented_kinds = {(int(n), kind) for n, kind in re.findall(r"^\| (\d+) \| `(\w+)`", table, re.MULTILINE)}
    found = rows(database, "select distinct event_sequence, event_type from fct_yearly_events")
    assert {(row["event_sequence"], row["event_type"]) for row in found} == documented_kinds


def test_payloads_are_sorted_json_with_the_keys_of_the_model(database: duckdb.DuckDBPyConnection) -> None:
    table = section("## 4. Event types", "The sequence is")
    lines = re.findall(r"^\| (\d+) \| `\w+` \| (.*) \|$", table, re.MULTILINE)
    keys = {int(number): set(re.findall(r"`(\w+)`", re.sub(r"\([^()]*\)|= `\w+`", "", text))) for number, text in lines}
    for row in rows(database, "select distinct event_sequence, event_payload from fct_yearly_events"):
        payload = json.loads(row["event_payload"])
        assert payload.keys() == keys[row["event_sequence"]]
        assert row["event_payload"] == json.dumps(payload, sort_keys=True, separators=(",", ":"))


@pytest.mark.parametrize("identity", IDENTITIES)
def test_an_identity_of_the_model_holds(database: duckdb.DuckDBPyConnection, identity: str) -> None:
    assert rows(database, IDENTITIES[identity]) == []


def test_each_identity_notices_damage(legacy: SharedRun, tmp_path: Path) -> None:
    copy = tmp_path / "damaged.duckdb"
    shutil.copy(legacy.database, copy)
    with duckdb.connect(str(copy)) as connection:
        for identity, damage in zip(IDENTITIES, DAMAGES, strict=True):
            connection.execute("begin")
            connection.execute(damage)
            assert rows(connection, IDENTITIES[identity]), identity
            connection.execute("rollback")


def test_the_snapshot_is_the_events_replayed(database: duckdb.DuckDBPyConnection) -> None:
    state = {row["employee_id"]: initial(row) for row in rows(database, "from stg_census_data")}
    for year in (2025, 2026):
        at_work = {employee for employee, values in state.items() if values["termination_date"] is None}
        for event in rows(database, f"from fct_yearly_events where simulation_year = {year} order by event_sequence"):
            replay(state, event)
            at_work.add(event["employee_id"])
        snapshot = {
            row["employee_id"]: row
            for row in rows(database, f"from fct_workforce_snapshot where simulation_year = {year}")
        }
        assert snapshot.keys() == at_work
        for employee, row in snapshot.items():
            assert {name: row[name] for name in state[employee]} == state[employee]


def initial(person: dict[str, Any]) -> dict[str, Any]:
    """State of an employee of the census; eligible after 30 days and from 21 on, known if before the first year."""
    came_of_age = dt.date(person["birth_date"].year + 21, 1, 1)
    eligible = max(person["hire_date"] + dt.timedelta(days=30), came_of_age)
    return {
        "hire_date": person["hire_date"],
        "termination_date": person["termination_date"],
        "current_level": person["level_id"],
        "current_salary": person["salary"],
        "eligibility_date": eligible if eligible < dt.date(2025, 1, 1) else None,
        "is_enrolled": person["is_enrolled"],
        "enrollment_date": person["enrollment_date"],
        "deferral_rate": person["deferral_rate"],
        "account_balance": person["account_balance"],
    }


def replay(state: dict[int, dict[str, Any]], event: dict[str, Any]) -> None:
    """Apply one event, by its type alone."""
    nothing = {"termination_date": None, "eligibility_date": None, "enrollment_date": None, "is_enrolled": False}
    values = state.setdefault(event["employee_id"], nothing | {"deferral_rate": 0, "account_balance": 0})
    date, kind = event["event_date"], event["event_type"]
    changes: dict[str, dict[str, Any]] = {
        "hire": {"hire_date": date},
        "termination": {"termination_date": date},
        "eligibility": {"eligibility_date": date},
        "enrollment": {"is_enrolled": True, "enrollment_date": date, "deferral_rate": event["rate"]},
        "enrollment_change": {"is_enrolled": False, "enrollment_date": None, "deferral_rate": event["rate"]},
        "deferral_escalation": {"deferral_rate": event["rate"]},
    }
    values |= changes.get(kind, {})
    if event["salary"] is not None:
        values["current_salary"] = event["salary"]
    if event["level_id"] is not None:
        values["current_level"] = event["level_id"]
    if kind in {"contribution", "investment_return"}:
        values["account_balance"] += event["amount"]


def test_the_record_tells_what_ran(legacy: SharedRun, database: duckdb.DuckDBPyConnection) -> None:
    (record,) = rows(database, "from run_record")
    told = json.loads(legacy.stdout)
    witness = json.loads(record["witness"])
    assert {name: record[name] for name in ("engine", "optimization", "status", "seed", "start_year", "end_year")} == {
        "engine": "legacy", "optimization": "legacy", "status": "complete",
        "seed": 42, "start_year": 2025, "end_year": 2026,
    }  # fmt: skip
    assert rows(database, "select count(*) as n from stg_census_data where termination_date is null") == [
        {"n": record["employees"]}
    ]
    counted = rows(database, "select event_type, count(*) as n from fct_yearly_events group by event_type")
    assert witness["events"] == {row["event_type"]: row["n"] for row in counted}
    assert witness["dbt_commands"] == 2
    assert "int_hire_events" in witness["model_seconds"]
    assert all(re.fullmatch("[0-9a-f]{64}", record[name]) for name in ("config_fingerprint", "census_fingerprint"))
    assert json.loads(record["versions"]).keys() >= {"navigator", "duckdb", "dbt-core", "python"}
    assert record["started_at"] < record["finished_at"]
    assert told == record | {
        "witness": witness,
        "database": str(legacy.database),
        "started_at": str(record["started_at"]),
        "finished_at": str(record["finished_at"]),
    }


def test_a_piped_run_is_quiet_and_leaves_only_the_database(legacy: SharedRun) -> None:
    assert legacy.stderr == ""
    left = {path.name for path in legacy.database.parent.iterdir()} - {"lock", "result.json"}
    assert left == {"simulation.duckdb", "simulation.duckdb.lock"}


def test_the_database_is_stored_for_older_releases(legacy: SharedRun, tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "old.duckdb"), config={"storage_compatibility_version": "v1.4.0"}) as connection:
        connection.execute("create table t as select 1")
    with duckdb.connect(str(tmp_path / "new.duckdb")) as connection:
        connection.execute("create table t as select 1")
    version = {path: path.read_bytes()[12:20] for path in (*tmp_path.glob("*.duckdb"), legacy.database)}
    assert version[legacy.database] == version[tmp_path / "old.duckdb"] != version[tmp_path / "new.duckdb"]
