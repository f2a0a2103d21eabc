"""The pictures of a mode."""

from harness.scale.document import Report
from harness.scale.reports.pictures.chart import Chart
from harness.scale.reports.pictures.gains import gain_chart
from harness.scale.reports.pictures.growth import marginal_chart, time_chart
from harness.scale.reports.pictures.memory import memory_chart
from harness.scale.reports.pictures.subject import Subject


def charts_of(report: Report, mode: str) -> tuple[Chart, Chart, Chart, Chart]:
    """Time, time for each employee, memory, and what was gained."""
    subject = Subject(report, mode)
    return time_chart(subject), marginal_chart(subject), memory_chart(subject), gain_chart(subject)
