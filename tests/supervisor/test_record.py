"""What the record says about a command, and what it is worth."""

import os
import signal
import subprocess
from datetime import datetime, timedelta

import pytest

from tests.supervisor.driving import PYTHON, SUPERVISOR, WORKLOADS, Driver

SECTIONS = {
    "schema_version", "argv", "exit_code", "killed_by", "problem", "started_at", "ended_at", "wall_seconds",
    "cpu_seconds", "cpu_user_seconds", "cpu_system_seconds", "memory", "io", "noise", "observer", "stragglers",
    "survivors",
}  # fmt: skip


def test_a_command_that_succeeds(driver: Driver) -> None:
    record = driver.run(*PYTHON, "-c", "import time; time.sleep(0.3)")
    assert record.keys() == SECTIONS
    assert record["schema_version"] == 1
    assert (record["exit_code"], record["killed_by"], record["problem"]) == (0, None, None)
    assert (record["stragglers"], record["survivors"]) == (0, [])
    assert record["wall_seconds"] >= 0.3
    started, ended = (datetime.fromisoformat(record[name]) for name in ("started_at", "ended_at"))
    assert started.utcoffset() == ended.utcoffset() == timedelta(0)
    assert (ended - started).total_seconds() >= 0.3


def test_a_command_that_fails_or_dies_of_a_signal(driver: Driver) -> None:
    assert driver.run("sh", "-c", "exit 7")["exit_code"] == 7
    record = driver.run("sh", "-c", "kill -SEGV $$")
    assert (record["exit_code"], record["killed_by"]) == (-signal.SIGSEGV, None)


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("no-such-program", "No such file or directory"),
        ("./no-such-program", "No such file or directory"),
        ("./not-executable", "Permission denied"),
        ("./no-format", "Exec format error"),
    ],
)
def test_a_command_that_cannot_be_started(driver: Driver, command: str, reason: str) -> None:
    (driver.folder / "not-executable").write_text("")
    (driver.folder / "no-format").write_text("\0")
    (driver.folder / "no-format").chmod(0o755)
    record = driver.finish(driver.start(command), exit_code=127)
    assert record["problem"] == f"cannot start {command!r} in {driver.folder}: {reason}"
    assert (record["exit_code"], record["killed_by"], record["argv"]) == (None, None, [command])


def test_arguments_arrive_as_they_were_given(driver: Driver) -> None:
    arguments = ["two words", "", "'quoted' \"twice\"", "Zürich – 東京 🏦", "--record", "--", "$HOME", "a\nb", "\udcff"]
    command = [*PYTHON, "-c", "import os, sys; print(list(map(os.fsencode, sys.argv[1:])))", *arguments]
    record = driver.run(*command, log=driver.log)
    assert record["argv"] == command
    assert driver.log.read_text() == f"{[os.fsencode(argument) for argument in arguments]}\n"


def test_a_command_gets_the_environment_as_it_was_given(driver: Driver) -> None:
    # In a C locale, Python would add LC_CTYPE to its own.
    given = {"PATH": os.environ["PATH"], "NAME": "Zürich = 東京", "PYTHONPATH": "/nowhere", "EMPTY": ""}
    finished = subprocess.run(driver.command("env"), env=given, capture_output=True, text=True, check=False)
    assert (finished.returncode, finished.stderr) == (0, "")
    assert sorted(finished.stdout.splitlines()) == sorted(f"{name}={value}" for name, value in given.items())


def test_a_command_reads_nothing_and_leads_a_session_of_its_own(driver: Driver) -> None:
    program = "import os, sys; print(repr(sys.stdin.read()), os.getsid(0) == os.getpid(), os.getcwd())"
    driver.run(*PYTHON, "-c", program, log=driver.log)
    assert driver.log.read_text() == f"'' True {driver.folder}\n"


def test_a_command_has_the_usual_signals(driver: Driver) -> None:
    # Python ignores SIGPIPE; a command that inherited that would complain instead of ending.
    record = driver.run("bash", "-c", "yes | head -1; exit ${PIPESTATUS[0]}", log=driver.log)
    assert record["exit_code"] == 128 + signal.SIGPIPE
    assert driver.log.read_text() == "y\n"


def test_output_and_errors_are_in_the_log_in_order(driver: Driver) -> None:
    driver.log.write_text("of an earlier run")
    driver.run("sh", "-c", "echo one; echo two >&2; echo three", log=driver.log)
    assert driver.log.read_text() == "one\ntwo\nthree\n"


def test_without_a_log_the_output_is_let_through(driver: Driver) -> None:
    supervisor = driver.start("sh", "-c", "echo out; echo err >&2")
    assert supervisor.communicate(timeout=60) == ("out\n", "err\n")


