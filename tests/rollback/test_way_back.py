"""What happens around a rollback that was stopped or is on its way back: work that goes on, branches that move."""

from pathlib import Path

import pytest

from tests.rollback import writers
from tests.rollback.checkout import Checkout
from tests.rollback.conftest import Stage

EXECUTE = ("execute", "--yes", "--snapshot-dirty")


def test_a_restore_that_an_open_database_forbids_does_nothing(rolled_back: Checkout, stage: Stage) -> None:
    with writers.holding_open(rolled_back.database):
        assert "open in another process" in rolled_back.refusal(70, "restore", "--yes")
    assert rolled_back.status()["condition"] == "rolled-back"
    rolled_back.succeeds("restore", "--yes")
    assert rolled_back.picture() == stage.before


@pytest.mark.parametrize("stopped_at", ["restore.database begin", "restore.code begin"])
def test_what_was_done_after_an_interrupted_restore_is_kept(
    rolled_back: Checkout, stage: Stage, stopped_at: str
) -> None:
    run = rolled_back.status()["id"]
    (rolled_back.root / "README.md").write_text("first fix\n")
    assert rolled_back("restore", "--yes", FAULT=f"kill {stopped_at} 1").returncode == -9
    (rolled_back.root / "README.md").write_text("second fix\n")
    (rolled_back.root / "incident.md").write_text("what happened\n")
    rolled_back.succeeds("restore", "--yes")
    assert rolled_back.picture() == stage.before
    assert rolled_back.git("show", f"refs/rollback/{run}/left/files:README.md") == "first fix"
    assert rolled_back.git("show", f"refs/rollback/{run}/left-2/files:README.md") == "second fix"
    assert rolled_back.git("show", f"refs/rollback/{run}/left-2/files:incident.md") == "what happened"


def test_what_was_done_after_each_interrupted_switch_is_kept(dirty: Checkout) -> None:
    assert dirty(*EXECUTE, FAULT="kill switch done 1").returncode == -9
    run = dirty.status()["id"]
    (dirty.root / "README.md").write_text("first fix\n")
    assert dirty("resume", "--yes", FAULT="kill promote begin 1").returncode == -9
    (dirty.root / "README.md").write_text("second fix\n")
    dirty.succeeds("resume", "--yes")
    assert dirty.git("show", f"refs/rollback/{run}/interrupted/files:README.md") == "first fix"
    assert dirty.git("show", f"refs/rollback/{run}/interrupted-2/files:README.md") == "second fix"


def test_work_that_stands_in_the_way_of_the_proof_is_named(rolled_back: Checkout, stage: Stage) -> None:
    assert rolled_back("restore", "--yes", FAULT="kill restore.code done 1").returncode == -9
    (rolled_back.root / "incident.md").write_text("what happened\n")
    line = rolled_back.refusal(72, "restore", "--yes")
    assert "files differ from before (A incident.md)" in line
    (rolled_back.root / "incident.md").unlink()
    rolled_back.succeeds("resume", "--yes")
    assert rolled_back.picture() == stage.before


def test_a_branch_that_has_moved_meanwhile_is_left_alone(rolled_back: Checkout, stage: Stage) -> None:
    rolled_back.git("branch", "--force", "main", "release")
    finished = rolled_back("restore", "--yes")
    assert finished.returncode == 0
    assert "branch main has moved" in finished.stderr
    reason = f", but HEAD is detached at {stage.before['HEAD'][:12]}, for branch main has moved"
    assert finished.stdout.startswith(f"RESTORED{reason}; uncommitted work, configuration and database are as")
    assert f"everything is as it was before{reason}" in rolled_back.succeeds("status")
    assert rolled_back.git("rev-parse", "main") == rolled_back.git("rev-parse", "release")
    assert rolled_back.git("rev-parse", "HEAD") == stage.before["HEAD"]
    assert {**rolled_back.picture(), "branch": ""} == {**stage.before, "branch": ""}


def test_a_branch_that_another_worktree_has_checked_out_is_left_to_it(
    rolled_back: Checkout, stage: Stage, tmp_path: Path
) -> None:
    rolled_back.git("worktree", "add", "--quiet", str(tmp_path / "other"), "main")
    headline = rolled_back.succeeds("restore", "--yes").splitlines()[0]
    assert headline.startswith("RESTORED, but HEAD is detached at ")
    assert "branch main is checked out elsewhere" in headline
    assert {**rolled_back.picture(), "branch": ""} == {**stage.before, "branch": ""}


def test_a_tag_may_have_the_name_of_the_branch(checkout: Checkout) -> None:
    checkout.git("switch", "--quiet", "--create", "work/topic")
    checkout.git("tag", "work/topic", "release")
    before = checkout.picture()
    checkout.succeeds("execute", "--yes")
    assert checkout.succeeds("restore", "--yes").startswith("RESTORED: branch,")
    assert checkout.picture() == before


def test_the_branch_is_proved(rolled_back: Checkout, stage: Stage) -> None:
    assert rolled_back("restore", "--yes", FAULT="kill restore.code done 1").returncode == -9
    rolled_back.git("switch", "--quiet", "--create", "elsewhere")
    line = rolled_back.refusal(72, "resume", "--yes")
    assert "HEAD is on branch elsewhere, was on branch main" in line
    rolled_back.git("symbolic-ref", "HEAD", "refs/heads/main")
    rolled_back.succeeds("resume", "--yes")
    assert rolled_back.picture() == stage.before


def test_a_merge_begun_during_the_rehearsal_stops_the_switch(checkout: Checkout) -> None:
    assert checkout(*EXECUTE, FAULT="kill stage done 1").returncode == -9
    (checkout.root / ".git" / "MERGE_HEAD").write_text(checkout.git("rev-parse", "release") + "\n")
    before = checkout.picture()
    assert "MERGE_HEAD" in checkout.refusal(70, "resume", "--yes")
    assert checkout.picture() == before


def test_a_conflict_of_a_rebase_stops_a_restore_before_it_begins(rolled_back: Checkout, stage: Stage) -> None:
    (rolled_back.root / "README.md").write_text("mine\n")
    rolled_back.git("commit", "--quiet", "--message", "mine", "README.md")
    rolled_back.git("stash", "--quiet", "--include-untracked")
    assert rolled_back.attempt_git("rebase", "main").returncode != 0
    before, database = rolled_back.picture(), rolled_back.database.read_bytes()
    assert "rebase-merge: finish or abort that first" in rolled_back.refusal(70, "restore", "--yes")
    assert (rolled_back.picture(), rolled_back.database.read_bytes()) == (before, database)
    assert rolled_back.status()["condition"] == "rolled-back"
    rolled_back.git("rebase", "--abort")
    rolled_back.succeeds("restore", "--yes")
    assert rolled_back.picture() == stage.before


def test_the_rollback_of_another_worktree_or_database_is_not_taken_for_ones_own(
    rolled_back: Checkout, tmp_path: Path
) -> None:
    rolled_back.git("worktree", "add", "--quiet", str(tmp_path / "other"), "main")
    other = Checkout(tmp_path / "other")
    for line in (
        other.refusal(70, "execute", "--yes"),
        rolled_back.refusal(70, "execute", "--yes", "--database", tmp_path / "other.duckdb"),
    ):
        assert line.startswith(f"{rolled_back.root}: is the checkout that is rolled back")
    assert f"checkout: {rolled_back.root}, database: {rolled_back.database}\n" in other.succeeds("status")
