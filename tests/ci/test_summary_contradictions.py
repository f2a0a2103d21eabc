"""Results that say "pass" and contradict themselves, or are not whole: none of them is shown as a pass."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.summary.section import Verdict
from harness.summary.sources import SOURCES, sections_of
from tests.ci.results import COMPARISON, EVIDENCE, KILL_TABLE, KILLED, WELL, Document, put
from tests.ci.summaries import render
from tests.ci.workflows import ROOT

DONE, REHEARSED, SWITCHED = EVIDENCE["results"]["steps"]
FASTER = {"question": "speed-up", "result": "2.60 ×", "limit": "2.00 ×", "word": "PASS"}
BETTER = COMPARISON | {"verdict": "pass", "exit_code": 0}


def drilled(*steps: Document, **fields: object) -> Document:
    return EVIDENCE | fields | {"results": {"steps": [DONE, *steps]}}


def compared(*lines: Document, **fields: object) -> Document:
    return BETTER | fields | {"results": COMPARISON["results"] | {"comparison": {"lines": lines}}}


CONTRADICTIONS: dict[str, tuple[str, Document, str]] = {
    "a survivor": ("parity_mutants", KILL_TABLE | {"verdict": "pass", "exit_code": 0}, "minus zero was not caught"),
    "another test failed": ("parity_mutants", KILLED | {"failed": ["tests/x.py::test_y"]}, "tests/x.py::test_y failed"),
    "pytest failed": ("parity_mutants", KILLED | {"exit_code": 1}, "verdict and exit_code contradict each other"),
    "a lost row": ("parity_mutants", KILLED | {"counts": KILL_TABLE["counts"]}, "counts and mutants contradict"),
    "no mutant": (
        "parity_mutants", KILLED | {"mutants": [], "counts": dict.fromkeys(KILLED["counts"], 0)}, "nothing was planted"
    ),
    "another schema": ("parity_mutants", KILLED | {"schema_version": "9.0"}, "schema version '9.0' is not 1.x"),
    "a slow drill": ("rollback_drill", drilled(total_ms=9_000_000, within_budget=False), "longer than its budget"),
    "a false budget": ("rollback_drill", drilled(total_ms=9_000_000), "total_ms and within_budget contradict"),
    "a failed step": ("rollback_drill", drilled(SWITCHED | {"status": "failed"}), "switch is failed"),
    "no step": ("rollback_drill", EVIDENCE | {"results": {"steps": []}}, "no step was done"),
    "a line that failed": ("compare", compared(FASTER, FASTER | {"word": "FAIL"}), "speed-up is FAIL"),
    "nothing that decides": ("compare", compared(FASTER | {"word": "informative"}), "nothing was judged"),
    "no comparison": (
        "compare", BETTER | {"results": COMPARISON["results"] | {"comparison": None}}, "nothing was judged"
    ),
    "the comparison failed": ("compare", compared(FASTER, exit_code=1), "verdict and exit_code contradict each other"),
}  # fmt: skip


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_a_pass_that_the_rest_of_the_result_denies_is_none(tmp_path: Path, name: str) -> None:
    session, document, told = CONTRADICTIONS[name]
    finished = render(f"{session}={put(document, tmp_path / SOURCES[session].pattern)}")
    assert finished.returncode == 2
    assert finished.stdout.startswith(f"#### ⚠️ missing · {session}\n")
    assert told in finished.stdout.replace("\\", "")


@pytest.mark.parametrize(
    ("session", "document"),
    [
        ("parity_mutants", KILLED),
        ("rollback_drill", drilled(SWITCHED | {"status": "failed"}, SWITCHED)),  # done again
        ("rollback_drill", drilled(SWITCHED | {"status": "failed"}, kind="execute", condition="restored")),
        ("rollback_drill", drilled(kind="execute", total_ms=9_000_000, within_budget=False)),
        ("compare", compared(FASTER, FASTER | {"word": "informative"})),
    ],
)
def test_a_pass_that_nothing_denies_is_one(tmp_path: Path, session: str, document: Document) -> None:
    put(document, tmp_path / SOURCES[session].pattern)
    assert [section.verdict for section in sections_of(session, tmp_path)] == [Verdict.PASS]


# --- scale: one file for each mode --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda d: d.update(exit_code=1), "session_verdict and exit_code contradict each other"),
        (lambda d: d.update(verdict="fail"), "verdict and session_verdict contradict each other"),
        (lambda d: d["results"]["judged"][0].update(verdict="FAIL"), "the verdict is a pass, and yet"),
        (lambda d: d["results"].update(judged=[]), "nothing was judged"),
    ],
)
def test_a_pass_of_a_mode_that_its_file_denies_is_none(
    tmp_path: Path, change: Callable[[dict[str, Any]], object], told: str
) -> None:
    path = WELL["scale"](tmp_path) / "scale_results_baseline.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    change(document)
    put(document, path)
    baseline, optimized, *_ = sections_of("scale", tmp_path)
    assert (baseline.verdict, optimized.verdict) == (Verdict.MISSING, Verdict.PASS)
    assert told in baseline.headline


def test_a_mode_that_was_measured_and_has_no_file_is_missing(tmp_path: Path) -> None:
    (WELL["scale"](tmp_path) / "scale_results_optimized.json").unlink()
    finished = render(f"scale={tmp_path}")
    titles = [line for line in finished.stdout.splitlines() if line.startswith("####")]
    assert titles == ["#### ✅ pass · scale: baseline", "#### ⚠️ missing · scale: optimized"]
    assert finished.returncode == 2


# --- the kill table, as the tests of the mutants leave it ---------------------------------------------------

SESSION = """
import pytest
ROW = {"mutant": "one cent", "family": "values", "expected": "1", "observed": "1", "caught": True, "named": True}

def test_mutant(request): request.node.user_properties.append(("kill", ROW))
"""
FAILURES = {
    "another test": ("def test_planted(): assert False", "test_planted"),
    "a set-up": ("@pytest.fixture\ndef broken(): 1 / 0\ndef test_second(broken): pass", "test_second"),
    "a clean-up": ("@pytest.fixture\ndef broken():\n  yield\n  1 / 0\ndef test_third(broken): pass", "test_third"),
}


def mutants(folder: Path, tests: str) -> str:
    """The summary of a session whose tests are these."""
    (folder / "test_it.py").write_text(SESSION + tests, encoding="utf-8")
    told = {"PARITY_MUTANTS_OUTPUT": str(folder), "PYTHONPATH": f"{ROOT}:{ROOT / 'scripts'}"}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-c",
        os.devnull,
        "--rootdir",
        str(folder),
        "-p",
        "tests.mutants.conftest",
    ]
    subprocess.run(
        [*command, str(folder)], env=os.environ | told, cwd=folder, capture_output=True, check=False, timeout=100
    )
    return render(f"parity_mutants={folder}").stdout


def test_a_session_in_which_every_test_passed_is_a_pass(tmp_path: Path) -> None:
    told = "1 of 1 caught and correctly named; 0 of 0 rearranged pairs equal"
    assert mutants(tmp_path, "") == f"#### ✅ pass · parity_mutants\n\n{told}\n"


@pytest.mark.parametrize("name", FAILURES)
def test_what_failed_beside_the_mutants_is_named(tmp_path: Path, name: str) -> None:
    tests, test = FAILURES[name]
    text = mutants(tmp_path, tests)
    assert text.startswith("#### ❌ FAIL · parity_mutants\n\n1 of 1 caught")
    assert f"\n* failed: test_it.py::{test}\n" in text.replace("\\", "")
