"""The optimized and the polars engine from the command line: what they leave, and that they leave it whole or not."""

import json
import signal
import subprocess
import time
from pathlib import Path

import duckdb
import pytest

from tests.conftest import Navigator

RELATIONS = [
    "employee_state_by_year",
    "fct_headcount_plan",
    "fct_workforce_snapshot",
    "fct_yearly_events",
    "run_record",
]
DEADLINE = 60.0


def record(database: Path) -> tuple[object, ...]:
    with duckdb.connect(str(database), read_only=True) as connection:
        row = connection.execute("select engine, optimization, shards, threads, status from run_record").fetchone()
    assert row is not None
    return row


def relations(database: Path) -> list[str]:
    with duckdb.connect(str(database), read_only=True) as connection:
        listed = connection.execute("select table_name from information_schema.tables").fetchall()
    return sorted(name for (name,) in listed if name in RELATIONS)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("--optimization medium", ("optimized", "medium", 1, 1, "complete")),
        ("--optimization high --shards 3 --threads 2", ("optimized", "high", 3, 2, "complete")),
        ("--optimization polars --shards 2", ("polars", "polars", 2, 1, "complete")),
    ],
)
def test_the_engine_that_ran_is_on_record(
    navigator: Navigator, arguments: str, expected: tuple[str, str, int, int, str]
) -> None:
    finished = navigator("run", "--years", "2025", "--employees", "60", "--database", "x.duckdb", *arguments.split())
    assert (finished.returncode, finished.stderr) == (0, "")
    assert record(navigator.folder / "x.duckdb") == expected
    assert relations(navigator.folder / "x.duckdb") == RELATIONS


def test_the_witness_counts_the_rows_that_are_there(navigator: Navigator) -> None:
    choice = ("--years", "2025", "2026", "--employees", "60", "--optimization", "polars", "--json")
    told = json.loads(navigator("run", *choice, "--database", "x.duckdb").stdout)
    with duckdb.connect(str(navigator.folder / "x.duckdb"), read_only=True) as connection:
        counted = dict(connection.execute("select event_type, count(*) from fct_yearly_events group by 1").fetchall())
        stored = connection.execute("select witness from run_record").fetchone()
    assert {name: rows for name, rows in told["witness"]["events"].items() if rows} == counted
    assert stored is not None
    assert json.loads(stored[0]) == told["witness"]


def test_the_legacy_flag_makes_the_legacy_writers_write(navigator: Navigator) -> None:
    choice = ("--years", "2025", "--employees", "20", "--optimization", "polars", "--database", "x.duckdb")
    finished = navigator("run", *choice, FEATURE_FLAG_LEGACY_EVENTS="true")
    assert finished.returncode == 0
    assert "FEATURE_FLAG_LEGACY_EVENTS=true: the legacy writers write" in finished.stderr
    assert record(navigator.folder / "x.duckdb")[:2] == ("legacy", "legacy")


@pytest.mark.parametrize(
    ("mode", "number", "code"),
    [
        ("medium", signal.SIGTERM, 143),
        ("polars", signal.SIGTERM, 143),
        ("polars", signal.SIGINT, 130),
        ("polars", signal.SIGKILL, -signal.SIGKILL),
    ],
)
def test_a_run_that_ends_early_leaves_the_database_before_it(
    navigator: Navigator, mode: str, number: signal.Signals, code: int
) -> None:
    small = ("--years", "2025", "--employees", "30", "--optimization", "polars", "--database", "x.duckdb")
    assert navigator("run", *small).returncode == 0
    database = navigator.folder / "x.duckdb"
    before = (database.read_bytes(), readable(database))
    large = ("--years", "2025", "2029", "--employees", "300000", "--optimization", mode, "--database", "x.duckdb")
    run = navigator.start("run", *large)
    wait_for_workspace(run, navigator.folder)
    run.send_signal(number)
    run.communicate(timeout=DEADLINE)
    # Interrupted, polars may end the process by the signal itself; a shell sees 130 either way.
    assert run.returncode in ({code, -number} if (mode, number) == ("polars", signal.SIGINT) else {code})
    assert (database.read_bytes(), readable(database)) == before
    left = [path.name for path in navigator.folder.glob("*.run-*")]
    assert len(left) == (1 if number == signal.SIGKILL else 0)


def test_the_files_of_a_polars_run_go_when_another_engine_writes(navigator: Navigator) -> None:
    choice = ("--years", "2025", "--employees", "30", "--database", "x.duckdb", "--optimization")
    assert navigator("run", *choice, "polars").returncode == 0
    assert (navigator.folder / "x.duckdb.data").exists()
    assert navigator("run", *choice, "medium").returncode == 0
    assert sorted(path.name for path in navigator.folder.iterdir()) == ["x.duckdb", "x.duckdb.lock"]


def readable(database: Path) -> int:
    with duckdb.connect(str(database), read_only=True) as connection:
        row = connection.execute("select count(*) from fct_workforce_snapshot").fetchone()
    assert row is not None
    return int(row[0])


def wait_for_workspace(run: "subprocess.Popen[str]", folder: Path) -> None:
    deadline = time.monotonic() + DEADLINE
    while not list(folder.glob("*.run-*")):
        assert run.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
