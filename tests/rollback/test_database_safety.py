"""No row may be lost or invented: writers in between, logs that were left, backups that are corrupt."""

import json
import time
from pathlib import Path

import duckdb
import pytest

from rollback.tools import backup
from rollback.tools.errors import PreconditionError
from tests.rollback import fixture_databases, writers
from tests.rollback.checkout import Checkout
from tests.rollback.conftest import Stage
from tests.rollback.fixture_databases import events

ORIGINAL = fixture_databases.ALL[0].rows
LATE = [(1_000_000 + i, "late", 1) for i in range(10)]
OLD_FORMAT, NEW_FORMAT = "v1.2.0", "v1.4.0"
BEFORE_SWITCH, BEFORE_PROMOTE = "stage done", "switch done"


def kill_after(checkout: Checkout, line: str) -> None:
    """Kill the rollback right after a line of its journal."""
    finished = checkout("execute", "--yes", FAULT=f"kill {line} 1")
    assert finished.returncode == -9, finished


def make_database(checkout: Checkout, storage: str) -> None:
    """The same database, in the format of an older or a newer DuckDB."""
    checkout.database.unlink()
    source = checkout.databases / "optimized-all.duckdb"
    with duckdb.connect() as connection:
        connection.execute(f"attach '{source}' as source (read_only)")
        connection.execute(f"attach '{checkout.database}' as target (storage_version '{storage}')")
        connection.execute("copy from database source to target")


def test_an_open_database_is_refused_and_nothing_is_done(checkout: Checkout) -> None:
    before = checkout.picture()
    with writers.holding_open(checkout.database):
        assert "open in another process" in checkout.refusal(70, "execute", "--yes")
    assert checkout.picture() == before


def test_a_writer_that_holds_the_database_at_the_switch_stops_it(checkout: Checkout) -> None:
    kill_after(checkout, BEFORE_SWITCH)
    with writers.holding_open(checkout.database):
        assert "open in another process" in checkout.refusal(70, "resume", "--yes")
        assert checkout.git("branch", "--show-current") == "main"
    checkout.succeeds("resume", "--yes")
    assert checkout.status()["condition"] == "rolled-back"


def test_a_run_of_the_simulator_that_is_going_on_stops_the_switch(checkout: Checkout) -> None:
    kill_after(checkout, BEFORE_SWITCH)
    lock = checkout.database.with_name("simulation.duckdb.lock")
    lock.touch()
    with writers.holding_lock(lock):
        assert "being simulated" in checkout.refusal(70, "resume", "--yes")
    assert checkout.git("branch", "--show-current") == "main"


def test_rows_written_after_the_backup_stop_the_switch_and_are_in_the_next_backup(checkout: Checkout) -> None:
    kill_after(checkout, BEFORE_SWITCH)
    writers.write(checkout.database)
    assert "was written after its backup" in checkout.refusal(70, "resume", "--yes")
    assert checkout.git("branch", "--show-current") == "main"
    checkout.succeeds("execute", "--yes")
    checkout.succeeds("restore", "--yes")
    assert events(checkout.database) == ORIGINAL + LATE
    checkout.assert_tidy()


def test_rows_written_between_switch_and_promotion_survive_the_restore(checkout: Checkout) -> None:
    kill_after(checkout, BEFORE_PROMOTE)
    writers.write(checkout.database)
    assert "was written after its backup" in checkout.refusal(70, "resume", "--yes")
    checkout.succeeds("restore", "--yes")
    assert checkout.git("branch", "--show-current") == "main"
    assert events(checkout.database) == ORIGINAL + LATE


@pytest.mark.parametrize("leave", [writers.write, writers.write_and_die])
def test_rows_written_while_rolled_back_are_kept_but_not_mixed_in(checkout: Checkout, leave: writers.Leave) -> None:
    checkout.succeeds("execute", "--yes")
    leave(checkout.database)
    checkout.succeeds("restore", "--yes")
    assert events(checkout.database) == ORIGINAL
    assert events(checkout.newest() / "left.duckdb") == ORIGINAL + LATE
    checkout.assert_tidy()


def changes_of_the_database_step(checkout: Checkout, file: Path) -> dict[tuple[str, str], str]:
    """What `restore` does at the database: event and file, with the order that kills it right before."""
    checkout.succeeds("restore", "--yes", FAULT=f"record {file}")
    lines = map(json.loads, file.read_text().splitlines())
    return {
        (event, Path(path).name.partition(".rollback-")[0]): f"kill restore.database begin {number}"
        for step, _, number, event, path in lines
        if step == "restore.database"
    }


def test_rows_in_a_log_are_kept_by_a_restore_that_is_killed(stage: Stage, tmp_path: Path) -> None:
    checkout = stage.set(stage.rolled_back)
    writers.write_and_die(checkout.database)
    orders = changes_of_the_database_step(checkout, tmp_path / "changes")
    moments = ("open", "left.duckdb.part"), ("os.remove", "simulation.duckdb.wal"), ("os.rename", "simulation.duckdb")
    for moment in moments:
        checkout = stage.set(stage.rolled_back)
        writers.write_and_die(checkout.database)
        assert checkout("restore", "--yes", FAULT=orders[moment]).returncode == -9
        checkout.succeeds("restore", "--yes")
        assert events(checkout.newest() / "left.duckdb") == ORIGINAL + LATE
        assert not (checkout.newest() / "left-2.duckdb").exists()
        assert events(checkout.database) == ORIGINAL


