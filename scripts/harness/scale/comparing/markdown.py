"""The report as Markdown: a comment on GitHub, which sheds what fills it but never a verdict."""

from collections.abc import Iterator
from dataclasses import dataclass

from harness.reports.markdown import LIMIT, bullets, fenced, grid, inert, largest_that_fits, left_out, shrinking
from harness.reports.tables import Table
from harness.scale.comparing.cell_table import CellRow, cell_rows, cells_header
from harness.scale.comparing.comparison import Comparison
from harness.scale.comparing.report import Report
from harness.scale.comparing.wording import details, environment, next_steps, noise_table, one_sided, verdicts_table
from harness.words import counted

_EVERYTHING = 1_000_000
_HEADLINE = 500


@dataclass(frozen=True)
class Room:
    """How much of each part is shown, in the order in which they give way."""

    ordinary: int = _EVERYTHING  # cells without a remark
    width: int = 2_000  # of a sentence and a cell
    surroundings: int = _EVERYTHING  # noise, environment, history
    notable: int = _EVERYTHING  # cells with a remark


_PARTS = {
    "ordinary": "cells without a remark",
    "width": "what texts say",
    "surroundings": "noise, environment and history",
    "notable": "cells with a remark",
}
_SIZES = {"ordinary": (100, 20, 0), "width": (500, 150, 60), "surroundings": (0,), "notable": (100, 20, 0)}


def render_markdown(report: Report, files: str, limit: int = LIMIT) -> str:
    """The largest form of the report that fits; `files` says where all of it stands."""
    forms = (_blocks(report, room, files) for room in shrinking(Room(), _SIZES))
    return largest_that_fits(forms, files, limit)


def _blocks(report: Report, room: Room, files: str) -> Iterator[str]:
    """Verdicts, cells, noise and environment, what to do next."""
    yield f"# {inert(report.headline, _HEADLINE)}"
    if report.problem:
        yield fenced(report.problem, room.width)
    if report.comparison:
        yield from _verdicts(report, report.comparison, room)
        yield from _cells(report.comparison, room)
        if room.surroundings:
            yield from _surroundings(report, report.comparison, room)
        yield "## What to do next"
        yield bullets(next_steps(report), room.width)
    if room != Room():
        yield inert(left_out(room, Room(), _PARTS, files), _EVERYTHING)


def _verdicts(report: Report, comparison: Comparison, room: Room) -> Iterator[str]:
    yield grid(verdicts_table(comparison), room.width)
    yield from (f"**{inert(alert, room.width)}**" for alert in report.alerts)
    yield bullets(details(comparison), room.width)


def _cells(comparison: Comparison, room: Room) -> Iterator[str]:
    yield "## Cells"
    shown, more = _shown(cell_rows(comparison), room)
    yield grid(Table(cells_header(comparison), tuple(row.row for row in shown)), room.width)
    yield bullets((*more, *one_sided(comparison)), room.width)


def _shown(rows: list[CellRow], room: Room) -> tuple[list[CellRow], list[str]]:
    """The rows for which there is room; the others are counted."""
    shown, beyond = [], []
    for notable, size, words in ((True, room.notable, "with a remark"), (False, room.ordinary, "without a remark")):
        kind = [row for row in rows if row.notable is notable]
        shown += kind[:size]
        if len(kind) > size:
            beyond.append(f"{counted(len(kind) - size, 'cell')} more {words}")
    return shown, beyond


def _surroundings(report: Report, comparison: Comparison, room: Room) -> Iterator[str]:
    yield "## Noise and environment"
    yield grid(noise_table(comparison), room.width)
    yield bullets((*environment(comparison), *report.notes), room.width)
    if report.trends:
        yield "## History"
        yield bullets((trend.sentence for trend in report.trends), room.width)
