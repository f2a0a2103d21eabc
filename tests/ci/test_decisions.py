"""Which jobs an event asks for, which of them GitHub then starts, and which runs end each other."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.ci.expressions import evaluate, filled
from tests.ci.simulation import PUSHED, simulate
from tests.ci.workflows import COMMENT, MAIN, ROOT, workflow

LIGHT = ["lint", "tests"]
HEAVY = ["parity", "determinism", "parity_mutants", "rollback_drill"]
MEASURED = ["scale", "compare"]
SCALE, OTHER = {"name": "scale-test"}, {"name": "docs"}
LOUD = {"name": "Scale-Test"}  # the same label to GitHub

Event = dict[str, Any]
Merge = Callable[..., Path]


RETITLED = {"title": {"from": "draft"}}
RETARGETED = {"base": {"ref": {"from": "feature"}}}


def pull_request(action: str = "synchronize", *labels: dict[str, str], base: str = "main", **more: object) -> Event:
    pull = {"number": 7, "labels": list(labels), "base": {"ref": base}}
    return {"action": action, "pull_request": pull, "repository": {"default_branch": "main"}, **more}


@pytest.fixture
def merge(tmp_path: Path) -> Merge:
    """A checkout of the merge commit of a pull request that changes the given paths."""

    def make(*paths: str, removed: str | None = None) -> Path:
        root = tmp_path / "checkout"
        root.mkdir()
        subprocess.run(["cp", "-R", ROOT / "scripts", root], check=True)

        def git(*arguments: str) -> None:
            who = ("-c", "user.name=t", "-c", "user.email=t@example.org")
            subprocess.run(["git", *who, *arguments], cwd=root, check=True, capture_output=True)

        def commit(*names: str) -> None:
            for name in names:
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(f"{names}\n", encoding="utf-8")
            git("add", "--all", "--force", *(names or ["scripts"]))
            git("commit", "--quiet", "--allow-empty", "-m", "c")

        git("init", "--quiet", "--initial-branch=main")
        commit("dbt/models/gone.sql")
        git("checkout", "--quiet", "-b", "topic")
        commit(*paths)
        if removed:
            git("mv", removed, "docs.md")
            git("commit", "--quiet", "-m", "c")
        git("checkout", "--quiet", "main")
        commit("config/theirs.yaml")  # what others merged meanwhile is not of this pull request
        git("merge", "--quiet", "--no-ff", "topic", "-m", "m")
        return root

    return make


def decided(root: Path, name: str, event: Event) -> list[str]:
    """What the step of `changes` tells GitHub."""
    output, payload = root / "github_output", root / "event.json"
    payload.write_text(json.dumps(event), encoding="utf-8")
    output.write_text("", encoding="utf-8")
    files = {"GITHUB_EVENT_NAME": name, "GITHUB_EVENT_PATH": str(payload), "GITHUB_OUTPUT": str(output)}
    command = [sys.executable, "-E", "-S", str(root / "scripts" / "decide_jobs.py")]
    subprocess.run(command, env={"PATH": os.environ["PATH"], **files}, check=True, capture_output=True)
    name, _, jobs = output.read_text(encoding="utf-8").partition("=")
    assert name == "jobs"
    return list(json.loads(jobs))


@pytest.mark.parametrize(
    ("paths", "heavy"),
    [
        (["README.md", "LICENSE", ".github/CODEOWNERS", ".github/rulesets/main.json"], False),
        (["docs/model.md", "docs/decisions/0001.md", "rollback/RUNBOOK.md", ".github/CONTRIBUTING.md"], False),
        (["dbt/models/notes.md"], True),  # dbt reads it: an unclosed docs block breaks every run
        (["navigator_orchestrator/README.md"], True),
        (["dbt/models/marts/fct_yearly_events.sql"], True),
        (["config/parameters/retirement_plan.yaml"], True),
        (["requirements.lock"], True),
        ([".github/workflows/scale_parity_tests.yml"], True),
        (["README.md", "something nobody thought of"], True),
        (["docs/ümläut \n.md"], False),
        (["docs/model.md.py"], True),
        ([], True),  # a pull request that changes nothing: who knows
    ],
)
def test_heavy_jobs_run_unless_it_is_certain_that_nothing_matters(merge: Merge, paths: list[str], heavy: bool) -> None:
    assert decided(merge(*paths), "pull_request", pull_request()) == LIGHT + HEAVY * heavy


def test_a_file_that_was_renamed_away_matters(merge: Merge) -> None:
    assert decided(merge("a.md", removed="dbt/models/gone.sql"), "pull_request", pull_request()) == LIGHT + HEAVY


def test_without_a_merge_commit_everything_runs(tmp_path: Path) -> None:
    subprocess.run(["cp", "-R", ROOT / "scripts", tmp_path], check=True)
    assert decided(tmp_path, "pull_request", pull_request()) == LIGHT + HEAVY


@pytest.mark.parametrize(
    ("name", "event", "asked"),
    [
        ("pull_request", pull_request("opened", OTHER), LIGHT),
        ("pull_request", pull_request("synchronize", OTHER, SCALE), LIGHT + MEASURED),
        ("pull_request", pull_request("labeled", OTHER, SCALE, label=SCALE), LIGHT + MEASURED),
        ("pull_request", pull_request("labeled", OTHER, LOUD, label=LOUD), LIGHT + MEASURED),
        ("pull_request", pull_request("labeled", OTHER, SCALE, label=OTHER), []),
        ("pull_request", pull_request("synchronize", {"name": "not-scale-test"}), LIGHT),
        ("pull_request", pull_request("edited", changes=RETITLED), []),
        ("pull_request", pull_request("edited", SCALE, changes=RETITLED), []),
        ("pull_request", pull_request("edited", changes=RETARGETED), LIGHT),
        ("pull_request", pull_request("edited", SCALE, changes=RETITLED | RETARGETED), LIGHT + MEASURED),
        ("pull_request", pull_request("edited", base="feature", changes=RETARGETED), LIGHT + HEAVY),
        ("pull_request", pull_request("opened", base="feature"), LIGHT + HEAVY),
        ("pull_request", pull_request("opened", SCALE, base="Main"), LIGHT + HEAVY + MEASURED),
        ("pull_request", {"action": "opened", "pull_request": {"labels": []}}, LIGHT + HEAVY),  # no base, nowhere
        ("merge_group", {"action": "checks_requested"}, LIGHT + HEAVY),
        ("workflow_dispatch", {}, LIGHT + HEAVY + MEASURED),
        ("schedule", {}, [*LIGHT, *HEAVY, *MEASURED, "degradation"]),
    ],
)
def test_what_an_event_asks_for_is_what_starts(merge: Merge, name: str, event: Event, asked: list[str]) -> None:
    assert decided(merge("README.md"), name, event) == asked
    run = simulate(name, event, asked)
    assert run.ran == {"changes", *asked}


def test_an_event_that_cannot_be_read_is_no_decision(tmp_path: Path) -> None:
    command = [sys.executable, "-E", "-S", str(ROOT / "scripts" / "decide_jobs.py")]
    finished = subprocess.run(command, env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, check=False)
    assert finished.returncode == 2
    assert finished.stderr.startswith("decide_jobs: no event of GitHub can be read")


# --- labels, titles and bases -------------------------------------------------------------------------------


def group(event: Event, run_id: int = 1) -> str:
    """Runs of one group end each other."""
    concurrency = workflow(MAIN).data["concurrency"]
    assert concurrency["cancel-in-progress"] is True
    return filled(concurrency["group"], {"github": {"workflow": "w", "run_id": run_id, "event": event}}, {})


@pytest.mark.parametrize(
    "event", [pull_request("labeled", OTHER, label=OTHER), pull_request("edited", changes=RETITLED)]
)
def test_what_changes_nothing_ends_no_run_and_says_nothing_of_the_commit(event: Event) -> None:
    assert group(event) != group(PUSHED)
    run = simulate("pull_request", event, [])
    assert (run.check, run.judged) == ("not asked", False)


@pytest.mark.parametrize(
    "event",
    [
        PUSHED,
        pull_request("opened"),
        pull_request("labeled", SCALE, label=SCALE),
        pull_request("labeled", LOUD, label=LOUD),
        pull_request("edited", changes=RETARGETED),
    ],
)
def test_a_push_another_base_and_the_label_that_means_something_end_the_run_before(event: Event) -> None:
    assert group(event) == group(PUSHED)
    run = simulate("pull_request", event, LIGHT)
    assert (run.check, run.judged) == ("required", True)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("github.name == 'scale-test'", True),
        ("'SCALE-TEST' != github.name", False),
        ("github.name == 'scale'", False),
        ("contains(github.name, 'TEST')", True),
        ("contains(fromJSON(github.list), 'LINT')", True),
        ("contains(fromJSON(github.list), 'lin')", False),
        ("contains(github.nothing, 'lint')", False),
    ],
)
def test_the_stand_in_compares_without_case_as_github_does(expression: str, value: bool) -> None:
    github = {"name": LOUD["name"], "list": '["Lint"]'}
    assert evaluate(expression, {"github": github}, {}) is value


def test_every_event_that_may_change_the_verdict_starts_a_run() -> None:
    types = {"opened", "synchronize", "reopened", "labeled", "edited"}
    assert set(workflow(MAIN).events["pull_request"]["types"]) == types


def comment_group(event: Event, run_id: int, name: str = "pull_request") -> str:
    """The group of the run of comment.yml that follows a run of the main workflow."""
    own_name = filled(workflow(MAIN).data["run-name"], {"github": {"event": event}}, {})
    run = {
        "id": run_id,
        "event": name,
        "display_title": own_name or "Title of the pull request",
        "head_branch": "topic",
        "head_repository": {"full_name": "fork/r"},
    }
    concurrency = workflow(COMMENT).data["concurrency"]
    assert concurrency["cancel-in-progress"] is False
    return filled(concurrency["group"], {"github": {"event": {"workflow_run": run}}}, {})


def test_a_run_with_nothing_to_say_takes_no_comment_s_turn() -> None:
    speaks = comment_group(PUSHED, 1)
    asked = (pull_request("labeled", SCALE, label=SCALE), pull_request("edited", changes=RETARGETED))
    assert {comment_group(event, 2) for event in asked} == {speaks}
    silent = [
        comment_group(pull_request("labeled", OTHER, label=OTHER), 3),
        comment_group(pull_request("edited", changes=RETITLED), 4),
        comment_group({}, 5, "workflow_dispatch"),
    ]
    assert len({speaks, *silent}) == 4


def test_runs_of_other_pull_requests_nights_and_queues_end_nothing() -> None:
    other = PUSHED | {"pull_request": {"number": 8, "labels": []}}
    assert len({group(PUSHED), group(other), group({}, 1), group({}, 2)}) == 4
