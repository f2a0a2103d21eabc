"""Which session --resume goes on with, and what it refuses to mix."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.scale.driving import SMALL, TARGET, Judge

SIMULATOR = TARGET.with_name("fake_simulator.py")
SCALE = Path(__file__).with_name("scale.yaml")
ASKED = ("--mode", "optimized", *SMALL)
CONFIG = ("--config", str(SCALE))


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    """A judge of a simulator that lies in a repository of the test."""
    code = tmp_path / "code"
    code.mkdir()
    for path in (TARGET, SIMULATOR):
        shutil.copy(path, code)
    judge = Judge(tmp_path, target=code / TARGET.name)
    git(judge, "init", "--quiet")
    edit(judge, "first")
    commit(judge)
    return judge


def git(judge: Judge, *arguments: str) -> None:
    """A command of git in the repository of the code."""
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.org")
    subprocess.run(["git", *identity, *arguments], cwd=judge.directory / "code", check=True, capture_output=True)


def edit(judge: Judge, text: str) -> None:
    """Change the code."""
    (judge.directory / "code" / "model.sql").write_text(text)


def commit(judge: Judge) -> None:
    """Commit the code."""
    git(judge, "add", "--all")
    git(judge, "commit", "--quiet", "--message", "code")


def test_runs_that_are_left_are_taken_by_the_same_code_under_the_same_settings(judge: Judge) -> None:
    judge(*ASKED, *CONFIG, faults="fast:crash")
    other = judge.directory / "other.yaml"
    other.write_text(SCALE.read_text().replace("gigabytes: 1", "gigabytes: 2"))
    for arguments, said in (
        ((*CONFIG, "--timeout", "7"), "timeout was 3600 and is 7"),
        ((*CONFIG, "--max-memory", "0.5"), "max_memory was 1000000000 and is 500000000"),
        ((*CONFIG, "--iterations", "2"), "iterations was 1 and is 2"),
        ((*CONFIG, "--order-seed", "5"), "order_seed was None and is 5"),
        (("--config", str(other)), "config_sha256 was "),
    ):
        refused = judge(*ASKED, *arguments, "--resume")
        assert (refused.exit_code, len(refused.stderr.splitlines())) == (2, 1)
        assert f"plan.json: {said}" in refused.stderr
    edit(judge, "second")
    refused = judge(*ASKED, *CONFIG, "--resume")
    assert "plan.json: uncommitted was 'none' and is " in refused.stderr
    commit(judge)
    refused = judge(*ASKED, *CONFIG, "--resume")
    assert "plan.json: tree was " in refused.stderr
    assert (judge.output / "index.html").exists()  # a refusal takes nothing away


def test_a_finished_session_is_reported_anew_by_newer_code_and_asked_for_the_same(judge: Judge) -> None:
    first = judge(*ASKED, *CONFIG)
    runs = judge.log.read_text()
    edit(judge, "second")
    anew = judge(*ASKED, *CONFIG, "--resume")
    assert (anew.exit_code, judge.log.read_text()) == (first.exit_code, runs)
    assert f"going on with {first.session}" in anew.stdout
    more = judge(*ASKED, "--iterations", "3", *CONFIG, "--resume")
    assert more.exit_code == 2
    assert "iterations was 1 and is 3" in more.stderr
    undecided = judge(*ASKED, *CONFIG, "--resume", "--until-decided", "--max-pairs", "3")
    assert "uncommitted was 'none' and is " in undecided.stderr  # more runs, by other code
    assert judge.log.read_text() == runs


def test_a_plan_that_an_earlier_version_wrote_is_only_reported(judge: Judge) -> None:
    done = judge(*ASKED, *CONFIG)
    plan = json.loads((done.session / "plan.json").read_text())
    del plan["settings"]
    (done.session / "plan.json").write_text(json.dumps(plan))
    assert judge(*ASKED, *CONFIG, "--resume").exit_code == done.exit_code
    (done.session / "runs.jsonl").unlink()
    refused = judge(*ASKED, *CONFIG, "--resume")
    assert "uncommitted was not recorded and is 'none'" in refused.stderr


def test_a_finished_session_is_reported_anew_by_a_newer_judge(judge: Judge) -> None:
    done = judge(*ASKED, *CONFIG)
    plan = json.loads((done.session / "plan.json").read_text())
    plan["settings"]["judge_uncommitted"] = "other changes"
    (done.session / "plan.json").write_text(json.dumps(plan))
    assert judge(*ASKED, *CONFIG, "--resume").exit_code == done.exit_code
    (done.session / "runs.jsonl").unlink()
    refused = judge(*ASKED, *CONFIG, "--resume")
    assert "judge_uncommitted was 'other changes' and is " in refused.stderr  # runs are left


def test_the_session_with_runs_left_is_gone_on_with_whatever_a_clock_called_it(judge: Judge) -> None:
    interrupted = judge(*ASKED, *CONFIG).session
    (interrupted / "runs.jsonl").unlink()
    finished = judge(*ASKED, *CONFIG).output
    (newest,) = (path for path in finished.glob("*Z-*") if path != interrupted)
    newest.rename(finished / "20991231T000000Z-1")  # and the clock stepped back
    other = judge(*ASKED, "--years", "2", *CONFIG).output
    assert other == finished
    resumed = judge(*ASKED, *CONFIG, "--resume")
    assert f"going on with {interrupted}" in resumed.stdout
    assert len((interrupted / "runs.jsonl").read_text().splitlines()) == 2
    again = judge(*ASKED, *CONFIG, "--resume")  # nothing is left: the newest that was asked for the same
    assert "going on with " + str(finished / "20991231T000000Z-1") in again.stdout
