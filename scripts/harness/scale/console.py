"""The terminal: one plain line for each run, and for someone who watches a grid of the cells."""

import sys

from rich import box
from rich.console import Console as Terminal
from rich.table import Table
from rich.text import Text

from harness.progress import Progress
from harness.scale.document import Report
from harness.scale.estimate import seconds_left
from harness.scale.outcome import Outcome, Status
from harness.scale.plan import PlannedRun
from harness.scale.session import Session, remaining
from harness.scale.settings import MemoryBudget
from harness.scale.statistics.verdict import Verdict
from harness.scale.units import duration, seconds, size

COLOURS = {Verdict.PASS: "green", Verdict.FAIL: "red", Verdict.INCONCLUSIVE: "yellow", Verdict.NOT_JUDGED: "yellow"}


class Console:
    """Tells how a session goes."""

    def __init__(self, session: Session, budget: MemoryBudget, progress: Progress) -> None:
        self._session, self._budget, self._progress = session, budget, progress

    def begins(self, run: PlannedRun, attempt: int) -> None:
        """Say what runs now and how long all will take."""
        eta = duration(seconds_left(self._session.outcomes, (left.cell for left in remaining(self._session))))
        again = " again" if attempt > 1 else ""
        self._progress.start(f"{self._counted(run)} {run.cell}{again}, about {eta} left")

    def ended(self, outcome: Outcome) -> None:
        """Say what a run took."""
        self.say(f"{self._counted(outcome.run)} {outcome.run.cell}: {_told(outcome, self._budget)}")

    def say(self, line: str) -> None:
        """A line of its own, above the one that moves."""
        if sys.stderr.isatty():
            print("\r\033[K", end="", file=sys.stderr, flush=True)
        print(line, flush=True)

    def _counted(self, run: PlannedRun) -> str:
        return f"[{run.position + 1}/{len(self._session.plan.runs)}]"


def print_verdicts(report: Report) -> None:
    """The table of verdicts, and what is odd about the session."""
    terminal = Terminal(highlight=False, soft_wrap=not sys.stdout.isatty(), width=None if sys.stdout.isatty() else 200)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("verdict", "question", "result", "90 % interval", "limit"):
        table.add_column(name, overflow="fold")
    for line in report.analysis.judged:
        interval = f"{line.interval.low:.3g}–{line.interval.high:.3g}" if line.interval and line.unit != "bytes" else ""
        table.add_row(Text(line.verdict, COLOURS[line.verdict]), line.question, line.result, interval, line.limit)
    terminal.print(table)
    for line in report.analysis.judged:
        if line.verdict is not Verdict.PASS:
            terminal.print(f"{line.question}: {'; '.join(filter(None, (line.detail, line.decide)))}", markup=False)


def _told(outcome: Outcome, budget: MemoryBudget) -> str:
    measured = outcome.measurement
    told = []
    if measured:
        memory = f"{size(measured.memory.upper)} ({measured.memory.upper / budget.bytes:.1%} of the budget)"
        told = [f"{seconds(measured.wall_seconds)}, {seconds(measured.cpu_seconds)} CPU, {memory}"]
    if not outcome.run.counts:
        told.append("warm-up")
    if outcome.status is not Status.OK:
        told.append(f"{outcome.label}: {outcome.detail.splitlines()[0] if outcome.detail else ''}")
    if outcome.contaminated:
        told.append(f"disturbed: {', '.join(outcome.contaminated)}")
    return "; ".join(told)
