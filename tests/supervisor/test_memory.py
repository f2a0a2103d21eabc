"""The true peak lies between lower and upper, for programs whose memory is known.

All numbers are MiB. The truth is what a program fills, counted by hand, plus its interpreters. One such interpreter
has about 9, of which 6 are pages of files that all of them share; 12 is the most that it may count as.
"""

import os
import platform
import sys
from dataclasses import dataclass

import pytest

from tests.supervisor.driving import MIB, PYTHON, WORKLOADS, Driver

INTERPRETER = 12


@dataclass(frozen=True)
class Seen:
    """What the supervisor says about the memory."""

    lower: float
    upper: float
    rss_sum: float
    largest: float


@pytest.fixture
def measure(driver: Driver) -> "Measure":
    return Measure(driver)


@dataclass(frozen=True)
class Measure:
    driver: Driver

    def __call__(self, *workload: str, **options: object) -> Seen:
        record = self.driver.run(*WORKLOADS, *workload, **options)
        memory = record["memory"]
        assert (record["exit_code"], record["killed_by"]) == (0, None)
        assert memory["lower"] <= memory["upper"]
        names = ("lower", "upper", "peak_rss_sum", "largest_process")
        return Seen(*(memory[name] / MIB for name in names))


def test_a_ramp_is_known_exactly(measure: Measure) -> None:
    seen = measure("ramp")
    assert 150 < seen.lower <= seen.upper < 150 + INTERPRETER


@pytest.mark.parametrize("milliseconds", ["5", "30"])
def test_a_spike_between_two_looks_is_known_exactly(measure: Measure, milliseconds: str) -> None:
    seen = measure("spike", milliseconds)
    assert 150 < seen.lower <= seen.upper < 150 + INTERPRETER


def test_shared_pages_count_once_in_the_lower_bound(measure: Measure) -> None:
    seen = measure("shared")
    filled = 100 + 4 * 25
    # Between two readings of the PSS a process may copy every page that it shares, so the upper bound counts all.
    assert filled - 10 < seen.lower < filled + 5 * INTERPRETER
    assert filled < seen.upper
    assert seen.rss_sum > 5 * 100 + 4 * 25


def test_parallel_processes_are_added_up(measure: Measure) -> None:
    seen = measure("parallel")
    # The peak is held for 0.6 s, and it is read at once: what is missing in lower is what shared pages cannot cost.
    assert 4 * 40 < seen.lower <= seen.upper < 4 * 40 + 5 * INTERPRETER


def test_processes_one_after_the_other_are_not_added_up(measure: Measure) -> None:
    seen = measure("sequential")
    assert 100 < seen.lower < 100 + 2 * INTERPRETER
    # One that vanishes and one that appears between two looks may have met; never three of the five.
    assert seen.lower <= seen.upper < 2 * 100 + 3 * INTERPRETER


def test_peaks_at_different_times_are_not_added_up(measure: Measure) -> None:
    seen = measure("staggered")
    # 110 in one and 10 in each other; on a machine that starves the supervisor, two peaks may fall into one look.
    assert 110 < seen.lower < 110 + 3 * 10 + 5 * INTERPRETER
    assert 110 + 3 * 10 < seen.upper < 2 * 110 + 2 * 10 + 5 * INTERPRETER


def test_a_program_smaller_than_the_supervisor_is_not_given_its_memory(driver: Driver) -> None:
    memory = driver.run("sleep", "0.2")["memory"]
    # ru_maxrss would say 16 MB, because it is inherited.
    assert 0 < memory["lower"] <= memory["upper"] < 4 * MIB


def test_a_process_that_no_look_has_seen_is_known_by_its_size(driver: Driver) -> None:
    # With one look per minute, only the first sees anything, and that comes before the memory is filled.
    memory = driver.run(*WORKLOADS, "spike", "5", interval=60)["memory"]
    assert 150 < memory["lower"] / MIB <= memory["upper"] / MIB < 150 + INTERPRETER


