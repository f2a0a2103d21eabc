"""The oracles of our own target: they fit it, leave no parameter out, and each identity can be broken."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import yaml

from harness.oracle_settings import Oracles
from harness.parity.oracles.agreement import check_oracles
from harness.target_file import load_target
from harness.workload import fill

ROOT = Path(__file__).resolve().parents[2]
LOADED = load_target("navigator")
ORACLES = LOADED.target.oracles or Oracles()
RULES = {rule.name: rule.sql for rule in (ORACLES.identities.rules if ORACLES.identities else ())}
RELATIONS = ("fct_yearly_events", "fct_workforce_snapshot", "fct_headcount_plan", "employee_state_by_year")


def test_the_oracles_fit_the_target() -> None:
    check_oracles(LOADED)
    assert all(getattr(ORACLES, name) for name in Oracles.model_fields)


def test_every_parameter_is_a_knob_or_says_why_not() -> None:
    assert ORACLES.knobs
    files = sorted((ROOT / "config" / "parameters").glob("*.yaml"))
    parameters = [name for file in files for name in yaml.safe_load(file.read_text(encoding="utf-8"))]
    tried = {knob.name: knob.key.partition(".")[0] for knob in ORACLES.knobs.parameters}
    assert all(name == key for name, key in tried.items())
    assert not tried.keys() & ORACLES.knobs.not_tried.keys()
    assert {*tried, *ORACLES.knobs.not_tried} == {*parameters, "simulation_config.yaml"}


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A result with tables in place of views, and the census that it was made from."""
    folder = tmp_path_factory.mktemp("navigator")
    census, made = folder / "census.parquet", folder / "made.duckdb"
    _navigator("census", "--employees", "300", "--seed", "7", "--out", str(census))
    _navigator("run", "--years", "2025", "2026", "--census", str(census), "--optimization", "polars", "--shards", "1",
               "--database", str(made))  # fmt: skip
    tables = folder / "tables.duckdb"
    with duckdb.connect(str(tables)) as connection:
        connection.execute(f"ATTACH '{made}' AS made (READ_ONLY)")
        for name in RELATIONS:
            connection.execute(f"CREATE TABLE {name} AS FROM made.{name}")
    return tables, census


@pytest.fixture
def connection(result: tuple[Path, Path]) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(result[0])) as opened:
        opened.execute("BEGIN")
        yield opened
        opened.execute("ROLLBACK")


def _navigator(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "navigator_orchestrator", *arguments], cwd=ROOT, check=True)


def _broken(connection: duckdb.DuckDBPyConnection, census: Path) -> set[str]:
    values = {"census": str(census), "start_year": "2025"}
    return {name for name, sql in RULES.items() if connection.execute(fill(sql, values)).fetchall()}


def test_all_identities_hold(connection: duckdb.DuckDBPyConnection, result: tuple[Path, Path]) -> None:
    assert _broken(connection, result[1]) == set()