def test_rows_written_after_a_restore_that_was_killed_are_kept_beside_those_before(
    stage: Stage, tmp_path: Path
) -> None:
    checkout = stage.set(stage.rolled_back)
    writers.write_and_die(checkout.database)
    order = changes_of_the_database_step(checkout, tmp_path / "changes")["os.rename", "simulation.duckdb"]
    checkout = stage.set(stage.rolled_back)
    writers.write_and_die(checkout.database)
    assert checkout("restore", "--yes", FAULT=order).returncode == -9
    writers.write(checkout.database, "insert into fct_yearly_events values (2000000, 'later', 1)")
    checkout.succeeds("restore", "--yes")
    assert events(checkout.newest() / "left.duckdb") == ORIGINAL + LATE
    assert events(checkout.newest() / "left-2.duckdb") == [*ORIGINAL, (2_000_000, "later", 1)]
    assert events(checkout.database) == ORIGINAL


@pytest.mark.parametrize("storage", [OLD_FORMAT, NEW_FORMAT])
def test_rows_in_a_log_that_a_killed_writer_left_come_back(checkout: Checkout, storage: str) -> None:
    make_database(checkout, storage)
    writers.write_and_die(checkout.database)
    checkout.succeeds("execute", "--yes")
    checkout.assert_rolled_back()
    checkout.succeeds("restore", "--yes")
    assert events(checkout.database) == ORIGINAL + LATE
    checkout.assert_tidy()


@pytest.mark.parametrize("storage", [OLD_FORMAT, NEW_FORMAT])
def test_a_log_of_the_promoted_database_is_not_replayed_into_the_restored_one(checkout: Checkout, storage: str) -> None:
    make_database(checkout, storage)
    checkout.succeeds("execute", "--yes")
    writers.write_and_die(checkout.database)
    checkout.succeeds("restore", "--yes")
    assert events(checkout.database) == ORIGINAL


def test_a_database_that_was_removed_while_rolled_back_comes_back(checkout: Checkout) -> None:
    checkout.succeeds("execute", "--yes")
    checkout.database.unlink()
    checkout.succeeds("restore", "--yes")
    assert events(checkout.database) == ORIGINAL


def corrupt(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_a_corrupt_backup_is_found_before_anything_is_changed(checkout: Checkout) -> None:
    before = checkout.picture()
    kill_after(checkout, "environment done")
    corrupt(checkout.newest() / "backup.duckdb")
    assert "this backup is corrupt" in checkout.refusal(72, "resume", "--yes")
    assert checkout.picture() == before


def test_a_backup_that_rotted_is_not_restored_over_a_good_database(checkout: Checkout) -> None:
    checkout.succeeds("execute", "--yes")
    promoted = checkout.database.read_bytes()
    rotten = checkout.newest() / "backup.duckdb"
    good = rotten.read_bytes()
    corrupt(rotten)
    assert "this backup is corrupt" in checkout.refusal(72, "restore", "--yes")
    assert checkout.database.read_bytes() == promoted
    rotten.write_bytes(good)
    checkout.succeeds("resume", "--yes")
    assert events(checkout.database) == ORIGINAL


def test_files_that_a_database_reads_through_views_come_back(checkout: Checkout) -> None:
    data = checkout.database.with_name("simulation.duckdb.data") / "run"
    data.mkdir(parents=True)
    with duckdb.connect(str(checkout.database)) as connection:
        connection.execute(f"copy fct_yearly_events to '{data}/events.parquet' (format parquet)")
        connection.execute("drop table fct_yearly_events")
        connection.execute(f"create view fct_yearly_events as from read_parquet('{data}/events.parquet')")
    checkout.succeeds("execute", "--yes")
    (data / "events.parquet").unlink()
    checkout.succeeds("restore", "--yes")
    assert events(checkout.database) == ORIGINAL


def test_an_attempt_at_a_backup_is_right_or_refused(tmp_path: Path) -> None:
    attempts(tmp_path, 10)


@pytest.mark.slow
def test_two_hundred_attempts_are_right_or_refused(tmp_path: Path) -> None:
    attempts(tmp_path, 200)


def attempts(tmp_path: Path, number: int) -> None:
    """Against a writer that comes and goes: no attempt may be wrong, and some must succeed."""
    database, python = tmp_path / "live.duckdb", writers.PYTHON
    with duckdb.connect(str(database)) as connection:
        connection.execute("create table pile (i bigint, t varchar); create table tally (rows bigint)")
        connection.execute("insert into tally values (0)")
    right, last = 0, 0
    with writers.coming_and_going(database):
        for attempt in range(number * 100):
            folder = tmp_path / str(attempt)
            folder.mkdir()
            try:
                backup.take(database, folder, python, lambda: None)
            except PreconditionError:
                time.sleep(0.01)
                continue
            last = rows_of_an_untorn_copy(
                folder / "backup.duckdb", json.loads((folder / "contents.json").read_text()), last
            )
            right += 1
            if right == number:
                break
    assert right == number


def rows_of_an_untorn_copy(copy: Path, contents: dict[str, dict[str, list[str]]], at_least: int) -> int:
    with duckdb.connect(str(copy), read_only=True) as connection:
        found = connection.execute("select (select count(*) from pile), (select max(rows) from tally)").fetchone()
    assert found
    rows, tally = found
    assert rows == tally >= at_least
    assert contents["relations"]["main.pile"][0] == str(rows)
    return int(rows)
