"""Time over employees: on logarithmic scales, and for each employee without the fixed cost."""

import math
from collections.abc import Iterator, Sequence

from harness.scale.costs import Measure
from harness.scale.judging.growing import GrowthCurve
from harness.scale.reports.pictures.axes import linear_axis, log_axis, size_axis
from harness.scale.reports.pictures.chart import Band, Chart, Curve, Dots, Frame, Point, Role, Shape, Told
from harness.scale.reports.pictures.failures import failure_marks, nothing_ran
from harness.scale.reports.pictures.subject import Law, Subject, judged_in_words, law_of, tone_of
from harness.scale.statistics.growth import Growth

EMPLOYEES = "employees"
STEPS = 60  # of a curve
WIDEST = 10.0  # times the law: beyond it a band is cut off
BEYOND = 1.15  # a curve goes on to this multiple of the largest size
LOOKS = {Measure.WALL: (Role.MAIN, Shape.CIRCLE, "wall"), Measure.CPU: (Role.SECOND, Shape.SQUARE, "CPU")}


def time_chart(subject: Subject) -> Chart:
    """Wall time of every run, with its law and what quadratic growth would look like."""
    title, told = f"Wall time ({subject.where})", _told(subject, Measure.WALL)
    curve = subject.curve(Measure.WALL)
    if curve is None or not curve.samples:
        return Chart(title, told, words=nothing_ran(subject))
    failures = subject.failures_in_series
    x = size_axis(EMPLOYEES, [*curve.samples, *(failure.cell.employees for failure in failures)])
    failed = failure_marks(x, failures)
    lines = tuple(_lines(curve))
    points = [*_dots(subject, Measure.WALL, "run")]
    heights = [y for dots in points for _, y in dots.points]
    heights += [y for line in lines if isinstance(line, Band) for _, *ends in line.points for y in ends]
    y = log_axis("wall seconds", heights, headroom=failed.headroom)
    return Chart(title, told, Frame(x, y, (*lines, *points, *failed.marks(x, y))))


def marginal_chart(subject: Subject) -> Chart:
    """Milliseconds for each employee without the fixed cost: a flat line is linear growth."""
    title, told = (
        f"Time per employee without the fixed cost: flat = linear ({subject.where})",
        _told(subject, Measure.CPU),
    )
    known = [(curve, law) for m in LOOKS if (curve := subject.curve(m)) and (law := law_of(curve))]
    if not known:
        ran = any(True for _ in subject.runs())
        words = "With fewer than 3 sizes\nthe fixed cost cannot be told from the rest." if ran else nothing_ran(subject)
        return Chart(title, told, words=words)
    failures = subject.failures_in_series
    x = size_axis(EMPLOYEES, [*known[0][0].samples, *(failure.cell.employees for failure in failures)])
    failed = failure_marks(x, failures)
    marks: list[Curve | Dots] = []
    for curve, law in known:
        marks += _marginal(subject, curve, law)
    y = linear_axis("ms per employee", (y for mark in marks for _, y in mark.points), headroom=failed.headroom)
    return Chart(title, told, Frame(x, y, (*marks, *failed.marks(x, y))))


def told_of_budget(subject: Subject, question: str) -> tuple[Told, ...]:
    """The verdict on a question of this mode, in one sentence."""
    lines = [line for line in subject.report.judged(subject.mode) if line.question == question]
    return tuple(Told(judged_in_words(line), tone_of(line.verdict)) for line in lines)


def sizes_along(curve: GrowthCurve) -> Iterator[float]:
    """Sizes from the smallest to a little beyond the largest."""
    least, most = min(curve.samples), max(curve.samples) * BEYOND
    return (least * (most / least) ** (step / STEPS) for step in range(STEPS + 1))


def _told(subject: Subject, measure: Measure) -> tuple[Told, ...]:
    curve = subject.curve(measure)
    found = told_of_budget(subject, curve.question) if curve else ()
    return tuple(Told(f"{measure}: {told.text}", told.tone) for told in found)


def _lines(curve: GrowthCurve) -> Iterator[Band | Curve]:
    """The law with its band, and quadratic growth that meets it in the middle."""
    law = law_of(curve)
    if law is None:
        return
    along = list(sizes_along(curve))
    if isinstance(curve.growth, Growth):
        yield Band(tuple(_band(curve.growth, along)), Role.MAIN, key=f"{curve.growth.exponent.confidence:.0%} band")
    name = "straight line" if law.is_line else "fitted law"
    yield Curve(tuple((n, law.cost(n)) for n in along), Role.MAIN, key=name)
    middle = math.sqrt(min(curve.samples) * max(curve.samples))
    grown = law.cost(middle) - law.fixed
    square = ((n, law.fixed + grown * (n / middle) ** 2) for n in along)
    yield Curve(tuple(square), Role.QUIET, dashed=True, key="quadratic")


def _band(growth: Growth, sizes: Sequence[float]) -> Iterator[tuple[float, float, float]]:
    for size in sizes:
        at = growth.projection(size)
        yield size, max(at.low, at.estimate / WIDEST), min(at.high, at.estimate * WIDEST)


def _dots(subject: Subject, measure: Measure, name: str) -> Iterator[Dots]:
    role, shape, _ = LOOKS[measure]
    for disturbed in (False, True):
        if points := subject.points(measure, disturbed=disturbed):
            yield Dots(points, role, shape, filled=not disturbed, key=f"{name}, disturbed" if disturbed else name)


def _marginal(subject: Subject, curve: GrowthCurve, law: Law) -> Iterator[Curve | Dots]:
    role, _, name = LOOKS[curve.measure]

    def without_fixed(point: Point) -> Point:
        size, seconds = point
        return size, (seconds - law.fixed) / size * 1000

    fitted = tuple(without_fixed((n, law.cost(n))) for n in sizes_along(curve))
    yield Curve(fitted, role, dashed=law.is_line)
    for dots in _dots(subject, curve.measure, f"{name} of a run"):
        yield Dots(tuple(map(without_fixed, dots.points)), dots.role, dots.shape, dots.filled, dots.key)
