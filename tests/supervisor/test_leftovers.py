"""After a supervisor that was killed itself, its file tells whom to end, and nobody else is ended."""

import json
import subprocess
from pathlib import Path

import pytest

from harness.supervisor.killing import end_leftovers
from tests.supervisor.driving import PYTHON, Driver, wait_until

LEAVES_OTHERS = """
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
for _ in range(3):
    if os.fork() == 0:
        os.setsid()
        break
time.sleep(60)
"""


def test_after_a_killed_supervisor_its_leftovers_can_be_ended(driver: Driver) -> None:
    tree = driver.folder / "tree.json"
    supervisor = driver.start(*PYTHON, "-c", LEAVES_OTHERS, tree=tree)
    wait_until(lambda: tree.exists() and len(json.loads(tree.read_text())["processes"]) == 4)
    supervisor.kill()
    supervisor.wait()
    wait_until(lambda: len(driver.living()) == 3)  # the kernel ends the first one
    assert end_leftovers(tree) in (3, 4)  # the first one may still be on its way out
    assert driver.living() == []
    assert not tree.exists()


def test_leftovers_with_the_pid_but_not_the_start_time_are_strangers(driver: Driver) -> None:
    tree = driver.folder / "tree.json"
    supervisor = driver.start("sleep", "60", tree=tree)
    wait_until(lambda: tree.exists() and len(driver.living()) == 2)
    content = json.loads(tree.read_text())
    supervisor.terminate()
    driver.finish(supervisor)
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        dead = content["supervisor"]
        tree.write_text(json.dumps(content | {"supervisor": dead, "processes": [[stranger.pid, dead[1]]]}))
        assert end_leftovers(tree) == 0
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_processes_of_a_living_supervisor_are_no_leftovers(driver: Driver) -> None:
    tree = driver.folder / "tree.json"
    supervisor = driver.start("sleep", "60", tree=tree)
    wait_until(tree.exists)
    assert end_leftovers(tree) == 0
    assert len(driver.living()) == 2
    supervisor.terminate()
    driver.finish(supervisor)
    assert not tree.exists()


@pytest.mark.parametrize("content", [None, "", "{}", '{"boot": 1', "[]", '{"boot": "another", "processes": [[1, 1]]}'])
def test_a_tree_file_that_says_nothing_ends_nothing(tmp_path: Path, content: str | None) -> None:
    tree = tmp_path / "tree.json"
    if content is not None:
        tree.write_text(content)
    assert end_leftovers(tree) == 0


def test_a_command_that_removes_the_tree_file_and_its_folder_is_measured(driver: Driver) -> None:
    folder = driver.folder / "sub"
    folder.mkdir()
    record = driver.run("sh", "-c", "rm -r sub; sleep 0.2 & sleep 0.2; wait", tree=folder / "tree.json")
    assert (record["exit_code"], record["observer"]["most_processes"]) == (0, 3)
    assert not folder.exists()


def test_the_next_run_ends_the_leftovers_of_its_tree_file(driver: Driver) -> None:
    tree = driver.folder / "tree.json"
    supervisor = driver.start(*PYTHON, "-c", LEAVES_OTHERS, tree=tree)
    wait_until(lambda: tree.exists() and len(json.loads(tree.read_text())["processes"]) == 4)
    supervisor.kill()
    supervisor.wait()
    driver.run("true", tree=tree)
    assert driver.living() == []
