"""A pull request that breaks parity ends red, and its summary names the model that diverges."""

import shutil
import sys
from pathlib import Path

import pytest

from tests.ci.clone import Runner
from tests.ci.simulation import PUSHED
from tests.ci.workflows import GATE, MAIN, workflow

GITHUB = {"event_name": "pull_request", "event": PUSHED, "repository": "o/r"}
MODEL = "dbt/models/events/legacy/int_raise_events.sql"


@pytest.mark.mutants
def test_a_pull_request_that_breaks_parity_ends_red_and_names_the_model(tmp_path: Path) -> None:
    machine = Runner(tmp_path, GITHUB, needs={"changes": {"result": "success", "outputs": {}}})
    shutil.rmtree(machine.checkout / ".venv")
    (machine.checkout / ".venv").symlink_to(sys.prefix)  # no stand-ins: the real session
    text = (machine.checkout / MODEL).read_text(encoding="utf-8")
    planted = text.replace("rules.cola_bps as raise_bps", "rules.cola_bps + 1 as raise_bps")
    assert planted != text
    machine.write(MODEL, planted)

    finished = machine.conduct("parity", workflow(MAIN))
    assert [step.returncode for step in finished] == [0, 1, 0], finished
    assert machine.uploads == ["results-parity"]
    summary = machine.text("GITHUB_STEP_SUMMARY")
    assert summary.startswith("#### ❌ FAIL · parity\n")
    assert "the difference begins in fct_yearly_events, in 2025" in summary
    assert "; 2025 raise: " in summary
    assert "Before it, raise is made in int_raise_events (only in legacy)." in summary

    machine.needs = {job: {"result": "success", "outputs": {}} for job in workflow(MAIN).needs(GATE)}
    machine.needs["parity"]["result"] = "failure"
    machine.needs["changes"]["outputs"] = {"jobs": '["lint", "tests", "parity"]'}
    machine.failed = False
    (gate,) = machine.conduct(GATE, workflow(MAIN))
    assert gate.returncode == 1
    assert "MAY NOT BE MERGED: parity" in gate.stdout
