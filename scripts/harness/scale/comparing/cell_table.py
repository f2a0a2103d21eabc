"""The table of cells, in the same words for every form of the report."""

from collections.abc import Iterator
from dataclasses import dataclass

from harness.reports.tables import NOTHING, Row
from harness.scale.cells import Cell
from harness.scale.comparing.comparison import Comparison
from harness.scale.comparing.gates import inverse
from harness.scale.comparing.line import Gate
from harness.scale.comparing.matching import CommonCell
from harness.scale.comparing.measuring import CellRatio
from harness.scale.costs import Measure
from harness.scale.statistics.limits import FAMILY_ALPHA
from harness.scale.statistics.verdict import Interval
from harness.scale.units import amount


@dataclass(frozen=True)
class CellRow:
    """A row, and whether it stands out."""

    row: Row
    notable: bool


def cells_header(comparison: Comparison) -> Row:
    """The columns."""
    ours, theirs = comparison.sides.names
    ratio = f"{ours} ÷ {theirs}" if _inverted(comparison) else f"{theirs} ÷ {ours}"
    together = f"{(1 - 2 * FAMILY_ALPHA) * 100:.0f} % interval for all cells at once"
    return "cell", ours, theirs, ratio, together, "CPU", "memory", "runs", "remark"


def cell_rows(comparison: Comparison) -> list[CellRow]:
    """One row for each cell in common: first those that were not compared, then those with a remark, then the rest."""
    rows = [(common.compared, _row(comparison, common)) for common in comparison.matching.common]
    return [row for _, row in sorted(rows, key=lambda made: (made[0], not made[1].notable))]


def _row(comparison: Comparison, common: CommonCell) -> CellRow:
    found = {measure: _of(comparison, measure, common.cell) for measure in Measure}
    wall = found[Measure.WALL]
    if wall is None:
        unknown = common.objection or "no block has both"
        return CellRow((common.label, *(NOTHING,) * 7, unknown), notable=True)
    remark = ", ".join(_remarks(comparison, found))
    ratio = _shown(comparison, wall)
    row = (
        common.label,
        *(amount(cost, Measure.WALL) for cost in wall.costs),
        f"{ratio.estimate:.2f} ×",
        f"{ratio.low:.2f}–{ratio.high:.2f}",
        *(f"{_shown(comparison, other).estimate:.2f} ×" if other else NOTHING for other in list(found.values())[1:]),
        " and ".join(dict.fromkeys(map(str, wall.runs))),
        remark or NOTHING,
    )
    return CellRow(row, notable=bool(remark))


def _of(comparison: Comparison, measure: Measure, cell: Cell) -> CellRatio | None:
    ratio = comparison.ratios.get(measure)
    return next((found for found in ratio.cells if found.cell == cell), None) if ratio else None


def _remarks(comparison: Comparison, found: dict[Measure, CellRatio | None]) -> Iterator[str]:
    words = {Measure.WALL: "slower", Measure.CPU: "more CPU time", Measure.MEMORY: "more memory"}
    for measure, cell in found.items():
        if cell and cell.slower:
            yield words[measure]
        elif cell and cell.too_slow and measure is Measure.WALL and _inverted(comparison):
            yield "not fast enough"


def _shown(comparison: Comparison, cell: CellRatio) -> Interval:
    return inverse(cell.interval) if _inverted(comparison) else cell.interval


def _inverted(comparison: Comparison) -> bool:
    """Where a speed-up is asked for, ratios say how many times as fast; else how many times as slow."""
    return Gate.SPEED_UP in comparison.gates
