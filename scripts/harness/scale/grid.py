"""What someone who watches a terminal sees: a grid of the cells that fills, and what runs now."""

import time
from collections import Counter
from collections.abc import Callable

from rich import box
from rich.console import Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from harness.progress import Progress
from harness.scale.cells import Cell
from harness.scale.estimate import seconds_left
from harness.scale.outcome import Outcome, Status
from harness.scale.session import Session, remaining
from harness.scale.settings import MemoryBudget
from harness.scale.units import duration, size
from harness.words import counted

BAR = 24


class Grid(Progress):
    """Redrawn in place at each tick of the run that is measured, and by no thread: watching must cost nothing."""

    def __init__(self, session: Session, budget: MemoryBudget) -> None:
        super().__init__("scale")
        self._session, self._budget = session, budget
        self._doing = ""
        self._running: Cell | None = None
        self._left = 0.0  # seconds; estimated once for each run, because it is the same at every tick of it
        self._began = time.monotonic()
        self._live = Live(auto_refresh=False, transient=True)
        self._live.start()

    def running(self, cell: Cell | None) -> None:
        """Mark the cell that runs now."""
        self._running = cell
        self._left = seconds_left(self._session.outcomes, (run.cell for run in remaining(self._session)))

    def start(self, activity: str, rows: int = 0) -> None:
        """Say what is done now."""
        self._doing, self._began = f"{activity}{f', {rows:,} rows' if rows else ''}", time.monotonic()
        self.tick()

    def tick(self) -> None:
        """Draw the grid anew."""
        if self._live.is_started:
            self._live.update(self._drawn(), refresh=True)

    def stop(self) -> None:
        """Leave a clean terminal."""
        self._live.stop()

    def say(self, line: str) -> None:
        """A line that stays, above the grid."""
        self._live.console.print(line, highlight=False, markup=False)

    def _drawn(self) -> Group:
        done = len({outcome.run.position for outcome in self._session.outcomes if outcome.status is Status.OK})
        total = len(self._session.plan.runs)
        bar = "█" * (BAR * done // max(total, 1))
        seconds = f"{time.monotonic() - self._began:.0f} s"
        lines = [
            Text(f"{bar:░<{BAR}} {done}/{total} runs, about {duration(self._left)} left"),
            Text(f"{self._doing} … {seconds}"),
            Text(self._memory()),
        ]
        return Group(*(self._table(mode) for mode in dict.fromkeys(c.mode for c in self._session.plan.cells)), *lines)

    def _memory(self) -> str:
        peaks = [o.measurement.memory.upper for o in self._session.outcomes if o.measurement]
        most = max(peaks, default=0)
        return f"memory: at most {size(most)} so far, {most / self._budget.bytes:.1%} of {self._budget.gigabytes:g} GB"

    def _table(self, mode: str) -> Table:
        cells = [cell for cell in self._session.plan.cells if cell.mode == mode]
        columns = sorted({(cell.years, cell.shards) for cell in cells})
        table = Table(title=mode, box=box.SIMPLE_HEAD, title_justify="left", pad_edge=False)
        table.add_column("employees", justify="right")
        for years, shards in columns:
            table.add_column(f"{counted(years, 'year')}\n{counted(shards, 'shard')}", justify="right")
        shown = self._states()
        for employees in sorted({cell.employees for cell in cells}):
            row = [shown(Cell(mode, employees, *column)) for column in columns]
            table.add_row(f"{employees:,}", *row)
        return table

    def _states(self) -> Callable[[Cell], Text]:
        planned = Counter(run.cell for run in self._session.plan.runs if run.counts)
        latest: dict[int, Outcome] = {outcome.run.position: outcome for outcome in self._session.outcomes}
        counting = [outcome for outcome in latest.values() if outcome.run.counts]
        good = Counter(outcome.run.cell for outcome in counting if outcome.status is Status.OK)
        failed = {outcome.run.cell: outcome.label for outcome in counting if outcome.status is not Status.OK}

        def state(cell: Cell) -> Text:
            if cell not in planned:
                return Text("")
            if cell in failed:
                return Text(failed[cell], "bold red")
            text = f"{good[cell]}/{planned[cell]}"
            if cell == self._running:
                return Text(f"▶ {text}", "bold cyan")
            return Text(text, "green" if good[cell] == planned[cell] else "dim" if not good[cell] else "")

        return state
