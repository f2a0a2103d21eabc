"""Going through a plan run by run, so that at any moment nothing is lost but the run that is under way."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from harness.scale.cells import Cell
from harness.scale.journal import Journal
from harness.scale.outcome import Outcome, Status
from harness.scale.plan import Plan, PlannedRun

REDO_SHARE = 0.1  # of the planned runs may be measured again because others disturbed them


class Measure(Protocol):
    """Takes a run."""

    def __call__(self, run: PlannedRun, attempt: int) -> Outcome:
        """Measure it."""


class Watcher(Protocol):
    """Is told how the session goes."""

    def begins(self, run: PlannedRun) -> None:
        """A run begins."""

    def ended(self, outcome: Outcome) -> None:
        """A run has ended."""


@dataclass
class Session:
    """A plan, and what came of its runs so far."""

    plan: Plan
    journal: Journal
    redos: int | None  # how many runs may be measured again; None: a share of the plan
    outcomes: list[Outcome] = field(default_factory=list)

    @classmethod
    def new(cls, plan: Plan, journal: Journal, redos: int | None) -> "Session":
        """A session of which nothing is done yet; the plan is on disk before the first run."""
        journal.write_plan(plan)
        return cls(plan, journal, redos)

    @classmethod
    def resumed(cls, journal: Journal, redos: int | None) -> "Session":
        """A session as its journal tells it; what failed is tried once more."""
        plan = journal.read_plan()
        return cls(plan, journal, redos, journal.read(plan))

    @property
    def redone(self) -> int:
        """How many runs were measured again because others had disturbed them."""
        return sum(o.is_disturbed for o in self.outcomes) - sum(o.is_disturbed for o in self.settled())

    def run(self, measure: Measure, watcher: Watcher) -> None:
        """Take all runs that are left."""
        failed: set[Cell] = set()
        for run in self.plan.runs:
            if run.cell in failed or self.is_done(run):
                continue  # a cell that failed once will fail again: the runs are deterministic
            outcome = self._take(run, measure, watcher)
            if self._is_to_be_redone(outcome):
                outcome = self._take(run, measure, watcher)
            if run.counts and outcome.status is not Status.OK:
                failed.add(run.cell)

    def is_done(self, run: PlannedRun) -> bool:
        """Whether a run ended well, and needs not be measured again."""
        attempts = self._attempts(run)
        return bool(attempts) and attempts[-1].status is Status.OK and not self._is_to_be_redone(attempts[-1])

    def extend(self, blocks: int, cells: Sequence[Cell]) -> None:
        """Plan more blocks."""
        self.plan = self.plan.extended(blocks, cells)
        self.journal.write_plan(self.plan)

    def settled(self) -> list[Outcome]:
        """What counts of each planned run: its last attempt. A failed cell has one entry that says so."""
        latest = {outcome.run.position: outcome for outcome in self.outcomes}
        return [latest[position] for position in sorted(latest)]

    def _take(self, run: PlannedRun, measure: Measure, watcher: Watcher) -> Outcome:
        watcher.begins(run)
        outcome = measure(run, len(self._attempts(run)) + 1)
        self.journal.append(outcome)
        self.outcomes.append(outcome)
        watcher.ended(outcome)
        return outcome

    def _is_to_be_redone(self, outcome: Outcome) -> bool:
        """Once at most if it was disturbed: a neighbour who stays would eat the whole budget in one run."""
        budget = max(2, round(REDO_SHARE * len(self.plan.runs))) if self.redos is None else self.redos
        again = sum(attempt.is_disturbed for attempt in self._attempts(outcome.run)) > 1
        return outcome.is_disturbed and not again and self.redone < budget

    def _attempts(self, run: PlannedRun) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.run.position == run.position]


def remaining(session: Session) -> Iterator[PlannedRun]:
    """The runs that have no good outcome yet, or are to be measured again."""
    return (run for run in session.plan.runs if not session.is_done(run))


def interrupted(session: Session) -> bool:
    """Whether it ended before its plan; of a cell that failed no more is taken."""
    failed = {outcome.run.cell for outcome in session.settled() if outcome.status is not Status.OK}
    return any(run.cell not in failed for run in remaining(session))
