"""Reports made by hand, so that every rendering can be tried on every ending of a judgement."""

from dataclasses import replace
from typing import Any

from harness.parity.checks import Check, Status
from harness.parity.explanation import Change, ContingencyCell, Sample, Tolerated
from harness.parity.judge import Judgement
from harness.parity.oracle_result import OracleResult
from harness.parity.reports.report import Report
from harness.parity.results import Drift, Finding, PairResult
from tests.parity.report_parts import (
    check,
    different_events,
    different_summary,
    equal_relation,
    event_samples,
    explanation,
    history,
    side,
)

CONTEXT: dict[str, Any] = {
    "argv": ["scripts/parity_testing_framework.py", "--employees", "1000"],
    "commit": "81c1d22f0c",
    "dirty": False,
    "machine": {"processor": "a processor", "processors": 2, "memory_bytes": 8_000_000_000},
    "libraries": {"duckdb": "2.0.0", "polars": "2.1.0"},
}
HOSTILE = '</script><b onclick="x()">|`</pre>\x1b[31m\x00\n{{ 7 * 7 }}&@octocat\ud800'
DIFFERENT_LINE = (
    "PARITY DIFFERENT: legacy ≠ optimized in fct_yearly_events (1 other relation too): first in 2026: 40 rows"
)


def equal_report() -> Report:
    """Three engines that agree."""
    relations = (
        equal_relation("fct_yearly_events", 9788),
        replace(equal_relation("fct_workforce_snapshot", 2398), volatile={"written_at": "it is the time of writing"}),
    )
    checks = (check("witness", "legacy"), check("same-inputs", ""))
    ignored = {"run_record": "it is checked as provenance"}
    pairs = tuple(
        PairResult(name, Finding.EQUAL_EXACT, None, checks, relations, ignored) for name in ("optimized", "polars")
    )
    return Report(
        finding=Finding.EQUAL_EXACT,
        headline="PARITY EQUAL (exact): legacy = optimized = polars, 1,000 employees × 2 years, 9,788 events",
        problem=None,
        reference="legacy",
        workload={"employees": 1000, "start_year": 2025, "end_year": 2026, "seed": 42, "shards": 4, "threads": 2},
        target={"name": "navigator", "file": "config/targets/navigator.yaml", "sha256": "ab12"},
        judgement=Judgement(tuple(side(name) for name in ("legacy", "optimized", "polars")), pairs, 1000),
        settings={"proof": "exact", "memory_limit": "2GB", "only": [], "allow": [], "require_provenance": False},
    )


def different_report() -> Report:
    """Everything that a report can show: one pair that differs, one that is equal under a tolerance."""
    different = PairResult(
        candidate="optimized",
        finding=Finding.DIFFERENT,
        checks=(
            check("years", "fct_headcount_plan", "failed", "2026 have no rows on either side"),
            check("fresh", "optimized", "unverified", "nobody saw the run that wrote it"),
            check("same-inputs", "", "waived", "census_fingerprint is 5f1c in legacy, 77aa in optimized"),
            *(check("columns", name) for name in ("fct_yearly_events", "fct_workforce_snapshot")),
        ),
        relations=(
            different_events(),
            different_summary(),
            replace(equal_relation("fct_headcount_plan", 2), volatile={"written_at": "it is the time of writing"}),
        ),
        ignored={"run_record": "it is checked as provenance"} | dict.fromkeys(("stg_a", "stg_b"), "it is an input"),
        explanation=explanation(),
    )  # fmt: skip
    noise = Tolerated("noise", "ulps 4", "the engines add the same numbers in another order", 3, 2.2e-16)
    bent = replace(equal_relation("fct_yearly_events", 9788), tolerated=(noise,))
    equal = replace(equal_report().pairs[1], relations=(bent,))
    judgement = replace(equal_report().judgement, pairs=(different, equal))
    return replace(equal_report(), finding=Finding.DIFFERENT, headline=DIFFERENT_LINE, judgement=judgement)


def unjudged_report() -> Report:
    """One candidate without evidence, one that crashed."""
    failed = check("witness", "optimized", "failed", "candidate not witnessed: the result shows engine=legacy")
    crashed = "polars: failed with exit code 3\n  the last 2 of 2 lines of run.log:\n  | Traceback: it fell over"
    pairs = (
        PairResult("optimized", Finding.NO_EVIDENCE, None, (failed, check("same-inputs", ""))),
        PairResult("polars", Finding.ERROR, crashed),
    )
    judgement = replace(equal_report().judgement, pairs=pairs)
    line = "PARITY NOT JUDGED: polars: failed with exit code 3"
    return replace(equal_report(), finding=Finding.ERROR, headline=line, judgement=judgement)


