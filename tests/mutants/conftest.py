"""Fixtures of the mutants, and the kill table at the end of the session."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.conftest import SharedRun, _alone
from tests.mutants import kill_table
from tests.mutants.bases import Bases
from tests.mutants.stage import Stage

SIMULATION = ("--years", "2025", "2027", "--employees", "300", "--json", "--optimization")


@pytest.fixture(scope="session")
def bases(tmp_path_factory: pytest.TempPathFactory, shared_run: Callable[..., SharedRun]) -> Bases:
    """The equal pairs, made by whichever worker asks first."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "bases"
    folder.mkdir(exist_ok=True)
    made, found = folder / "made", Bases(folder)
    with _alone(folder / "lock"):
        if not made.exists():
            found.build(*(shared_run(*SIMULATION, mode).database for mode in ("medium", "polars")))
            made.touch()
    return found


@pytest.fixture
def stage(tmp_path: Path, bases: Bases, shared_run: Callable[..., SharedRun]) -> Iterator[Stage]:
    """A place for one mutant; its large files are gone afterwards."""
    with ExitStack() as closing:
        yield Stage(tmp_path, bases, shared_run, closing)
    for pattern in ("*.duckdb", "*.parquet"):
        for path in tmp_path.rglob(pattern):
            path.unlink()


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, exitstatus: pytest.ExitCode, config: pytest.Config
) -> None:
    """Print and write what the workers found."""
    reports = [report for kind in ("passed", "failed", "error") for report in terminalreporter.getreports(kind)]
    found = kill_table.found_in(reports, int(exitstatus))
    if not found.rows and kill_table.OUTPUT not in os.environ:  # no mutant was asked for
        return
    path = kill_table.write(found, getattr(config, "_tmp_path_factory").getbasetemp())  # noqa: B009  pytest's own, untyped
    terminalreporter.section("kill table of the parity gate")
    for line in kill_table.lines(found.rows):
        terminalreporter.line(line)
    terminalreporter.line(f"\n{found.counts}\n{path}")
