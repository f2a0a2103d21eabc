"""The cells of a session as the page shows them: a table to filter and to sort, and memory over time."""

import csv
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from harness.reports.tables import NOTHING
from harness.reports.texts import visible, visible_lines
from harness.scale.cells import Cell
from harness.scale.document import Report, summary_of
from harness.scale.outcome import Outcome, Status
from harness.scale.reports.pictures.chart import Point, Tone
from harness.scale.reports.pictures.subject import Subject, name_of
from harness.scale.reports.pictures.svg import draw_sparkline
from harness.scale.reports.tables import cells_table
from harness.scale.units import seconds, size
from harness.units import GIGABYTE
from harness.words import counted

MOST_POINTS = 120  # of a curve of memory
TONES = {"OK": Tone.GOOD, "NOT RUN": Tone.OPEN}

Marks = dict[str, str]  # what the filters look for


@dataclass(frozen=True)
class Entry:
    """A field of the table, and the number that it is sorted by; without one, text is sorted as text."""

    text: str
    order: float | None
    is_text: bool = False


@dataclass(frozen=True)
class CellRow:
    """A cell in the table; one of its entries is the status."""

    marks: Marks
    tone: Tone
    entries: tuple[Entry, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Spark:
    """The memory of one run over time: the sum of the RSS, and the PSS where it was read."""

    marks: Marks
    tone: Tone
    name: str
    svg: str
    told: str


class Moment(NamedTuple):
    """The memory of a run at one moment, in GB."""

    seconds: float
    rss: float
    pss: float | None


def cells_header(report: Report) -> tuple[str, ...]:
    """The names of the columns."""
    return ("mode", *cells_table(report, report.modes[0]).header, "foreign CPU")


def cell_rows(report: Report) -> Iterator[CellRow]:
    """All cells of all modes, with those that failed or never ran."""
    for mode in report.modes:
        cells = Subject(report, mode).cells
        for cell, row in zip(cells, cells_table(report, mode).rows, strict=True):
            yield _cell_row(cell, row, summary_of(cell, report.analysis))


def sparks(report: Report) -> Iterator[Spark]:
    """The median run of each cell, or the one that failed; nothing where no series was kept."""
    for mode in report.modes:
        for cell in Subject(report, mode).cells:
            run = _typical(report, cell)
            series = _series(Path(run.series)) if run and run.series else []
            if run and series:
                yield _spark(run, _thinned(series))


def marks_of(cell: Cell, status: str | None = None) -> Marks:
    """What the filters look for in a cell."""
    marks = {name: str(getattr(cell, name)) for name in ("mode", "employees", "years", "shards")}
    return marks if status is None else {**marks, "status": status}


def _cell_row(cell: Cell, row: Sequence[str], summary: dict[str, Any]) -> CellRow:
    status = str(summary["status"])
    foreign = (summary["foreign_cpu_share"] or {}).get("median")
    orders = (
        cell.employees,
        cell.years,
        cell.shards,
        None,
        summary["runs"],
        _median(summary["wall_seconds"]),
        (summary["wall_seconds"] or {}).get("most"),
        _median(summary["cpu_seconds"]),
        _median(summary["engine_seconds"]),
        summary["memory_upper_bytes"],
        foreign,
    )
    employees, years, _, _, _, *costs = row
    texts = (employees, years, str(cell.shards), status, str(summary["runs"]), *costs)
    texts = (*texts, NOTHING if foreign is None else f"{foreign:.0%}")
    entries = (Entry(visible(text), order) for text, order in zip(texts, orders, strict=True))
    notes = [
        *(["more shards than processors"] if summary["oversubscribed"] else []),
        *([f"{counted(summary['disturbed'], 'run')} disturbed"] if summary["disturbed"] else []),
        *([visible_lines(str(summary["detail"]))] if summary["detail"] else []),
    ]
    first = Entry(visible(cell.mode), None, is_text=True)
    return CellRow(marks_of(cell, status), TONES.get(status, Tone.BAD), (first, *entries), tuple(notes))


def _median(spread: dict[str, float] | None) -> float | None:
    return spread["median"] if spread else None


def _typical(report: Report, cell: Cell) -> Outcome | None:
    failed = [o for o in report.analysis.samples.outcomes if o.run.cell == cell and o.status is not Status.OK]
    if failed:
        return failed[-1]
    runs = [run for run in report.analysis.samples.of(cell) if run.measurement]
    runs.sort(key=lambda run: run.measurement.wall_seconds if run.measurement else 0.0)
    return runs[(len(runs) - 1) // 2] if runs else None


def _series(path: Path) -> list[Moment]:
    """What the supervisor has written; nothing if that cannot be read."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return [_moment(row) for row in csv.DictReader(file)]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _moment(row: dict[str, str]) -> Moment:
    pss = float(row["pss"]) / GIGABYTE if row["pss"] else None
    return Moment(float(row["seconds"]), float(row["rss"]) / GIGABYTE, pss)


def _thinned(series: Sequence[Moment]) -> tuple[list[Point], list[Point]]:
    """RSS and PSS with few points, the highest of each few neighbours."""
    step = math.ceil(len(series) / MOST_POINTS)
    groups = [series[start : start + step] for start in range(0, len(series), step)]
    highest = [max(group, key=lambda moment: moment.rss) for group in groups]
    known = [[(moment.seconds, moment.pss) for moment in group if moment.pss is not None] for group in groups]
    pss = [max(group, key=lambda point: point[1]) for group in known if group]
    return [(moment.seconds, moment.rss) for moment in highest], pss


def _spark(run: Outcome, curves: tuple[list[Point], list[Point]]) -> Spark:
    rss, pss = curves
    cell, measured = run.run.cell, run.measurement
    took = seconds(measured.wall_seconds if measured else rss[-1][0])
    told = f"{size(max(value for _, value in (*rss, *pss)) * GIGABYTE)} in {took}"
    label = f"memory of {cell} over time, at most {told}"
    tone = TONES.get(run.label, Tone.BAD)
    status = "" if tone is Tone.GOOD else f"{run.label}, "
    name = f"{cell.mode} {name_of(cell)}"
    return Spark(marks_of(cell, run.label), tone, visible(name), draw_sparkline(rss, pss, label), f"{status}{told}")
