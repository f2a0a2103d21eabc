"""Uncommitted work and ignored configuration: whatever git would hide, convert or overwrite is refused or kept."""

import pytest

from rollback.tools.errors import StepError
from rollback.tools.git import Git
from tests.rollback.checkout import Checkout

EXECUTE = ("execute", "--yes", "--snapshot-dirty")


def test_an_ignored_file_where_the_release_point_has_one_that_was_renamed_since_is_refused(checkout: Checkout) -> None:
    for name in ("tool.txt", "only.txt"):  # they hold what tool.local and old_only.txt held at the release point
        (checkout.root / name).write_text("old\n")
    checkout.git("add", "--all")
    checkout.git("commit", "--quiet", "--message", "renamed")
    (checkout.root / "tool.local").write_text("mine\n")
    assert "tool.local" in checkout.refusal(70, "execute", "--yes")
    assert (checkout.root / "tool.local").read_text() == "mine\n"
    assert "!! tool.local" in checkout.succeeds("validate")


def test_a_switch_that_git_refuses_names_the_files(checkout: Checkout) -> None:
    (checkout.root / "tool.local").write_text("mine\n")
    with pytest.raises(StepError, match=r"would be overwritten.*tool\.local"):
        Git(checkout.root)("switch", "--no-overwrite-ignore", "release")


@pytest.mark.parametrize("mark", ["assume-unchanged", "skip-worktree"])
def test_a_file_whose_edits_git_was_told_to_overlook_is_refused_and_named(checkout: Checkout, mark: str) -> None:
    checkout.git("update-index", f"--{mark}", "config/simulation_config.yaml")
    with (checkout.root / "config" / "simulation_config.yaml").open("a") as file:
        file.write("local: line\n")
    before = checkout.picture()
    line = checkout.refusal(70, *EXECUTE)
    assert "config/simulation_config.yaml" in line
    assert f"git update-index --no-{mark} FILE" in line
    finished = checkout("validate")
    assert (finished.returncode, finished.stdout.count("git overlooks edits there")) == (70, 1)
    assert checkout.picture() == before


@pytest.mark.parametrize("option", ["core.autocrlf", "core.splitIndex"])
def test_uncommitted_bytes_come_back_whatever_git_would_convert(checkout: Checkout, option: str) -> None:
    root = checkout.root
    checkout.git("config", option, "true")
    checkout.git("config", "filter.loud.clean", "tr a-z A-Z")
    checkout.git("config", "filter.loud.smudge", "tr A-Z a-z")
    (root / ".gitattributes").write_text("* text=auto eol=lf\n*.dos text eol=crlf\n*.loud filter=loud\n*.id ident\n")
    (root / "tracked.csv").write_bytes(b"1,2\n")
    (root / "mixed.dos").write_bytes(b"one\r\ntwo\r\n")
    checkout.git("add", "--all")
    checkout.git("commit", "--quiet", "--message", "attributes")
    for name in ("census_win.csv", "tracked.csv", "mixed.dos"):
        (root / name).write_bytes(b"id,name\r\n1,a\n2,b\r\n")
    (root / "note.loud").write_bytes(b"Both Cases\n")
    (root / "note.id").write_bytes(b"$Id: mine $\n")
    before = checkout.picture()
    checkout.succeeds(*EXECUTE)
    assert not (root / "census_win.csv").exists()
    checkout.succeeds("restore", "--yes")
    assert checkout.picture() == before


def test_ignored_configuration_that_was_edited_during_the_rehearsal_comes_back_as_edited(dirty: Checkout) -> None:
    dirty(*EXECUTE, FAULT="kill stage done 1")
    (dirty.root / ".env").write_text("SECRET=edited meanwhile\n")
    dirty.succeeds("resume", "--yes")
    dirty.succeeds("restore", "--yes")
    assert (dirty.root / ".env").read_text() == "SECRET=edited meanwhile\n"


def test_an_ignored_file_that_got_in_the_way_during_the_rehearsal_is_refused(checkout: Checkout) -> None:
    checkout("execute", "--yes", FAULT="kill stage done 1")
    (checkout.root / "tool.local").write_text("mine\n")
    assert "was edited during the rehearsal" in checkout.refusal(70, "resume", "--yes")
    assert (checkout.root / "tool.local").read_text() == "mine\n"


def test_copies_are_private_and_the_database_keeps_its_mode(checkout: Checkout) -> None:
    checkout.database.chmod(0o660)
    checkout.succeeds("execute", "--yes")
    assert checkout.newest().stat().st_mode & 0o777 == 0o700
    assert checkout.database.stat().st_mode & 0o777 == 0o660
    checkout.succeeds("restore", "--yes")
    assert checkout.database.stat().st_mode & 0o777 == 0o660
