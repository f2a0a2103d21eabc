"""The dbt project is usable by itself, gives what the orchestrator gives, and its tests notice damage."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from tests.conftest import ROOT, Finished, Navigator, SharedRun

MARTS = ("fct_yearly_events", "fct_workforce_snapshot", "fct_headcount_plan")

# Damage to a finished database, and the test of the project that must notice it.
DAMAGES = {
    "delete from fct_yearly_events where event_type = 'contribution' and simulation_year = 2026": (
        "assert_balance_is_the_sum_of_its_events"
    ),
    "update fct_yearly_events set event_date = event_date + 400 where event_type = 'raise'": (
        "assert_events_fall_into_employment"
    ),
    "update fct_headcount_plan set hires = hires + 1 where simulation_year = 2025": ("assert_headcount_target_is_met"),
    "insert into fct_yearly_events by name select * replace (event_id + 50 as event_id, 12 as event_sequence)"
    " from fct_yearly_events where event_type = 'termination'": "assert_nobody_terminates_twice",
    "delete from fct_yearly_events where event_type = 'hire' and simulation_year = 2026": (
        "assert_plan_counts_the_events"
    ),
    "update fct_yearly_events set salary = salary + 1 where event_type = 'raise'": (
        "assert_snapshot_is_the_events_replayed"
    ),
    "insert into fct_workforce_snapshot from fct_workforce_snapshot limit 1": "unique_combination_fct_workforce",
    "update fct_yearly_events set event_type = 'sabbatical' where event_type = 'promotion'": (
        "accepted_values_fct_yearly_events"
    ),
}


@pytest.fixture
def dbt(tmp_path: Path) -> Callable[..., Finished]:
    """`dbt` as typed inside a copy of the project."""
    project = tmp_path / "dbt"
    shutil.copytree(ROOT / "dbt", project, ignore=shutil.ignore_patterns("*.duckdb*", "target", "logs"))

    def run(*arguments: str, **variables: int) -> Finished:
        options = ("--vars", json.dumps(variables)) if variables else ()
        return subprocess.run(
            [Path(sys.executable).with_name("dbt"), "--no-use-colors", *arguments, *options],
            cwd=project,
            env=Navigator(project).variables(),
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    return run


def test_the_project_works_by_itself_and_gives_what_the_orchestrator_gives(
    dbt: Callable[..., Finished], tmp_path: Path, legacy: SharedRun
) -> None:
    database = tmp_path / "dbt" / "simulation.duckdb"

    def must(*arguments: str, **variables: int) -> None:
        finished = dbt(*arguments, **variables)
        assert finished.returncode == 0, finished.stdout

    # The first two commands that its users know.
    must("seed", "--select", "census_data", "comp_levers")
    must("run", "--select", "stg_census_data", "int_baseline_workforce", simulation_year=2025, dev_employee_limit=100)
    with duckdb.connect(str(database), read_only=True) as connection:
        for model in ("stg_census_data", "int_baseline_workforce"):
            assert connection.execute(f"select count(*), max(employee_id) from {model}").fetchall() == [(100, 100)]

    must("seed")
    must("run", simulation_year=2025, dev_employee_limit=150)
    must("run", simulation_year=2026, dev_employee_limit=150)
    with duckdb.connect(str(database), read_only=True) as connection:
        connection.execute(f"attach '{legacy.database}' as orchestrated (read_only)")
        for mart in MARTS:
            assert connection.execute(f"select count(*) > 0 from {mart}").fetchall() == [(True,)]
            assert differences(connection, mart, f"orchestrated.{mart}") == []


def differences(connection: duckdb.DuckDBPyConnection, left: str, right: str) -> list[tuple[object, ...]]:
    query = f"(from {left} except all from {right}) union all (from {right} except all from {left})"
    return connection.execute(query).fetchall()


def test_its_tests_pass_on_a_finished_run_and_notice_damage(
    dbt: Callable[..., Finished], tmp_path: Path, legacy: SharedRun
) -> None:
    database = tmp_path / "dbt" / "simulation.duckdb"
    shutil.copy(legacy.database, database)
    passed = dbt("test")
    assert passed.returncode == 0, passed.stdout
    assert "PASS=" in passed.stdout
    assert "pay_is_prorated_by_days_of_a_leap_year" in passed.stdout

    with duckdb.connect(str(database)) as connection:
        for damage in DAMAGES:
            connection.execute(damage)
    failed = dbt("test", "--select", "test_type:data")
    assert failed.returncode == 1
    failures = [line for line in failed.stdout.splitlines() if "Failure in test " in line]
    assert [test for test in DAMAGES.values() if not any(test in line for line in failures)] == []
