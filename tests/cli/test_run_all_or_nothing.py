"""A run is all or nothing: whatever ends it early, the previous database stays as it was and nothing goes on."""

import os
import pty
import select
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import psutil
import pytest

from tests.conftest import ROOT, Finished, Navigator

SMALL = ("run", "--years", "2025", "--optimization", "legacy", "--employees", "20", "--database", "x.duckdb")
DEADLINE = 60.0


@pytest.fixture
def previous(tmp_path: Path) -> Path:
    """A database that an earlier run has left."""
    path = tmp_path / "x.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table earlier as select 1 as answer")
    return path


@pytest.fixture
def stub_dbt(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Navigator]:
    """The command line with `body` in place of dbt, so that a run is quickly where it is to be disturbed."""

    def make(body: str) -> Navigator:
        folder = tmp_path_factory.mktemp("stub")
        package = folder / "dbt" / "cli"
        package.mkdir(parents=True)
        (package.parent / "__init__.py").touch()
        (package / "__init__.py").touch()
        (package / "main.py").write_text(f"import os, sys, time\n\n\ndef cli():\n    {body}\n")
        return Navigator(tmp_path_factory.mktemp("run"), {"PYTHONPATH": f"{folder}{os.pathsep}{ROOT}"})

    return make


@pytest.fixture
def endless(stub_dbt: Callable[[str], Navigator], previous: Path) -> Navigator:
    """The command line in the previous database's folder, with a dbt that never ends."""
    return Navigator(previous.parent, stub_dbt("time.sleep(600)").environment)


