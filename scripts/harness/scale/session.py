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
    redo_budget: int
    outcomes: list[Outcome] = field(default_factory=list)
    redone: int = 0  # runs that were measured again because others had disturbed them

    @classmethod
    def new(cls, plan: Plan, journal: Journal, redo_budget: int | None) -> "Session":
        """A session of which nothing is done yet; the plan is on disk before the first run."""
        journal.write_plan(plan)
        return cls(plan, journal, _redo_budget(plan, redo_budget))

    @classmethod
    def resumed(cls, journal: Journal, redo_budget: int | None) -> "Session":
        """A session as its journal tells it; what failed is tried once more."""
        plan = journal.read_plan()
        outcomes = journal.read(plan)
        settled = {outcome.run.position: outcome for outcome in outcomes}.values()
        redone = sum(1 for outcome in outcomes if outcome.is_disturbed and outcome not in settled)
        return cls(plan, journal, _redo_budget(plan, redo_budget), outcomes, redone)

    def run(self, measure: Measure, watcher: Watcher) -> None:
        """Take all runs that are left."""
        done_before = {outcome.run.position for outcome in self.outcomes if outcome.status is Status.OK}
        failed: set[Cell] = set()
        for run in self.plan.runs:
            if run.position in done_before or run.cell in failed:
                continue  # a cell that failed once will fail again: the runs are deterministic
            outcome = self._take(run, measure, watcher)
            if run.counts and outcome.status is not Status.OK:
                failed.add(run.cell)

    def extend(self, blocks: int, cells: Sequence[Cell]) -> None:
        """Plan more blocks."""
        self.plan = self.plan.extended(blocks, cells)
        self.journal.write_plan(self.plan)

    def settled(self) -> list[Outcome]:
        """What counts of each planned run: its last attempt. A failed cell has one entry that says so."""
        latest = {outcome.run.position: outcome for outcome in self.outcomes}
        return [latest[position] for position in sorted(latest)]

    def _take(self, run: PlannedRun, measure: Measure, watcher: Watcher) -> Outcome:
        """A run, and again if it was disturbed and the budget allows."""
        while True:
            attempt = 1 + sum(1 for outcome in self.outcomes if outcome.run.position == run.position)
            watcher.begins(run)
            outcome = measure(run, attempt)
            self.journal.append(outcome)
            self.outcomes.append(outcome)
            watcher.ended(outcome)
            if not outcome.is_disturbed or self.redone >= self.redo_budget:
                return outcome
            self.redone += 1


def _redo_budget(plan: Plan, asked: int | None) -> int:
    return max(2, round(REDO_SHARE * len(plan.runs))) if asked is None else asked


def remaining(session: Session) -> Iterator[PlannedRun]:
    """The runs that have no good outcome yet."""
    done = {outcome.run.position for outcome in session.outcomes if outcome.status is Status.OK}
    return (run for run in session.plan.runs if run.position not in done)
