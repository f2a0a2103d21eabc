"""The results of the scale judge and of the comparison."""

from harness.reports.tables import NOTHING, Table
from harness.summary.document import DocumentError, Node
from harness.summary.section import FROM_FILE, Section, Verdict
from harness.words import counted

READS = 1  # the major version of both files


def read_scale(document: Node) -> Section:
    """The section of one mode."""
    _check_kind(document, "scale_results")
    rows = tuple(
        (line["question"].text(), line["result"].text(), line["limit"].text(), line["verdict"].text())
        for line in document["results"]["judged"].each()
    )
    failed = tuple(_failed(cell) for cell in document["results"]["cells"].each() if cell["status"].text() != "OK")
    return Section(
        verdict=Verdict(document["verdict"].one_of(*FROM_FILE)),
        headline=document["headline"].text(),
        sentences=failed,
        tables=(Table(("question", "result", "limit", "verdict"), rows),),
        part=document["mode"].text(),
    )


def _failed(cell: Node) -> str:
    size = (counted(round(cell["cell"][f"{noun}s"].number()), noun) for noun in ("employee", "year", "shard"))
    return f"{' × '.join(size)}: {cell['status'].text()} {cell['detail'].text()}"


def read_comparison(document: Node) -> Section:
    """The section of a comparison, with what the history calls for."""
    _check_kind(document, "scale_comparison")
    results = document["results"]
    problem = document.maybe("problem")
    alerts = tuple(alert.text() for alert in results["alerts"].each())
    steps = tuple(f"next: {step.text()}" for step in results["next_steps"].each())
    comparison = results.maybe("comparison")
    return Section(
        verdict=Verdict(document["verdict"].one_of(*FROM_FILE)),
        headline=document["headline"].text(),
        sentences=(*([problem.text()] if problem else []), *alerts, *steps),
        tables=(_lines(comparison),) if comparison else (),
        alerts=alerts,
    )


def _lines(comparison: Node) -> Table:
    rows = []
    for line in comparison["lines"].each():
        limit = line["limit"].text() or NOTHING
        rows.append((line["question"].text(), line["result"].text(), limit, line["word"].text()))
    return Table(("question", "result", "limit", "verdict"), tuple(rows))


def _check_kind(document: Node, wanted: str) -> None:
    document.check_version(READS)
    kind = document["kind"].text()
    if kind != wanted:
        raise DocumentError(f"{document.where} is {kind[:50]!r}, not {wanted!r}")
