"""The memory of a tree over time, in a number of rows that does not grow with the time."""

from pathlib import Path
from typing import NamedTuple

from harness.workspace import write_whole

MAX_ROWS = 2000


class Row(NamedTuple):
    """One tick, or several neighbouring ones: then the highest values among them, and the moment of the highest RSS."""

    seconds: float
    rss: int
    pss: int | None
    processes: int


class Series:
    """Collects rows; when there are too many, every two neighbours become one."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self._ticks_per_row = 1
        self._ticks_in_last = 0

    def add(self, row: Row) -> None:
        """Append one tick."""
        if self.rows and self._ticks_in_last < self._ticks_per_row:
            self.rows[-1] = _merge(self.rows[-1], row)
            self._ticks_in_last += 1
            return
        if len(self.rows) == MAX_ROWS:
            self.rows = [_merge(*pair) for pair in zip(self.rows[::2], self.rows[1::2], strict=True)]
            self._ticks_per_row *= 2
        self.rows.append(row)
        self._ticks_in_last = 1

    def write(self, path: Path) -> None:
        """Write the rows as CSV; an empty field is a PSS that was not read."""
        lines = [
            f"{row.seconds:.3f},{row.rss},{'' if row.pss is None else row.pss},{row.processes}" for row in self.rows
        ]
        write_whole(path, "\n".join(["seconds,rss,pss,processes", *lines]) + "\n")


def _merge(first: Row, second: Row) -> Row:
    highest = max(first, second, key=lambda row: row.rss)
    pss = max(first.pss or 0, second.pss or 0) or None
    return Row(highest.seconds, highest.rss, pss, max(first.processes, second.processes))
