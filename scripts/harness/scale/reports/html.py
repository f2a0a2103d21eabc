"""The whole session as one HTML page."""

from pathlib import Path

from harness.reports.page import render_page
from harness.reports.texts import visible
from harness.scale.document import Report, document_of, headline
from harness.scale.reports import page
from harness.scale.reports.page_cells import cell_rows, cells_header, sparks
from harness.scale.reports.page_tables import sheets
from harness.scale.reports.pictures.subject import tone_of

TEMPLATES = Path(__file__).resolve().parent / "templates"


def render_html(report: Report) -> str:
    """The content of index.html: all modes, and the documents of all result files."""
    verdict = report.analysis.verdict
    return render_page(
        TEMPLATES,
        {"modes": {mode: document_of(report, mode) for mode in report.modes}},
        headline=visible(headline(report)),
        finding=verdict.words,
        tone=tone_of(verdict),
        facts=page.facts(report),
        verdicts=tuple(page.verdicts(report)),
        modes=tuple(page.modes(report)),
        cells_header=cells_header(report),
        cells=tuple(cell_rows(report)),
        sparks=tuple(sparks(report)),
        sheets=tuple(sheets(report)),
        noise=tuple(page.noise(report)),
        disturbed=page.disturbed(report),
        command=page.command(report),
        circumstances=page.circumstances(report),
    )
