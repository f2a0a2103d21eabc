"""Trials of the growth rules: known laws, with noise, and what the rules make of them."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from benchmarks.verdict_power.rates import Band, Rate, counted, generator
from harness.scale.statistics.growth import (
    Excess,
    Growth,
    Samples,
    extrapolation_excess,
    growth_exponent,
    judge_growth,
)
from harness.scale.statistics.limits import CONFIDENCE
from harness.scale.statistics.verdict import Interval, NotJudged, Verdict

SIX_SIZES = (1_000, 2_500, 5_000, 10_000, 20_000, 50_000)
FOUR_SIZES, THREE_SIZES = (5_000, 10_000, 20_000, 50_000), (5_000, 20_000, 50_000)
REFERENCE_SIZE = 5_000  # fixed costs are a share of the cost at this size
NOISES, FIXED_SHARES, REPLICATES = (0.02, 0.05, 0.10, 0.15), (0.2, 0.5), (3, 5)
SLOW_RUNS = 0.10  # of the runs are slowed by 20 to 60 %
PROJECTED = 100_000
CLOSE_CALL = 3  # times as many trials where the rate may come close to its bar

NEVER_PASS = Band("n^1.5 and n^2 PASS", most=0.01)
RARELY_PASS = Band("n^1.2 PASS", most=0.02)
NEVER_FAIL = Band("linear FAIL", most=0.03)
COVERAGE = {name: Band(f"coverage of 90 %: {name}", 0.86, 0.94) for name in ("exponent", "projection", "excess")}
AT_THE_CORNER = {name: Band(f"coverage without fixed cost: {name}") for name in ("exponent", "projection")}
COSTS = {name: Band(f"coverage of 90 %, linearised: {name}") for name in ("fixed cost", "marginal cost")}
FALSE_MISFIT = Band("lack of fit of a true power law", most=0.03)
FOUND_STEP = Band("lack of fit of a x1.6 step above 20k", least=0.95)
FAILED_STEP = Band("x1.6 step above 20k FAIL")
POWER = Band("linear PASS")
LOGARITHMIC = {verdict: Band(f"n log n {verdict}") for verdict in (Verdict.PASS, Verdict.FAIL)}


@dataclass(frozen=True)
class Law:
    """Cost without noise, at the reference size 1 above the fixed cost."""

    name: str
    shape: Callable[[float], float]
    exponent: float | None

    def cost(self, size: float, fixed_share: float) -> float:
        """The cost when the fixed cost is this share of the whole at the reference size."""
        return fixed_share / (1 - fixed_share) + self.shape(size) / self.shape(REFERENCE_SIZE)


def _power(name: str, exponent: float) -> Law:
    return Law(name, lambda size: size**exponent, exponent)


LINEAR, STEEP, STEEPER, SQUARE = _power("n", 1.0), _power("n^1.2", 1.2), _power("n^1.5", 1.5), _power("n^2", 2.0)
N_LOG_N = Law("n log n", lambda size: size * math.log(size), None)
STEP = Law("step", lambda size: size * (1.6 if size > 20_000 else 1.0), None)
LAWS = (LINEAR, N_LOG_N, STEEP, STEEPER, SQUARE)
BANDS_OF_VERDICTS: dict[str, dict[Verdict, Band]] = {
    "n": {Verdict.FAIL: NEVER_FAIL, Verdict.PASS: POWER},
    "n log n": LOGARITHMIC,
    "n^1.2": {Verdict.PASS: RARELY_PASS},
    "n^1.5": {Verdict.PASS: NEVER_PASS},
    "n^2": {Verdict.PASS: NEVER_PASS},
}


@dataclass(frozen=True)
class Situation:
    """How a law is measured."""

    law: Law
    fixed_share: float
    noise: float
    replicates: int
    slow_runs: float = 0.0

    def __str__(self) -> str:
        slowed = f", {self.slow_runs:.0%} of runs slowed" if self.slow_runs else ""
        return f"{self.law.name}, noise {self.noise:.0%}, fixed {self.fixed_share:.0%}, r={self.replicates}{slowed}"

    def trials(self, number: int, key: int) -> Iterator[Samples]:
        """Samples at six sizes, again and again."""
        random = generator(1, key)
        costs = np.array([[self.law.cost(size, self.fixed_share)] for size in SIX_SIZES])
        for _ in range(number):
            runs = costs * self._noise(random)
            yield {size: runs[index].tolist() for index, size in enumerate(SIX_SIZES)}

    def _noise(self, random: np.random.Generator) -> NDArray[np.float64]:
        shape = (len(SIX_SIZES), self.replicates)
        noise = np.exp(random.normal(0, self.noise, shape))
        slowed = random.random(shape) < self.slow_runs
        return np.where(slowed, noise * random.uniform(1.2, 1.6, shape), noise)


def growth_rates(trials: int) -> Iterator[Rate]:
    """Everything about the growth rules."""
    measured = product(LAWS, FIXED_SHARES, NOISES, REPLICATES, (0.0, SLOW_RUNS))
    for key, parts in enumerate(measured):
        situation = Situation(*parts)
        yield from _rates(situation, trials * (CLOSE_CALL if situation.law is STEEP else 1), key)
    at_corner = product((LINEAR, SQUARE), NOISES, REPLICATES)
    for key, (law, noise, replicates) in enumerate(at_corner, start=1000):
        yield from _coverage(Situation(law, 0.0, noise, replicates), trials, key, AT_THE_CORNER)
    for key, replicates in enumerate(REPLICATES, start=2000):
        situation = Situation(STEP, 0.2, 0.05, replicates)
        found = [_growth(samples) for samples in situation.trials(trials, key)]
        yield counted(FOUND_STEP, str(situation), [not growth.fits for growth in found])
        yield counted(FAILED_STEP, str(situation), [growth.verdict is Verdict.FAIL for growth in found])


def _rates(situation: Situation, trials: int, key: int) -> Iterator[Rate]:
    drawn = list(situation.trials(trials, key))
    growths = [_growth(samples) for samples in drawn]
    verdicts = {"6 sizes": [growth.verdict for growth in growths]}
    for sizes in (FOUR_SIZES, THREE_SIZES):
        few = [judge_growth(_only(samples, sizes)) for samples in drawn]
        verdicts[f"{len(sizes)} sizes"] = [judged.verdict for judged in few]
    for rule, given in verdicts.items():
        for verdict, band in BANDS_OF_VERDICTS[situation.law.name].items():
            yield counted(band, f"{situation}, {rule}", [answer is verdict for answer in given])
    yield counted(FALSE_MISFIT, str(situation), [not growth.fits for growth in growths])
    if not situation.slow_runs:
        yield from _coverage_of(situation, growths, COVERAGE | COSTS)
        yield _coverage_of_excess(situation, drawn)


def _coverage(situation: Situation, trials: int, key: int, bands: dict[str, Band]) -> Iterator[Rate]:
    growths = [_growth(samples) for samples in situation.trials(trials, key)]
    yield from _coverage_of(situation, growths, bands)


def _coverage_of(situation: Situation, growths: list[Growth], bands: dict[str, Band]) -> Iterator[Rate]:
    """How often the intervals contain what the law says; of n log n no exponent is true."""
    law, exponent = situation.law, situation.law.exponent
    if exponent is None:
        return
    fixed = law.cost(0, situation.fixed_share)
    largest = SIX_SIZES[-1]
    slope = exponent * (law.cost(largest, situation.fixed_share) - fixed) / largest
    truths: dict[str, tuple[float, Callable[[Growth], Interval]]] = {
        "exponent": (exponent, lambda growth: growth.exponent),
        "projection": (law.cost(PROJECTED, situation.fixed_share), lambda growth: growth.projection(PROJECTED)),
        "fixed cost": (fixed, lambda growth: growth.fixed_cost),
        "marginal cost": (slope, lambda growth: growth.marginal_cost),
    }
    for name, (truth, interval_of) in truths.items():
        if name in bands:
            yield counted(bands[name], str(situation), [_contains(interval_of(growth), truth) for growth in growths])


def _coverage_of_excess(situation: Situation, drawn: list[Samples]) -> Rate:
    costs = {size: [situation.law.cost(size, situation.fixed_share)] for size in THREE_SIZES}
    exact = _excess(extrapolation_excess(costs, noise_floor=1e-9)).ratio.estimate
    judged = (extrapolation_excess(_only(samples, THREE_SIZES), confidence=CONFIDENCE) for samples in drawn)
    inside = [_contains(_excess(answer).ratio, exact) for answer in judged]
    return counted(COVERAGE["excess"], str(situation), inside)


def _only(samples: Samples, sizes: tuple[int, ...]) -> Samples:
    return {size: samples[size] for size in sizes}


def _growth(samples: Samples) -> Growth:
    judged = growth_exponent(samples)
    if isinstance(judged, NotJudged):
        raise TypeError(judged.reason)
    return judged


def _excess(judged: Excess | NotJudged) -> Excess:
    if isinstance(judged, NotJudged):
        raise TypeError(judged.reason)
    return judged


def _contains(interval: Interval, truth: float) -> bool:
    return interval.low <= truth <= interval.high
