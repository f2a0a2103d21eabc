"""Writing the reports of a session."""

from pathlib import Path

from harness.scale.document import Report, document_of
from harness.scale.reports.html import render_html
from harness.scale.reports.markdown import render_markdown
from harness.workspace import Workspace, as_json


def publish(workspace: Workspace, report: Report) -> list[Path]:
    """Write every form; the JSON files, whose verdict counts, last."""
    from harness.scale.reports.pictures.png import draw_picture  # a second of matplotlib, which a refusal can spare

    for mode in report.modes:
        workspace.publish(f"scale_report_{mode}.md", render_markdown(report, mode))
        workspace.publish_bytes(f"scaling_characteristics_{mode}.png", draw_picture(report, mode))
    page = workspace.publish("index.html", render_html(report))
    documents = {mode: as_json(document_of(report, mode)) for mode in report.modes}
    return [page, *(workspace.publish(f"scale_results_{mode}.json", text) for mode, text in documents.items())]
