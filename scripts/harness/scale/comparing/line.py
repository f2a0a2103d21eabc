"""One question of a comparison with its answer, as every report shows it."""

import math
from dataclasses import dataclass
from enum import StrEnum

from harness.scale.costs import Measure
from harness.scale.statistics.verdict import Interval, Verdict

INFORMATIVE = "informative"


class Gate(StrEnum):
    """What is asked of the contender."""

    REGRESSION = "regression"  # that it is not slower
    SPEED_UP = "speed-up"  # that it is that many times as fast


@dataclass(frozen=True)
class Line:
    """A question, its verdict, and what that rests on. `next_step` says what would settle an open one."""

    question: str
    verdict: Verdict
    result: str
    limit: str
    interval: Interval | None = None
    decides: bool = True  # else it is only shown
    detail: str = ""
    next_step: str = ""
    gate: Gate | None = None
    measure: Measure | None = None
    is_suspicion: bool = False  # a failure that nothing has confirmed yet

    @property
    def word(self) -> str:
        """The verdict as a table shows it."""
        return self.verdict.words if self.decides else INFORMATIVE

    @property
    def spread(self) -> str:
        """The interval in words; nothing if there is none."""
        interval = self.interval
        if interval is None or math.isinf(interval.high):
            return ""
        return f"{interval.low:.2f}–{interval.high:.2f}"
