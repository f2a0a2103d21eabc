"""`.env.rollback` in the root of the repository forces the legacy writers; every test has a copy of the simulator."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, Navigator

FLAG = "FEATURE_FLAG_LEGACY_EVENTS"
PARITY = ROOT / "scripts" / "parity_testing_framework.py"


@pytest.fixture
def copy(tmp_path: Path) -> Navigator:
    """The command line of a copy, started outside of it."""
    code = tmp_path / "copy"
    for part in ("navigator_orchestrator", "dbt", "config"):
        shutil.copytree(ROOT / part, code / part, ignore=shutil.ignore_patterns("__pycache__", "logs", "*.duckdb*"))
    (tmp_path / "elsewhere").mkdir()
    return Navigator(tmp_path / "elsewhere", code=code)


def test_the_file_does_what_the_variable_does_and_is_named(copy: Navigator) -> None:
    file = copy.code / ".env.rollback"
    file.write_text(f"# by rollback_plan.sh\n{FLAG}=true\nROLLBACK_ID=20261126T2345Z-1\n")
    choice = ("--years", "2025", "--employees", "20", "--optimization", "polars", "--database", "x.duckdb", "--json")
    finished = copy("run", *choice)
    assert finished.returncode == 0
    assert finished.stderr == f"navigator: {FLAG}=true in {file}: the legacy writers write, whatever was asked for\n"
    told = json.loads(finished.stdout)
    assert (told["engine"], told["optimization"]) == ("legacy", "legacy")


@pytest.mark.parametrize(
    ("in_file", "in_environment", "mode", "named"),
    [
        ("true", "false", "polars", ""),
        ("false", "true", "legacy", f"{FLAG}=true: "),
        ("false", None, "polars", ""),
    ],
)
def test_the_environment_wins_over_the_file(
    copy: Navigator, in_file: str, in_environment: str | None, mode: str, named: str
) -> None:
    (copy.code / ".env.rollback").write_text(f"{FLAG}={in_file}\n")
    environment = {} if in_environment is None else {FLAG: in_environment}
    finished = copy("run", "--dry-run", "--optimization", "polars", "--employees", "9", **environment)
    assert finished.stdout.startswith(f"dry run: {mode}, 9 employees")
    assert finished.stderr.startswith(f"navigator: {named}") if named else finished.stderr == ""


@pytest.mark.parametrize("folder", ["elsewhere", "copy/config"])
def test_only_the_file_in_the_root_counts(copy: Navigator, folder: str) -> None:
    (copy.folder.parent / folder / ".env.rollback").write_text("nonsense\n")
    finished = copy("run", "--dry-run", "--employees", "9")
    assert (finished.returncode, finished.stderr) == (0, "")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{FLAG}=true\nexport A=1\n", ":2: expected KEY=VALUE without quotes or spaces; found 'export A=1'"),
        ("FEATURE_FLAG_LEGACY=true\n", f":1: unknown key 'FEATURE_FLAG_LEGACY'; valid keys: {FLAG}, ROLLBACK_ID"),
        (f"\n{FLAG}=on\n", f":2: {FLAG}='on': only 'true' or 'false' are accepted"),
    ],
)
def test_a_bad_line_ends_the_run_with_two_even_if_the_environment_decides(
    copy: Navigator, text: str, said: str
) -> None:
    file = copy.code / ".env.rollback"
    file.write_text(text)
    assert copy.refusal("run", "--database", "x.duckdb", **{FLAG: "true"}) == f"{file}{said}"
    assert list(copy.folder.iterdir()) == []


def test_a_folder_of_that_name_is_refused(copy: Navigator) -> None:
    (copy.code / ".env.rollback").mkdir()
    assert copy.refusal("run") == f"{copy.code / '.env.rollback'}: Is a directory"


def test_a_judge_in_a_rolled_back_repository_judges_nothing(copy: Navigator) -> None:
    """It clears the variable for every mode but not the file: what ran then is legacy against legacy, and equal."""
    (copy.code / ".env.rollback").write_text(f"{FLAG}=true\n")
    scenario = ("--employees", "20", "--start-year", "2025", "--end-year", "2025", "--candidates", "polars")
    target = ("--target", str(copy.code / "config" / "targets" / "navigator.yaml"), "--output", "judged")
    command = [sys.executable, str(PARITY), *scenario, *target]
    finished = subprocess.run(
        command, cwd=copy.folder, env=copy.variables(), capture_output=True, text=True, check=False, timeout=300
    )
    (report,) = copy.folder.glob("judged/*/parity_report.json")
    (pair,) = json.loads(report.read_text())["results"]["pairs"]
    failed = [check["detail"] for check in pair["checks"] if check["status"] == "failed"]
    assert finished.returncode == 2
    assert [detail for detail in failed if detail.startswith("candidate not witnessed: the result shows engine=legacy")]


def test_git_ignores_the_file() -> None:
    """A rollback must not make the tree dirty, nor reach a commit."""
    ignored = subprocess.run(["git", "check-ignore", "--quiet", ".env.rollback"], cwd=ROOT, check=False)
    assert ignored.returncode == 0
