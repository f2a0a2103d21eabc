"""A comparison with everything around it, and the line that sums it up."""

from dataclasses import dataclass, field
from typing import Any

from harness.errors import ExitCode
from harness.scale.comparing.comparison import Comparison
from harness.scale.comparing.line import Line
from harness.scale.comparing.trend import Trend
from harness.scale.statistics.verdict import Verdict
from harness.words import first_few

_NAMED = 3  # degradations in the headline

_WORDS = {
    ExitCode.PASS: "COMPARISON PASSED",
    ExitCode.FAIL: "COMPARISON FAILED",
    ExitCode.INCONCLUSIVE: "COMPARISON INCONCLUSIVE",
    ExitCode.COULD_NOT_JUDGE: "COMPARISON NOT JUDGED",
    ExitCode.INTERRUPTED: "COMPARISON NOT JUDGED",
}


@dataclass(frozen=True)
class Report:
    """What is published. Without a comparison `problem` says why there is none."""

    exit_code: ExitCode
    settings: dict[str, Any]
    comparison: Comparison | None = None
    second: Comparison | None = None
    trends: tuple[Trend, ...] = ()
    notes: tuple[str, ...] = field(default=())  # what was stored, and where
    problem: str = ""

    @property
    def headline(self) -> str:
        """The verdict in one line."""
        start = _WORDS[self.exit_code]
        if self.comparison is None:
            return f"{start}: {(self.problem.splitlines() or ['no reason is known'])[0]}"
        if self.lasting:
            start += f", with LASTING DEGRADATION of {first_few([trend.subject for trend in self.lasting], _NAMED)}"
        return f"{start}: {_about(self.comparison)}: {_what_decides(self.comparison)}"

    @property
    def lasting(self) -> list[Trend]:
        """What has degraded for good, which is no verdict on the two that are compared."""
        return [trend for trend in self.trends if trend.lasting]

    @property
    def alerts(self) -> list[str]:
        """What no single comparison shows."""
        return [trend.sentence for trend in self.lasting]


def _about(comparison: Comparison) -> str:
    sides = comparison.sides
    if sides.same_code:
        return f"A/A, the same code twice: {sides.summary}"
    return f"{sides.summary}, {'paired in one session' if sides.same_session else 'UNPAIRED'}"


def _what_decides(comparison: Comparison) -> str:
    """The worst line; of a comparison that passed the first, which is what was asked for."""
    lines = [line for line in comparison.lines if line.decides and line.verdict is comparison.verdict]
    if comparison.verdict is Verdict.PASS and comparison.sides.same_code:
        return ", ".join(_in_words(line) for line in comparison.lines if line.gate)
    suspected = "suspected regression: " if comparison.verdict is Verdict.INCONCLUSIVE and _suspected(lines) else ""
    return f"{suspected}{_in_words((_suspected(lines) or lines)[0])}" if lines else "nothing decides"


def _suspected(lines: list[Line]) -> list[Line]:
    return [line for line in lines if line.is_suspicion]


def _in_words(line: Line) -> str:
    limit = f" (limit {line.limit})" if line.limit and line.decides else ""
    return f"{line.question}: {line.result}{limit}"
