"""Four pictures as one PNG."""

import textwrap
from collections.abc import Iterator
from functools import singledispatch
from io import BytesIO

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from harness.reports.texts import visible
from harness.scale.document import Report
from harness.scale.reports.pictures.chart import (
    Band,
    Chart,
    Curve,
    Dots,
    Frame,
    Mark,
    Note,
    Role,
    Rule,
    Shape,
    Spans,
    Told,
    Tone,
    Zone,
)
from harness.scale.reports.pictures.charts import charts_of, summary_of_mode

DPI = 100
# Inches.
WIDTH, HEAD, TITLES, PLOT, BELOW = 16.0, 1.3, 1.3, 3.75, 0.75
LEFT, LEFT_OF_ROWS, RIGHT = 0.9, 1.5, 0.3
LINE, ROW = 0.235, 0.22
ROWS_THAT_FIT = 16
LETTERS = 100  # of a line above a picture

# Blue and orange can be told apart by everyone (Okabe and Ito, Color universal design, 2008).
COLOURS = {Role.MAIN: "#0072b2", Role.SECOND: "#c96a00", Role.QUIET: "#6b7280", Role.LIMIT: "#a9211a"}
TONES = {Tone.GOOD: "#14663a", Tone.BAD: "#a9211a", Tone.OPEN: "#7d5200", Tone.PLAIN: "#3c434d"}
INK, GRID = "#1c1e21", "#e3e6ea"
SHAPES = {Shape.CIRCLE: "o", Shape.SQUARE: "s", Shape.DIAMOND: "D", Shape.CROSS: "x", Shape.TICK: "|"}
SIZES = {Shape.CIRCLE: 6.0, Shape.SQUARE: 5.0, Shape.DIAMOND: 9.0, Shape.CROSS: 9.0, Shape.TICK: 11.0}


def draw_picture(report: Report, mode: str) -> bytes:
    """The content of scaling_characteristics_<mode>.png: 1,600 pixels wide, and as high as its rows need."""
    charts = charts_of(report, mode)
    rows = (charts[:2], charts[2:])
    heights = [TITLES + max(map(_plot_height, row)) + BELOW for row in rows]
    figure = Figure(figsize=(WIDTH, HEAD + sum(heights)), dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    top = figure.get_figheight()
    title, *rest = summary_of_mode(report, mode)
    _text(figure, (0.35, top - 0.3), title, 16, bold=True)
    for place, told in enumerate(rest):
        _text(figure, (0.35, top - 0.68 - place * LINE), told, 10.5)
    top -= HEAD
    for row, height in zip(rows, heights, strict=True):
        for place, chart in enumerate(row):
            _panel(figure, chart, place * WIDTH / 2, top, height)
        top -= height
    buffer = BytesIO()
    figure.savefig(buffer, format="png", dpi=DPI)
    return buffer.getvalue()


def _plot_height(chart: Chart) -> float:
    rows = chart.frame.rows if chart.frame else 0
    return PLOT + ROW * max(0, rows - ROWS_THAT_FIT)


def _text(figure: Figure, place: tuple[float, float], told: Told, size: float, *, bold: bool = False) -> None:
    x, y = place
    figure.text(
        x / WIDTH,
        y / figure.get_figheight(),
        visible(told.text),
        color=TONES[told.tone],
        fontsize=size,
        fontweight="bold" if bold else "normal",
        parse_math=False,
        va="top",
    )


def _panel(figure: Figure, chart: Chart, left: float, top: float, height: float) -> None:
    inset = LEFT_OF_ROWS if chart.frame and chart.frame.rows else LEFT
    _text(figure, (left + 0.35, top - 0.05), Told(chart.title), 12.5, bold=True)
    lines = [Told(line, told.tone) for told in chart.told for line in textwrap.wrap(told.text, LETTERS)]
    for place, told in enumerate(lines):
        _text(figure, (left + 0.35, top - 0.35 - place * LINE), told, 10.5)
    size = (WIDTH / 2 - inset - RIGHT, height - TITLES - BELOW)
    corner = (left + inset, top - TITLES - size[1])
    whole = figure.get_figheight()
    axes = figure.add_axes((corner[0] / WIDTH, corner[1] / whole, size[0] / WIDTH, size[1] / whole))
    if chart.frame:
        _draw(axes, chart.frame)
    else:
        axes.set_xticks([])
        axes.set_yticks([])
        axes.spines[:].set_color(GRID)
        axes.text(0.5, 0.5, visible_words(chart.words), ha="center", va="center", fontsize=12, color=TONES[Tone.PLAIN],
                  linespacing=1.6, parse_math=False, transform=axes.transAxes)


def visible_words(words: str) -> str:
    return words


def _draw(axes: Axes, frame: Frame) -> None:
    for axis, scale, limits, label in (
        (axes.xaxis, axes.set_xscale, axes.set_xlim, frame.x),
        (axes.yaxis, axes.set_yscale, axes.set_ylim, frame.y),
    ):
        scale("log" if label.log else "linear")
        axis.set_ticks([tick for tick, _ in label.ticks], [name for _, name in label.ticks], parse_math=False)
        axis.set_ticks([], minor=True)
        limits(label.low, label.high)
        axis.set_label_text(label.label, color=INK, fontsize=10.5)
    axes.tick_params(labelsize=10 if frame.rows <= ROWS_THAT_FIT else 9, color=GRID, labelcolor=INK)
    axes.grid(color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color("#9aa1ab")
    for mark in frame.marks:
        _draw_mark(mark, axes)
