"""Whatever a command does, nothing of it is left when the supervisor has ended."""

import json
import signal
import subprocess
import sys

import pytest

from tests.supervisor.driving import HOSTILE, PYTHON, Driver, runs, wait_until

TRIALS = 7


def start_hostile(driver: Driver, **options: object) -> subprocess.Popen[str]:
    """The hostile command, when all its processes are there: the main one, five more, and many that come and go."""
    ready = driver.folder / "ready"
    ready.unlink(missing_ok=True)
    supervisor = driver.start(*HOSTILE, ready, **options)
    wait_until(ready.exists)
    assert len(driver.living()) > 7
    return supervisor


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_the_hostile_tree(driver: Driver, number: signal.Signals) -> None:
    for _ in range(TRIALS):
        supervisor = start_hostile(driver)
        supervisor.send_signal(number)
        record = driver.finish(supervisor)
        assert driver.living() == []
        assert (record["killed_by"], record["exit_code"]) == (f"signal {number.name}", -signal.SIGKILL)
        assert record["survivors"] == []


def test_the_timeout_ends_the_hostile_tree(driver: Driver) -> None:
    record = driver.finish(start_hostile(driver, timeout=1))
    assert driver.living() == []
    assert (record["killed_by"], record["exit_code"], record["survivors"]) == ("timeout", -signal.SIGKILL, [])
    assert record["wall_seconds"] >= 1


def test_what_another_thread_has_started_is_ended_too(driver: Driver) -> None:
    program = (
        "import subprocess, threading\n"
        "threading.Thread(target=subprocess.run, args=(['setsid', 'sleep', '60'],)).start()\n"
        "threading.Event().wait()\n"
    )
    supervisor = driver.start(sys.executable, "-c", program)
    wait_until(lambda: len(driver.living()) == 3)
    supervisor.terminate()
    assert driver.finish(supervisor)["survivors"] == []
    assert driver.living() == []


def test_orphans_that_have_ended_do_not_pile_up(driver: Driver) -> None:
    program = (
        "import os, pathlib, time\n"
        "for _ in range(20):\n"
        "    if os.fork() == 0:\n"
        "        os.fork()\n"
        "        os._exit(0)\n"
        "    os.wait()\n"
        "time.sleep(0.5)\n"
        "parent = os.getppid()\n"
        "print(len(pathlib.Path(f'/proc/{parent}/task/{parent}/children').read_text().split()))\n"
    )
    driver.run(*PYTHON, "-c", program, log=driver.log)
    assert driver.log.read_text() == "1\n"  # the command itself


def test_processes_that_outlive_the_command_are_counted_and_ended(driver: Driver) -> None:
    record = driver.run("sh", "-c", "sleep 60 & setsid sleep 60 & exit 3")
    assert driver.living() == []
    assert (record["stragglers"], record["exit_code"], record["killed_by"]) == (2, 3, None)
    assert record["wall_seconds"] < 60


def test_processes_that_end_just_after_the_command_are_no_stragglers(driver: Driver) -> None:
    assert driver.run("sh", "-c", "sleep 0.05 &")["stragglers"] == 0


def test_without_its_supervisor_the_command_dies(driver: Driver) -> None:
    supervisor = driver.start("sleep", "60")
    wait_until(lambda: len(driver.living()) == 2)
    (command,) = set(driver.living()) - {supervisor.pid}
    supervisor.kill()
    supervisor.wait()
    wait_until(lambda: not runs(command))


def test_when_its_starter_dies_the_supervisor_ends_the_tree(driver: Driver) -> None:
    # The starter is a shell in between; it says the pid of the supervisor, which then runs the hostile command.
    ready = driver.folder / "ready"
    arguments = driver.command(*HOSTILE, ready)
    starter = subprocess.Popen(["sh", "-c", '"$@" & wait', "sh", *arguments], cwd=driver.folder, env=driver.environment)
    wait_until(ready.exists)
    starter.kill()
    starter.wait()
    wait_until(driver.record.exists)
    assert json.loads(driver.record.read_text())["killed_by"] == "signal SIGTERM"
    wait_until(lambda: driver.living() == [])


def test_a_supervisor_whose_starter_is_already_dead_starts_nothing(driver: Driver) -> None:
    dead = subprocess.Popen(["true"])
    dead.wait()
    marker = driver.folder / "started"
    record = driver.run("touch", marker, parent=dead.pid)
    assert (record["killed_by"], record["exit_code"]) == ("signal SIGTERM", None)
    assert not marker.exists()
