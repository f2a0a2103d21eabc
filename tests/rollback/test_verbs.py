"""Validate, status, prune, dry run: what is printed and with which exit code it ends."""

import json
import os
import pty
import re
import shutil
import subprocess
import venv
from pathlib import Path

import pytest

from tests.rollback import writers
from tests.rollback.checkout import NAME, Checkout
from tests.rollback.conftest import Stage


@pytest.mark.parametrize("verb", ["resume", "restore"])
def test_without_a_run_there_is_nothing_to_go_on_with(checkout: Checkout, verb: str) -> None:
    assert "there is no r" in checkout.refusal(70, verb, "--yes")


@pytest.mark.parametrize("verb", ["validate", "drill", "execute", "resume", "restore", "prune", "status"])
def test_a_dry_run_changes_nothing_at_all(stage: Stage, verb: str) -> None:
    checkout = stage.set(stage.rolled_back)
    before = everything(checkout.root)
    checkout(verb, "--dry-run")
    assert everything(checkout.root) == before


def everything(root: Path) -> dict[str, bytes]:
    """Also what is in .git; but for the index, in which git notes times."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and path.name != "index" and "__pycache__" not in path.parts
    }


def test_a_dry_run_of_execute_names_the_steps(checkout: Checkout) -> None:
    lines = checkout.succeeds("execute", "--dry-run").splitlines()
    assert lines.index("would do: check_rehearsal") < lines.index("would do: switch") < lines.index("would do: promote")


def would_do(checkout: Checkout, verb: str) -> list[str]:
    return list(json.loads(checkout.succeeds(verb, "--dry-run", "--json"))["would_do"])


WAY_BACK = [f"restore.{step}" for step in ("begin", "keep", "database", "code", "ignored", "prove")]


@pytest.mark.slow
def test_a_dry_run_knows_how_far_the_run_has_come(stage: Stage) -> None:
    checkout = stage.set(stage.dirty)
    for verb in ("resume", "restore"):
        assert "there is no r" in checkout.refusal(70, verb, "--dry-run")
    checkout("execute", "--yes", "--snapshot-dirty", FAULT="kill switch done 1")
    assert would_do(checkout, "resume") == ["promote", "flag", "verify"]
    assert would_do(checkout, "restore") == WAY_BACK
    assert "is switching: resume it" in checkout.refusal(70, "execute", "--dry-run")
    checkout.succeeds("resume", "--yes")
    assert (would_do(checkout, "execute"), would_do(checkout, "resume")) == ([], [])
    checkout("restore", "--yes", FAULT="kill restore.database done 1")
    assert would_do(checkout, "resume") == would_do(checkout, "restore") == WAY_BACK[3:]
    checkout.succeeds("resume", "--yes")
    assert (would_do(checkout, "resume"), would_do(checkout, "restore")) == ([], [])
    assert would_do(checkout, "execute")[-4:] == ["switch", "promote", "flag", "verify"]


def test_on_a_terminal_it_asks_and_only_yes_will_do(checkout: Checkout) -> None:
    before = checkout.picture()
    assert answer(checkout, "no\n") == 64
    assert checkout.picture() == before
    assert answer(checkout, "yes\n") == 0
    checkout.assert_rolled_back()


def answer(checkout: Checkout, text: str) -> int:
    """Type on a terminal."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [str(checkout.script), "execute"],
        cwd=checkout.root,
        env=checkout.variables({}),
        stdin=slave,
        stdout=subprocess.DEVNULL,
        stderr=slave,
    )
    os.close(slave)
    os.write(master, text.encode())
    shown = b""
    try:
        while chunk := os.read(master, 4096):
            shown += chunk
    except OSError:  # the terminal is closed
        pass
    os.close(master)
    assert b"Type yes to go on" in shown
    return process.wait()