def interrupted_report() -> Report:
    """Nothing but the news that it was stopped."""
    return replace(
        equal_report(),
        finding=Finding.INTERRUPTED,
        headline="PARITY NOT JUDGED: interrupted",
        problem="KeyboardInterrupt",
        reference="",
        target={},
        judgement=Judgement((), ()),
    )


def oracles_report() -> Report:
    """Oracles with every ending."""
    runs = ("python -m navigator_orchestrator run --seed 42", "python -m navigator_orchestrator run --seed 42")
    oracles = (
        OracleResult("repeat", "a second run is the same", "passed", "9,788 events the same", runs, None, 8.1),
        OracleResult("threads", "threads change nothing", "not exercised", "", (), "no probe above one row group"),
        OracleResult("seeds", "another seed changes every event type", "failed", "promotion did not change", runs),
        OracleResult("horizon", "two of five years are the two years", "error", "the run crashed", runs),
    )
    return replace(
        equal_report(),
        finding=Finding.ORACLE_BROKEN,
        headline="ORACLE BROKEN: navigator: seeds: promotion did not change",
        judgement=Judgement((), ()),
        oracles=oracles,
    )


def hostile_report() -> Report:
    """Every name and value tries to be taken for markup, for control or for the end of something."""
    key = {HOSTILE: HOSTILE}
    record = {HOSTILE: HOSTILE, "b": HOSTILE + "!"}
    sample = Sample("changed", key, ("b",), (record,), (record | {"b": HOSTILE + "?"},), 1, 1)
    missing = Sample("missing", key, (), (record,), (), 1, 0)
    difference = different_events().difference
    assert difference
    words = (HOSTILE, HOSTILE)
    changes = (Change(HOSTILE, 1, 0, 0, HOSTILE, None, 0, HOSTILE),)
    cells = (ContingencyCell(HOSTILE, HOSTILE, HOSTILE, "changed", 1, HOSTILE, None, None),)
    difference = replace(
        difference, samples=(sample, missing), words=words, sql=HOSTILE, changes=changes, contingency=cells
    )
    drift = Drift("type of", HOSTILE, HOSTILE, None)
    told = replace(explanation(), first_relation=HOSTILE, entity=key, words=words, order=HOSTILE)
    pair = PairResult(
        candidate=HOSTILE,
        finding=Finding.DIFFERENT,
        problem=HOSTILE,
        checks=(Check(HOSTILE, HOSTILE, Status.FAILED, HOSTILE), Check(HOSTILE, HOSTILE, Status.PASSED, HOSTILE)),
        relations=(replace(different_events(), name=HOSTILE, difference=difference, drift=(drift,)),),
        ignored={HOSTILE: HOSTILE},
        explanation=told,
    )  # fmt: skip
    judgement = Judgement((replace(side("legacy"), name=HOSTILE, argv=(HOSTILE,)),), (pair,), 1)
    return replace(
        equal_report(),
        finding=Finding.DIFFERENT,
        headline=HOSTILE,
        problem=HOSTILE,
        reference=HOSTILE,
        target={"name": HOSTILE},
        judgement=judgement,
        settings={"proof": HOSTILE},
        oracles=(OracleResult(HOSTILE, HOSTILE, "failed", HOSTILE, (HOSTILE,), HOSTILE),),
    )


def crowded_report(samples: int = 10_000) -> Report:
    """Far more than fits into a comment: samples, a history, a contingency table, patterns and checks."""
    many = event_samples() * (samples // 5)
    events = different_events()
    assert events.difference
    cells = tuple(ContingencyCell(2025 + n, "raise", f"column_{n}", "changed", 1, "1", 0.5, 1.0) for n in range(3000))
    changes = tuple(Change(f"column_{n}", 1, 0, 0, "1", 0.5, 0, "+1 on 1 of 1") for n in range(3000))
    difference = replace(events.difference, samples=many, contingency=cells, changes=changes)
    long = replace(explanation(), history=history(2000, 2000))
    checks = tuple(check("columns", f"relation_{n}") for n in range(5000))
    failed = check("years", "fct_headcount_plan", "failed", "2026 have no rows on either side")
    names = tuple(equal_relation(f"relation_{n}", 5) for n in range(50))
    pair = PairResult(
        "optimized", Finding.DIFFERENT, None, (failed, *checks), (replace(events, difference=difference), *names),
        explanation=long,
    )  # fmt: skip
    return replace(different_report(), judgement=Judgement((), (pair,)))
