"""Time over employees: on logarithmic scales, and for each employee without the fixed cost."""

import math
from collections.abc import Iterator, Sequence

from harness.scale.costs import Measure
from harness.scale.judging.growing import GrowthCurve
from harness.scale.judging.judged import Budget
from harness.scale.reports.pictures.axes import linear_axis, log_axis, size_axis
from harness.scale.reports.pictures.chart import Axis, Band, Chart, Curve, Dots, Frame, Mark, Note, Role, Shape, Told
from harness.scale.reports.pictures.subject import Failure, Subject, judged_in_words, law_of, tone_of
from harness.scale.statistics.growth import Growth

EMPLOYEES = "employees"
STEPS = 60  # of a curve
BEYOND = 1.2  # a curve goes on to this multiple of the largest size
LEVEL = 0.085  # of the height: what one line of failures takes
LETTER = 0.0165  # of the width


def time_chart(subject: Subject) -> Chart:
    """Wall time of every run, with its law and what quadratic growth would look like."""
    curve, failures = subject.curve(Measure.WALL), subject.failures_in_series
    title = f"Wall time ({subject.where})"
    if curve is None or not curve.samples:
        return Chart(title, tuple(judged(subject, Measure.WALL)), words=nothing_ran(subject))
    x = size_axis(EMPLOYEES, [*curve.samples, *(failure.cell.employees for failure in failures)])
    placed = placed_failures(x, failures)
    highest = max(max(runs) for runs in curve.samples.values())
    law = law_of(curve)
    values = [*(cost for runs in curve.samples.values() for cost in runs), *_ends(curve)]
    y = log_axis("wall seconds", values, headroom=headroom(placed))
    marks: list[Mark] = []
    if isinstance(curve.growth, Growth):
        band = tuple((n, p.low, p.high) for n in steps(curve) for p in (curve.growth.projection(n),))
        marks.append(Band(band, Role.MAIN, key="90 % band"))
    if law and len(curve.samples) > 1:
        known = sorted(curve.samples)
        middle = math.sqrt(known[0] * known[-1])
        grown = law.cost(middle) - law.fixed
        square = ((n, law.fixed + grown * (n / middle) ** 2) for n in steps(curve))
        marks.append(Curve(tuple(square), Role.QUIET, dashed=True, key="quadratic"))
        name = "line through the smaller sizes" if law.is_line else "fitted law"
        marks.append(Curve(tuple((n, law.cost(n)) for n in steps(curve)), Role.MAIN, key=name))
    marks += [*run_dots(subject, Measure.WALL, Role.MAIN, "run"), *failure_marks(x, y, placed)]
    assert highest <= y.high
    return Chart(title, tuple(judged(subject, Measure.WALL)), Frame(x, y, tuple(marks)))
