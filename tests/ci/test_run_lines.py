"""Every `run:` of the workflows works: in a clean clone, with stand-ins for GitHub and for what is heavy."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.ci.clone import Runner
from tests.ci.results import EXAMPLES, JOBS, WELL
from tests.ci.simulation import PUSHED
from tests.ci.summaries import COMMIT, RUN_URL
from tests.ci.workflows import COMMENT, GATE, MAIN, NO_SESSION, workflow

PULL_REQUEST = ["lint", "tests", "parity", "determinism", "parity_mutants", "rollback_drill"]
JOBS_WITH_A_SESSION = [job for job in workflow(MAIN).jobs if job not in NO_SESSION]
GITHUB: dict[str, Any] = {
    "event_name": "pull_request",
    "event": PUSHED,
    "repository": "o/r",
    "server_url": "https://github.com",
    "run_id": 42,
}
NIGHTLY = GITHUB | {"ref_name": "main"} | {"event_name": "schedule", "event": {}}


def night(run: int, conclusion: str | None = "success", **more: str) -> dict[str, Any]:
    """A run as GitHub lists it; of a moment ago, unless told otherwise."""
    now = datetime.now(UTC).isoformat()
    return {"id": run, "conclusion": conclusion, "event": "schedule", "created_at": now, **more}


LEFT, EXPIRED = [{"expired": False}], [{"expired": True}]
MARKED = "<!-- scale_parity_tests -->\nold"
HUB: dict[str, Any] = {
    "runs": [  # two pages, the newest first
        [night(50, event="pull_request"), night(42, None), night(45)],
        [night(44, "failure"), night(41, "failure"), night(40)],
    ],
    "artifacts": {"50": LEFT, "44": EXPIRED, "41": LEFT, "40": LEFT},
    "histories": {"41": ""},  # no other may be taken
    "issues": [{"number": 3, "title": "another"}],
    "pulls": [
        {"number": 7, "head": {"label": "fork:topic", "sha": COMMIT}},
        {"number": 8, "head": {"label": "fork:topic", "sha": "0" * 40}},  # its head is another commit by now
        {"number": 9, "head": {"label": "o:main", "sha": COMMIT}},
    ],
    "jobs": JOBS,
    "comments": [
        {"id": 100, "user": {"login": "someone"}, "body": MARKED},  # an impostor
        {"id": 101, "user": {"login": "github-actions[bot]"}, "body": "of another workflow"},
    ],
}


def runner(folder: Path, github: dict[str, Any], **hub: object) -> Runner:
    made = Runner(folder, github, needs={"changes": {"result": "success", "outputs": {}}})
    for name in EXAMPLES:
        WELL[name](made.stand_in / "results" / name)
    (made.stand_in / "github.json").write_text(json.dumps(HUB | hub), encoding="utf-8")
    return made


@pytest.mark.parametrize("job", JOBS_WITH_A_SESSION)
def test_the_steps_of_a_job_run_its_session_and_leave_evidence(tmp_path: Path, job: str) -> None:
    machine = runner(tmp_path, NIGHTLY if job == "compare" else GITHUB)
    finished = machine.conduct(job, workflow(MAIN))
    assert [step.returncode for step in finished] == [0] * len(finished), finished
    assert [call.split()[3] for call in machine.calls() if call.startswith("-m nox ")] == [job]
    assert machine.uploads[0] == f"results-{job}"
    assert machine.text("GITHUB_STEP_SUMMARY").startswith("#### ✅ pass")


def test_the_night_goes_on_with_the_newest_history(tmp_path: Path) -> None:
    machine = runner(tmp_path, NIGHTLY)
    machine.conduct("compare", workflow(MAIN))
    assert machine.uploads == ["results-compare", "performance-history"]
    history = (machine.checkout / "scale_test_results" / "history" / "history.jsonl").read_text(encoding="utf-8")
    assert [json.loads(line)["modes"].keys() for line in history.splitlines()] == [{"baseline", "optimized"}]


@pytest.mark.parametrize(
    "earlier",
    [[], [night(41, "failure")], [night(41, created_at="2020-01-01T02:17:00Z")]],
    ids=["none", "failed", "old"],
)
def test_the_first_night_begins_a_history(tmp_path: Path, earlier: list[dict[str, Any]]) -> None:
    machine = runner(tmp_path, NIGHTLY, runs=[[night(42, None)], earlier], artifacts={})
    finished = machine.conduct("compare", workflow(MAIN))
    assert not machine.failed, finished
    assert "a new one begins" in finished[1].stdout


def test_a_history_that_was_lost_is_an_alarm(tmp_path: Path) -> None:
    machine = runner(tmp_path, NIGHTLY, artifacts={"50": LEFT, "45": EXPIRED})
    finished = machine.conduct("compare", workflow(MAIN))
    assert machine.failed
    assert finished[1].returncode == 1
    assert finished[1].stdout.startswith("::error::The history is lost: 2 nights since 20")
    assert "performance-history" not in machine.uploads


def test_a_failed_session_is_red_and_still_leaves_evidence(tmp_path: Path) -> None:
    machine = runner(tmp_path, GITHUB)
    machine.write("scripts/check_flags.py", "raise SystemExit(1)\n")
    finished = machine.conduct("lint", workflow(MAIN))
    assert [step.returncode for step in finished] == [0, 1, 0]
    assert machine.uploads == ["results-lint"]
    assert machine.text("GITHUB_STEP_SUMMARY").startswith("#### ❌ FAIL")


def test_a_failed_session_is_red_in_every_job(tmp_path: Path) -> None:
    machine = runner(tmp_path, GITHUB)
    ended = {}
    for place, job in enumerate(JOBS_WITH_A_SESSION):
        session = f'@nox.session(name="{job}")\ndef fails(session):\n    session.error("planted")\n'
        other = "#" * 20 * place  # of another length: else the bytecode of a file as long and as old would be taken
        machine.write("noxfile.py", f'import nox\n\nnox.options.default_venv_backend = "none"\n\n\n{session}{other}')
        machine.failed = False
        _, session_step, summary = machine.conduct(job, workflow(MAIN))
        ended[job] = (session_step.returncode, "planted" in session_step.stderr, summary.returncode, machine.failed)
    told = {"lint": 0, "tests": 0}  # nox itself reports; the others leave nothing, and the summary says so
    assert ended == {job: (1, True, told.get(job, 2), True) for job in JOBS_WITH_A_SESSION}


def test_the_decision_reaches_github(tmp_path: Path) -> None:
    machine = runner(tmp_path, GITHUB)
    (finished,) = machine.conduct("changes", workflow(MAIN))
    assert finished.returncode == 0, finished
    jobs = '["lint", "tests", "parity", "determinism", "parity_mutants", "rollback_drill"]'
    assert machine.text("GITHUB_OUTPUT") == f"jobs={jobs}\n"


@pytest.mark.parametrize(("parity", "code"), [("success", 0), ("failure", 1), ("skipped", 1)])
def test_the_gate_judges(tmp_path: Path, parity: str, code: int) -> None:
    machine = runner(tmp_path, GITHUB)
    machine.needs = {job: {"result": "success", "outputs": {}} for job in workflow(MAIN).needs(GATE)}
    machine.needs["parity"]["result"] = parity
    machine.needs["changes"]["outputs"] = {"jobs": '["lint", "tests", "parity"]'}
    (finished,) = machine.conduct(GATE, workflow(MAIN))
    assert finished.returncode == code, finished


def test_make_ci_runs_every_session_whatever_fails_and_shows_how_long_each_took(tmp_path: Path) -> None:
    machine = runner(tmp_path, GITHUB)
    machine.write("scripts/check_flags.py", "raise SystemExit(1)\n")  # fails the first session
    finished = machine.run("make ci", {})
    assert finished.returncode == 2, finished
    table = [line.split(" | ") for line in finished.stdout.splitlines() if line.startswith("| ")]
    assert [row[:2] for row in table[2:]] == [
        ["| lint", "failed"], *(["| " + name, "success"] for name in PULL_REQUEST[1:]), ["| all", "failed"]
    ]  # fmt: skip
    assert all(re.fullmatch(r"(\d+ min \d\d|\d+\.\d) s \|", row[2]) for row in table[2:])


# --- the issue ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("issues", "written"),
    [
        ([], {"created": "Performance has degraded"}),
        ([{"number": 3, "title": "another"}], {"created": "Performance has degraded"}),
        ([{"number": 3, "title": "another"}, {"number": 5, "title": "Performance has degraded"}], {"edited": "5"}),
    ],
)
def test_a_degradation_opens_one_issue_or_updates_it(
    tmp_path: Path, issues: list[dict[str, Any]], written: dict[str, str]
) -> None:
    machine = runner(tmp_path, NIGHTLY, issues=issues)
    finished = machine.conduct("degradation", workflow(MAIN))
    assert not machine.failed, finished
    (note,) = machine.written()
    body = note.pop("body")
    assert note == written
    assert "31 % above the median" in body
    assert RUN_URL in body


# --- the comment --------------------------------------------------------------------------------------------


def of_a_fork(sha: str = COMMIT) -> dict[str, Any]:
    run = {
        "event": "pull_request",
        "id": 42,
        "head_sha": sha,
        "head_branch": "topic",
        "html_url": RUN_URL,
        "head_repository": {"full_name": "fork/r", "owner": {"login": "fork"}},
        "pull_requests": [],  # empty for forks
    }
    return GITHUB | {"event_name": "workflow_run", "event": {"workflow_run": run}}


OURS = {"id": 102, "user": {"login": "github-actions[bot]"}, "body": MARKED}


@pytest.mark.parametrize(
    ("comments", "method", "path"),
    [
        (HUB["comments"], "POST", "repos/o/r/issues/7/comments"),
        ([*HUB["comments"], OURS], "PATCH", "repos/o/r/issues/comments/102"),
        ([*HUB["comments"], OURS, OURS | {"id": 103}], "PATCH", "repos/o/r/issues/comments/102"),
    ],
)
def test_one_comment_is_written_and_then_kept_up_to_date(
    tmp_path: Path, comments: list[dict[str, Any]], method: str, path: str
) -> None:
    machine = runner(tmp_path, of_a_fork(), comments=comments)
    finished = machine.conduct("comment", workflow(COMMENT))
    assert not machine.failed, finished
    (note,) = machine.written()
    assert (note["method"], note["path"]) == (method, path)
    assert note["body"].startswith("<!-- scale_parity_tests -->\n\n### ❌ FAIL")
    for told in ("PARITY EQUAL", "drill of pre-E068-optimization", "COMPARISON"):
        assert told in note["body"]


def test_a_run_for_an_older_commit_writes_no_comment(tmp_path: Path) -> None:
    machine = runner(tmp_path, of_a_fork("1" * 40))
    finished = machine.conduct("comment", workflow(COMMENT))
    assert (machine.failed, machine.written(), len(finished)) == (False, [], 1)


@pytest.mark.parametrize(
    ("code", "jobs"),
    [
        ("raise RuntimeError('a result that nobody thought of')", JOBS),  # 1, by Python
        ("raise SystemExit(2)", JOBS),  # what argparse and a crash that the harness catches end with
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", JOBS),  # out of memory
        (None, {"message": "Server Error"}),
    ],
)
def test_a_verdict_that_cannot_be_rendered_replaces_the_one_before(
    tmp_path: Path, code: str | None, jobs: dict[str, Any]
) -> None:
    machine = runner(tmp_path, of_a_fork(), comments=[*HUB["comments"], OURS], jobs=jobs)
    if code:
        machine.write("scripts/render_summary.py", f"{code}\n")
    machine.conduct("comment", workflow(COMMENT))
    assert machine.failed
    (note,) = machine.written()
    assert note["path"] == "repos/o/r/issues/comments/102"
    assert note["body"] == (
        "<!-- scale_parity_tests -->\n\n### The verdict could not be rendered: see the run\n\n"
        f"Commit 5f0c5f0c5f0c, [log of the run]({RUN_URL}).\n"
    )


def test_a_result_that_is_damaged_is_a_comment(tmp_path: Path) -> None:
    machine = runner(tmp_path, of_a_fork())
    (machine.stand_in / "results" / "parity" / "parity_report.json").write_text("{", encoding="utf-8")
    finished = machine.conduct("comment", workflow(COMMENT))
    assert not machine.failed, finished
    (note,) = machine.written()
    assert "parity_report.json is not JSON" in note["body"].replace("\\", "")


def test_a_run_that_nobody_asked_for_writes_no_comment(tmp_path: Path) -> None:
    machine = runner(tmp_path, of_a_fork(), jobs={"jobs": [{"name": "not asked", "conclusion": "success"}]})
    finished = machine.conduct("comment", workflow(COMMENT))
    assert not machine.failed, finished
    assert machine.written() == []
