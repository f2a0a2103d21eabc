"""The evidence of a rollback or a drill: evidence.json."""

from harness.reports.tables import Table
from harness.summary.document import Node
from harness.summary.section import Section, Verdict

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
    point = document["context"]["release_point"].text()
    return Section(
        verdict=_VERDICTS[document["verdict"].one_of(*_VERDICTS)],
        headline=f"{kind} of {point}: {condition}, {total:,.1f} s of {budget:,.0f} s; outage {outage:,.1f} s",
        sentences=failed,
        tables=(Table(("step", "status", "time"), tuple(steps)),),
    )
