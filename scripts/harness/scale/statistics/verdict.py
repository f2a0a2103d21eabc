"""Verdicts, intervals, and how the one follows from the other."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """The answer to one question. Only PASS is a pass."""

    PASS = "PASS"  # noqa: S105  no password
    FAIL = "FAIL"
    INCONCLUSIVE = "INCONCLUSIVE"  # the interval contains the limit: more runs would help
    NOT_JUDGED = "NOT_JUDGED"  # data is missing, and no interval could be made

    @property
    def words(self) -> str:
        """The verdict as readers see it."""
        return self.replace("_", " ")


SEVERITY = (Verdict.PASS, Verdict.INCONCLUSIVE, Verdict.NOT_JUDGED, Verdict.FAIL)


@dataclass(frozen=True)
class Interval:
    """An estimate and where the true value lies with this confidence, in the unit of the estimate."""

    estimate: float
    low: float
    high: float
    confidence: float

    def __post_init__(self) -> None:
        """Refuse what is no interval; NaN is none either."""
        if not self.low <= self.estimate <= self.high:
            raise ValueError(f"an interval needs low <= estimate <= high, not {self.low}, {self.estimate}, {self.high}")
        if not 0 < self.confidence < 1:
            raise ValueError(f"a confidence lies between 0 and 1, not at {self.confidence}")

    def scaled(self, factor: float) -> "Interval":
        """The interval of the quantity times a positive factor."""
        return Interval(self.estimate * factor, self.low * factor, self.high * factor, self.confidence)


@dataclass(frozen=True)
class NotJudged:
    """Why data that a user may well have does not suffice for an interval."""

    reason: str

    @property
    def verdict(self) -> Verdict:
        """Missing data is neither a pass nor a failure."""
        return Verdict.NOT_JUDGED


def at_most(interval: Interval, limit: float) -> Verdict:
    """Whether the true value is at most the limit: PASS if all of the interval is, FAIL if none of it is."""
    if interval.high <= limit:
        return Verdict.PASS
    return Verdict.FAIL if interval.low > limit else Verdict.INCONCLUSIVE


def at_least(interval: Interval, limit: float) -> Verdict:
    """Whether the true value is at least the limit: PASS if all of the interval is, FAIL if none of it is."""
    if interval.low >= limit:
        return Verdict.PASS
    return Verdict.FAIL if interval.high < limit else Verdict.INCONCLUSIVE


def combined(verdicts: Iterable[Verdict]) -> Verdict:
    """The worst of the verdicts: FAIL, NOT_JUDGED, INCONCLUSIVE, PASS. Where nothing was judged, nothing passed."""
    return max(verdicts, key=SEVERITY.index, default=Verdict.NOT_JUDGED)
