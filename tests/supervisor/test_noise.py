"""What disturbed a command is told from what it did itself."""

import os
import subprocess
from pathlib import Path

import pytest

from harness.supervisor.system import Available
from harness.supervisor.witnesses import MachineMemory, RunQueue
from tests.supervisor.driving import PYTHON, WORKLOADS, Driver

BURN_ON_ONE = """
import os, time
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
for _ in range(COUNT - 1):
    if os.fork() == 0:
        break
while time.process_time() < 0.25:
    pass
try:
    while True:
        os.wait()
except ChildProcessError:
    pass
"""


def test_all_witnesses_are_heard(driver: Driver) -> None:
    noise = driver.run("sleep", "0.3")["noise"]
    shares = [noise.pop(name) for name in ("run_queue_share", "foreign_cpu_share", "steal_share")]
    shares += [noise.pop(name) for name in ("psi_cpu", "psi_memory", "psi_io") if Path("/proc/pressure").exists()]
    assert all(0 <= share <= 1 for share in shares)
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    assert 0 < noise.pop("least_available_bytes") <= total
    assert noise.pop("swap_out_pages") >= 0


def test_processes_that_share_a_processor_stand_in_the_queue(driver: Driver) -> None:
    # Each of the three can have a third of the processor at most, so it waits for two thirds of its time. They do
    # not start and end at the same moment, and what one did after the last look is lost.
    record = driver.run(*PYTHON, "-c", BURN_ON_ONE.replace("COUNT", "3"))
    assert 0.5 < record["noise"]["run_queue_share"] < 1


def test_the_last_account_of_the_command_counts(driver: Driver) -> None:
    # Two processes on one processor wait for half of their time. With one look per minute, only the first sees
    # anything, and that comes before the command has waited. The kernel divides by sessions first (sched(7),
    # autogroups): in this one the stranger would have to share its half with the other tests.
    program = [*PYTHON, "-c", BURN_ON_ONE.replace("COUNT", "1").replace("0.25", "60")]
    stranger = subprocess.Popen(program, start_new_session=True)
    try:
        record = driver.run(*PYTHON, "-c", BURN_ON_ONE.replace("COUNT", "1"), interval=60)
    finally:
        stranger.kill()
        stranger.wait()
    assert 0.3 < record["noise"]["run_queue_share"] < 1


def test_a_command_that_sleeps_does_not_stand_in_the_queue(driver: Driver) -> None:
    assert driver.run("sleep", "0.5")["noise"]["run_queue_share"] < 0.1


def test_work_of_others_is_foreign(driver: Driver) -> None:
    stranger = subprocess.Popen([*WORKLOADS, "burn", "60"])
    try:
        share = driver.run("sleep", "0.6")["noise"]["foreign_cpu_share"]
    finally:
        stranger.kill()
        stranger.wait()
    # It has one processor, or others have it.
    assert share > 0.8 / (os.cpu_count() or 1)


@pytest.mark.parametrize(
    ("waited", "ran", "wall", "expected"),
    [
        ([1], [3], 4, 0.25),  # one thread, busy all the time
        ([1], [1], 4, 0.25),  # one thread that sleeps for half of the time
        ([1, 1], [3, 3], 4, 0.25),  # two of them side by side
        ([2, 2], [2, 2], 4, 0.5),  # two on one processor
    ],
)
def test_the_queue_share_is_that_of_the_wall_or_of_the_time_that_threads_were_ready(
    waited: list[int], ran: list[int], wall: float, expected: float
) -> None:
    queue = RunQueue()
    second = 1_000_000_000
    queue.observe({thread: (ran[thread] * second, waited[thread] * second) for thread in range(len(ran))})
    queue.observe({})  # what has ended still counts
    assert queue.share(wall) == expected


def test_nothing_is_known_without_accounts() -> None:
    assert RunQueue().share(1.0) is None


def test_the_command_must_end_before_the_machine_has_no_memory_left() -> None:
    states = iter([Available(51, 1000), Available(50, 1000), Available(49, 1000), Available(700, 1000), None])
    memory = MachineMemory(lambda: next(states))
    assert [memory.is_short() for _ in range(5)] == [False, False, True, False, False]
    assert memory.least == 49
