"""Where the four pictures of a PNG stand, in inches from its upper left corner."""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.scale.reports.pictures.chart import Chart, Told

WIDTH, HEAD, TITLE, LINE, KEY, PLOT, BELOW = 16.0, 1.35, 0.3, 0.235, 0.4, 4.0, 0.95
ROW = 0.22
ROWS_THAT_FIT = 16
ROWS_OF_A_COLUMN = 30
LETTERS = 88  # of a line above a picture


@dataclass(frozen=True)
class Panel:
    """A picture with its heading and its key; `top` is that of the heading."""

    chart: Chart
    left: float
    top: float
    heading_height: float
    plot_height: float

    @property
    def plot_bottom(self) -> float:
        """Lower edge of the axes."""
        return self.top + self.heading_height + self.plot_height

    @property
    def bottom(self) -> float:
        """Lower edge with the names on the axis."""
        return self.plot_bottom + BELOW


def panels_of(charts: Sequence[Chart]) -> list[Panel]:
    """Two by two; or, if the last one has very many rows, the others in a column beside it."""
    *others, last = charts
    return list(_beside(others, last) if _rows(last) > ROWS_OF_A_COLUMN else _two_by_two(charts))


def heading_lines(chart: Chart) -> list[Told]:
    """What stands below the title, in lines that fit."""
    return [Told(line, told.tone) for told in chart.told for line in textwrap.wrap(told.text, LETTERS)]


def _two_by_two(charts: Sequence[Chart]) -> Iterator[Panel]:
    top = HEAD
    for row in (charts[:2], charts[2:]):
        heading, plot = max(map(_heading_height, row)), max(map(_plot_height, row))
        panels = [Panel(chart, column * WIDTH / 2, top, heading, plot) for column, chart in enumerate(row)]
        yield from panels
        top = panels[0].bottom


def _beside(others: Sequence[Chart], high: Chart) -> Iterator[Panel]:
    """Both columns are as high as the higher one must be."""
    headings = [_heading_height(chart) for chart in others]
    needed = _heading_height(high) + _plot_height(high) + BELOW
    plot = max(PLOT, (needed - sum(headings)) / len(others) - BELOW)
    top = HEAD
    for chart, heading in zip(others, headings, strict=True):
        panel = Panel(chart, 0.0, top, heading, plot)
        yield panel
        top = panel.bottom
    yield Panel(high, WIDTH / 2, HEAD, _heading_height(high), top - HEAD - _heading_height(high) - BELOW)


def _heading_height(chart: Chart) -> float:
    return TITLE + LINE * len(heading_lines(chart)) + KEY


def _plot_height(chart: Chart) -> float:
    return PLOT + ROW * max(0, _rows(chart) - ROWS_THAT_FIT)


def _rows(chart: Chart) -> int:
    return chart.frame.rows if chart.frame else 0
