"""What the parity judge refuses before it runs anything, and how it says so."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from harness.errors import TargetError
from harness.modes import choose_modes
from harness.target_file import load_target

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts" / "parity_testing_framework.py"
NAVIGATOR = ROOT / "config" / "targets" / "navigator.yaml"


def _judge(directory: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPT), *arguments]
    return subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False, timeout=60)


def test_help_lists_the_options_of_the_contract(tmp_path: Path) -> None:
    finished = _judge(tmp_path, "--help")
    assert finished.returncode == 0
    options = "--employees --start-year --end-year --seed --target --reference --candidates --shards --threads --output"
    for option in (*options.split(), "--keep-databases", "--sample", "--timeout"):
        assert f"{option} " in finished.stdout or f"[{option}]" in finished.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--employees", "0"], "'0' is not a whole number from 1 upwards"),
        (["--start-year", "2027", "--end-year", "2026"], "--end-year 2026 is before --start-year 2027"),
        (["--threshold", "0.9999"], "unrecognized arguments: --threshold 0.9999"),
    ],
)
def test_wrong_usage(tmp_path: Path, arguments: list[str], message: str) -> None:
    finished = _judge(tmp_path, *arguments)
    assert finished.returncode == 2
    assert message in finished.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--target", "planner"], "--target: unknown target 'planner'; available: navigator"),
        (["--target", "./none.yaml"], "--target: there is no file"),
        (["--candidates", "polar"], "--candidates: unknown mode 'polar'; available in navigator: legacy, optimized"),
        (["--memory-limit", "much"], "--memory-limit: "),
    ],
)
def test_a_refusal_leaves_a_report_that_says_why(tmp_path: Path, arguments: list[str], message: str) -> None:
    finished = _judge(tmp_path, *arguments)
    assert finished.returncode == 2
    assert f"parity: {message}" in finished.stderr
    report = json.loads((tmp_path / "parity_test_results" / "parity_report.json").read_text(encoding="utf-8"))
    assert (report["verdict"], report["finding"]) == ("could_not_judge", "ERROR")
    assert report["problem"].startswith(message)


@pytest.mark.parametrize(
    ("reference", "candidates", "message"),
    [
        ("old", None, "--reference: unknown mode 'old'; available in navigator: legacy, optimized"),
        (None, ["legacy"], "--candidates: 'legacy' is the reference; choose optimized"),
        (None, ["polars", "polars"], "--candidates: 'polars' stands twice"),
    ],
)
def test_modes_that_cannot_be_compared(reference: str | None, candidates: list[str] | None, message: str) -> None:
    with pytest.raises(TargetError) as error:
        choose_modes(load_target("navigator").target, reference, candidates)
    assert str(error.value).startswith(message)


def test_a_candidate_by_default_can_be_the_reference() -> None:
    assert choose_modes(load_target("navigator").target, "optimized", None) == ("optimized", ["polars"])


def test_an_output_directory_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    finished = _judge(tmp_path, "--output", "file/results")
    assert finished.returncode == 2
    assert f"parity: --output: cannot write to {tmp_path / 'file' / 'results'}" in finished.stderr


def test_an_older_report_does_not_survive_a_new_judgement(tmp_path: Path) -> None:
    output = tmp_path / "parity_test_results"
    output.mkdir()
    (output / "parity_report.json").write_text('{"verdict": "pass"}', encoding="utf-8")
    assert _judge(tmp_path, "--target", "planner").returncode == 2
    report = json.loads((output / "parity_report.json").read_text(encoding="utf-8"))
    assert report["verdict"] == "could_not_judge"


def test_the_navigator_target_is_valid() -> None:
    loaded = load_target("navigator")
    assert loaded.path == NAVIGATOR
    assert loaded.working_directory == ROOT
    assert (loaded.target.reference, loaded.target.candidates) == ("legacy", ["optimized", "polars"])


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("reference: legacy", "refrence: legacy", "unknown key 'refrence'; valid keys: name, result"),
        (
            "    counted_as: states",
            "    noun: states",
            "relations.fct_workforce_snapshot: unknown key 'noun'; valid keys: key, entity, year, order",
        ),
        ("name: navigator", "name: navigator\nname: other", "the key 'name' stands twice"),
        ("name: navigator", "name: 7", "name: Input should be a valid string"),
        ("reference: legacy", "reference: old", "unknown mode 'old'; available: legacy, optimized"),
        ("candidates: [", "candidates: [[", "cannot be read"),
        ("relations_in: main", "relations_in: main\n  file: x", "result: unknown key 'file'"),
        (
            '"{mode}.duckdb"',
            '"{engine}.duckdb"',
            "unknown placeholder {engine} in '{engine}.duckdb'; available: {python}",
        ),
        (
            "{engine: polars, optimization: polars}",
            "{engine: legacy, optimization: legacy}",
            "modes.polars.witness: the same as that of 'legacy'",
        ),
        ("working_directory: .", "working_directory: nowhere", "nowhere is not a directory"),
        (
            "    counted_as: states",
            "    volatile: {employee_id: noise}",
            "volatile: 'employee_id' is needed to tell rows apart",
        ),
    ],
)
def test_a_target_file_with_a_mistake(tmp_path: Path, old: str, new: str, message: str) -> None:
    text = NAVIGATOR.read_text(encoding="utf-8").replace("working_directory: ../..", "working_directory: .")
    assert old in text
    path = tmp_path / "target.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(TargetError) as error:
        load_target(str(path))
    assert str(error.value).startswith(f"{path}: ")
    assert message in str(error.value)