def test_validate_ends_with_a_table_and_a_verdict_and_changes_nothing(checkout: Checkout) -> None:
    before = everything(checkout.root)
    lines = checkout.succeeds("validate").splitlines()
    assert lines[-1] == "READY: 0 failed, 1 warning"
    assert [line.split("  ")[0] for line in lines[:-2]] == [
        *("release point", "ancestor", "environment", "database", "disk", "uncommitted work", "runs", "last drill"),
        "legacy run",
    ]
    assert everything(checkout.root) == before
    verdict = json.loads(checkout.succeeds("validate", "--json"))
    assert verdict["verdict"] == "READY"
    assert {result["status"] for result in verdict["results"]} == {"ok", "warning"}


def test_validate_can_create_the_tag_and_then_prefers_it(checkout: Checkout) -> None:
    assert "by record" in checkout.succeeds("validate")
    assert "by tag" in checkout.succeeds("validate", "--create-tag")
    assert checkout.git("rev-parse", f"{NAME}^{{commit}}") == checkout.git("rev-parse", "release")


def test_a_tag_that_is_elsewhere_is_refused(checkout: Checkout) -> None:
    checkout.git("tag", NAME, "main")
    assert "find out which is right" in checkout.refusal(70, "execute", "--yes")
    finished = checkout("validate")
    assert finished.returncode == 70
    assert "NOT READY: 1 failed" in finished.stdout


def test_a_clone_that_lacks_the_release_point_is_told_to_fetch_it(checkout: Checkout, tmp_path: Path) -> None:
    shallow = Checkout(tmp_path / "shallow")
    checkout.git("clone", "--quiet", "--depth", "1", f"file:{'//'}{checkout.root}", str(shallow.root))
    assert "git fetch --unshallow" in shallow.refusal(70, "execute", "--yes")


def test_validate_finds_legacy_writers_that_are_not_right_any_more(checkout: Checkout) -> None:
    plant(checkout, variant="-wrong")
    finished = checkout("validate")
    assert finished.returncode == 72
    assert "not the fingerprint recorded" in finished.stdout


def test_validate_finds_a_flag_that_is_not_honoured_any_more(checkout: Checkout) -> None:
    code = checkout.root / "navigator_orchestrator.py"
    code.write_text(code.read_text().replace("FEATURE_FLAG_LEGACY_EVENTS", "FORGOTTEN"))
    finished = checkout("validate")
    assert finished.returncode == 72
    assert "engine medium" in finished.stdout


def plant(checkout: Checkout, **entries: str) -> None:
    """Commit a fault of today's simulator."""
    toy = checkout.root / "toy.json"
    toy.write_text(json.dumps({**json.loads(toy.read_text()), **entries}))
    checkout.git("commit", "--all", "--quiet", "--message", "planted")


def test_validate_lists_uncommitted_work(dirty: Checkout) -> None:
    said = dirty.succeeds("validate")
    for name in ("README.md", "staged.txt", "new_only.txt", "!! tool.local"):
        assert name in said


def test_an_interpreter_without_duckdb_is_not_called_a_bad_backup(checkout: Checkout) -> None:
    venv.create(checkout.root / ".venv", clear=True)
    assert "has no duckdb; it must be the checkout's .venv/bin/python: make setup" in checkout.refusal(
        70, "execute", "--yes"
    )
    finished = checkout("validate")
    assert finished.returncode == 70
    assert "NOT READY: 3 failed" in finished.stdout
    assert finished.stdout.count("make setup") == 3


def test_the_log_of_a_legacy_run_that_failed_stays(checkout: Checkout, tmp_path: Path) -> None:
    plant(checkout, fail="")
    finished = checkout("validate", TMPDIR=str(tmp_path))
    assert finished.returncode == 70
    log = Path(re.findall(r"see (\S+)", finished.stdout)[0])
    assert "toy: planted failure" in log.read_text()
    shutil.rmtree(log.parent)
    checkout.git("revert", "--no-edit", "HEAD")
    checkout.succeeds("validate", TMPDIR=str(tmp_path))
    assert list(tmp_path.glob("rollback-validate-*")) == []


