"""Locking, leftovers and publishing, where a whole run would be too slow or too coarse to show them."""

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from navigator_orchestrator.errors import NavigatorError
from navigator_orchestrator.workspace import (
    absorb_write_ahead_log,
    exclusive,
    leftovers,
    refuse_if_busy,
    workspace,
)


def make_database(path: Path, *values: int) -> Path:
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table t (value integer)")
        connection.executemany("insert into t values (?)", [[value] for value in values])
    return path


def values(database: Path) -> list[int]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return [value for (value,) in connection.execute("from t order by 1").fetchall()]


def die_writing(database: Path, value: int) -> None:
    """Leave a committed insert in the write-ahead log alone."""
    code = "import duckdb, os, sys; connection = duckdb.connect(sys.argv[1])\n"
    code += f"connection.execute('insert into t values ({value})'); os._exit(0)"
    subprocess.run([sys.executable, "-c", code, str(database)], check=True)
    assert log_of(database).exists()


def log_of(database: Path) -> Path:
    return database.with_name(f"{database.name}.wal")


def publish(database: Path, run_id: str, *values: int) -> None:
    """One run: a database with `values` and a file of its own that it would read."""
    with workspace(database, run_id) as place:
        make_database(place.finished, *values)
        place.data.mkdir(parents=True)
        (place.data / "part.parquet").write_text(run_id)
        place.publish()


def test_publishing_replaces_the_database_and_its_log(tmp_path: Path) -> None:
    database = make_database(tmp_path / "x.duckdb", 1)
    die_writing(database, 2)
    with workspace(database, "id") as place:
        make_database(place.finished, 7)
        place.publish()
    assert values(database) == [7]
    assert [path.name for path in tmp_path.iterdir()] == ["x.duckdb"]


def test_only_the_files_of_the_last_run_stay_beside_the_database(tmp_path: Path) -> None:
    publish(tmp_path / "x.duckdb", "first", 1)
    publish(tmp_path / "x.duckdb", "second", 2)
    assert values(tmp_path / "x.duckdb") == [2]
    assert [path.name for path in (tmp_path / "x.duckdb.data").iterdir()] == ["second"]


def test_a_run_that_fails_takes_its_files_away_and_leaves_those_of_the_run_before(tmp_path: Path) -> None:
    publish(tmp_path / "x.duckdb", "first", 1)

    def fail() -> None:
        with workspace(tmp_path / "x.duckdb", "second") as place:
            place.data.mkdir(parents=True)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert values(tmp_path / "x.duckdb") == [1]
    assert [path.name for path in (tmp_path / "x.duckdb.data").iterdir()] == ["first"]


def test_a_log_is_folded_into_its_database(tmp_path: Path) -> None:
    database = make_database(tmp_path / "x.duckdb", 1)
    die_writing(database, 2)
    absorb_write_ahead_log(database)
    assert not log_of(database).exists()
    assert values(database) == [1, 2]


def test_a_log_without_its_database_does_not_meet_the_next_one(tmp_path: Path) -> None:
    lost = make_database(tmp_path / "x.duckdb", 1)
    die_writing(lost, 2)
    lost.unlink()
    with workspace(lost, "id") as place:
        make_database(place.finished, 7)
        place.publish()
    assert values(lost) == [7]
    assert not log_of(lost).exists()


def test_a_log_that_belongs_to_another_database_is_refused_and_kept(tmp_path: Path) -> None:
    database, other = make_database(tmp_path / "x.duckdb", 1), make_database(tmp_path / "other.duckdb", 1)
    die_writing(other, 2)
    log_of(other).rename(log_of(database))
    with pytest.raises(NavigatorError, match=r"x\.duckdb\.wal: does not fit x\.duckdb; move it away \(") as refused:
        absorb_write_ahead_log(database)
    assert "\n" not in str(refused.value)
    assert log_of(database).exists()


def test_leftovers_are_those_of_this_database_whatever_its_name(tmp_path: Path) -> None:
    database = tmp_path / "a[1]*.duckdb"
    for name in ("a[1]*.duckdb.run-1", "a1x.duckdb.run-2", "other.duckdb.run-3"):
        (tmp_path / name).mkdir()
    assert [path.name for path in leftovers(database)] == ["a[1]*.duckdb.run-1"]


def test_the_workspace_goes_whatever_happens(tmp_path: Path) -> None:
    class _SomethingError(Exception):
        pass

    def fail() -> None:
        with workspace(tmp_path / "x.duckdb", "id") as place:
            (place.folder / "file").write_text("half")
            raise _SomethingError

    with pytest.raises(_SomethingError):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_asking_whether_a_database_is_busy_writes_nothing(tmp_path: Path) -> None:
    refuse_if_busy(tmp_path / "x.duckdb")
    assert list(tmp_path.iterdir()) == []


def test_an_empty_file_may_become_a_database_and_other_files_may_not(tmp_path: Path) -> None:
    empty, short, text = (tmp_path / name for name in ("empty", "short", "text"))
    empty.touch()
    short.write_text("a,b")
    text.write_text("employee_id,birth_date\n")
    refuse_if_busy(empty)
    for path in (short, text):
        with pytest.raises(NavigatorError, match="is not a DuckDB file"):
            refuse_if_busy(path)


def test_a_folder_that_does_not_exist_is_told(tmp_path: Path) -> None:
    with (
        pytest.raises(NavigatorError, match=r"x\.lock: cannot be written \(No such file or directory\); choose a"),
        exclusive(tmp_path / "none" / "x"),
    ):
        pass
