"""A simulator of somebody else: it is its own state that tells whether two results are of the same code."""

import shutil
import subprocess
from pathlib import Path

import pytest

from harness.context import ROOT, gather_context
from harness.scale.reports.markdown import render_markdown
from harness.scale.reports.page import facts
from harness.scale.reports.pictures.charts import summary_of_mode
from tests.scale.comparing import ONE, Compared, Session, changed, compared, sides
from tests.scale.driving import HERE, SMALL, Judge
from tests.scale.synthetic import Synthetic

SIMULATOR, DESCRIPTION = "fake_simulator.py", "fake_target.yaml"
UNKNOWN = "whether it is the same code is unknown"


@pytest.fixture
def simulator(tmp_path: Path) -> Path:
    """A folder with a simulator, which git does not know yet."""
    folder = tmp_path / "simulator"
    folder.mkdir()
    for name in (SIMULATOR, DESCRIPTION):
        shutil.copy(HERE / name, folder)
    return folder


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=n", "-c", "user.email=e")
    command = ["git", "-C", str(folder), *identity, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def commit(folder: Path) -> tuple[str, str]:
    """Commit everything; the commit and its tree."""
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "m")
    return git(folder, "rev-parse", "HEAD"), git(folder, "rev-parse", "HEAD^{tree}")


def measured(simulator: Path, folder: Path) -> Path:
    """The result of a session, and where it lies."""
    folder.mkdir()
    judge = Judge(folder)
    judge(*SMALL, "--mode", "optimized", target=str(simulator / DESCRIPTION))
    return judge.output


def test_a_slower_version_of_a_simulator_elsewhere_is_no_a_a(tmp_path: Path, simulator: Path) -> None:
    first = commit(simulator)
    old = measured(simulator, tmp_path / "old")
    code = (simulator / SIMULATOR).read_text()
    (simulator / SIMULATOR).write_text(code.replace("(0.05 + work)", "(0.5 + work)"))
    second = commit(simulator)
    new = measured(simulator, tmp_path / "new")
    found = compared(tmp_path, *sides(old, new))
    told = found.document["results"]["comparison"]
    assert [(told[side]["context"][key]) for side in ("baseline", "contender") for key in ("commit", "tree")] == [
        *first,
        *second,
    ]
    assert (told["same_code"], "A/A" in found.stdout, UNKNOWN in found.stdout) == (False, False, False)
    assert f"optimized, {second[0][:7]} against {first[0][:7]}, UNPAIRED" in found.document["headline"]
    assert not (tmp_path / "noise_floor.json").exists()


def unknown(folder: Path, found: Compared) -> str:
    """Why nobody knows whether it is the same code."""
    assert (found.document["results"]["comparison"]["same_code"], found.words["CPU time"]) == (False, "INCONCLUSIVE")
    assert not (folder / "noise_floor.json").exists()
    (told,) = (note for note in found.document["results"]["notes"] if UNKNOWN in note)
    assert told in found.stdout
    return str(told).rpartition(": ")[2]


def test_where_git_knows_nothing_the_same_code_is_nobodys_guess(tmp_path: Path) -> None:
    nowhere = {"commit": None, "tree": None, "dirty": None}
    old = Session(1, context=nowhere).write(tmp_path / "old")
    new = Session(2, 1.3, context=nowhere).write(tmp_path / "new")
    told = "git does not tell the state of the folder that the simulator ran in"
    assert unknown(tmp_path, compared(tmp_path, *sides(old, new))) == told


def test_reports_say_that_the_commit_is_unknown() -> None:
    report = Synthetic().report(ONE, commit=None, tree=None, dirty=None)
    assert "commit unknown" in render_markdown(report, "optimized")
    assert ("commit", "unknown") in facts(report)
    assert any("commit unknown" in told.text for told in summary_of_mode(report, "optimized"))


def test_uncommitted_changes_are_told(tmp_path: Path) -> None:
    old = Session(1).write(tmp_path / "old")
    new = Session(2, 1.3, context={"dirty": True}).write(tmp_path / "new")
    assert unknown(tmp_path, compared(tmp_path, *sides(old, new))) == "there were uncommitted changes"


def test_another_description_of_the_target_is_another_code(tmp_path: Path) -> None:
    old = Session(1).write(tmp_path / "old")
    new = Session(2, 1.3).write(tmp_path / "new")
    changed(new, lambda document: document["subject"].update(target_sha256="1" * 64))
    found = compared(tmp_path, *sides(old, new))
    assert (found.document["results"]["comparison"]["same_code"], UNKNOWN in found.stdout) == (False, False)
    assert "another description of the target" in found.markdown


def test_the_state_is_that_of_the_folder_and_the_judge_has_its_own(
    simulator: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = ("commit", "tree", "dirty")
    ours = [gather_context([])[key] for key in keys]
    (simulator / ".gitignore").write_text("ignored/\n")
    (simulator / "ignored").mkdir()
    before = gather_context([], simulator)
    told = commit(simulator)
    monkeypatch.setenv("GIT_DIR", str(ROOT / ".git"))  # as in a hook
    clean = gather_context([], simulator)
    (simulator / SIMULATOR).write_text("")
    changed_since = gather_context([], simulator)
    assert [before[key] for key in keys] == [None] * 3
    assert [clean[key] for key in keys] == [*told, False]
    assert [changed_since[key] for key in keys] == [*told, True]
    assert [gather_context([], simulator / "ignored")[key] for key in keys] == [None] * 3
    assert [clean["judge"][key] for key in keys] == ours