def test_execute_ignores_what_git_ignores_for_this_user_as_validate_does(checkout: Checkout, tmp_path: Path) -> None:
    (tmp_path / "git").mkdir()
    (tmp_path / "git" / "ignore").write_text("*.orig\n")
    (checkout.root / "mine.orig").write_text("mine\n")
    finished = checkout("validate", XDG_CONFIG_HOME=str(tmp_path))
    assert re.search(r"uncommitted work +ok +none", finished.stdout)
    checkout.succeeds("execute", "--yes", XDG_CONFIG_HOME=str(tmp_path))
    assert (checkout.root / "mine.orig").read_text() == "mine\n"


def numbers(checkout: Checkout) -> list[str]:
    return [run["id"][:4] for run in json.loads(checkout.succeeds("status", "--json"))["runs"]]


def test_prune_keeps_the_newest_and_whatever_leads_back(stage: Stage) -> None:
    checkout = stage.set(stage.rolled_back)
    needed = checkout.status()["id"]
    assert "removed 0 runs" in checkout.succeeds("prune", "--yes", "--keep", "1")
    checkout.succeeds("restore", "--yes")
    checkout.succeeds("drill")
    checkout.succeeds("execute", "--yes", "--snapshot-dirty")
    assert "would remove 1 runs" in checkout.succeeds("prune", "--dry-run", "--keep", "2")
    assert "removed 1 runs" in checkout.succeeds("prune", "--yes", "--keep", "2")
    assert numbers(checkout) == ["0002", "0003"]
    assert needed not in checkout.git("for-each-ref")
    assert list(checkout.state.glob(f"runs/{needed}*")) == []
    checkout.succeeds("restore", "--yes")
    assert checkout.picture() == stage.before
    checkout.succeeds("drill")
    assert "removed 2 runs" in checkout.succeeds("prune", "--yes", "--keep", "1")
    assert numbers(checkout) == ["0004"]


@pytest.mark.slow
def test_prune_spares_work_that_was_done_while_rolled_back(stage: Stage) -> None:
    checkout = stage.set(stage.rolled_back)
    run, folder = checkout.status()["id"], checkout.newest()
    (checkout.root / "incident.md").write_text("what happened\n")
    (checkout.root / ".env").write_text("SECRET=2\n")
    writers.write(checkout.database)
    checkout.succeeds("restore", "--yes")
    checkout.succeeds("drill")
    said = checkout.succeeds("prune", "--yes", "--keep", "1")
    where = f"refs/rollback/{run}/left, {folder}/left, {folder}/left.duckdb"
    assert f"kept {run}: holds work done while rolled back: {where}\nremoved 0 runs; --discard-left" in said
    assert json.loads(checkout.succeeds("prune", "--yes", "--keep", "1", "--json")) == {
        "removed": {},
        "kept_for_its_work": {run: where.split(", ")},
    }
    assert checkout.git("show", f"refs/rollback/{run}/left/files:incident.md") == "what happened"
    assert (folder / "left" / ".env").read_text() == "SECRET=2\n"
    assert "removed 1 runs" in checkout.succeeds("prune", "--yes", "--keep", "1", "--discard-left")
    assert run not in checkout.git("for-each-ref")
    assert not folder.exists()


@pytest.mark.slow
def test_refused_attempts_are_not_the_newest_runs(stage: Stage) -> None:
    checkout = stage.set(stage.rolled_back)
    checkout.succeeds("restore", "--yes")
    for _ in range(3):
        assert "uncommitted work" in checkout.refusal(70, "execute", "--yes")
    assert "removed 0 runs" in checkout.succeeds("prune", "--yes", "--keep", "1")
    checkout.succeeds("drill")
    assert "removed 4 runs" in checkout.succeeds("prune", "--yes", "--keep", "1")


def test_a_drill_is_refused_while_rolled_back(stage: Stage) -> None:
    assert "is rolled-back" in stage.set(stage.rolled_back).refusal(70, "drill")


def test_status_tells_what_to_type_next(stage: Stage) -> None:
    checkout = stage.set(stage.dirty)
    assert "no run yet" in checkout.succeeds("status")
    checkout("execute", "--yes", "--snapshot-dirty", FAULT="kill switch done 1")
    said = checkout.succeeds("status")
    assert "is switching" in said
    assert "next: rollback_plan.sh resume --yes, or restore --yes" in said
