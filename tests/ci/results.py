"""Results as the sessions leave them: those of the judges by their own code, the others by hand."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from harness.parity.reports.report import Report
from harness.parity.results import Finding
from harness.scale.cells import Cell, matrix_of
from harness.scale.outcome import Status
from tests.parity.reports import CONTEXT, different_report, equal_report, oracles_report
from tests.scale.synthetic import Synthetic, write

Document = dict[str, Any]

SMALL = matrix_of(["baseline", "optimized"], [5_000, 20_000], [1], [1], exact_sizes=True)

KILL_TABLE: Document = {
    "schema_version": "1.0",
    "verdict": "fail",
    "exit_code": 1,
    "counts": {"mutants": 2, "killed": 1, "pairs": 0, "equal": 0},
    "families": {"values": 2},
    "failed": ["tests/ci/test_planted_pull_request.py::test_it"],
    "mutants": [
        {"mutant": "one cent", "family": "values", "expected": "1 DIFFERENT", "observed": "1 DIFFERENT",
         "caught": True, "named": True, "problems": []},
        {"mutant": "minus zero", "family": "values", "expected": "1 DIFFERENT", "observed": "0 EQUAL exact",
         "caught": False, "named": False, "problems": ["0 EQUAL exact, expected 1 DIFFERENT"]},
    ],
}  # fmt: skip
KILLED: Document = KILL_TABLE | {
    "verdict": "pass",
    "exit_code": 0,
    "counts": {"mutants": 1, "killed": 1, "pairs": 0, "equal": 0},
    "failed": [],
    "mutants": KILL_TABLE["mutants"][:1],
}
EVIDENCE: Document = {
    "schema_version": "1.0",
    "verdict": "PASS",
    "id": "0001-20261126T000000Z",
    "kind": "drill",
    "condition": "drilled",
    "context": {"release_point": "pre-E068-optimization", "release_commit": "c" * 40},
    "budget_ms": 600_000,
    "total_ms": 61_250,
    "within_budget": True,
    "outage_ms": 480,
    "results": {
        "steps": [
            {"step": "preflight", "status": "done", "ms": 1_250, "details": {}},
            {"step": "rehearse", "status": "done", "ms": 59_520, "details": {}},
            {"step": "switch", "status": "done", "ms": 480, "details": {}},
        ]
    },
}
SESSIONS: list[Document] = [
    {"name": "lint", "args": {}, "result": "success", "result_code": 1, "reason": None, "duration": 61.26},
    {"name": "tests", "args": {}, "result": "failed", "result_code": 0, "reason": "exit code 1", "duration": 899.6},
]
COMPARISON: Document = {
    "schema_version": "1.0",
    "kind": "scale_comparison",
    "verdict": "inconclusive",
    "exit_code": 3,
    "headline": "COMPARISON INCONCLUSIVE: baseline → optimized, paired in one session: speed-up: 2.10 × (limit 2.00 ×)",
    "problem": None,
    "context": {},
    "settings": {},
    "results": {
        "comparison": {
            "lines": [
                {"question": "speed-up, whole runs", "result": "2.10 ×", "limit": "2.00 ×", "word": "INCONCLUSIVE"},
                {"question": "memory", "result": "1.02 ×", "limit": "", "word": "informative"},
            ]
        },
        "confirmation": None,
        "trends": [],
        "alerts": ["optimized: wall time is 31 % above the median of the nights before, for 5 nights"],
        "notes": [],
        "next_steps": ["speed-up, whole runs: 6 more iterations"],
    },
}
JOBS: Document = {
    "total_count": 6,
    "jobs": [
        {"name": name, "conclusion": conclusion, "started_at": "2026-11-26T10:00:00Z", "completed_at": ended}
        for name, conclusion, ended in (
            ("changes", "success", "2026-11-26T10:00:09Z"),
            ("parity", "failure", "2026-11-26T10:03:05Z"),
            ("determinism", "success", "2026-11-26T10:12:30Z"),
            ("rollback_drill", "success", "2026-11-26T10:05:00Z"),
            ("scale", "skipped", "2026-11-26T10:00:00Z"),
            ("required", "failure", "2026-11-26T10:13:00Z"),
        )
    ],
}


def put(document: object, path: Path) -> Path:
    """Write a result, and return its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document), encoding="utf-8")
    return path.parent


def parity(report: Report, folder: Path) -> Path:
    """What the parity judge leaves."""
    return put(report.as_document(CONTEXT), folder / "parity_report.json")


def scale(folder: Path) -> Path:
    """What the scale judge leaves: one mode that did well, and one of which a cell crashed."""
    crashed = {Cell("baseline", 20_000, 1, 1): Status.EXIT}
    return write(Synthetic(faults=crashed, memory=lambda _: 3e8).report(SMALL), folder)


EXAMPLES: dict[str, Callable[[Path], Path]] = {
    "sessions": lambda folder: put({"result": 0, "sessions": SESSIONS}, folder / "nox_report.json"),
    "parity": lambda folder: parity(different_report(), folder),
    "determinism": lambda folder: parity(oracles_report(), folder),
    "parity_mutants": lambda folder: put(KILL_TABLE, folder / "kill_table.json"),
    "rollback_drill": lambda folder: put(EVIDENCE, folder / "evidence.json"),
    "scale": scale,
    "compare": lambda folder: put(COMPARISON, folder / "performance_comparison.json"),
}


WELL: dict[str, Callable[[Path], Path]] = EXAMPLES | {
    "sessions": lambda folder: put({"result": 1, "sessions": SESSIONS[:1]}, folder / "nox_report.json"),
    "parity": lambda folder: parity(equal_report(), folder),
    "determinism": lambda folder: parity(_oracles_that_hold(), folder),
    "parity_mutants": lambda folder: put(KILLED, folder / "kill_table.json"),
    "scale": lambda folder: write(Synthetic().report(), folder),
}


def _oracles_that_hold() -> Report:
    broken = oracles_report()
    return replace(broken, finding=Finding.ORACLES_HOLD, headline="ORACLES HOLD", oracles=broken.oracles[:1])


def golden(text: str, path: Path) -> None:
    """Compare with a file that is only written when UPDATE_GOLDEN=1 says so; one that is missing is a failure."""
    if os.environ.get("UPDATE_GOLDEN") == "1":
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8"), f"if {path.name} should change: UPDATE_GOLDEN=1, and read the diff"
