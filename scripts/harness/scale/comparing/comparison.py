"""What is concluded from two results."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from harness.errors import ExitCode
from harness.scale.comparing.gates import regression_line, speed_up_line
from harness.scale.comparing.line import Gate, Line
from harness.scale.comparing.matching import Matching, match
from harness.scale.comparing.measuring import MeasureRatio, measure_ratios
from harness.scale.comparing.noise_floor import NoiseFloor
from harness.scale.comparing.sides import Sides
from harness.scale.costs import Measure
from harness.scale.document import EXIT_CODES
from harness.scale.settings import Budgets
from harness.scale.statistics.verdict import Verdict, combined
from harness.words import counted

_NAMED = 5  # in a sentence


@dataclass(frozen=True)
class Comparison:
    """Two results with their ratios and the answers to all questions."""

    sides: Sides
    matching: Matching
    floor: NoiseFloor
    ratios: Mapping[Measure, MeasureRatio]
    gates: tuple[Gate, ...]
    lines: tuple[Line, ...]

    @property
    def verdict(self) -> Verdict:
        """The worst of the lines that decide."""
        return combined(line.verdict for line in self.lines if line.decides)

    @property
    def exit_code(self) -> ExitCode:
        """What all of it amounts to."""
        return EXIT_CODES[self.verdict]

    def line_of(self, gate: Gate | None, measure: Measure | None) -> Line | None:
        """The line about a measure."""
        return next((line for line in self.lines if (line.gate, line.measure) == (gate, measure)), None)


def compare(sides: Sides, floor: NoiseFloor, budgets: Budgets, gates: tuple[Gate, ...] | None = None) -> Comparison:
    """Judge the contender by the baseline; which gates apply follows from the modes unless they are named.

    Raises:
        IncomparableError: no cell is in both results.
    """
    chosen = gates or gates_for(sides)
    matching = match(sides)
    ratios = measure_ratios(sides, matching, floor, budgets)
    lines = (
        *_ratio_lines(sides, ratios, chosen, budgets),
        _answers(sides, matching),
        _completeness(sides, matching),
        *_machines(sides),
    )
    return Comparison(sides, matching, floor, ratios, chosen, lines)


def gates_for(sides: Sides) -> tuple[Gate, ...]:
    """Two modes: the faster one should be faster. One mode: the newer one should not be slower."""
    return (Gate.REGRESSION,) if sides.same_mode else (Gate.SPEED_UP, Gate.REGRESSION)


def _ratio_lines(
    sides: Sides, ratios: Mapping[Measure, MeasureRatio], gates: tuple[Gate, ...], budgets: Budgets
) -> Iterator[Line]:
    """The gates that apply decide, and the other ratios are shown; without machine or change in common nothing does."""
    informative = bool(sides.machine_differences) or sides.same_code
    if not ratios:
        yield Line("cost", Verdict.NOT_JUDGED, "nothing to compare", "", detail="no cell has good runs of both")
    if Gate.SPEED_UP in gates and Measure.WALL in ratios:
        line = speed_up_line(ratios[Measure.WALL], sides.names, budgets.speed_up)
        yield replace(line, decides=not informative)
    for ratio in ratios.values():
        line = regression_line(ratio, sides.names, budgets.regression)
        yield replace(line, decides=line.decides and Gate.REGRESSION in gates and not informative)


def _answers(sides: Sides, matching: Matching) -> Line:
    """Who computes something else is neither faster nor slower."""
    question, limit = "same answers", "all equal"
    known = [common for common in matching.common if common.complete]
    different = [common for common in matching.common if common.difference]
    unknown = [common for common in known if not common.answered]
    if different:
        who = "the same code, which is not deterministic," if sides.same_code else sides.names[1]
        told = _listed([f"{common.label}: {common.difference}" for common in different])
        return Line(
            question=question,
            verdict=Verdict.FAIL,
            result=f"different in {len(different)} of {counted(len(matching.common), 'cell')}",
            limit=limit,
            detail=f"{who} computes something else: {told}",
            next_step="scripts/parity_testing_framework.py shows which rows differ, and where it begins",
        )
    if unknown or not known:
        detail = f"no answer is on record: {_listed([common.label for common in unknown])}" if unknown else ""
        return Line(question, Verdict.NOT_JUDGED, "not known", limit, detail=detail)
    return Line(question, Verdict.PASS, counted(len(known), "cell"), limit)


def _completeness(sides: Sides, matching: Matching) -> Line:
    """A cell that broke is no cell less to worry about."""
    missing = [common for common in matching.common if not common.complete]
    verdict = combined(common.completeness for common in matching.common)
    if verdict is Verdict.FAIL and sides.same_code:
        verdict = Verdict.INCONCLUSIVE
    total = len(matching.common)
    return Line(
        question="cells measured on both sides",
        verdict=verdict,
        result=f"{total - len(missing)} of {counted(total, 'cell')}",
        limit="all",
        decides=not sides.machine_differences,
        detail=_listed([f"{common.label}: {common.objection}" for common in missing]),
        next_step="measure them again" if verdict in (Verdict.INCONCLUSIVE, Verdict.NOT_JUDGED) else "",
    )


def _machines(sides: Sides) -> Iterator[Line]:
    differences = sides.machine_differences
    if differences:
        found = counted(len(differences), "difference")
        step = "measure both on one machine"
        yield Line("one machine", Verdict.INCONCLUSIVE, found, "none", detail=_listed(differences), next_step=step)


def _listed(told: Sequence[str]) -> str:
    more = len(told) - _NAMED
    return f"{'; '.join(told[:_NAMED])}{f'; and {more} more' if more > 0 else ''}"
