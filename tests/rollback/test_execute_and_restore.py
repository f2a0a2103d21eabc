"""A rollback and its way back, as an operator sees them."""

import json
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.rollback.checkout import Checkout
from tests.rollback.conftest import Stage, copied

EXECUTE = ("execute", "--yes", "--snapshot-dirty")


def test_execute_reaches_the_release_point_and_says_so(dirty: Checkout) -> None:
    said = dirty.succeeds(*EXECUTE)
    dirty.assert_rolled_back()
    assert said.startswith("ROLLED BACK to pre-E068-optimization")
    assert f"way back: {dirty.state}/rollback_plan.sh restore --yes" in said
    (command,) = (line.removeprefix("simulate: ") for line in said.splitlines() if line.startswith("simulate: "))
    subprocess.run(shlex.split(command), cwd=dirty.root, check=True)
    dirty.assert_rolled_back()  # typed word for word, it makes the database that is there


@pytest.mark.parametrize("place", ["", ".git", "elsewhere"])
def test_the_way_back_that_is_printed_works_from_anywhere(stage: Stage, tmp_path: Path, place: str) -> None:
    checkout = stage.set(stage.rolled_back)
    elsewhere = {"": Path("/"), ".git": checkout.root / ".git", "elsewhere": tmp_path}[place]
    if elsewhere == tmp_path:
        subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    subprocess.run(
        [str(checkout.state / "rollback_plan.sh"), "restore", "--yes"],
        cwd=elsewhere,
        env=checkout.variables({}),
        check=True,
        capture_output=True,
    )
    assert checkout.picture() == stage.before


def test_restore_brings_back_every_uncommitted_line(rolled_back: Checkout, stage: Stage) -> None:
    assert rolled_back.succeeds("restore", "--yes").startswith("RESTORED")
    assert rolled_back.picture() == stage.before


def test_uncommitted_work_is_refused_by_default_and_named(dirty: Checkout) -> None:
    before = dirty.picture()
    line = dirty.refusal(70, "execute", "--yes")
    assert "uncommitted work" in line
    assert "--snapshot-dirty" in line
    assert "README.md" in line
    assert dirty.picture() == before


def test_an_ignored_file_where_the_release_point_has_one_is_refused_by_default(checkout: Checkout) -> None:
    (checkout.root / "tool.local").write_text("mine\n")
    assert "tool.local" in checkout.refusal(70, "execute", "--yes")
    assert (checkout.root / "tool.local").read_text() == "mine\n"


def test_what_was_done_while_rolled_back_is_kept(rolled_back: Checkout, stage: Stage) -> None:
    run = rolled_back.status()["id"]
    (rolled_back.root / "README.md").write_text("committed fix\n")
    rolled_back.git("commit", "--quiet", "--message", "fix", "README.md")
    (rolled_back.root / "README.md").write_text("uncommitted fix\n")
    (rolled_back.root / "fix.txt").write_text("untracked fix\n")
    (rolled_back.root / ".env").write_text("SECRET=2\n")
    rolled_back.succeeds("restore", "--yes")
    assert rolled_back.picture() == stage.before
    assert rolled_back.git("show", f"rollback/{run}:README.md") == "committed fix"
    assert rolled_back.git("show", f"refs/rollback/{run}/left/files:README.md") == "uncommitted fix"
    assert rolled_back.git("show", f"refs/rollback/{run}/left/files:fix.txt") == "untracked fix"
    assert (rolled_back.newest() / "left" / ".env").read_text() == "SECRET=2\n"


def test_ignored_configuration_that_was_lost_while_rolled_back_comes_back(rolled_back: Checkout, stage: Stage) -> None:
    (rolled_back.root / ".env").unlink()
    rolled_back.succeeds("restore", "--yes")
    assert rolled_back.picture() == stage.before


def test_a_detached_head_comes_back_detached(checkout: Checkout) -> None:
    checkout.git("switch", "--quiet", "--detach")
    before = checkout.picture()
    checkout.succeeds("execute", "--yes")
    checkout.succeeds("restore", "--yes")
    assert checkout.picture() == before


def test_a_merge_that_is_going_on_is_refused(checkout: Checkout) -> None:
    (checkout.root / ".git" / "MERGE_HEAD").write_text(checkout.git("rev-parse", "release") + "\n")
    assert "MERGE_HEAD" in checkout.refusal(70, *EXECUTE)


def test_the_script_of_the_tree_leads_back_although_the_release_point_has_none(rolled_back: Checkout) -> None:
    assert rolled_back.git("ls-tree", "HEAD", "rollback") == ""
    assert rolled_back.script == rolled_back.root / "rollback" / "rollback_plan.sh"
    rolled_back.succeeds("restore", "--yes")
    assert rolled_back.git("status", "--porcelain", "rollback") == ""


