"""Results depend on nothing but census, parameters, years and seed: not on shards, workers, machines or a crash."""

import multiprocessing
import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polars as pl
import pytest

from navigator_orchestrator.errors import NavigatorError
from navigator_orchestrator.polars_events.headcount import Origin
from navigator_orchestrator.polars_events.shards import shard_bounds
from navigator_orchestrator.polars_events.simulation import simulate
from tests.reference.relations import Relations
from tests.simulator.test_polars_runs import SEED, assert_equal, people, relations, simulated, tables

YEARS = range(2025, 2028)
CENSUS = people(500)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Relations:
    return simulated(CENSUS, tables(YEARS), YEARS, tmp_path_factory.mktemp("whole") / "out", shards=1)


@pytest.mark.parametrize("shards", [None, 4, 7, 8, 33])
def test_shards_change_nothing(shards: int | None, whole: Relations, tmp_path: Path) -> None:
    assert_equal(simulated(CENSUS, tables(YEARS), YEARS, tmp_path / "out", shards=shards), whole)


def test_an_earlier_end_changes_nothing_before_it(whole: Relations, tmp_path: Path) -> None:
    shorter = simulated(CENSUS, tables(YEARS), range(2025, 2027), tmp_path / "out")
    assert_equal(
        shorter,
        Relations(
            [row for row in whole.events if row[1] < 2027],
            [row for row in whole.snapshot if row[0] < 2027],
            [row for row in whole.headcount if row[0] < 2027],
        ),
    )


def test_the_order_of_the_census_rows_changes_nothing(whole: Relations, tmp_path: Path) -> None:
    shuffled = CENSUS.sample(fraction=1, shuffle=True, seed=7).sort("employee_id")
    assert_equal(simulated(shuffled, tables(YEARS), YEARS, tmp_path / "out", shards=3), whole)


def test_the_seed_changes_every_event_type(whole: Relations, tmp_path: Path) -> None:
    simulate(CENSUS, tables(YEARS), YEARS, SEED + 1, tmp_path / "out")
    other = relations(tmp_path / "out")
    for sequence in range(1, 12):
        assert {row for row in other.events if row[3] == sequence} != {
            row for row in whole.events if row[3] == sequence
        }


def test_shards_get_about_equal_work() -> None:
    origins = [Origin(size=1_000, employee_years=4_000), Origin(size=600, employee_years=800), Origin(400, 200)]
    bounds = shard_bounds(origins, 5)
    assert bounds == [0, 250, 500, 750, 1_000, 2_000]
    assert shard_bounds([], 3) == [0, 0, 0, 0]
    assert shard_bounds([Origin(1, 1)], 3) == [0, 0, 0, 1]


def test_an_executor_runs_the_shards_and_progress_is_told(whole: Relations, tmp_path: Path) -> None:
    told: list[str] = []
    with ThreadPoolExecutor(2) as executor:
        found = simulated(
            CENSUS, tables(YEARS), YEARS, tmp_path / "out", shards=40, executor=executor, on_progress=told.append
        )
    assert_equal(found, whole)
    assert told[0] == "head-count plan"
    assert told[-1] == f"40 of 40 shards, {len(whole.events):,} events"


def test_a_killed_worker_is_replaced(whole: Relations, tmp_path: Path) -> None:
    killed: list[int] = []
    told: list[str] = []

    def kill_after_the_first(progress: str) -> None:
        told.append(progress)
        if progress.startswith("1 of 9"):
            killed.append(_kill_workers())

    found = simulated(
        CENSUS, tables(YEARS), YEARS, tmp_path / "out", shards=9, workers=2, on_progress=kill_after_the_first
    )
    assert killed
    assert killed[0] > 0
    assert_equal(found, whole)
    # Finished shards were not run again.
    assert told[-1] == f"9 of 9 shards, {len(whole.events):,} events"
    assert not list((tmp_path / "out").rglob(".*"))


def test_workers_that_keep_dying_are_an_error_and_leave_no_output(tmp_path: Path) -> None:
    def kill(_progress: str) -> None:
        _kill_workers()

    with pytest.raises(NavigatorError, match="killed in each of 3 attempts"):
        simulate(CENSUS, tables(YEARS), YEARS, SEED, tmp_path / "out", shards=40, workers=2, on_progress=kill)
    with pytest.raises(NavigatorError, match="not a finished output"):
        relations(tmp_path / "out")


def _kill_workers() -> int:
    """Kill the worker processes; returns how many there were."""
    workers = [child.pid for child in multiprocessing.active_children() if child.pid is not None]
    for worker in workers:
        os.kill(worker, signal.SIGKILL)
    return len(workers)


@pytest.fixture
def polars_threads() -> Iterator[None]:
    before = os.environ.get("POLARS_MAX_THREADS")
    yield
    assert os.environ.get("POLARS_MAX_THREADS") == before


def test_workers_are_limited_to_one_thread_and_the_environment_is_put_back(
    polars_threads: None, whole: Relations, tmp_path: Path
) -> None:
    assert_equal(simulated(CENSUS, tables(YEARS), YEARS, tmp_path / "out", shards=3, workers=2), whole)


def test_dask_workers_run_the_same_shards(whole: Relations, tmp_path: Path) -> None:
    from distributed import Client, LocalCluster

    with (
        LocalCluster(
            n_workers=1,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address=None,
            local_directory=str(tmp_path / "dask"),
        ) as cluster,
        Client(cluster) as client,
    ):
        found = simulated(CENSUS, tables(YEARS), YEARS, tmp_path / "out", shards=3, executor=client.get_executor())
    assert_equal(found, whole)


def test_more_shards_than_employees_write_no_empty_files(tmp_path: Path) -> None:
    few = CENSUS.head(3)
    found = simulated(few, tables(YEARS), YEARS, tmp_path / "out", shards=20)
    assert_equal(found, simulated(few, tables(YEARS), YEARS, tmp_path / "whole"))
    for file in (tmp_path / "out" / "fct_workforce_snapshot").rglob("*.parquet"):
        assert pl.read_parquet(file, hive_partitioning=False).height > 0 or "s00000" in file.name
