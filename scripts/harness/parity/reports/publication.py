"""Writing a report in all its forms."""

from pathlib import Path
from typing import Any

from harness.parity.reports.html import render_html
from harness.parity.reports.junit import render_junit
from harness.parity.reports.markdown import render_markdown
from harness.parity.reports.report import Report
from harness.workspace import Workspace, as_json

REPORTS = ("parity_report.json", "parity_report.md", "parity_report.html", "parity_report.xml")


def publish(workspace: Workspace, report: Report, context: dict[str, Any]) -> Path:
    """Write every form; the JSON, whose verdict counts, last."""
    workspace.publish("parity_report.md", render_markdown(report))
    workspace.publish("parity_report.html", render_html(report, context))
    workspace.publish("parity_report.xml", render_junit(report))
    return workspace.publish("parity_report.json", as_json(report.as_document(context)))
