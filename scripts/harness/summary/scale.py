"""The results of the scale judge and of the comparison."""

from collections.abc import Iterable, Iterator

from harness.reports.tables import NOTHING, Table
from harness.summary.document import DocumentError, Node
from harness.summary.section import FROM_FILE, Section, Verdict, unopposed, verdict_of
from harness.words import counted

READS = 1  # the major version of both files
_INFORMATIVE = "informative"  # a line that decides nothing


def read_scale(document: Node) -> Section:
    """The section of one mode."""
    _check_kind(document, "scale_results")
    rows = tuple(
        (line["question"].text(), line["result"].text(), line["limit"].text(), line["verdict"].text())
        for line in document["results"]["judged"].each()
    )
    failed = tuple(_failed(cell) for cell in document["results"]["cells"].each() if cell["status"].text() != "OK")
    whole = verdict_of(document, name="session_verdict")
    verdict = Verdict(document["verdict"].one_of(*FROM_FILE))
    if whole is Verdict.PASS and verdict is not Verdict.PASS:
        raise DocumentError(f"{document.where}: verdict and session_verdict contradict each other")
    return Section(
        verdict=unopposed(verdict, document, _against((row[0], row[-1]) for row in rows)),
        headline=document["headline"].text(),
        sentences=failed,
        tables=(Table(("question", "result", "limit", "verdict"), rows),),
        part=document["mode"].text(),
        parts=tuple(mode.text() for mode in document["matrix"]["modes"].each()),
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
    lines = _lines(comparison).rows if comparison else ()
    return Section(
        verdict=verdict_of(document, _against((row[0], row[-1]) for row in lines if row[-1] != _INFORMATIVE)),
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


def _against(questions: Iterable[tuple[str, str]]) -> Iterator[str]:
    """What speaks against a pass: a question with any other verdict, or none at all."""
    told = list(questions)
    if not told:
        yield "nothing was judged"
    yield from (f"{question} is {word}" for question, word in told if word != "PASS")


def _check_kind(document: Node, wanted: str) -> None:
    document.check_version(READS)
    kind = document["kind"].text()
    if kind != wanted:
        raise DocumentError(f"{document.where} is {kind[:50]!r}, not {wanted!r}")
