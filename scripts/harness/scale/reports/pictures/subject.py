"""What the pictures of a mode are drawn from: the deciding curves, the runs beside them, and what failed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from harness.scale.cells import Cell
from harness.scale.costs import Measure, cost_of
from harness.scale.document import Report, summary_of
from harness.scale.judging.growing import SIZES_NEEDED, GrowthCurve, deciding
from harness.scale.judging.judged import Judged
from harness.scale.outcome import Outcome
from harness.scale.reports.pictures.axes import short
from harness.scale.reports.pictures.chart import Point, Tone
from harness.scale.reports.tables import interval
from harness.scale.statistics.growth import Growth
from harness.scale.statistics.verdict import Verdict
from harness.words import counted

TONES = {Verdict.PASS: Tone.GOOD, Verdict.FAIL: Tone.BAD}


@dataclass(frozen=True)
class Law:
    """The cost by size. Without an exponent it is the straight line through all sizes but the largest."""

    fixed: float
    cost: Callable[[float], float]
    is_line: bool


@dataclass(frozen=True)
class Failure:
    """A cell that did not end well, or never ran."""

    cell: Cell
    label: str

    @property
    def name(self) -> str:
        """The cell in short."""
        return name_of(self.cell)


@dataclass(frozen=True)
class Subject:
    """A mode in a session."""

    report: Report
    mode: str

    @property
    def cells(self) -> list[Cell]:
        """All its cells, with those that failed or never ran."""
        return self.report.analysis.cells_of(self.mode)

    @property
    def series(self) -> tuple[int, int]:
        """Years and shards of the deciding curves."""
        curve = next((curve for curve in self._deciding if curve.mode == self.mode), None)
        if curve:
            return curve.years, curve.shards
        return max(cell.years for cell in self.cells), min(cell.shards for cell in self.cells)

    @property
    def where(self) -> str:
        """Those in words."""
        years, shards = self.series
        return f"{counted(years, 'year')}, {counted(shards, 'shard')}"

    @property
    def failures(self) -> list[Failure]:
        """What did not end well."""
        labels = ((cell, str(summary_of(cell, self.report.analysis)["status"])) for cell in self.cells)
        return [Failure(cell, label) for cell, label in labels if label != "OK"]

    @property
    def failures_in_series(self) -> list[Failure]:
        """Those that are missing from the deciding curves."""
        return [failure for failure in self.failures if self.in_series(failure.cell)]

    def in_series(self, cell: Cell) -> bool:
        """Whether a cell belongs to the deciding curves."""
        return (cell.years, cell.shards) == self.series

    def curve(self, measure: Measure) -> GrowthCurve | None:
        """The deciding curve of a measure."""
        return next((c for c in self._deciding if (c.mode, c.measure) == (self.mode, measure)), None)

    def runs(self) -> Iterator[Outcome]:
        """The good runs of the deciding curves."""
        for cell in self.cells:
            if self.in_series(cell):
                yield from self.report.analysis.samples.of(cell)

    def points(self, measure: Measure, *, disturbed: bool) -> tuple[Point, ...]:
        """Size and cost of each run, of those that others disturbed or of the rest."""
        cost = cost_of(measure)
        runs = ((run.run.cell.employees, cost(run)) for run in self.runs() if bool(run.contaminated) is disturbed)
        return tuple((size, value) for size, value in runs if value)

    @property
    def _deciding(self) -> list[GrowthCurve]:
        return deciding(self.report.analysis.curves)


def law_of(curve: GrowthCurve) -> Law | None:
    """The fitted law; the line of the excess if there are too few sizes or runs for a law, and nothing below 3."""
    if isinstance(curve.growth, Growth):
        return Law(curve.growth.law.fixed, curve.growth.law.cost, is_line=False)
    if len(curve.samples) < SIZES_NEEDED:
        return None
    smaller = sorted(curve.samples)[:-1]
    costs = [float(np.exp(np.log(curve.samples[size]).mean())) for size in smaller]
    slope, fixed = np.polyfit(smaller, costs, 1, w=1 / np.array(costs))
    if fixed < 0:  # no run costs less than nothing
        slope, fixed = np.mean(np.array(costs) / smaller), 0.0
    elif slope < 0:
        slope, fixed = 0.0, np.mean(costs)
    return Law(float(fixed), lambda size: float(fixed + slope * size), is_line=True)


def judged_in_words(line: Judged) -> str:
    """Number, interval, limit and verdict."""
    bracket = f" [{interval(line.interval, line.unit)}]" if line.interval else ""
    result = line.result if line.interval or not line.detail else f"{line.result}: {line.detail}"
    if line.unit == "bytes" and line.interval and line.interval.estimate == line.interval.low:
        bracket = ""  # the result of a measurement is its bracket
    if " + " in result:  # the interval is that of the exponent, not of the fixed cost behind it
        exponent, fixed = result.split(" + ", maxsplit=1)
        result, bracket = f"{exponent}{bracket} + {fixed}", ""
    return f"{result}{bracket}, limit {line.limit} → {line.verdict.replace('_', ' ')}"


def tone_of(verdict: Verdict) -> Tone:
    """How good a verdict is."""
    return TONES.get(verdict, Tone.OPEN)


def name_of(cell: Cell) -> str:
    """A cell without its mode, in short: employees × years × shards."""
    return f"{short(cell.employees)} × {cell.years} × {cell.shards}"
