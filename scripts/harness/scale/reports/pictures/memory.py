"""Peak memory over employees, in brackets that hold the truth, against the budget."""

from collections.abc import Iterable, Iterator

from harness.scale.costs import Measure
from harness.scale.judging.judged import Budget
from harness.scale.outcome import Outcome
from harness.scale.reports.pictures.axes import log_axis, short, size_axis
from harness.scale.reports.pictures.chart import Chart, Curve, Frame, Mark, Role, Rule, Spans, Told
from harness.scale.reports.pictures.failures import failure_marks, nothing_ran
from harness.scale.reports.pictures.growth import EMPLOYEES, sizes_along
from harness.scale.reports.pictures.subject import Subject, judged_in_words, law_of, tone_of
from harness.scale.statistics.limits import PROJECTION_REACH
from harness.units import GIGABYTE

ROOM_FOR_BUDGET = 0.05  # of the height, for the words on the line of the budget

Bracket = tuple[float, float, float]  # employees, and the peak in GB: at least, at most


def memory_chart(subject: Subject) -> Chart:
    """The bracket of every size, the fitted growth, and the budget with its size."""
    budget = subject.report.budgets["memory"]
    title, told = f"Peak memory of all processes ({subject.where})", tuple(_told(subject))
    ours = [*_brackets(subject.runs())]
    beside = [*_brackets(_beside(subject))]
    if not ours and not beside:
        return Chart(title, told, words=nothing_ran(subject))
    brackets, failures = [*ours, *beside], subject.failures_in_series
    sizes = [size for size, _, _ in brackets] + [failure.cell.employees for failure in failures]
    x = size_axis(EMPLOYEES, [*sizes, budget["employees"]])
    failed = failure_marks(x, failures)
    heights = [budget["gigabytes"], *(end for _, *ends in brackets for end in ends)]
    y = log_axis("GB", heights, headroom=max(failed.headroom, ROOM_FOR_BUDGET))
    marks: list[Mark] = [
        Rule(budget["gigabytes"], Role.LIMIT, text=f"budget {budget['gigabytes']:g} GB"),
        Rule(budget["employees"], Role.QUIET, upright=True, dashed=True, key="budget's size"),
        *_law(subject, budget["employees"]),
        *_spans(beside, Role.QUIET, "other cells"),
        *_spans(ours, Role.MAIN, "at least to at most"),
    ]
    return Chart(title, told, Frame(x, y, (*marks, *failed.marks(x, y))))


def _told(subject: Subject) -> Iterator[Told]:
    for line in subject.report.judged(subject.mode):
        if line.budget is Budget.MEMORY:
            size = subject.report.budgets["memory"]["employees"]
            yield Told(f"at {short(size)} employees: {judged_in_words(line)}", tone_of(line.verdict))


def _beside(subject: Subject) -> Iterator[Outcome]:
    for cell in subject.cells:
        if not subject.in_series(cell):
            yield from subject.report.analysis.samples.of(cell)


def _brackets(runs: Iterable[Outcome]) -> Iterator[Bracket]:
    for run in runs:
        memory = run.measurement.memory if run.measurement else None
        if memory and memory.lower > 0:  # 0: it ended before anybody looked
            yield run.run.cell.employees, memory.lower / GIGABYTE, memory.upper / GIGABYTE


def _spans(brackets: list[Bracket], role: Role, key: str) -> Iterator[Mark]:
    if brackets:
        yield Spans(tuple(((size, low), (size, high)) for size, low, high in brackets), role, key=key)


def _law(subject: Subject, size: int) -> Iterator[Curve]:
    """The fitted growth, as far as the size of the budget if a projection reaches it."""
    curve = subject.curve(Measure.MEMORY)
    law = law_of(curve) if curve else None
    if curve is None or law is None:
        return
    along = [*sizes_along(curve)]
    if max(curve.samples) < size <= PROJECTION_REACH * max(curve.samples):
        along = [*(n for n in along if n < size), size]
    name = "straight line" if law.is_line else "fitted growth"
    yield Curve(tuple((n, law.cost(n) / GIGABYTE) for n in along), Role.MAIN, dashed=law.is_line, key=name)
