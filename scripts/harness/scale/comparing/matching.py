"""Which cells of two results belong together, and which of them cannot be compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.reports.texts import visible
from harness.scale.cells import Cell, counterpart
from harness.scale.comparing.sides import IncomparableError, Sides
from harness.scale.judging.analysis import OVER_BUDGET
from harness.scale.result_file import GOOD, ResultFile
from harness.scale.statistics.verdict import Verdict
from harness.words import first_few

Answer = Mapping[str, str]
_NAMED = 3  # cells that a sentence lists


@dataclass(frozen=True)
class CommonCell:
    """A cell of the contender, and the one of the baseline that it is compared with."""

    cell: Cell
    against: Cell
    statuses: tuple[str, str]  # of the baseline and of the contender
    difference: str = ""  # between their answers
    answered: bool = True  # whether both answers are known

    @property
    def complete(self) -> bool:
        """Whether both were measured."""
        return self.statuses == (GOOD, GOOD)

    @property
    def compared(self) -> bool:
        """Whether their ratio means anything."""
        return self.complete and not self.difference

    @property
    def completeness(self) -> Verdict:
        """What a run that is missing says.

        Where only the baseline was over its budget the contender is no worse. Of what broke nothing can be said.
        """
        ours, theirs = self.statuses
        if theirs != GOOD:
            return Verdict.FAIL if theirs in OVER_BUDGET else Verdict.NOT_JUDGED
        return Verdict.PASS if ours == GOOD or ours in OVER_BUDGET else Verdict.INCONCLUSIVE

    @property
    def label(self) -> str:
        """The cell, without its mode."""
        return self.cell.label

    @property
    def objection(self) -> str:
        """Why it is not compared."""
        if not self.complete:
            return visible(f"{self.statuses[0]} → {self.statuses[1]}")
        return f"COMPUTES SOMETHING ELSE: {self.difference}" if self.difference else ""


@dataclass(frozen=True)
class Matching:
    """All cells of both sides."""

    common: tuple[CommonCell, ...]
    baseline_only: tuple[Cell, ...]
    contender_only: tuple[Cell, ...]

    @property
    def compared(self) -> list[CommonCell]:
        """Those with a ratio."""
        return [common for common in self.common if common.compared]


def match(sides: Sides) -> Matching:
    """Pair the cells.

    Raises:
        IncomparableError: no cell is in both results.
    """
    ours, theirs = sides.baseline.statuses, sides.contender.statuses
    found = {cell: counterpart(cell, sides.baseline.mode, ours) for cell in sorted(theirs)}
    partners = {cell: against for cell, against in found.items() if against}
    if not partners:
        raise IncomparableError(f"no cell in common: {_range(sides.baseline)}; {_range(sides.contender)}")
    return Matching(
        common=tuple(_common(sides, cell, against) for cell, against in partners.items()),
        baseline_only=tuple(sorted(ours.keys() - set(partners.values()))),
        contender_only=tuple(sorted(theirs.keys() - partners.keys())),
    )


def _common(sides: Sides, cell: Cell, against: Cell) -> CommonCell:
    statuses = sides.baseline.statuses[against], sides.contender.statuses[cell]
    ours, theirs = _answers(sides.baseline, against), _answers(sides.contender, cell)
    answered = all(ours) and all(theirs)
    return CommonCell(cell, against, statuses, _difference(ours, theirs) if answered else "", answered)


def _answers(side: ResultFile, cell: Cell) -> list[Answer]:
    """What the runs of a cell answered, each answer once."""
    answers = (outcome.answer for outcome in side.runs(cell))
    return list({tuple(sorted(answer.items())): answer for answer in answers}.values())


def _difference(ours: Sequence[Answer], theirs: Sequence[Answer]) -> str:
    for side, answers in (("baseline", ours), ("contender", theirs)):
        if len(answers) > 1:
            return f"the runs of the {side} contradict each other"
    if not ours or not theirs:
        return ""
    before, after = ours[0], theirs[0]
    names = [name for name in sorted(before.keys() | after.keys()) if before.get(name) != after.get(name)]
    told = (f"{name} {before.get(name, 'absent')} → {after.get(name, 'absent')}" for name in names)
    return visible("; ".join(told))


def _range(side: ResultFile) -> str:
    told = first_few([cell.label for cell in sorted(side.statuses)], _NAMED) or "no cell"
    return f"{visible(str(side.path))} has {told}"
