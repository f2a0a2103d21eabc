"""A command that exceeds a limit is ended; one that does not is left alone."""

import signal

from tests.supervisor.driving import MIB, WORKLOADS, Driver


def test_a_command_that_lives_within_its_limits_is_left_alone(driver: Driver) -> None:
    record = driver.run(
        *WORKLOADS, "hold", "20", "0.2", timeout=30, max_memory=100 * MIB, max_log=10_000, log=driver.log
    )
    assert (record["exit_code"], record["killed_by"], record["stragglers"]) == (0, None, 0)


def test_too_much_memory_ends_the_command(driver: Driver) -> None:
    record = driver.run(*WORKLOADS, "hold", "150", "30", max_memory=100 * MIB)
    assert (record["killed_by"], record["exit_code"]) == ("memory", -signal.SIGKILL)
    assert record["memory"]["lower"] > 100 * MIB


def test_too_much_memory_of_many_small_processes_ends_the_command(driver: Driver) -> None:
    record = driver.run(*WORKLOADS, "parallel", max_memory=120 * MIB)
    assert record["memory"]["largest_process"] < 60 * MIB
    assert record["killed_by"] == "memory"


def test_shared_memory_is_not_too_much_memory(driver: Driver) -> None:
    record = driver.run(*WORKLOADS, "shared", max_memory=400 * MIB)
    assert record["memory"]["peak_rss_sum"] > 400 * MIB
    assert (record["exit_code"], record["killed_by"]) == (0, None)


def test_output_without_end_ends_the_command(driver: Driver) -> None:
    record = driver.run("yes", log=driver.log, max_log=1_000_000, timeout=60)
    assert (record["killed_by"], record["exit_code"]) == ("output", -signal.SIGKILL)
    assert driver.log.stat().st_size > 1_000_000
