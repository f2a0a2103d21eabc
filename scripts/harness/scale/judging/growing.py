"""Whether cost grows no faster than it may, for each mode, horizon and measure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.scale.costs import MEMORY_NOISE, Measure, cost_of
from harness.scale.judging.judged import Budget, Judged, unanswered
from harness.scale.judging.samples import Samples, modes_of
from harness.scale.statistics.growth import Excess, Growth, judge_growth
from harness.scale.statistics.limits import CONFIDENCE, PROJECTION_REACH
from harness.scale.statistics.verdict import NotJudged, Verdict
from harness.scale.units import amount
from harness.words import counted

SIZES_NEEDED = 3


@dataclass(frozen=True)
class GrowthCurve:
    """The growth of one measure of one mode at a fixed horizon and number of shards."""

    mode: str
    years: int
    shards: int
    measure: Measure
    samples: dict[int, list[float]]
    growth: Growth | Excess | NotJudged

    @property
    def question(self) -> str:
        """What the verdict is about."""
        where = f"{counted(self.years, 'year')}, {counted(self.shards, 'shard')}"
        return f"{self.measure} of {self.mode}, {where}"

    @property
    def sizes(self) -> str:
        """The range of sizes."""
        return f"{min(self.samples):,}–{max(self.samples):,}" if self.samples else "no size"


def growth_curves(samples: Samples, exponent_limit: float, confidence: float = CONFIDENCE) -> Iterator[GrowthCurve]:
    """A curve for each mode, horizon, number of shards and measure with enough sizes."""
    cells = samples.cells
    for mode in modes_of(cells):
        series = sorted({(cell.years, cell.shards) for cell in cells if cell.mode == mode})
        for years, shards in series:
            for measure in Measure:
                found = samples.by_size(mode, years, shards, cost_of(measure))
                floor = MEMORY_NOISE if measure is Measure.MEMORY else 0.0
                growth = judge_growth(found, confidence=confidence, noise_floor=floor, exponent_limit=exponent_limit)
                yield GrowthCurve(mode, years, shards, measure, found, growth)


def deciding(curves: Sequence[GrowthCurve]) -> list[GrowthCurve]:
    """The curves that a verdict is taken from: for each mode the longest horizon and the fewest shards.

    That is where cost is largest and most sizes were run. The others are shown beside it: each further verdict would
    be another chance to be wrong.
    """
    longest = {curve.mode: max(c.years for c in curves if c.mode == curve.mode) for curve in curves}
    fewest = {curve.mode: min(c.shards for c in curves if c.mode == curve.mode) for curve in curves}
    return [c for c in curves if (c.years, c.shards) == (longest[c.mode], fewest[c.mode])]


def judge_curve(curve: GrowthCurve, exponent_limit: float) -> Judged:
    """The verdict on a curve, with what would decide an open one."""
    growth = curve.growth
    limit = f"n^{exponent_limit:g}"
    if isinstance(growth, NotJudged):
        decide = "" if len(curve.samples) >= SIZES_NEEDED else "run at least 3 sizes, better 5"
        decide = decide or "run more iterations"
        return unanswered(Budget.GROWTH, curve.question, limit, (curve.mode,), growth, decide)
    if isinstance(growth, Excess):
        return _judge_excess(curve, growth)
    exponent = growth.exponent
    result = f"n^{exponent.estimate:.2f} + {amount(growth.fixed_cost.estimate, curve.measure)}"
    marginal = amount(growth.marginal_cost.estimate * 1000, curve.measure)
    told = [f"{curve.sizes} employees", f"{marginal} per 1,000 employees more", _projected(curve, growth)]
    if growth.hardly_grows:
        result += ", hardly grows"
        told.insert(0, _immaterial(growth))
    if not growth.fits:
        told.append(f"the shape is no power law (lack of fit, p = {growth.lack_of_fit_p:.2g})")
    told.append(f"R² {growth.r_squared:.4f}, which decides nothing")
    decide = "more iterations, or a larger size" if growth.verdict is Verdict.INCONCLUSIVE else ""
    return Judged(
        budget=Budget.GROWTH,
        question=curve.question,
        verdict=growth.verdict,
        result=result,
        limit=limit,
        modes=(curve.mode,),
        interval=exponent,
        unit="exponent",
        detail="; ".join(told),
        decide=decide,
    )


def _immaterial(growth: Growth) -> str:
    """Why a cost that hardly grows may have any exponent."""
    start = f"it hardly grows, so that any exponent from {growth.exponent.low:.2f} fits"
    if isinstance(growth.excess, NotJudged):
        return f"{start}; {growth.excess.reason}"
    ratio = growth.excess.ratio
    decides = f"the largest size costs {ratio.estimate:.2f} × a straight line ({ratio.low:.2f}–{ratio.high:.2f})"
    return f"{start}; {decides}, and up to {growth.immaterial_excess:.2f} × passes"


def _judge_excess(curve: GrowthCurve, growth: Excess) -> Judged:
    ratio = growth.ratio
    result = f"{ratio.estimate:.2f} × a straight line"
    detail = f"{curve.sizes} employees; with fewer than 5 sizes there is no exponent, only the excess of the largest"
    decide = "run 5 sizes or more" if growth.verdict is Verdict.INCONCLUSIVE else ""
    return Judged(
        budget=Budget.GROWTH,
        question=curve.question,
        verdict=growth.verdict,
        result=result,
        limit=f"{growth.limit:.2f} ×",
        modes=(curve.mode,),
        interval=ratio,
        unit="×",
        detail=detail,
        decide=decide,
    )


def _projected(curve: GrowthCurve, growth: Growth) -> str:
    size = round(PROJECTION_REACH * max(curve.samples))
    at = growth.projection(size)
    spread = f"{amount(at.low, curve.measure)}–{amount(at.high, curve.measure)}"
    return f"at {size:,}: {amount(at.estimate, curve.measure)} ({spread})"
