"""kill -9 before, amid and at the end of every step, then resume or restore: both must end in a right, proved state."""

import json
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, product
from pathlib import Path

import pytest

from tests.rollback.checkout import Checkout
from tests.rollback.conftest import Stage

EXECUTE = (
    *("preflight", "snapshot", "backup", "release", "environment", "verify_backup", "rehearse", "check_rehearsal"),
    *("stage", "switch", "promote", "flag", "verify"),
)
RESTORE = (*("restore.begin", "restore.keep", "restore.database", "restore.code", "restore.ignored", "restore.prove"),)
MOMENTS = ("before", "amid", "end")
VERBS = ("resume", "restore")


@dataclass(frozen=True)
class Change:
    """One change to the system, in the words of toy/sitecustomize.py."""

    step: str
    event: str
    number: int

    @property
    def order(self) -> str:
        return f"kill {self.step} {self.event} {self.number}"


Trace = list[Change]


def record(checkout: Checkout, file: Path, *arguments: str) -> Trace:
    """Every change that a command makes."""
    checkout.succeeds(*arguments, FAULT=f"record {file}")
    lines = map(json.loads, file.read_text().splitlines())
    return [Change(step, event, number) for step, event, number, _, _ in lines]


@pytest.fixture(scope="session")
def traces(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Trace]:
    folder = tmp_path_factory.mktemp("traces")
    forwards = record(stage.set(stage.dirty), folder / "execute", "execute", "--yes", "--snapshot-dirty")
    backwards = record(stage.set(stage.rolled_back), folder / "restore", "restore", "--yes")
    return {"execute": forwards, "restore": backwards}


def chosen(trace: Trace, step: str, moment: str) -> Change:
    """Before: it is about to be journaled as begun. End: it has made its last change, but is not journaled as done."""
    within = [change for change in trace if (change.step, change.event) == (step, "begin")]
    # The journal is opened, then cut to whole lines: two changes, the last of each part of the trace.
    end = len(within) - 2
    if moment == "before":
        first = trace.index(within[0])
        return trace[first - 2]
    return within[end if moment == "end" else end // 2]


def killed(checkout: Checkout, change: Change, *arguments: str) -> None:
    finished = checkout(*arguments, FAULT=change.order)
    assert finished.returncode == -signal.SIGKILL, finished


def assert_restored(stage: Stage) -> None:
    checkout = stage.checkout
    assert checkout.picture() == stage.before
    assert not (checkout.root / ".env.rollback").exists()
    status = checkout.status()
    assert (status["condition"], status["verdict"]) == ("restored", "PASS")
    checkout.assert_tidy()


def assert_ended_well(stage: Stage, change: Change, verb: str) -> None:
    """A restore that was killed before its first line stands in the journal has not begun: there is none to resume."""
    if verb == "resume" and not change.step.startswith("restore."):
        stage.checkout.assert_rolled_back()
    else:
        assert_restored(stage)


def go_on(checkout: Checkout, verb: str) -> None:
    """After the last step there is nothing to resume, and before the first there is no run: say so, and start again."""
    finished = checkout(verb, "--yes")
    if finished.returncode == 70 and "there is no" in finished.stderr and verb == "resume":
        checkout.succeeds("execute", "--yes", "--snapshot-dirty")
    else:
        assert finished.returncode == 0, finished


# Killed in the middle of these, the checkout or the database is half of each. They stand in the suite; all others in
# the session rollback_faults.
IN_SUITE = {("switch", "amid"), ("promote", "amid"), ("restore.database", "amid")}


def cases(steps: Sequence[str]) -> list[pytest.ParameterSet]:
    return [
        pytest.param(step, moment, verb, marks=[] if (step, moment) in IN_SUITE else pytest.mark.slow)
        for step, moment, verb in product(steps, MOMENTS, VERBS)
    ]


@pytest.mark.parametrize(("step", "moment", "verb"), cases(EXECUTE))
def test_a_killed_rollback_goes_on_or_back(
    stage: Stage, traces: dict[str, Trace], step: str, moment: str, verb: str
) -> None:
    kill_and_go_on(stage, "execute", chosen(traces["execute"], step, moment), verb)


@pytest.mark.parametrize(("step", "moment", "verb"), cases(RESTORE))
def test_a_killed_restore_ends_where_it_was_going(
    stage: Stage, traces: dict[str, Trace], step: str, moment: str, verb: str
) -> None:
    kill_and_go_on(stage, "restore", chosen(traces["restore"], step, moment), verb)


@pytest.mark.slow
@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("killed_verb", ["execute", "restore"])
def test_every_single_change_may_be_the_last(
    stage: Stage, traces: dict[str, Trace], killed_verb: str, verb: str
) -> None:
    outage = {"stage", "switch", "promote", "flag", *RESTORE}
    changes = [change for change in traces[killed_verb] if change.step in outage]
    assert len(changes) > 40
    for change in changes:
        kill_and_go_on(stage, killed_verb, change, verb)


def kill_and_go_on(stage: Stage, killed_verb: str, change: Change, verb: str) -> None:
    checkout = stage.set(stage.dirty if killed_verb == "execute" else stage.rolled_back)
    options = ["--snapshot-dirty"] if killed_verb == "execute" else []
    killed(checkout, change, killed_verb, "--yes", *options)
    go_on(checkout, verb)
    assert_ended_well(stage, change, verb)


def test_the_steps_of_the_cases_are_all_the_steps(traces: dict[str, Trace]) -> None:
    begun = {verb: [step for step, _ in groupby(change.step for change in trace if change.event == "begin")]
             for verb, trace in traces.items()}  # fmt: skip
    assert begun == {"execute": list(EXECUTE), "restore": list(RESTORE)}
