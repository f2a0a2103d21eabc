"""The check of feature flags on planted repositories: what it refuses, when a promise begins and when it ends."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import cast

import nox
import pytest

import noxfile
from tests.conftest import ROOT

SCRIPT = ROOT / "scripts" / "check_flags.py"
NAME = "FEATURE_FLAG_OLD_WRITERS"
READER = "navigator_orchestrator/environment.py"
FLAGS = f"""
[{NAME}]
owner = "somebody"
description = "true: the old writers write"
values = ["true", "false"]
default = "false"
introduced = "1.1.0"
releases_kept = 2
code = ["engines/old.py", "models/old"]
release_point = "before"
"""
FILES = {
    "pyproject.toml": '[project]\nversion = "1.2.0"\n',
    "config/flags.toml": FLAGS,
    "rollback/release_points.toml": '[before]\ncommit = "c0ffee"\n',
    READER: f'FLAG = "{NAME}"\n',
    "engines/old.py": "",
    "models/old/hires.sql": "",
}
OLD_CODE = {"engines/old.py": None, "models/old/hires.sql": None}

Finished = subprocess.CompletedProcess[str]
Check = Callable[..., Finished]


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """Check FILES with some replaced, added, or (None) taken away."""
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)

    def run(*arguments: str, changes: Mapping[str, str | None] | None = None) -> Finished:
        for name, text in {**FILES, **(changes or {})}.items():
            if text is not None:
                (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
                (tmp_path / name).write_text(text)
        command = [sys.executable, str(SCRIPT), "--root", str(tmp_path), *arguments]
        return subprocess.run(command, cwd="/", capture_output=True, text=True, check=False)

    return run


def findings(finished: Finished) -> list[str]:
    """The broken promises; the last line counts them."""
    *lines, last = finished.stdout.splitlines()
    assert (finished.returncode, finished.stderr) == (1, ""), finished
    assert last.startswith("FLAGS BROKEN at ")
    assert last.endswith(f": {len(lines)} to mend")
    return lines


def refusal(finished: Finished) -> str:
    assert (finished.returncode, finished.stdout, finished.stderr.count("\n")) == (2, "", 1), finished
    return finished.stderr.strip()


# --- a promise has a beginning and an end -------------------------------------------------------------------


@pytest.mark.parametrize("version", ["0.9.0", "1.0.5", "1.1.0", "1.2.0", "1.2.17"])
def test_until_the_promise_ends_the_code_is_there(check: Check, version: str) -> None:
    finished = check(version)
    kept = f"FLAGS KEPT at {version.rpartition('.')[0]}: {NAME} until 1.2\n"
    assert (finished.returncode, finished.stdout, finished.stderr) == (0, kept, "")


@pytest.mark.parametrize("version", ["1.0.5", "1.1.0", "1.2.17"])
def test_code_that_is_gone_too_early_is_found(check: Check, version: str) -> None:
    release = version.rpartition(".")[0]
    assert findings(check(version, changes=OLD_CODE)) == [
        f"{NAME}: engines/old.py is gone at {release}, but promised from 1.1 until 1.2",
        f"{NAME}: models/old is gone at {release}, but promised from 1.1 until 1.2",
    ]


@pytest.mark.parametrize("version", ["1.3.0", "1.10.0"])
def test_code_that_outlives_the_promise_is_found(check: Check, version: str) -> None:
    release = version.rpartition(".")[0]
    assert findings(check(version)) == [
        f"{NAME}: engines/old.py is still there at {release}, but promised from 1.1 until 1.2",
        f"{NAME}: models/old is still there at {release}, but promised from 1.1 until 1.2",
        f"{NAME}: is still read in {READER} at {release}, but promised from 1.1 until 1.2",
    ]


@pytest.mark.parametrize(("kept", "last"), [(1, "1.1"), (3, "1.3"), (12, "1.12")])
def test_the_release_that_introduces_a_flag_counts_as_the_first(check: Check, kept: int, last: str) -> None:
    flags = {"config/flags.toml": FLAGS.replace("releases_kept = 2", f"releases_kept = {kept}")}
    major, minor = last.split(".")
    assert check(f"{last}.9", changes=flags).stdout == f"FLAGS KEPT at {last}: {NAME} until {last}\n"
    assert len(findings(check(f"{major}.{int(minor) + 1}.0", changes=flags))) == 3


def test_after_the_promise_code_reading_and_entry_go_together(check: Check) -> None:
    entry_only = findings(check("1.3.0", changes={**OLD_CODE, READER: ""}))
    assert entry_only == [f"{NAME}: is registered, but nothing in navigator_orchestrator/ or dbt/ reads it"]


def test_without_flags_there_is_nothing_to_keep(check: Check) -> None:
    finished = check("2.0.0", changes={**OLD_CODE, READER: "", "config/flags.toml": ""})
    assert (finished.returncode, finished.stdout) == (0, "FLAGS KEPT at 2.0: none registered, none used\n")


def test_a_promise_says_nothing_about_another_major(check: Check) -> None:
    assert refusal(check("2.0.0")) == (
        f"flags: config/flags.toml: {NAME}.introduced: releases_kept counts minor releases of 1.x and promises nothing"
        " about 2.0; remove the flag, or register it anew"
    )


def test_what_a_run_left_behind_is_no_code(check: Check) -> None:
    left = {**OLD_CODE, "models/old/x.pyc": "", ".gitignore": "*.pyc\n"}
    assert f"{NAME}: models/old is gone at 1.2, but promised from 1.1 until 1.2" in findings(check(changes=left))


# --- registered and used are the same -----------------------------------------------------------------------


@pytest.mark.parametrize("name", [READER, "dbt/models/x.sql", "scripts/x.py", "rollback/lib/x.sh", ".github/x.yml"])
def test_a_flag_that_is_used_but_not_registered_is_found(check: Check, name: str) -> None:
    text = f'FLAG = "{NAME}" # FEATURE_FLAG_NEW_2=true\n'
    said = f"FEATURE_FLAG_NEW_2: is used in {name}, but not registered in config/flags.toml"
    assert findings(check(changes={name: text})) == [said]


def test_prose_and_tests_may_name_any_flag(check: Check) -> None:
    named = 'X = "FEATURE_FLAG_GONE"\n'
    assert check(changes={"CHANGELOG.md": named, "docs/x.md": named, "tests/x.py": named}).returncode == 0


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (READER, f'# {NAME} was read here\n"""Value of `{NAME}`."""\n'),
        (READER, f'OTHER = "{NAME}_TWO"\n'),
        ("rollback/lib/execute.sh", f'export "{NAME}"=true\n'),
        ("tests/test_x.py", f'FLAG = "{NAME}"\n'),
    ],
)
def test_a_registered_flag_that_the_simulator_does_not_read_is_found(check: Check, name: str, text: str) -> None:
    said = f"{NAME}: is registered, but nothing in navigator_orchestrator/ or dbt/ reads it"
    assert said in findings(check(changes={READER: "", name: text}))


@pytest.mark.parametrize(("name", "text"), [("dbt/macros/x.sql", "env_var('{}')"), (READER, "environ['{}']")])
def test_a_name_in_quotes_is_a_reading(check: Check, name: str, text: str) -> None:
    assert check(changes={READER: "", name: text.format(NAME)}).returncode == 0


def test_a_release_point_that_is_not_recorded_is_found(check: Check) -> None:
    points = {"rollback/release_points.toml": '[after]\ncommit = "c0ffee"\n[later]\n'}
    said = "release point 'before' is not in rollback/release_points.toml; recorded: after, later"
    assert findings(check(changes=points)) == [f"{NAME}: {said}"]


# --- what cannot be judged ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "owner =",
            "owners =",
            "{}: unknown key 'owners'; valid keys: owner, description, values, default, introduced,",
        ),
        ('owner = "somebody"\n', "", "{}.owner: Field required"),
        ('"somebody"', '" "', "{}.owner: String should have at least 1 character"),
        ('"1.1.0"', '"1.1"', "{}.introduced: '1.1' is not a release number like 1.2.0"),
        ('"1.1.0"', '"1.01.0"', "{}.introduced: '1.01.0' is not a release number like 1.2.0"),
        ('"1.1.0"', "1.1", "{}.introduced: 1.1 is not a release number like 1.2.0"),
        ("releases_kept = 2", "releases_kept = 0", "{}.releases_kept: Input should be greater than or equal to 1"),
        ("releases_kept = 2", 'releases_kept = "2"', "{}.releases_kept: Input should be a valid integer"),
        ('code = ["engines/old.py", "models/old"]', "code = []", "{}.code: List should have at least 1 item"),
        ('default = "false"', 'default = "no"', "{}: default: 'no' is not one of values: true, false"),
        (f"[{NAME}]", "[feature_flag_x]", "feature_flag_x: is not a table named FEATURE_FLAG_ and capital letters"),
        (f"[{NAME}]", f"{NAME} = 1\n[FEATURE_FLAG_X]", "{}: is not a table named FEATURE_FLAG_ and capital letters"),
        ("[", "[[", "is not valid TOML: "),
        ('owner = "somebody"', 'owner = "a"\nowner = "b"', "is not valid TOML: Cannot overwrite a value"),
    ],
)
def test_a_wrong_registry_is_refused_with_file_and_key(
    check: Check, tmp_path: Path, old: str, new: str, said: str
) -> None:
    assert old in FLAGS
    message = refusal(check(changes={"config/flags.toml": FLAGS.replace(old, new, 1)}))
    assert message.startswith(f"flags: {tmp_path}/config/flags.toml: {said.format(NAME)}")


@pytest.mark.parametrize("name", ["config/flags.toml", "rollback/release_points.toml", "pyproject.toml"])
def test_a_file_that_is_missing_is_named(check: Check, tmp_path: Path, name: str) -> None:
    message = refusal(check(changes={name: None}))
    assert message == f"flags: {tmp_path}/{name}: cannot be read (No such file or directory)"


@pytest.mark.parametrize(
    ("pyproject", "said"),
    [
        ('[project]\nversion = "1.2"\n', "project.version: '1.2' is not a release number like 1.2.0"),
        ("[project]\n", "project.version is missing; name the release to check for"),
    ],
)
def test_a_project_without_a_release_number_is_refused(check: Check, tmp_path: Path, pyproject: str, said: str) -> None:
    assert refusal(check(changes={"pyproject.toml": pyproject})) == f"flags: {tmp_path}/pyproject.toml: {said}"
    assert check("1.2.0", changes={"pyproject.toml": pyproject}).returncode == 0


@pytest.mark.parametrize("version", ["1.3", "v1.3.0", "1.3.0rc1", ""])
def test_a_version_that_is_none_is_refused(check: Check, version: str) -> None:
    assert refusal(check(version)) == f"flags: {version!r} is not a release number like 1.2.0"


def test_a_folder_that_git_does_not_know_is_refused(check: Check, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / ".git")
    assert refusal(check()).startswith(f"flags: {tmp_path}: git cannot list it: fatal: not a git repository")


# --- where it is called from --------------------------------------------------------------------------------


def test_this_repository_keeps_its_promises() -> None:
    finished = subprocess.run([sys.executable, SCRIPT], cwd="/", capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert finished.stdout.startswith("FLAGS KEPT at ")


def test_make_answers_for_a_future_release(check: Check, tmp_path: Path) -> None:
    """In a planted repository whose environment is a stand-in that is already set up."""
    stand_in = tmp_path / ".venv" / "bin" / "python"
    stand_in.parent.mkdir(parents=True)
    stand_in.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    stand_in.chmod(0o755)
    shutil.copy(ROOT / "Makefile", tmp_path)
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "requirements.lock").touch()
    (tmp_path / ".venv" / "requirements-installed").touch()
    assert check(changes={".gitignore": "/.venv/\n"}).returncode == 0
    make = ["make", "--no-print-directory", "-C", str(tmp_path), "release-check"]
    today = subprocess.run(make, capture_output=True, text=True, check=False)
    assert (today.returncode, today.stdout) == (0, f"FLAGS KEPT at 1.2: {NAME} until 1.2\n")
    future = subprocess.run([*make, "VERSION=1.3.0"], capture_output=True, text=True, check=False)
    assert future.returncode == 2, future  # that is make's own code for a command that failed
    assert future.stdout.endswith("FLAGS BROKEN at 1.3: 3 to mend\n")


class Recorder:
    """A session of nox that notes what it should run."""

    def __init__(self) -> None:
        self.posargs: list[str] = []
        self.commands: list[tuple[str, ...]] = []

    def run(self, *command: str, **_options: object) -> str:
        self.commands.append(command)
        return ""


def test_lint_checks_the_flags() -> None:
    session = Recorder()
    noxfile.lint(cast("nox.Session", session))
    assert any(command[1:] == ("scripts/check_flags.py",) for command in session.commands)