_STAYS = "(simulation_year, employee_id) = (2025, (SELECT min(employee_id) FROM fct_workforce_snapshot WHERE {}))"
_STATE = "UPDATE fct_workforce_snapshot SET {} WHERE " + _STAYS.format(
    "simulation_year = 2026 AND is_enrolled AND enrollment_date IS NOT NULL"
)
_EVENT = "UPDATE fct_yearly_events SET {} WHERE event_id = (SELECT min(event_id) FROM fct_yearly_events WHERE {})"
_GONE = "DELETE FROM fct_yearly_events WHERE event_id = (SELECT min(event_id) FROM fct_yearly_events WHERE {})"
FAULTS = [
    ("keys_are_unique", "INSERT INTO fct_yearly_events FROM fct_yearly_events LIMIT 1"),
    ("keys_are_unique", _EVENT.format("event_id = event_id + 1", "event_sequence = 9")),
    ("keys_are_unique", "INSERT INTO fct_workforce_snapshot FROM fct_workforce_snapshot LIMIT 1"),
    ("headcount_equation", "UPDATE fct_headcount_plan SET target_headcount = target_headcount + 1"),
    ("headcount_equation", "UPDATE fct_headcount_plan SET hires = hires + 1"),
    (
        "headcount_equation",
        "UPDATE fct_headcount_plan SET starting_headcount = 7, hires = hires + starting_headcount - 7",
    ),
    (
        "growth_starts_at_the_census",
        (
            "UPDATE fct_headcount_plan SET starting_headcount = 7, hires = hires + starting_headcount - 7"
            " WHERE simulation_year = 2025"
        ),
    ),
    ("plan_counts_the_events", _GONE.format("event_type = 'hire'")),
    ("plan_counts_the_events", _EVENT.format("event_type = 'departure'", "event_type = 'termination'")),
    ("plan_counts_the_events", _STATE.format("is_active = false")),
    (
        "nobody_leaves_twice",
        (
            "INSERT INTO fct_yearly_events SELECT * REPLACE (event_sequence + 20 AS event_sequence, -1 AS event_id)"
            " FROM fct_yearly_events WHERE event_type = 'termination' LIMIT 1"
        ),
    ),
    ("nobody_comes_back", _STATE.format("is_active = false")),
    ("events_fall_into_employment", _EVENT.format("event_date = event_date - 1", "event_type = 'hire'")),
    ("events_fall_into_employment", _EVENT.format("event_date = event_date + 366", "event_type = 'raise'")),
    ("events_fall_into_employment", "DELETE FROM fct_workforce_snapshot WHERE NOT is_active"),
    ("employment_is_replayed", _STATE.format("hire_date = hire_date - 1")),
    ("employment_is_replayed", _STATE.format("is_active = false")),
    ("employment_is_replayed", _GONE.format("event_type = 'termination'")),
    ("employment_is_replayed", _GONE.format("event_type = 'hire'")),
    ("salary_is_replayed", _STATE.format("current_salary = current_salary + 1")),
    ("salary_is_replayed", _STATE.format("current_level = current_level + 1")),
    ("salary_is_replayed", _GONE.format("event_type = 'promotion' AND simulation_year = 2026")),
    ("raises_are_what_the_salary_grew_by", _EVENT.format("amount = amount + 1", "event_type = 'raise'")),
    ("enrollment_is_replayed", _STATE.format("is_enrolled = NOT is_enrolled")),
    ("enrollment_is_replayed", _STATE.format("deferral_rate = deferral_rate + 1")),
    ("enrollment_is_replayed", _STATE.format("enrollment_date = enrollment_date - 1")),
    ("enrollment_is_replayed", _GONE.format("event_type = 'enrollment'")),
    ("enrollment_is_replayed", _GONE.format("event_type = 'enrollment_change'")),
    ("enrollment_is_replayed", _GONE.format("event_type = 'deferral_escalation'")),
    ("balance_is_replayed", _STATE.format("account_balance = account_balance + 1")),
    ("balance_is_replayed", _STATE.format("employee_contribution = employee_contribution + 1")),
    ("balance_is_replayed", _STATE.format("employer_match = employer_match + 1")),
    ("balance_is_replayed", _STATE.format("investment_return = investment_return + 1")),
    ("balance_is_replayed", _GONE.format("event_type = 'investment_return'")),
    ("view_is_the_snapshot", _STATE.format("age = age + 1")),
]


@pytest.mark.parametrize(("name", "fault"), FAULTS, ids=[f"{name}-{number}" for number, (name, _) in enumerate(FAULTS)])
def test_a_planted_fault_breaks_the_identity(
    name: str, fault: str, connection: duckdb.DuckDBPyConnection, result: tuple[Path, Path]
) -> None:
    changed = connection.execute(fault).fetchone()
    assert changed
    assert changed[0] > 0
    assert name in _broken(connection, result[1])


def test_every_identity_has_a_fault() -> None:
    assert {name for name, _ in FAULTS} == RULES.keys()
