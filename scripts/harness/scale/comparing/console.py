"""The comparison for someone who reads a terminal or a CI log."""

from harness.reports.tables import aligned
from harness.reports.texts import clipped, visible
from harness.scale.comparing.report import Report
from harness.scale.comparing.wording import next_steps, verdicts_table
from harness.scale.statistics.verdict import Verdict

_WIDTH = 500  # of a sentence; the files have all of it


def print_report(report: Report) -> None:
    """The table of verdicts, what is behind those that are no pass, and what to do next."""
    if report.comparison:
        table = verdicts_table(report.comparison)
        print("\n".join(aligned([tuple(map(visible, row)) for row in (table.header, *table.rows)])))
        open_lines = [line for line in report.comparison.lines if line.decides and line.verdict is not Verdict.PASS]
        sentences = [f"{line.question}: {line.detail}" for line in open_lines if line.detail]
        steps = [f"next: {step}" for step in next_steps(report)]
        told = (*sentences, *report.alerts, *report.notes, *steps)
        print("\n" + "\n".join(clipped(visible(sentence), _WIDTH) for sentence in told))
