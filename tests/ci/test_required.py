"""The gate: for every combination of results it says what the rule says, and nothing slips by."""

import json
import os
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest
from required_check import main

from tests.ci.simulation import PUSHED, simulate
from tests.ci.workflows import GATE, MAIN, ROOT, workflow

RESULTS = ("success", "failure", "cancelled", "skipped")
LIGHT = ["lint", "tests"]
HEAVY = ["parity", "determinism", "parity_mutants", "rollback_drill"]
MEASURED = ["scale", "compare"]
NEEDS = workflow(MAIN).needs(GATE)


def needs(results: dict[str, str], asked: object) -> str:
    document: dict[str, dict[str, object]] = {job: {"result": results[job], "outputs": {}} for job in NEEDS}
    document["changes"]["outputs"] = {"jobs": asked if isinstance(asked, str) else json.dumps(asked)}
    return json.dumps(document)


def gate(text: str, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setenv("NEEDS", text)
    return main([])


def script(needs: str | None) -> subprocess.CompletedProcess[str]:
    """The step, as GitHub runs it: with a Python that has no package installed."""
    environment = {"PATH": os.environ["PATH"], **({} if needs is None else {"NEEDS": needs})}
    command = [sys.executable, "-E", "-S", str(ROOT / "scripts" / "required_check.py")]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


# changes, one job that always runs, one heavy, one measured: the others end well, or are skipped if not asked for.
@pytest.mark.parametrize(("heavy", "measured"), list(product([True, False], repeat=2)))
def test_every_combination_of_results(heavy: bool, measured: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = LIGHT + HEAVY * heavy + MEASURED * measured
    others = {job: "success" if job in asked else "skipped" for job in NEEDS}
    for changes, tests, parity, scale in product(RESULTS, repeat=4):
        results = others | {"changes": changes, "tests": tests, "parity": parity, "scale": scale}
        may_be_merged = (
            changes == "success"
            and tests == "success"
            and (parity == "success" or (parity == "skipped" and not heavy))
            and (scale == "success" or (scale == "skipped" and not measured))
        )
        assert gate(needs(results, asked), monkeypatch) == (0 if may_be_merged else 1), (asked, results)


@pytest.mark.parametrize("job", NEEDS)
@pytest.mark.parametrize("result", ["failure", "cancelled", "skipped", "neutral", ""])
def test_no_job_that_was_asked_for_may_end_otherwise_than_well(
    job: str, result: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    well = dict.fromkeys(NEEDS, "success")
    asked = [name for name in NEEDS if name != "changes"]
    assert gate(needs(well, asked), monkeypatch) == 0
    assert gate(needs(well | {job: result}, asked), monkeypatch) == 1


def test_a_skipped_parity_counts_as_success_only_if_nobody_asked_for_it() -> None:
    results = dict.fromkeys(NEEDS, "success") | {"parity": "skipped"}
    asked, spared = script(needs(results, LIGHT + HEAVY)), script(needs(results, LIGHT))
    assert (asked.returncode, spared.returncode) == (1, 0)
    assert "MAY NOT BE MERGED: parity" in asked.stdout
    assert "MAY BE MERGED" in spared.stdout


@pytest.mark.parametrize("asked", ["", "null", "{}", "no JSON", '"parity"'])
def test_without_a_decision_nothing_may_be_skipped(asked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    well = dict.fromkeys(NEEDS, "success")
    assert gate(needs(well, asked), monkeypatch) == 0
    assert gate(needs(well | {"scale": "skipped"}, asked), monkeypatch) == 1


def test_a_job_that_was_asked_for_but_is_no_need_of_the_gate_is_missed() -> None:
    finished = script(needs(dict.fromkeys(NEEDS, "success"), [*LIGHT, "forgotten"]))
    assert finished.returncode == 1
    assert "MAY NOT BE MERGED: forgotten" in finished.stdout


@pytest.mark.parametrize("text", [None, "", "[]", "1", '{"changes": 1}', '{"changes": {}}', "[" * 100_000])
def test_needs_that_cannot_be_read_are_no_pass(text: str | None) -> None:
    finished = script(text)
    assert (finished.returncode, finished.stdout) == (2, "")
    assert finished.stderr.startswith("required: NEEDS is not")


def test_results_that_nobody_expects_do_no_harm() -> None:
    finished = script(needs(dict.fromkeys(NEEDS, "success") | {"lint": "\x1b[2J::error::"}, LIGHT))
    assert finished.returncode == 1
    assert "\x1b" not in finished.stdout


# The whole run: what a job's end does to the jobs after it, and what the gate makes of that.
@pytest.mark.parametrize("outcomes", list(product(("success", "failure", "cancelled"), repeat=4)))
def test_a_run_with_a_failure_anywhere_is_red(outcomes: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    told = dict(zip(("lint", "parity", "scale", "compare"), outcomes, strict=True))
    run = simulate("pull_request", PUSHED, LIGHT + HEAVY + MEASURED, told)
    assert run.ran == {"changes", *LIGHT, *HEAVY, *MEASURED}  # compare runs although scale failed
    assert gate(run.needs, monkeypatch) == (0 if set(outcomes) == {"success"} else 1)


def test_a_run_whose_decision_failed_is_red(monkeypatch: pytest.MonkeyPatch) -> None:
    run = simulate("pull_request", PUSHED, None)
    assert run.ran == {"changes"}
    assert gate(run.needs, monkeypatch) == 1


def test_the_script_stands_where_the_workflow_calls_it() -> None:
    assert workflow(MAIN).lines(GATE) == ["python3 scripts/required_check.py"]
    assert (ROOT / Path("scripts/required_check.py")).is_file()
