"""Runs that others disturbed are measured again: each once at most, within a budget, and after an interruption, too."""

from pathlib import Path

import pytest

from harness.scale.cells import Cell
from harness.scale.journal import Journal
from harness.scale.outcome import Outcome, Status
from harness.scale.plan import PlannedRun, make_plan
from harness.scale.session import Session, remaining
from tests.scale.synthetic import measurement


class Machine:
    """Takes runs; `noisy` has the positions that are disturbed whenever they run. It stops before its `last` run."""

    def __init__(self, noisy: set[int], last: int | None = None) -> None:
        self.noisy, self.last = noisy, last
        self.taken: list[tuple[int, int]] = []

    def __call__(self, run: PlannedRun, attempt: int) -> Outcome:
        if len(self.taken) == self.last:
            raise KeyboardInterrupt
        self.taken.append((run.position, attempt))
        disturbed = ("foreign CPU 40% > 10%",) if run.position in self.noisy else ()
        return Outcome(run, attempt, Status.OK, "", measurement(1.0, 1_000_000), contaminated=disturbed)

    def begins(self, run: PlannedRun) -> None:
        """Nothing to tell."""

    def ended(self, outcome: Outcome) -> None:
        """Nothing to tell."""


def session_in(folder: Path, redos: int | None) -> Session:
    """A warm-up at position 0, and three runs of one cell."""
    plan = make_plan([Cell("optimized", 20, 1, 1)], 3, 1, {}, {})
    return Session.new(plan, Journal(folder), redos)


def test_a_run_that_is_always_disturbed_leaves_the_budget_to_others(tmp_path: Path) -> None:
    session, machine = session_in(tmp_path, 2), Machine({1, 3})
    session.run(machine, machine)
    assert machine.taken == [(0, 1), (1, 1), (1, 2), (2, 1), (3, 1), (3, 2)]
    assert session.redone == 2
    assert not list(remaining(session))


@pytest.mark.parametrize(("redos", "again"), [(1, [(1, 2)]), (0, [])])
def test_a_run_that_was_interrupted_while_it_was_measured_again_is_measured_again(
    tmp_path: Path, redos: int, again: list[tuple[int, int]]
) -> None:
    noisy = Machine({1}, last=2)
    with pytest.raises(KeyboardInterrupt):
        session_in(tmp_path, redos).run(noisy, noisy)
    session, quiet = Session.resumed(Journal(tmp_path), redos), Machine(set())
    session.run(quiet, quiet)
    assert quiet.taken == [*again, (2, 1), (3, 1)]
    assert session.redone == len(again)
    assert [outcome.attempt for outcome in session.settled()] == [1, 1 + len(again), 1, 1]


def test_a_resumed_session_stays_within_its_budget(tmp_path: Path) -> None:
    session, machine = session_in(tmp_path, 1), Machine({1, 2, 3})
    session.run(machine, machine)
    assert machine.taken == [(0, 1), (1, 1), (1, 2), (2, 1), (3, 1)]
    resumed, later = Session.resumed(Journal(tmp_path), 1), Machine(set())
    resumed.run(later, later)
    assert not later.taken
    raised = Session.resumed(Journal(tmp_path), 2)
    raised.run(later, later)
    assert later.taken == [(2, 2)]
