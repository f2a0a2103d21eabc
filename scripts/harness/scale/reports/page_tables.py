"""The tables of all modes as the page shows them, with what its filters look for."""

from collections.abc import Iterator
from dataclasses import dataclass

from harness.reports.tables import Row
from harness.reports.texts import visible
from harness.scale.document import Report
from harness.scale.judging.growing import deciding
from harness.scale.judging.slow_parts import PartGrowth
from harness.scale.reports.page_cells import Marks, marks_of
from harness.scale.reports.pictures.chart import Tone
from harness.scale.reports.pictures.subject import tone_of
from harness.scale.reports.tables import contests_table, gains_table, growth_table, parts_table
from harness.scale.statistics.verdict import Verdict

VERDICT = "verdict"


@dataclass(frozen=True)
class Line:
    """A row of text; `tone` colours the verdict in it."""

    marks: Marks
    cells: Row
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True)
class Sheet:
    """A table with its heading."""

    title: str
    words: tuple[str, ...]
    header: Row
    lines: tuple[Line, ...]


def sheets(report: Report) -> Iterator[Sheet]:
    """Growth, speed-up, shards and parts; those that have something to say."""
    for sheet in (_growth(report), _speed_up(report), _shards(report), _parts(report)):
        if sheet.lines:
            yield sheet


def _growth(report: Report) -> Sheet:
    lines = []
    header: Row = ()
    for mode in report.modes:
        curves = [curve for curve in report.analysis.curves if curve.mode == mode]
        decide = deciding(curves)
        table = growth_table(curves, decide)
        header = ("mode", *table.header, VERDICT)
        ordered = [*decide, *(curve for curve in curves if curve not in decide)]
        for curve, row in zip(ordered, table.rows, strict=True):
            marks = {"mode": mode, "years": str(curve.years), "shards": str(curve.shards)}
            verdict = curve.growth.verdict
            lines.append(_line(marks, (mode, *row, verdict.words), tone_of(verdict)))
    limit = report.budgets["growth"]["exponent"]
    words = (
        f"T = fixed cost + c × employees^b at fixed years and shards; linear means b ≤ {limit:g}.",
        "Verdicts are taken from the longest horizon with the fewest shards; the other curves are only shown.",
        "R² of a straight line decides nothing: it is 0.9 for n^4 too.",
    )
    return Sheet("Growth", words, header, tuple(lines))


def _speed_up(report: Report) -> Sheet:
    table = contests_table(report.analysis.contests)
    cells = [speed_up.cell for contest in report.analysis.contests for speed_up in contest.cells]
    lines = (_line(marks_of(cell), row) for cell, row in zip(cells, table.rows, strict=True))
    words = ("How many times as fast as the baseline, by pairs of runs of one block.",)
    return Sheet("Speed-up", words, table.header, tuple(lines))


def _shards(report: Report) -> Sheet:
    gains = report.analysis.gains
    table = gains_table(gains, report.analysis)
    rows = zip(gains, table.rows, strict=True)
    lines = (_line(marks_of(gain.cell), (gain.cell.mode, *row)) for gain, row in rows)
    words = (
        "Measured, nothing extrapolated. Efficiency is the speed-up per shard.",
        "Serial fraction (Karp and Flatt): if it stays the same, that work is not divided; if it rises, shards cost.",
    )
    return Sheet("Shards", words, ("mode", *table.header), tuple(lines))


def _parts(report: Report) -> Sheet:
    parts = sorted(report.analysis.parts, key=lambda part: part.verdict is not Verdict.FAIL)
    table = parts_table(parts)
    lines = (
        _line({"mode": part.mode}, (part.mode, *row), tone_of(part.verdict))
        for part, row in zip(parts, table.rows, strict=True)
    )
    above = [part for part in parts if part.verdict is Verdict.FAIL]
    limit = report.budgets["growth"]["exponent"]
    named = "; ".join(map(_named, above)) or "no part"
    words = (f"Above n^{limit:g}: {visible(named)}.", "Share: of all parts of its kind, at the largest size.")
    return Sheet("Models and stages", words, ("mode", *table.header), tuple(lines))


def _named(part: PartGrowth) -> str:
    law = f"n^{part.exponent.estimate:.2f}" if part.exponent else "unknown growth"
    return f"{part.name} of {part.mode} ({law}, {part.share:.0%} of the time of all {part.kind}s)"


def _line(marks: Marks, cells: Row, tone: Tone = Tone.PLAIN) -> Line:
    return Line(marks, tuple(map(visible, cells)), tone)
