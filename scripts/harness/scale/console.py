"""What the terminal shows: one plain line for each run, or a grid for someone who watches, and the verdicts."""

import sys

from rich import box
from rich.console import Console as Terminal
from rich.table import Table
from rich.text import Text

from harness.progress import Progress
from harness.scale.document import Report
from harness.scale.estimate import seconds_left
from harness.scale.grid import Grid
from harness.scale.outcome import Outcome, Status
from harness.scale.plan import PlannedRun
from harness.scale.session import Session, remaining
from harness.scale.settings import MemoryBudget
from harness.scale.statistics.verdict import Interval, Verdict
from harness.scale.units import duration, seconds, size

COLOURS = {Verdict.PASS: "green", Verdict.FAIL: "red", Verdict.INCONCLUSIVE: "yellow", Verdict.NOT_JUDGED: "yellow"}
PLAIN_WIDTH = 200


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
        left = seconds_left(self._session.outcomes, (run.cell for run in remaining(self._session)))
        line = f"[{outcome.run.position + 1}/{len(self._session.plan.runs)}] {outcome.run.cell}: "
        if self._grid is None:
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
    terminal = Terminal(highlight=False, width=None if sys.stdout.isatty() else PLAIN_WIDTH)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("verdict", "question", "result", "interval", "limit"):
        table.add_column(name, overflow="fold")
    for line in report.analysis.judged:
        verdict = Text(line.verdict.replace("_", " "), COLOURS[line.verdict])
        table.add_row(verdict, line.question, line.result, shown(line.interval, line.unit), line.limit)
    terminal.print(table)
    for line in report.analysis.judged:
        told = "; ".join(filter(None, (line.detail, line.decide and f"to decide: {line.decide}")))
        if line.verdict is not Verdict.PASS and told:
            print(f"{line.question}: {told}")
    for part in report.analysis.parts:
        if part.verdict is Verdict.FAIL and part.exponent:
            grown = f"n^{part.exponent.estimate:.2f} ({part.exponent.low:.2f}–{part.exponent.high:.2f})"
            print(
                f"{part.kind} {part.name} of {part.mode} grows as {grown}, {part.share:.0%} of all at the largest size"
            )
    for mode in report.unsharded:
        print(f"{mode} does not shard: it ran with one shard only")


def shown(interval: Interval | None, unit: str) -> str:
    """An interval in the unit of its verdict."""
    if interval is None:
        return ""
    if unit == "bytes":
        return f"{size(interval.low)}–{size(interval.high)}"
    return f"{interval.low:.2f}–{interval.high:.2f}"


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
