"""Writing the reports of a session."""

from pathlib import Path

from harness.scale.document import Report, document_of
from harness.scale.reports.markdown import render_markdown
from harness.workspace import Workspace, as_json


def publish(workspace: Workspace, report: Report) -> list[Path]:
    """Write every form; the JSON files, whose verdict counts, last."""
    for mode in report.modes:
        workspace.publish(f"scale_report_{mode}.md", render_markdown(report, mode))
    return [
        workspace.publish(f"scale_results_{mode}.json", as_json(document_of(report, mode))) for mode in report.modes
    ]
