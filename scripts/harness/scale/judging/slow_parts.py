"""Which parts of the system grow too fast: dbt models and engine stages, each with a law of its own."""

from collections.abc import Iterator
from dataclasses import dataclass

from harness.scale.judging.samples import Samples, modes_of
from harness.scale.outcome import Outcome
from harness.scale.parts import MODEL, STAGE
from harness.scale.statistics.growth import Growth, growth_exponent
from harness.scale.statistics.verdict import Interval, Verdict

PART_NOISE = 0.02  # log sd: below it a part is as steady as anything measured in milliseconds can be


@dataclass(frozen=True)
class PartGrowth:
    """The law of one part, for the longest horizon and the fewest shards."""

    mode: str
    years: int
    shards: int
    kind: str
    name: str
    exponent: Interval | None  # None: too few sizes or runs
    verdict: Verdict
    seconds: float  # at the largest size, the mean of the runs
    share: float  # of all parts of its kind at the largest size, 0 to 1

    @property
    def law(self) -> str:
        """Its growth in words; nothing where it is not known."""
        exponent = self.exponent
        return f"n^{exponent.estimate:.2f} ({exponent.low:.2f}–{exponent.high:.2f})" if exponent else ""


def part_growths(samples: Samples, exponent_limit: float) -> Iterator[PartGrowth]:
    """Every part of every mode, the largest first."""
    for mode in modes_of(samples.cells):
        cells = [cell for cell in samples.cells if cell.mode == mode and samples.of(cell)]
        if not cells:
            continue
        years = max(cell.years for cell in cells)
        shards = min(cell.shards for cell in cells if cell.years == years)
        at_largest = samples.of(max(cell for cell in cells if (cell.years, cell.shards) == (years, shards)))
        for kind in (MODEL, STAGE):
            means = _means(at_largest, kind)
            for name, seconds in sorted(means.items(), key=lambda part: -part[1]):
                growth = _law(samples, (mode, years, shards), (kind, name), exponent_limit)
                exponent = growth.exponent if growth else None
                verdict = growth.verdict if growth else Verdict.NOT_JUDGED
                share = seconds / (sum(means.values()) or 1)
                yield PartGrowth(mode, years, shards, kind, name, exponent, verdict, seconds, share)


def _law(samples: Samples, series: tuple[str, int, int], part: tuple[str, str], limit: float) -> Growth | None:
    kind, name = part
    found = samples.by_size(*series, lambda outcome: outcome.parts.get(kind, {}).get(name))
    growth = growth_exponent(found, noise_floor=PART_NOISE, exponent_limit=limit)
    return growth if isinstance(growth, Growth) else None


def _means(outcomes: list[Outcome], kind: str) -> dict[str, float]:
    totals: dict[str, float] = {}
    for outcome in outcomes:
        for name, seconds in outcome.parts.get(kind, {}).items():
            totals[name] = totals.get(name, 0.0) + seconds / len(outcomes)
    return totals
