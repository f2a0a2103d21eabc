"""What each kind of mark is made of in SVG; its colour comes from the class around it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from harness.reports.texts import visible
from harness.scale.reports.pictures.chart import (
    Axis,
    Band,
    Curve,
    Dots,
    Frame,
    Mark,
    Note,
    Point,
    Rule,
    Shape,
    Spans,
    Zone,
)

CAP = 4.0  # half of the cap of an interval
RADIUS = {Shape.CIRCLE: 4.0, Shape.SQUARE: 3.5, Shape.DIAMOND: 6.5, Shape.CROSS: 5.0, Shape.TICK: 6.0}
UNIT = Axis("", 0.0, 1.0)

Element = tuple[str, dict[str, str], str]  # tag, attributes, text


@dataclass(frozen=True)
class Plot:
    """The inside of the axes, in which everything is clipped."""

    frame: Frame
    width: float
    height: float

    def place(self, point: Point) -> Point:
        """Where a point lies on the page."""
        x, y = point
        return self.frame.x.share(x) * self.width, (1 - self.frame.y.share(y)) * self.height


def elements(plot: Plot, mark: Mark) -> Iterator[Element]:
    """Tag, attributes and text of each element of a mark."""
    match mark:
        case Dots():
            yield from (_dot(mark, *plot.place(point)) for point in mark.points)
        case Curve():
            yield "polyline", {"class": "curve", "points": points(map(plot.place, mark.points)), **_dashed(mark)}, ""
        case Band():
            there = [plot.place((x, low)) for x, low, _ in mark.points]
            back = [plot.place((x, high)) for x, _, high in reversed(mark.points)]
            yield "polygon", {"class": "area", "points": points([*there, *back])}, ""
        case Zone():
            left, right = (plot.frame.x.share(x) * plot.width for x in (mark.low, mark.high))
            yield (
                "path",
                {"class": "area", "d": f"M{left:.1f} 0H{max(right, left + 1):.1f}V{plot.height:g}H{left:.1f}z"},
                "",
            )
        case Rule():
            yield from _rule(plot, mark)
        case Spans():
            yield "path", {"class": "curve", "d": "".join(_span(plot, *ends) for ends in mark.ends)}, ""
        case Note():
            yield _words(*plot.place(mark.at), mark.text, "end" if mark.ends_there else "middle")


def sample(mark: Mark) -> Mark:
    """A mark of the same look for a plot from 0 to 1, to stand beside its name."""
    left, middle, right = (0.0, 0.5), (0.5, 0.5), (1.0, 0.5)
    match mark:
        case Dots() | Curve():
            return replace(mark, points=(middle,) if isinstance(mark, Dots) else (left, right))
        case Band():
            return replace(mark, points=((0.0, 0.15, 0.85), (1.0, 0.15, 0.85)))
        case Zone():
            return replace(mark, low=0.0, high=1.0)
        case Rule():
            return replace(mark, at=0.5, upright=False, text="")
        case Spans():
            return replace(mark, ends=(((0.06, 0.5), (0.94, 0.5)),))
        case Note():
            return mark


def points(places: Iterable[Point]) -> str:
    """Places as an attribute."""
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in places)


def _dot(dots: Dots, x: float, y: float) -> Element:
    look = {"class": "dot" if dots.filled else "dot hollow"}
    r = RADIUS[dots.shape]
    if dots.shape is Shape.CIRCLE:
        return "circle", {**look, "cx": f"{x:.1f}", "cy": f"{y:.1f}", "r": f"{r:g}"}, ""
    steps = {
        Shape.SQUARE: f"m{-r:g} {-r:g}h{2 * r:g}v{2 * r:g}h{-2 * r:g}z",
        Shape.DIAMOND: f"m0 {-r:g}l{r:g} {r:g}l{-r:g} {r:g}l{-r:g} {-r:g}z",
        Shape.CROSS: f"m{-r:g} {-r:g}l{2 * r:g} {2 * r:g}m0 {-2 * r:g}l{-2 * r:g} {2 * r:g}",
        Shape.TICK: f"m0 {-r:g}v{2 * r:g}",
    }
    open_ = {"class": "stroke"} if dots.shape in (Shape.CROSS, Shape.TICK) else look
    return "path", {**open_, "d": f"M{x:.1f} {y:.1f}{steps[dots.shape]}"}, ""


def _dashed(line: Curve | Rule) -> dict[str, str]:
    return {"stroke-dasharray": "5 4"} if line.dashed else {}


def _rule(plot: Plot, rule: Rule) -> Iterator[Element]:
    if rule.upright:
        path = f"M{plot.frame.x.share(rule.at) * plot.width:.1f} 0v{plot.height:g}"
    else:
        y = (1 - plot.frame.y.share(rule.at)) * plot.height
        path = f"M0 {y:.1f}h{plot.width:g}"
        if rule.text:
            yield _words(6.0, y - 9, rule.text, "start")
    yield "path", {"class": "curve", "d": path, **_dashed(rule)}, ""


def _span(plot: Plot, start: Point, end: Point) -> str:
    (x, y), (x2, y2) = plot.place(start), plot.place(end)
    if start[0] != end[0]:
        cap = f"m0 {-CAP:g}v{2 * CAP:g}"
        return f"M{x:.1f} {y:.1f}{cap}M{x:.1f} {y:.1f}H{x2:.1f}{cap}"
    cap = f"m{-CAP:g} 0h{2 * CAP:g}"
    return f"M{x:.1f} {y:.1f}{cap}M{x:.1f} {y:.1f}V{y2:.1f}{cap}"


def _words(x: float, y: float, text: str, anchor: str) -> Element:
    return "text", {"class": "note", "x": f"{x:.1f}", "y": f"{y + 4:.1f}", "text-anchor": anchor}, visible(text)
