"""Four pictures as one PNG."""

from io import BytesIO

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from harness.reports.texts import visible, visible_lines
from harness.scale.document import Report
from harness.scale.reports.pictures.chart import (
    Band,
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
from harness.scale.reports.pictures.layout import LINE, TITLE, WIDTH, Panel, heading_lines, panels_of

DPI = 100
MARGIN, LEFT, LEFT_OF_ROWS, RIGHT = 0.35, 0.9, 1.5, 0.3  # inches

# Blue and orange can be told apart by everyone (Okabe and Ito, Color universal design, 2008).
COLOURS = {Role.MAIN: "#0072b2", Role.SECOND: "#c96a00", Role.QUIET: "#6b7280", Role.LIMIT: "#a9211a"}
TONES = {Tone.GOOD: "#14663a", Tone.BAD: "#a9211a", Tone.OPEN: "#7d5200", Tone.PLAIN: "#3c434d"}
INK, GRID, EDGE = "#1c1e21", "#e3e6ea", "#9aa1ab"
SHAPES = {Shape.CIRCLE: "o", Shape.SQUARE: "s", Shape.DIAMOND: "D", Shape.CROSS: "x", Shape.TICK: "|"}
SIZES = {Shape.CIRCLE: 6.0, Shape.SQUARE: 5.0, Shape.DIAMOND: 9.0, Shape.CROSS: 9.0, Shape.TICK: 11.0}


def draw_picture(report: Report, mode: str) -> bytes:
    """The content of scaling_characteristics_<mode>.png: 1,600 pixels wide, and as high as its rows need."""
    panels = panels_of(charts_of(report, mode))
    figure = Figure(figsize=(WIDTH, max(panel.bottom for panel in panels)), dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    title, *rest = summary_of_mode(report, mode)
    _text(figure, (MARGIN, 0.3), title, 16, bold=True)
    for place, told in enumerate(rest):
        _text(figure, (MARGIN, 0.68 + place * LINE), told, 10.5)
    for panel in panels:
        _panel(figure, panel)
    buffer = BytesIO()
    figure.savefig(buffer, format="png", dpi=DPI)
    return buffer.getvalue()


def _text(figure: Figure, place: tuple[float, float], told: Told, size: float, *, bold: bool = False) -> None:
    x, y = place
    figure.text(
        x / WIDTH,
        1 - y / figure.get_figheight(),
        visible(told.text),
        color=TONES[told.tone],
        fontsize=size,
        fontweight="bold" if bold else "normal",
        parse_math=False,
        va="top",
    )


def _panel(figure: Figure, panel: Panel) -> None:
    """A picture with its heading."""
    chart, start = panel.chart, panel.left + MARGIN
    _text(figure, (start, panel.top), Told(chart.title), 12.5, bold=True)
    for place, told in enumerate(heading_lines(chart)):
        _text(figure, (start, panel.top + TITLE + place * LINE), told, 10.5)
    inset = LEFT_OF_ROWS if chart.frame and chart.frame.rows else LEFT
    width, whole = WIDTH / 2 - inset - RIGHT, figure.get_figheight()
    corner = ((panel.left + inset) / WIDTH, 1 - panel.plot_bottom / whole)
    axes = figure.add_axes((*corner, width / WIDTH, panel.plot_height / whole))
    if chart.frame:
        _draw(axes, chart.frame, key_begins=(MARGIN - inset) / width)
    else:
        _say(axes, chart.words)


def _say(axes: Axes, words: str) -> None:
    """Words in place of a picture."""
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_color(GRID)
    axes.text(
        0.5,
        0.5,
        visible_lines(words),
        color=TONES[Tone.PLAIN],
        fontsize=12,
        ha="center",
        linespacing=1.6,
        parse_math=False,
        transform=axes.transAxes,
        va="center",
    )


def _draw(axes: Axes, frame: Frame, key_begins: float) -> None:
    """Axes, marks and above them their key, which begins at a share of the width of the axes."""
    axes.set_xscale("log" if frame.x.log else "linear")
    axes.set_yscale("log" if frame.y.log else "linear")
    for lines, axis in ((axes.xaxis, frame.x), (axes.yaxis, frame.y)):
        lines.set_ticks([tick for tick, _ in axis.ticks], [name for _, name in axis.ticks])
        lines.set_ticks([], minor=True)
        lines.set_label_text(axis.label, color=INK, fontsize=10.5)
    axes.set_xlim(frame.x.low, frame.x.high)
    axes.set_ylim(frame.y.low, frame.y.high)
    axes.tick_params(labelsize=10, color=GRID, labelcolor=INK)
    axes.grid(color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(EDGE)
    first = [*frame.keyed]
    for place, mark in enumerate(frame.marks):
        _mark(axes, frame, mark, 2 + place / 100, mark.key if mark in first and not isinstance(mark, Note) else "")
    if first:
        axes.legend(
            loc="lower left",
            bbox_to_anchor=(key_begins, 1.005),
            ncols=len(first),
            frameon=False,
            fontsize=9.5,
            labelcolor=INK,
            borderaxespad=0.0,
            columnspacing=1.3,
            handletextpad=0.5,
        )


def _mark(axes: Axes, frame: Frame, mark: Mark, above: float, key: str) -> None:
    label = key or "_"  # matplotlib leaves out of the key what begins like this
    colour = COLOURS[mark.role]
    match mark:
        case Dots():
            _dots(axes, mark, above, label)
        case Curve():
            style = "--" if mark.dashed else "-"
            axes.plot(*zip(*mark.points, strict=True), style, color=colour, lw=1.6, label=label, zorder=above)
        case Band():
            sizes, low, high = zip(*mark.points, strict=True)
            axes.fill_between(sizes, low, high, color=colour, alpha=0.18, lw=0, label=label, zorder=1)
        case Zone():
            axes.axvspan(mark.low, mark.high, color=colour, alpha=0.15, lw=0, label=label, zorder=1)
        case Rule():
            _rule(axes, frame, mark, label)
        case Spans():
            _spans(axes, mark, above, label)
        case Note():
            x, y = mark.at
            side = "right" if mark.ends_there else "center"
            _words(axes, x, y, mark.text, colour, ha=side, va="center")


def _dots(axes: Axes, dots: Dots, above: float, label: str) -> None:
    colour = COLOURS[dots.role]
    axes.plot(
        *zip(*dots.points, strict=True),
        SHAPES[dots.shape],
        color=colour,
        label=label,
        markeredgewidth=2.0 if dots.shape in (Shape.CROSS, Shape.TICK) else 1.2,
        markerfacecolor=colour if dots.filled else "white",
        markersize=SIZES[dots.shape],
        alpha=0.85,
        zorder=above,
    )


def _rule(axes: Axes, frame: Frame, rule: Rule, label: str) -> None:
    draw = axes.axvline if rule.upright else axes.axhline
    colour, style = COLOURS[rule.role], "--" if rule.dashed else "-"
    draw(rule.at, color=colour, lw=1.4, label=label, linestyle=style, zorder=1.5)
    if rule.text:
        _words(
            axes,
            frame.x.at(0.015),
            frame.y.at(frame.y.share(rule.at) + 0.03),
            rule.text,
            colour,
            ha="left",
            va="center",
        )


def _spans(axes: Axes, spans: Spans, above: float, label: str) -> None:
    """Lines with a cap at each end."""
    colour = COLOURS[spans.role]
    for place, (start, end) in enumerate(spans.ends):
        flat = start[0] != end[0]
        named = label if place == 0 else "_"
        axes.plot(
            *zip(start, end, strict=True),
            color=colour,
            lw=1.5,
            label=named,
            marker="|" if flat else "_",
            markersize=8,
            markeredgewidth=1.5,
            zorder=above,
        )


def _words(axes: Axes, x: float, y: float, text: str, colour: str, *, ha: str, va: str) -> None:
    axes.text(
        x,
        y,
        visible(text),
        color=colour,
        fontsize=9.5,
        ha=ha,
        parse_math=False,
        path_effects=[withStroke(linewidth=3, foreground="white")],
        va=va,
        zorder=5,
    )