def test_a_spike_beside_another_process_is_added_to_it_in_the_upper_bound(measure: Measure) -> None:
    seen = measure("beside", "0.02")
    assert 150 < seen.lower < 50 + 150 + 2 * INTERPRETER
    assert 50 + 150 < seen.upper < 50 + 150 + 2 * INTERPRETER


def test_a_spike_that_no_look_has_seen_is_added_to_what_was_seen_before(measure: Measure) -> None:
    seen = measure("beside", "0.4", interval=0.3)  # looks at 0, 0.3 and 0.6 s, a spike after 0.4 s
    assert 150 < seen.lower < 50 + 150 + 2 * INTERPRETER
    assert seen.upper > 50 + 150


def test_what_another_thread_has_started_is_seen(driver: Driver) -> None:
    program = (
        "import subprocess, sys, threading\n"
        "threading.Thread(target=subprocess.run, args=(sys.argv[1:],)).start()\n"
        "threading.Event().wait(0.6)\n"
    )
    record = driver.run(*PYTHON, "-c", program, *WORKLOADS, "hold", "100", "0.4")
    assert record["memory"]["peak_rss_sum"] > 100 * MIB
    assert record["observer"]["most_processes"] == 2


def test_a_program_whose_first_thread_has_ended_is_still_seen(driver: Driver) -> None:
    end_this_thread = {"x86_64": 60, "aarch64": 93}[platform.machine()]  # the number of the system call exit
    program = (
        "import ctypes, os, threading, time\n"
        "def work():\n"
        "    time.sleep(0.1)\n"
        f"    held = bytearray(b'x') * (100 * {MIB})\n"
        "    time.sleep(0.3)\n"
        "    os._exit(0)\n"
        "threading.Thread(target=work).start()\n"
        f"ctypes.CDLL(None).syscall({end_this_thread}, 0)\n"
    )
    record = driver.run(*PYTHON, "-c", program)
    assert record["exit_code"] == 0
    assert 100 < record["memory"]["peak_rss_sum"] / MIB < 100 + INTERPRETER


def test_a_child_that_still_has_the_memory_of_its_parent_is_not_counted(driver: Driver) -> None:
    # Programs are started with vfork: until the child has become another program, both have one memory. This child
    # is held there by a pipe that nobody has opened yet.
    os.mkfifo(driver.folder / "pipe")
    program = (
        "import os, subprocess\n"
        f"held = bytearray(b'x') * (100 * {MIB})\n"
        "opener = subprocess.Popen(['sh', '-c', 'sleep 0.4; : > pipe'])\n"
        "action = (os.POSIX_SPAWN_OPEN, 0, 'pipe', os.O_RDONLY, 0)\n"
        "os.posix_spawn('/bin/true', ['true'], {}, file_actions=[action])\n"
        "os.wait(), os.wait()\n"
    )
    record = driver.run(*PYTHON, "-c", program)
    memory = record["memory"]
    assert (record["exit_code"], record["killed_by"]) == (0, None)
    for name in ("lower", "upper", "peak_pss", "peak_rss_sum"):
        assert 100 < memory[name] / MIB < 100 + 2 * INTERPRETER, name


def test_libraries_that_several_processes_share_count_once_in_both_bounds(driver: Driver) -> None:
    program = f"import time, numpy; held = bytearray(b'x') * (30 * {MIB}); time.sleep(0.4)"
    alone = driver.run(sys.executable, "-c", program)["memory"]
    both = driver.run("sh", "-c", '"$0" -c "$1" & "$0" -c "$1"; wait', sys.executable, program)["memory"]
    libraries = alone["upper"] - 30 * MIB
    assert 60 * MIB < both["lower"] <= both["upper"] < both["peak_rss_sum"]
    # Twice what was filled, the libraries once, and what each interpreter has for itself: at most another 60 %.
    assert both["upper"] < 60 * MIB + 1.6 * libraries
    assert both["peak_rss_sum"] > 60 * MIB + 1.9 * libraries
