"""One question with its answer, as every report shows it."""

from dataclasses import dataclass
from enum import StrEnum

from harness.scale.statistics.verdict import Interval, NotJudged, Verdict


class Budget(StrEnum):
    """What there are limits for."""

    ANSWER = "same answers"
    GROWTH = "growth"
    MEMORY = "memory"
    SPEED_UP = "speed-up"


@dataclass(frozen=True)
class Judged:
    """A question, its verdict, and what that rests on. `decide` says what would settle an open one."""

    budget: Budget
    question: str
    verdict: Verdict
    result: str
    limit: str
    modes: tuple[str, ...] = ()  # that it is about; none: all
    interval: Interval | None = None
    unit: str = ""
    detail: str = ""
    decide: str = ""


def unanswered(
    budget: Budget, question: str, limit: str, modes: tuple[str, ...], reason: str | NotJudged, decide: str
) -> Judged:
    """A question that good runs leave open, because they are too few or too small."""
    why = reason.reason if isinstance(reason, NotJudged) else reason
    return Judged(budget, question, Verdict.INCONCLUSIVE, "cannot tell", limit, modes, detail=why, decide=decide)