def test_both_verbs_do_nothing_the_second_time(rolled_back: Checkout, stage: Stage) -> None:
    after = rolled_back.picture()
    assert rolled_back.succeeds("execute", "--yes").startswith("already rolled back")
    assert "nothing to resume" in rolled_back.succeeds("resume", "--yes")
    assert rolled_back.picture() == after
    rolled_back.succeeds("restore", "--yes")
    assert rolled_back.succeeds("restore", "--yes").startswith("already restored")
    assert rolled_back.picture() == stage.before


def test_a_second_rollback_follows_a_restored_one(rolled_back: Checkout, stage: Stage) -> None:
    rolled_back.succeeds("restore", "--yes")
    rolled_back.succeeds(*EXECUTE)
    rolled_back.assert_rolled_back()
    rolled_back.succeeds("restore", "--yes")
    assert rolled_back.picture() == stage.before
    assert [run["condition"] for run in json.loads(rolled_back.succeeds("status", "--json"))["runs"]] == [
        "restored"
    ] * 2


def test_a_path_with_spaces_is_a_path(stage: Stage, tmp_path: Path) -> None:
    checkout = copied(Checkout(stage.dirty), tmp_path / "a path, with späces 'and' $more")
    checkout.succeeds(*EXECUTE)
    checkout.assert_rolled_back()
    checkout.succeeds("restore", "--yes")
    assert checkout.picture() == stage.before


def test_another_database_can_be_named(checkout: Checkout, tmp_path: Path) -> None:
    other = tmp_path / "other.duckdb"
    shutil.move(checkout.database, other)
    assert "--database" in checkout.refusal(70, "execute", "--yes")
    checkout.succeeds("execute", "--yes", "--database", other)
    assert other.read_bytes() == (checkout.databases / "legacy-all.duckdb").read_bytes()
    checkout.succeeds("restore", "--yes")
    assert other.read_bytes() == (checkout.databases / "optimized-all.duckdb").read_bytes()
    assert list(tmp_path.glob("other*rollback*")) == []


def test_a_rehearsal_whose_release_point_is_not_as_recorded_changes_nothing(checkout: Checkout) -> None:
    points = checkout.root / "rollback" / "release_points.toml"
    points.write_text(points.read_text().replace('["100", ', '["101", '))
    checkout.git("commit", "--all", "--quiet", "--message", "wrong record")
    before = checkout.picture()
    assert "not the fingerprint recorded" in checkout.refusal(72, "execute", "--yes")
    assert checkout.picture() == before


def test_work_that_was_edited_during_the_rehearsal_is_kept_or_refused(checkout: Checkout) -> None:
    checkout("execute", "--yes", FAULT="kill stage done 1")
    (checkout.root / "README.md").write_text("edited meanwhile\n")
    assert "was edited during the rehearsal" in checkout.refusal(70, "resume", "--yes")
    assert (checkout.root / "README.md").read_text() == "edited meanwhile\n"
    assert checkout.git("branch", "--show-current") == "main"


def test_an_environment_of_its_own_runs_the_release_point_when_the_locks_differ(checkout: Checkout) -> None:
    old = (checkout.root / "requirements.lock").read_text()
    pin_another_duckdb(checkout)
    assert "2 pins differ; its own is not made yet" in checkout.succeeds("validate")
    assert "cannot be made" in checkout.refusal(71, "execute", "--yes", UV_OFFLINE="1")
    (log,) = checkout.state.glob("runs/*/environment.log")
    assert log.stat().st_size > 0
    python = make_ready(checkout, old)
    assert "its own is ready" in checkout.succeeds("validate")
    checkout.succeeds("execute", "--yes")
    checkout.assert_rolled_back()
    steps = {step["step"]: step["details"] for step in checkout.status()["results"]["steps"]}
    assert steps["environment"] == {"python": str(python), "pins_that_differ": 2}


def pin_another_duckdb(checkout: Checkout) -> None:
    """Commit a lock that is not the release point's."""
    (checkout.root / "requirements.lock").write_text("duckdb==2.0.1 \\\n    --hash=sha256:0\n")
    checkout.git("commit", "--all", "--quiet", "--message", "newer duckdb")


def make_ready(checkout: Checkout, lock: str) -> Path:
    """Put an interpreter where the environment of this lock is looked for."""
    import hashlib
    import sys

    folder = checkout.state / "environments" / hashlib.sha256(lock.encode()).hexdigest()[:16]
    shutil.rmtree(folder, ignore_errors=True)
    python = folder / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    (folder / "ready").touch()
    return python