def test_cpu_time_is_that_of_the_whole_tree(driver: Driver) -> None:
    record = driver.run("sh", "-c", '"$@" & "$@"; wait', "sh", *WORKLOADS, "burn", "0.3")
    # Two times 0.3 s and what it takes to start the interpreters: less than half as much again.
    assert 0.6 <= record["cpu_seconds"] < 0.9
    assert record["cpu_seconds"] == pytest.approx(record["cpu_user_seconds"] + record["cpu_system_seconds"], abs=2e-6)


def test_orphans_that_nobody_waits_for_are_counted(driver: Driver) -> None:
    # On a file system that lies in memory, nothing is written to a disk.
    record = driver.run(*WORKLOADS, "orphan", driver.folder / "file")
    assert record["stragglers"] == 0
    assert 0.4 <= record["cpu_seconds"] < 0.8
    assert 20_000_000 <= record["io"]["write_characters"] < 20_100_000


def test_bytes_read_and_written_are_those_of_the_command_alone(driver: Driver) -> None:
    source = driver.folder / "source"
    source.write_bytes(b"x" * 3_000_000)
    record = driver.run("sh", "-c", "sleep 0.5; cat source > target")
    # The supervisor itself reads more than 100 kB of /proc in half a second; the program loader reads some of the rest.
    assert 3_000_000 <= record["io"]["read_characters"] < 3_050_000
    assert 3_000_000 <= record["io"]["write_characters"] < 3_001_000


def test_the_observer_tells_about_itself(driver: Driver) -> None:
    record = driver.run("sh", "-c", "sleep 0.5 & sleep 0.5 & wait", interval=0.02)
    observer = record["observer"]
    assert (observer["most_processes"], observer["interval_seconds"]) == (3, 0.02)
    assert 5 < observer["samples"] < 50
    assert 0 < observer["cpu_seconds"] < record["wall_seconds"]
    assert observer["core_share"] == pytest.approx(observer["cpu_seconds"] / record["wall_seconds"], rel=0.01)
    assert 5_000_000 < observer["peak_bytes"] < 20_000_000


def test_a_record_that_cannot_be_written_is_told(driver: Driver) -> None:
    driver.record = driver.folder / "sub" / "record.json"
    driver.record.parent.mkdir()
    supervisor = driver.start("rm", "-r", "sub")
    errors = supervisor.communicate(timeout=60)[1]
    assert supervisor.returncode == 2
    assert errors.startswith("supervisor: cannot write ")
    assert errors.endswith(": No such file or directory\n")
    assert errors.count("\n") == 1


def test_an_older_record_and_series_do_not_survive(driver: Driver) -> None:
    driver.record.write_text("older")
    series = driver.folder / "series.csv"
    series.write_text("older")
    supervisor = driver.start("sleep", "60", series=series)
    while len(driver.living()) < 2:  # the supervisor itself, then its command
        assert supervisor.poll() is None
    supervisor.kill()
    supervisor.wait()
    assert not driver.record.exists()
    assert not series.exists()


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ([], "the following arguments are required: --record"),
        (["--record", "r.json"], "there is no command; give it and its arguments after --"),
        (["--record", "r.json", "--"], "there is no command; give it and its arguments after --"),
        (
            ["--record", "r.json", "--max-log", "1", "--", "true"],
            "--max-log limits the file of --log, and there is none",
        ),
        (["--record", "no/r.json", "--", "true"], "--record: cannot write no/r.json: there is no directory no"),
        (["--record", "r.json", "--series", ".", "--", "true"], "--series: cannot write .: it is a directory"),
        (["--record", "r.json", "--log", "no/l", "--", "true"], "--log: cannot write no/l: No such file or directory"),
        (
            ["--record", "r.json", "--timeout", "-1", "--", "true"],
            "argument --timeout: '-1' is not a number of seconds above 0",
        ),
        (
            ["--record", "r.json", "--interval", "nan", "--", "true"],
            "argument --interval: 'nan' is not a number of seconds above 0",
        ),
        (
            ["--record", "r.json", "--max-memory", "1.5G", "--", "true"],
            "argument --max-memory: '1.5G' is not a whole number of bytes from 1 upwards",
        ),
        (["--record", "r.json", "--rec", "x", "--", "true"], "unrecognized arguments: --rec x"),
    ],
)
def test_a_command_line_that_is_wrong_is_refused_in_one_line(
    driver: Driver, options: list[str], complaint: str
) -> None:
    finished = subprocess.run([*SUPERVISOR, *options], cwd=driver.folder, capture_output=True, text=True, check=False)
    assert (finished.returncode, finished.stdout, finished.stderr) == (2, "", f"supervisor: {complaint}\n")
    assert list(driver.folder.iterdir()) == []
