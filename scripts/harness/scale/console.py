"""What the terminal shows: one plain line for each run, or a grid for someone who watches, and the verdicts."""

import sys

from rich import box
from rich.console import Console as Terminal
from rich.table import Table as Rich
from rich.text import Text

from harness.progress import Progress
from harness.reports.tables import Table, aligned
from harness.scale.document import Report
from harness.scale.estimate import seconds_left
from harness.scale.grid import Grid
from harness.scale.outcome import Outcome, Status
from harness.scale.plan import PlannedRun
from harness.scale.reports.tables import verdicts_table
from harness.scale.session import Session, remaining
from harness.scale.settings import MemoryBudget
from harness.scale.statistics.verdict import Verdict
from harness.scale.units import duration, seconds, size

COLOURS = {"PASS": "green", "FAIL": "red", "INCONCLUSIVE": "yellow", "NOT JUDGED": "yellow"}


class Console:
    """Tells how a session goes."""

    def __init__(self, session: Session, budget: MemoryBudget) -> None:
        self._session, self._budget = session, budget
        self._grid = Grid(session, budget) if sys.stdout.isatty() else None
        self.progress: Progress = self._grid or Progress("scale")

    def begins(self, run: PlannedRun) -> None:
        """Say what runs now."""
        if self._grid:
            self._grid.running(run.cell)

    def ended(self, outcome: Outcome) -> None:
        """Say what a run took; in the grid only what is out of the ordinary."""
        line = f"[{outcome.run.position + 1}/{len(self._session.plan.runs)}] {outcome.run.cell}: "
        if self._grid is None:
            left = seconds_left(self._session.outcomes, (run.cell for run in remaining(self._session)))
            self.say(f"{line}{_told(outcome, self._budget)} ({duration(left)} left)")
        elif outcome.status is not Status.OK:
            self.say(line + _told(outcome, self._budget))

    def say(self, line: str) -> None:
        """A line that stays."""
        if self._grid:
            self._grid.say(line)
        else:
            print(line, flush=True)

    def stop(self) -> None:
        """Leave a clean terminal."""
        self.progress.stop()


def print_verdicts(report: Report) -> None:
    """The table of verdicts, and what an open or failed one rests on."""
    table = verdicts_table(report.analysis.judged)
    if sys.stdout.isatty():
        Terminal(highlight=False).print(_coloured(table))
    else:
        print("", *aligned((table.header, *table.rows)), "", sep="\n")
    for line in report.analysis.judged:
        told = "; ".join(filter(None, (line.detail, line.decide and f"to decide: {line.decide}")))
        if line.verdict is not Verdict.PASS and told:
            print(f"{line.question}: {told}")
    for part in report.analysis.parts:
        if part.verdict is Verdict.FAIL:
            what = f"{part.kind} {part.name} of {part.mode}"
            print(f"{what} grows as {part.law}, {part.share:.0%} of all at the largest size")
    for mode in report.unsharded:
        print(f"{mode} does not shard: it ran with one shard only")


def _coloured(table: Table) -> Rich:
    shown = Rich(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in table.header:
        shown.add_column(name, overflow="fold")
    for verdict, *rest in table.rows:
        shown.add_row(Text(verdict, COLOURS[verdict]), *map(Text, rest))
    return shown


def _told(outcome: Outcome, budget: MemoryBudget) -> str:
    measured = outcome.measurement
    told = []
    if measured:
        memory = f"{size(measured.memory.upper)} ({measured.memory.upper / budget.bytes:.1%} of the budget)"
        told = [f"{seconds(measured.wall_seconds)}, {seconds(measured.cpu_seconds)} CPU, {memory}"]
    if not outcome.run.counts:
        told.append("warm-up")
    if outcome.status is not Status.OK:
        told.append(f"{outcome.label}: {outcome.detail}")
    if outcome.contaminated:
        told.append(f"disturbed: {', '.join(outcome.contaminated)}")
    return "; ".join(told)
