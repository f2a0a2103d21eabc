"""Cells that failed, at the top of a picture: what is not there must not look as if it had not been asked for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.scale.reports.pictures.axes import short
from harness.scale.reports.pictures.chart import Axis, Dots, Mark, Note, Role, Shape
from harness.scale.reports.pictures.subject import Failure, Subject

CROSS = 0.04  # from the top, as a share of the height
LINE = 0.062  # what a line of words takes
LETTER = 0.024  # what a letter takes of the width
MOST_NAMED = 8


@dataclass(frozen=True)
class FailureMarks:
    """Crosses at the sizes that failed, and words below them, on several lines where they would touch."""

    lines: tuple[tuple[Failure, int], ...]

    @property
    def headroom(self) -> float:
        """The share of the height that they take."""
        return CROSS + LINE * (2 + max(line for _, line in self.lines)) if self.lines else 0.0

    def marks(self, x: Axis, y: Axis) -> Iterator[Mark]:
        """What is drawn."""
        if not self.lines:
            return
        crosses = tuple((float(failure.cell.employees), y.at(1 - CROSS)) for failure, _ in self.lines)
        yield Dots(crosses, Role.LIMIT, Shape.CROSS, key="failed")
        for failure, line in self.lines:
            middle = _middle(x, failure)
            yield Note((x.at(middle), y.at(1 - CROSS - LINE * (line + 1))), failure.label, Role.LIMIT)


def failure_marks(x: Axis, failures: Sequence[Failure]) -> FailureMarks:
    """Each label on the first line where it touches no other."""
    ends: list[float] = []
    placed = []
    for failure in sorted(failures, key=lambda failure: failure.cell.employees):
        start = _middle(x, failure) - _width(failure) / 2
        line = next((place for place, end in enumerate(ends) if end <= start), len(ends))
        ends[line : line + 1] = [start + _width(failure)]
        placed.append((failure, line))
    return FailureMarks(tuple(placed))


def nothing_ran(subject: Subject) -> str:
    """What stands in place of a picture when no run of its cells ended well."""
    failures = subject.failures_in_series or subject.failures
    named = [f"{short(failure.cell.employees)} employees: {failure.label}" for failure in failures[:MOST_NAMED]]
    more = [f"and {len(failures) - MOST_NAMED} more"] if len(failures) > MOST_NAMED else []
    return "\n".join([f"No run ended well ({subject.where}).", *named, *more])


def _middle(x: Axis, failure: Failure) -> float:
    half = _width(failure) / 2
    return min(max(x.share(failure.cell.employees), half), 1 - half)


def _width(failure: Failure) -> float:
    return LETTER * (len(failure.label) + 1)
