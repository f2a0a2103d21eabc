"""A regression is an alarm only if an independent second comparison shows it too."""

from collections.abc import Iterator
from dataclasses import replace

from harness.scale.comparing.comparison import Comparison
from harness.scale.comparing.line import Gate, Line
from harness.scale.statistics.verdict import Verdict

HOW = "measure both once more and add --confirm-baseline DIR --confirm-optimized DIR"


def confirmed(first: Comparison, second: Comparison | None) -> Comparison:
    """The first comparison, with every failed line of the regression gate put to the second one.

    What else fails in the second comparison (answers, cells that broke) counts as well.
    """
    lines = [_confirmed(line, second) for line in first.lines]
    return replace(first, lines=(*lines, *(_others(second) if second else ())))


def _confirmed(line: Line, second: Comparison | None) -> Line:
    if line.gate is not Gate.REGRESSION or line.verdict is not Verdict.FAIL or not line.decides:
        return line
    if second is None:
        detail = f"suspected regression: {line.detail}"
        step = f"confirm with: {HOW}"
        return replace(line, verdict=Verdict.INCONCLUSIVE, detail=detail, next_step=step, is_suspicion=True)
    again = second.line_of(line.gate, line.measure)
    verdict = again.verdict if again else Verdict.INCONCLUSIVE
    words = {
        Verdict.FAIL: "confirmed by an independent comparison",
        Verdict.PASS: "an independent comparison did not confirm it",
    }
    told = f"{again.result} ({again.spread})" if again else "nothing to compare"
    detail = f"{words.get(verdict, 'an independent comparison could not tell')}: {told}; {line.detail}"
    step = "" if verdict in words else f"confirm again: {HOW}"
    return replace(line, verdict=verdict, detail=detail, next_step=step, is_suspicion=verdict not in words)


def _others(second: Comparison) -> Iterator[Line]:
    for line in second.lines:
        if line.gate is None and line.decides and line.verdict is not Verdict.PASS:
            yield replace(line, question=f"confirmation: {line.question}")
