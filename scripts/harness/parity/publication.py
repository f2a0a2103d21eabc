"""Writing a report in all its forms."""

from pathlib import Path
from typing import Any

from harness.parity.report import Report
from harness.workspace import Workspace, as_json

REPORTS = ("parity_report.json", "parity_report.md", "parity_report.html", "parity_report.xml")


def publish(workspace: Workspace, report: Report, context: dict[str, Any]) -> Path:
    """Write every form; the JSON, whose verdict counts, last."""
    workspace.publish("parity_report.md", report.as_markdown())
    return workspace.publish("parity_report.json", as_json(report.as_document(context)))
