"""The tables of a session, as every form of the report shows them."""

from collections.abc import Iterable, Sequence
from typing import Any

from harness.reports.tables import NOTHING, Table
from harness.scale.cells import Cell
from harness.scale.document import Report, summary_of
from harness.scale.judging.analysis import Analysis
from harness.scale.judging.growing import GrowthCurve
from harness.scale.judging.judged import Judged
from harness.scale.judging.shards import ShardGain
from harness.scale.judging.slow_parts import PartGrowth
from harness.scale.judging.speeding import Contest
from harness.scale.statistics.growth import Excess, Growth
from harness.scale.statistics.verdict import Interval
from harness.scale.units import amount, seconds, size


def verdicts_table(lines: Iterable[Judged]) -> Table:
    """One row for each question."""
    rows = (
        (line.verdict.words, line.question, line.result, interval(line.interval, line.unit), line.limit)
        for line in lines
    )
    return Table(("verdict", "question", "result", "interval", "limit"), tuple(rows))


def cells_table(report: Report, mode: str) -> Table:
    """One row for each cell, with those that failed."""
    analysis = report.analysis
    header = ("employees", "years", "shards", "status", "runs", "wall", "least–most", "CPU", "engine", "peak memory")
    rows = []
    for cell in analysis.cells_of(mode):
        summary = summary_of(cell, analysis)
        wall, memory = summary["wall_seconds"], (summary["memory_lower_bytes"], summary["memory_upper_bytes"])
        disturbed = f", {summary['disturbed']} disturbed" if summary["disturbed"] else ""
        rows.append(
            (
                f"{cell.employees:,}",
                str(cell.years),
                _shards(cell, analysis),
                summary["status"],
                f"{summary['runs']}{disturbed}",
                _median(wall),
                f"{seconds(wall['least'])}–{seconds(wall['most'])}" if wall else NOTHING,
                _median(summary["cpu_seconds"]),
                _median(summary["engine_seconds"]),
                f"{size(memory[0])}–{size(memory[1])}" if memory[0] else NOTHING,
            )
        )
    return Table(header, tuple(rows))


def growth_table(curves: Sequence[GrowthCurve], deciding: Sequence[GrowthCurve]) -> Table:
    """One row for each curve; those that a verdict is taken from first."""
    header = ("measure", "years", "shards", "growth", "interval", "fixed cost", "per 1,000 more", "R²", "counts")
    ordered = [*deciding, *(curve for curve in curves if curve not in deciding)]
    return Table(header, tuple(_growth_row(curve, decides=curve in deciding) for curve in ordered))


def gains_table(gains: Iterable[ShardGain], analysis: Analysis) -> Table:
    """What shards gained."""
    header = ("employees", "years", "shards", "speed-up", "interval", "efficiency", "serial fraction")
    rows = (
        (
            f"{gain.cell.employees:,}",
            str(gain.cell.years),
            _shards(gain.cell, analysis),
            f"{gain.gain.speed_up.estimate:.2f} ×",
            interval(gain.gain.speed_up, "×"),
            f"{gain.gain.efficiency.estimate:.0%}",
            f"{gain.gain.serial_fraction.estimate:.2f}",
        )
        for gain in gains
    )
    return Table(header, tuple(rows))


def contests_table(contests: Iterable[Contest]) -> Table:
    """How many times as fast each cell is as the baseline."""
    rows = (
        (contest.what, str(cell.cell), f"{cell.ratio.estimate:.2f} ×", interval(cell.ratio, "×"), str(cell.pairs))
        for contest in contests
        for cell in contest.cells
    )
    return Table(("time", "cell", "speed-up", "interval", "pairs"), tuple(rows))


def parts_table(parts: Iterable[PartGrowth]) -> Table:
    """Dbt models and stages with the law of each."""
    rows = (
        (
            part.name,
            part.kind,
            seconds(part.seconds),
            f"{part.share:.0%}",
            f"n^{part.exponent.estimate:.2f}" if part.exponent else NOTHING,
            interval(part.exponent, "exponent"),
            part.verdict.words,
        )
        for part in parts
    )
    return Table(("part", "kind", "at the largest size", "share", "growth", "interval", "verdict"), tuple(rows))


def interval(found: Interval | None, unit: str) -> str:
    """An interval in the unit of its verdict."""
    if found is None:
        return NOTHING
    if unit == "bytes":
        return f"{size(found.low)}–{size(found.high)}"
    return f"{found.low:.2f}–{found.high:.2f}".replace("inf", "∞")


def _growth_row(curve: GrowthCurve, *, decides: bool) -> tuple[str, ...]:
    growth = curve.growth
    start = (str(curve.measure), str(curve.years), str(curve.shards))
    counts = "yes" if decides else "shown only"
    if isinstance(growth, Growth):
        marginal = amount(growth.marginal_cost.estimate * 1000, curve.measure)
        law = (f"n^{growth.exponent.estimate:.2f}", interval(growth.exponent, ""))
        return (*start, *law, amount(growth.fixed_cost.estimate, curve.measure), marginal, _r2(growth), counts)
    if isinstance(growth, Excess):
        law = (f"{growth.ratio.estimate:.2f} × a line", interval(growth.ratio, ""))
        return (*start, *law, NOTHING, NOTHING, NOTHING, counts)
    return (*start, growth.reason, NOTHING, NOTHING, NOTHING, NOTHING, counts)


def _r2(growth: Growth) -> str:
    return f"{growth.r_squared:.4f}"


def _shards(cell: Cell, analysis: Analysis) -> str:
    return f"{cell.shards}{' (more than processors)' if analysis.oversubscribed(cell) else ''}"


def _median(spread: dict[str, Any] | None) -> str:
    return seconds(spread["median"]) if spread else NOTHING
