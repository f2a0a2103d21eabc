"""The same pictures as SVG inside a page, whose colours and letters are those of the page."""

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from harness.reports.texts import visible
from harness.scale.reports.pictures.chart import Chart, Frame, Mark, Point, Role
from harness.scale.reports.pictures.svg_marks import UNIT, Plot, elements, points, sample

WIDTH, PLOT, ROW = 480.0, 250.0, 21.0
LEFT, LEFT_OF_ROWS, RIGHT, ABOVE, BELOW = 62.0, 134.0, 10.0, 8.0, 50.0
SWATCH = (26.0, 14.0)
SPARK = (160.0, 44.0)


def draw_svg(chart: Chart) -> str:
    """The picture; nothing if it has no frame."""
    frame = chart.frame
    if frame is None:
        return ""
    left = LEFT_OF_ROWS if frame.rows else LEFT
    height = ROW * (frame.rows + 1) if frame.rows else PLOT
    svg = _picture(WIDTH, height + ABOVE + BELOW, ". ".join([chart.title, *(told.text for told in chart.told)]))
    plot = Plot(frame, WIDTH - left - RIGHT, height)
    _axes(ET.SubElement(svg, "g", {"transform": f"translate({left:g} {ABOVE:g})"}), plot, left)
    size = {"x": f"{left:g}", "y": f"{ABOVE:g}", "width": f"{plot.width:g}", "height": f"{height:g}"}
    inside = ET.SubElement(svg, "svg", size)  # clips what it holds
    for mark in frame.marks:
        _add(inside, plot, mark)
    return ET.tostring(svg, encoding="unicode")


def draw_keys(chart: Chart) -> list[tuple[str, str]]:
    """A small picture and a name for each kind of mark."""
    keyed = chart.frame.keyed if chart.frame else ()
    return [(_swatch(mark), visible(mark.key)) for mark in keyed]


def draw_sparkline(area: Sequence[Point], line: Sequence[Point], label: str) -> str:
    """An area and a line over it, both from 0 to the highest point."""
    width, height = SPARK
    right = max(x for x, _ in (*area, *line)) or 1.0
    top = max(y for _, y in (*area, *line)) or 1.0
    svg = _picture(width, height, label)
    for role, series in ((Role.QUIET, area), (Role.MAIN, line)):
        places = [(x / right * width, height - 1 - y / top * (height - 3)) for x, y in series]
        group = ET.SubElement(svg, "g", {"class": role})
        if role is Role.QUIET and places:
            closed = [(places[0][0], height), *places, (places[-1][0], height)]
            ET.SubElement(group, "polygon", {"class": "area", "points": points(closed)})
        ET.SubElement(group, "polyline", {"class": "curve", "points": points(places)})
    return ET.tostring(svg, encoding="unicode")


def _picture(width: float, height: float, label: str) -> ET.Element:
    return ET.Element("svg", {"viewBox": f"0 0 {width:g} {height:g}", "role": "img", "aria-label": visible(label)})


def _swatch(mark: Mark) -> str:
    width, height = SWATCH
    svg = ET.Element("svg", {"viewBox": f"0 0 {width:g} {height:g}", "class": "swatch", "aria-hidden": "true"})
    _add(svg, Plot(Frame(UNIT, UNIT, ()), width, height), sample(mark))
    return ET.tostring(svg, encoding="unicode")


def _add(parent: ET.Element, plot: Plot, mark: Mark) -> None:
    group = ET.SubElement(parent, "g", {"class": mark.role})
    for tag, attributes, text in elements(plot, mark):
        ET.SubElement(group, tag, attributes).text = text or None


def _axes(group: ET.Element, plot: Plot, left: float) -> None:
    frame, width, height = plot.frame, plot.width, plot.height
    for value, name in frame.x.ticks:
        x = f"{frame.x.share(value) * width:.1f}"
        ET.SubElement(group, "path", {"class": "grid", "d": f"M{x} 0v{height:g}"})
        _text(group, name, "middle", x=x, y=f"{height + 17:g}")
    for value, name in frame.y.ticks:
        y = (1 - frame.y.share(value)) * height
        ET.SubElement(group, "path", {"class": "grid", "d": f"M0 {y:.1f}h{width:g}"})
        _text(group, name, "end", x="-7", y=f"{y + 4:.1f}")
    ET.SubElement(group, "path", {"class": "edge", "d": f"M0 0v{height:g}h{width:g}"})
    _text(group, frame.x.label, "middle", x=f"{width / 2:g}", y=f"{height + 40:g}")
    _text(group, frame.y.label, "middle", transform=f"translate({14 - left:g} {height / 2:g}) rotate(-90)")


def _text(group: ET.Element, text: str, anchor: str, **attributes: str) -> None:
    ET.SubElement(group, "text", {"text-anchor": anchor, **attributes}).text = visible(text)
