"""The evidence of a rollback or a drill: evidence.json."""

from collections.abc import Iterator

from harness.reports.tables import Table
from harness.summary.document import Node
from harness.summary.section import Section, Verdict, unopposed

READS = 1  # the major version of evidence.json
_VERDICTS = {"PASS": Verdict.PASS, "FAIL": Verdict.FAIL, "UNFINISHED": Verdict.COULD_NOT_JUDGE}


def read_rollback(document: Node) -> Section:
    """The section of one run."""
    document.check_version(READS)
    kind, condition = document["kind"].text(), document["condition"].text()
    total, outage, budget = (document[name].number() / 1000 for name in ("total_ms", "outage_ms", "budget_ms"))
    steps = [
        (step["step"].text(), step["status"].text(), f"{step['ms'].number() / 1000:,.1f} s")
        for step in document["results"]["steps"].each()
    ]
    failed = tuple(f"{step}: {status}" for step, status, _ in steps if status != "done")
    against = _against(document, {step: status for step, status, _ in steps})
    point = document["context"]["release_point"].text()
    return Section(
        verdict=unopposed(_VERDICTS[document["verdict"].one_of(*_VERDICTS)], document, against),
        headline=f"{kind} of {point}: {condition}, {total:,.1f} s of {budget:,.0f} s; outage {outage:,.1f} s",
        sentences=failed,
        tables=(Table(("step", "status", "time"), tuple(steps)),),
    )


def _against(document: Node, last: dict[str, str]) -> Iterator[str]:
    """What speaks against a pass; of a step that was done again the last attempt counts."""
    if not last:
        yield "no step was done"
    if document["condition"].text() != "restored":  # which ends well whatever failed before
        yield from (f"{step} is {status}" for step, status in last.items() if status != "done")
    within = document["total_ms"].number() <= document["budget_ms"].number()
    if within != document["within_budget"].flag():
        yield "total_ms and within_budget contradict each other"
    if document["kind"].text() == "drill" and not within:
        yield "the drill took longer than its budget"
