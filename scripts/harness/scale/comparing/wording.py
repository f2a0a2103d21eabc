"""What every form of the report says, in the same words: tables as rows of text, and sentences."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from harness.reports.tables import NOTHING, Row, Table
from harness.reports.texts import visible
from harness.scale.cells import Cell
from harness.scale.comparing.comparison import Comparison
from harness.scale.comparing.gates import inverse
from harness.scale.comparing.line import Gate, Line
from harness.scale.comparing.matching import label_of
from harness.scale.comparing.measuring import CellRatio, MeasureRatio
from harness.scale.comparing.report import Report
from harness.scale.costs import Measure
from harness.scale.result_file import ResultFile
from harness.scale.statistics.limits import CONFIDENCE, FAMILY_ALPHA
from harness.scale.statistics.verdict import Interval, Verdict
from harness.scale.units import amount
from harness.words import counted

NO_STEP = "Nothing: every limit holds."
_LISTED = 20  # cells in a sentence


@dataclass(frozen=True)
class CellRow:
    """A row of the table of cells, and whether it stands out."""

    cells: Row
    notable: bool


def verdicts_table(comparison: Comparison) -> Table:
    """One row for each question."""
    header = ("question", "result", "interval", "limit", "verdict")
    rows = ((line.question, line.result, line.spread or NOTHING, line.limit, line.word) for line in comparison.lines)
    return Table(header, tuple(rows))


def details(comparison: Comparison) -> Iterator[str]:
    """What the verdicts rest on."""
    for line in comparison.lines:
        if line.detail:
            yield f"{line.question}: {line.detail}"
    yield f"Intervals are {CONFIDENCE:.0%}; that of the memory is what its brackets allow."


def cells_header(comparison: Comparison) -> Row:
    """The columns of the table of cells."""
    ours, theirs = comparison.sides.names
    ratio = f"{ours} ÷ {theirs}" if _speed_up(comparison) else f"{theirs} ÷ {ours}"
    together = f"interval ({1 - 2 * FAMILY_ALPHA:.0%} for all cells at once)"
    return "cell", ours, theirs, ratio, together, "CPU", "memory", "runs", "remark"


def cell_rows(comparison: Comparison) -> list[CellRow]:
    """One row for each cell in common; what stands out comes first."""
    ratios = {
        measure: {cell.cell: cell for cell in ratio.cells} for measure, ratio in comparison.ratios.items()
    }
    wall, cpu, memory = (ratios.get(measure, {}) for measure in Measure)
    rows = []
    for common in comparison.matching.common:
        found = wall.get(common.cell)
        if found is None:
            empty = (NOTHING,) * 7
            rows.append(CellRow((common.label, *empty, common.objection or "no block in common"), notable=True))
            continue
        remark = _remark(comparison, common.cell, (found, cpu.get(common.cell), memory.get(common.cell)))
        row = (
            common.label,
            *(amount(cost, Measure.WALL) for cost in found.costs),
            *_ratio(comparison, found),
            *(_ratio(comparison, other)[0] if other else NOTHING for other in (cpu.get(common.cell), memory.get(common.cell))),
            str(found.runs[0]) if len(set(found.runs)) == 1 else f"{found.runs[0]} and {found.runs[1]}",
            remark or NOTHING,
        )
        rows.append(CellRow(row, notable=bool(remark)))
    return sorted(rows, key=lambda row: not row.notable)
