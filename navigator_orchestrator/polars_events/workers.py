"""Run tasks on an executor: few in flight, so that memory stays bounded; a killed worker's tasks run again."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from multiprocessing import get_context
from typing import TypeVar

from navigator_orchestrator.errors import NavigatorError

ATTEMPTS = 3
IN_FLIGHT_PER_WORKER = 2

T = TypeVar("T")


def run_on(
    executor: Executor, count: int, submit: Callable[[Executor, int], Future[T]], done: dict[int, T], in_flight: int
) -> None:
    """Run the tasks 0 … count−1 that have no result in `done` and put their results there, as they come.

    Raises:
        BrokenExecutor: a worker died; what was finished before stands in `done`.
    """
    waiting = iter([number for number in range(count) if number not in done])
    running: dict[Future[T], int] = {}
    while True:
        while len(running) < in_flight and (number := next(waiting, None)) is not None:
            running[submit(executor, number)] = number
        if not running:
            return
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            done[running.pop(future)] = future.result()


def run_in_processes(
    workers: int, count: int, submit: Callable[[Executor, int], Future[T]], done: dict[int, T]
) -> None:
    """As `run_on`, in spawned processes of one thread each; a pool that lost a worker is replaced.

    Raises:
        NavigatorError: workers keep dying.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with _single_threaded_polars(), ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
                run_on(pool, count, submit, done, workers * IN_FLIGHT_PER_WORKER)
            return
        except BrokenExecutor as error:
            if attempt == ATTEMPTS:
                raise NavigatorError(
                    f"polars: a worker process was killed in each of {ATTEMPTS} attempts (memory?);"
                    f" use fewer workers or more shards; shards left: {count - len(done)}"
                ) from error


@contextmanager
def _single_threaded_polars() -> Iterator[None]:
    """Workers read the variable when they import polars; here polars has read it already."""
    name = "POLARS_MAX_THREADS"
    before = os.environ.get(name)
    os.environ[name] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before
