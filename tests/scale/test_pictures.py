"""The pictures of a session whose truth is known: what they show, and that they become PNG files."""

import struct
from collections import Counter
from collections.abc import Callable
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from harness.scale.cells import Cell, matrix_of
from harness.scale.document import Report
from harness.scale.outcome import Status
from harness.scale.reports.pictures.axes import linear_axis, log_axis, short, size_axis
from harness.scale.reports.pictures.chart import Chart, Curve, Dots, Note, Role, Rule, Shape, Spans, Tone, Zone
from harness.scale.reports.pictures.charts import charts_of
from harness.scale.reports.pictures.png import draw_picture
from tests.scale.synthetic import Synthetic, quadratic

BLUE, RED = (0, 114, 178), (169, 33, 26)
BOTH = ("baseline", "optimized")


class EveryCell(dict[Cell, Status]):
    """Says of every cell that it ran too long."""

    def get(self, _cell: Cell, _otherwise: object = None) -> Status:  # type: ignore[override]
        return Status.TIMEOUT


def one_size() -> Report:
    return Synthetic().report(matrix_of(BOTH, [1_000], [1], [1], exact_sizes=False))


def all_failed() -> Report:
    return Synthetic(faults=EveryCell()).report()


def no_baseline() -> Report:
    law = Synthetic(wall=lambda cell: (3 + 0.0005 * cell.employees * cell.years) / (1 if cell.shards == 1 else 1.6))
    return law.report(matrix_of(["optimized"], [5_000, 20_000, 50_000], [1, 5], [1, 2], exact_sizes=False))


def alone() -> Report:
    return Synthetic().report(matrix_of(["optimized"], [5_000, 20_000, 50_000], [1], [1], exact_sizes=False))


def run_once() -> Report:
    return Synthetic().report(iterations=1)


def charts(report: Report, mode: str = "optimized") -> tuple[Chart, Chart, Chart, Chart]:
    return charts_of(report, mode)


def marks[Mark](chart: Chart, kind: type[Mark]) -> list[Mark]:
    return [mark for mark in chart.frame.marks if isinstance(mark, kind)] if chart.frame else []
