"""Tables of text, which every form of a report shows in its own way."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.reports.texts import clipped

NOTHING = "–"

Row = tuple[str, ...]

_WIDTH = 200  # of a cell in a terminal


@dataclass(frozen=True)
class Table:
    """A table of text."""

    header: Row
    rows: tuple[Row, ...]
    title: str = ""

    def without_empty_columns(self) -> "Table":
        """Only the columns that say something in some row."""
        kept = [place for place in range(len(self.header)) if any(row[place] != NOTHING for row in self.rows)]
        return Table(_at(self.header, kept), tuple(_at(row, kept) for row in self.rows), self.title)

    def first(self, number: int) -> "Table":
        """The table without the rows after the first ones."""
        return Table(self.header, self.rows[:number], self.title)


def aligned(rows: Sequence[Row]) -> Iterator[str]:
    """The rows as lines of a terminal, with columns that stand below each other."""
    cells = [[clipped(cell, _WIDTH) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _at(row: Row, places: Sequence[int]) -> Row:
    return tuple(row[place] for place in places)