def until(condition: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < deadline, f"waited {DEADLINE} s for: {what}"
        time.sleep(0.02)


def dbt_of(run: subprocess.Popen[str]) -> psutil.Process:
    """The run's dbt process, as soon as there is one."""
    until(lambda: run.poll() is not None or psutil.Process(run.pid).children(), "dbt to be started")
    assert run.poll() is None, run.communicate()
    return psutil.Process(run.pid).children()[0]


def gone(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def answers(database: Path) -> list[tuple[int, ...]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute("from earlier order by all").fetchall()


def test_a_killed_run_leaves_the_previous_database_and_the_next_run_tells_how_to_clean_up(
    endless: Navigator, previous: Path
) -> None:
    content = previous.read_bytes()
    run = endless.start(*SMALL)
    dbt = dbt_of(run)
    run.kill()
    run.communicate()
    assert previous.read_bytes() == content
    (leftover,) = previous.parent.glob("x.duckdb.run-*")
    until(lambda: gone(dbt), "the killed run's dbt to end")

    # The next one is a real run, of one year, and says what to type.
    finished = Navigator(previous.parent)(*SMALL, "--json")
    assert finished.returncode == 0, finished
    hint, command = finished.stderr.strip().split("to remove what it left behind: ")
    assert hint == f"navigator: an earlier run on {previous} was killed; "
    assert command == f"rm -r {leftover}"
    subprocess.run(shlex.split(command), check=True)
    assert names(previous.parent) == ["x.duckdb", "x.duckdb.lock"]
    with duckdb.connect(str(previous), read_only=True) as connection:
        years = connection.execute("select distinct simulation_year from fct_workforce_snapshot").fetchall()
        assert connection.execute("select engine, start_year, end_year, status from run_record").fetchall() == [
            ("legacy", 2025, 2025, "complete")
        ]
    assert years == [(2025,)]


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_an_interrupted_run_takes_everything_with_it(
    endless: Navigator, previous: Path, number: signal.Signals, code: int
) -> None:
    content = previous.read_bytes()
    run = endless.start(*SMALL)
    dbt = dbt_of(run)
    run.send_signal(number)
    stdout, stderr = run.communicate(timeout=DEADLINE)
    assert (run.returncode, stdout) == (code, "")
    assert stderr == "navigator: interrupted; nothing half-written was left\n"
    until(lambda: gone(dbt), "the interrupted run's dbt to end")
    assert names(previous.parent) == ["x.duckdb", "x.duckdb.lock"]
    assert previous.read_bytes() == content


def test_a_terminal_sees_year_and_stage(endless: Navigator) -> None:
    ours, theirs = pty.openpty()
    run = endless.start(*SMALL, stderr=theirs)
    os.close(theirs)
    dbt_of(run)
    shown = os.read(ours, 1000).decode() if select.select([ours], [], [], 5)[0] else "nothing"
    run.terminate()
    run.communicate()
    os.close(ours)
    assert "2025  legacy: dbt run  0 events so far" in shown


def test_a_second_run_on_a_database_is_refused_at_once(endless: Navigator, previous: Path) -> None:
    run = endless.start(*SMALL)
    try:
        dbt_of(run)
        started = time.monotonic()
        # Refused before the census is made: this one takes longer.
        message = endless.refusal("run", "--employees", "2000000", "--database", "x.duckdb")
        assert time.monotonic() - started < 5
        assert message == f"{previous}: another run is writing it; wait for it or choose a --database"
        assert len(list(previous.parent.glob("x.duckdb.run-*"))) == 1
        assert run.poll() is None
    finally:
        run.terminate()
        run.communicate()


@pytest.mark.parametrize("mode", ["read_only=True", "read_only=False"])
def test_a_database_that_is_open_elsewhere_is_refused(navigator: Navigator, previous: Path, mode: str) -> None:
    code = f"import duckdb, sys; c = duckdb.connect(sys.argv[1], {mode}); print('open', flush=True); sys.stdin.read()"
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(previous)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout
        assert holder.stdout.readline() == "open\n"
        assert navigator.refusal(*SMALL) == f"{previous}: is open in another process; close it there first"
    finally:
        holder.communicate()


def test_a_failing_dbt_is_told_and_changes_nothing(stub_dbt: Callable[[str], Navigator], previous: Path) -> None:
    stub = stub_dbt("print('Database Error in model int_hires'); sys.stderr.write('noise'); sys.exit(1)")
    content = previous.read_bytes()
    message = Navigator(previous.parent, stub.environment).refusal(*SMALL)
    assert message == "dbt failed in 2025 (exit 1):\nDatabase Error in model int_hires"
    assert names(previous.parent) == ["x.duckdb", "x.duckdb.lock"]
    assert previous.read_bytes() == content


def test_options_of_dbt_in_the_environment_do_not_reach_it(stub_dbt: Callable[[str], Navigator]) -> None:
    # DBT_FULL_REFRESH would drop the years before, DBT_TARGET send the run elsewhere.
    navigator = stub_dbt("print(sorted(name for name in os.environ if name.startswith('DBT_'))); sys.exit(1)")
    foreign = {"DBT_FULL_REFRESH": "true", "DBT_TARGET": "prod", "DBT_ENGINE_EMPTY": "1", "DBT_DEV_EMPLOYEE_LIMIT": "9"}
    message = navigator.refusal(*SMALL, **foreign)
    assert message.endswith("\n['DBT_SEND_ANONYMOUS_USAGE_STATS']")


def test_a_disk_that_fills_up_under_dbt_is_told_and_changes_nothing(previous: Path) -> None:
    content = previous.read_bytes()
    finished = run_with_largest_file(200_000, previous.parent)
    assert (finished.returncode, finished.stdout) == (2, "")
    assert finished.stderr.startswith("navigator: dbt failed in 2025 (exit 2):\n")
    assert finished.stderr.endswith("File too large\n")
    assert names(previous.parent) == ["x.duckdb", "x.duckdb.lock"]
    assert previous.read_bytes() == content


def run_with_largest_file(size: int, folder: Path) -> Finished:
    """A run in which no file may grow beyond `size` bytes: a full disk without needing one."""
    code = f"""
import resource, runpy, sys
resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))
sys.argv = ["navigator", *{SMALL!r}]
runpy.run_module("navigator_orchestrator", run_name="__main__")
"""
    return subprocess.run(
        [sys.executable, "-B", "-c", code],  # -B: bytecode must not be cut off
        cwd=folder,
        env=Navigator(folder).variables(),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture
def full_disk(tmp_path: Path, previous: Path) -> Iterator[Path]:
    """A file system with hardly more room than the previous database takes, where mounting is allowed."""
    folder = tmp_path / "disk"
    folder.mkdir()
    size = previous.stat().st_size + 8_192
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a small file system cannot be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_disk_that_is_full_from_the_start_is_told_and_changes_nothing(full_disk: Path, previous: Path) -> None:
    shutil.copy(previous, full_disk)
    message = Navigator(full_disk).refusal(*SMALL)
    assert "No space left on device" in message
    assert "\n" not in message
    assert names(full_disk) == ["x.duckdb", "x.duckdb.lock"]
    assert (full_disk / "x.duckdb").read_bytes() == previous.read_bytes()


def test_what_a_killed_writer_left_in_its_log_is_not_lost(stub_dbt: Callable[[str], Navigator], previous: Path) -> None:
    leave_log(previous)
    stub = stub_dbt("sys.exit(1)")
    Navigator(previous.parent, stub.environment).refusal(*SMALL)
    assert answers(previous) == [(1,), (2,)]
    assert names(previous.parent) == ["x.duckdb", "x.duckdb.lock"]


def leave_log(database: Path) -> None:
    """Insert 2 and die before it is in the file."""
    code = "import duckdb, os, sys; c = duckdb.connect(sys.argv[1]); c.execute('insert into earlier values (2)');"
    code += "os._exit(0)"
    subprocess.run([sys.executable, "-c", code, str(database)], check=True)
    assert database.with_name("x.duckdb.wal").stat().st_size > 0
