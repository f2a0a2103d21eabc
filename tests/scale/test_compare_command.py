"""The script from outside: exit code, files and what is printed."""

import json
import math
from pathlib import Path

import pytest

from tests.scale.comparing import BASELINE, BOTH, Session, command
from tests.scale.driving import left_by_its_reader


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results that the tests of this file only read."""
    root = tmp_path_factory.mktemp("results")
    Session(1, matrix=BOTH).write(root / "three times as fast")
    Session(2, 2.0, matrix=BOTH, slow=dict.fromkeys(BASELINE, 0.5)).write(root / "half again as fast")
    for seed, (name, factor, commit) in enumerate(
        [("old", 1.0, "a"), ("old again", 1.0, "a"), ("new", 1.2, "b"), ("new again", 1.2, "b")], start=11
    ):
        Session(seed, factor, commit).write(root / name)
    return root


def test_three_times_as_fast_passes(folder: Path, tmp_path: Path) -> None:
    one = folder / "three times as fast"
    finished = command(tmp_path, "--baseline", one, "--optimized", one)
    assert (finished.returncode, finished.stderr) == (0, "")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "performance_comparison.json",
        "performance_comparison.md",
    ]
    document = json.loads((tmp_path / "performance_comparison.json").read_text())
    assert (document["verdict"], document["exit_code"], document["schema_version"]) == ("pass", 0, "1.0")
    comparison = document["results"]["comparison"]
    assert comparison["paired"] is True
    speed_up = comparison["lines"][0]
    assert (speed_up["question"], speed_up["verdict"]) == ("wall time, baseline ÷ optimized", "PASS")
    assert speed_up["interval"]["low"] <= 3.0 <= speed_up["interval"]["high"]
    assert math.isclose(speed_up["interval"]["estimate"], 3.0, rel_tol=0.02)
    last = finished.stdout.splitlines()[-1]
    assert last.startswith(
        "COMPARISON PASSED: optimized against baseline, paired in one session: wall time, baseline ÷ "
    )
    assert (tmp_path / "performance_comparison.md").read_text().startswith(f"# {last}\n")


def test_half_again_as_fast_fails_without_a_confirmation(folder: Path, tmp_path: Path) -> None:
    one = folder / "half again as fast"
    arguments = ("--baseline", one, "--optimized", one, "--output", "sub/folder/report.md", "--json", "verdict.json")
    finished = command(tmp_path, *arguments)
    assert finished.returncode == 1
    assert json.loads((tmp_path / "verdict.json").read_text())["verdict"] == "fail"
    assert (tmp_path / "sub" / "folder" / "report.md").read_text().startswith("# COMPARISON FAILED: ")
    table = finished.stdout.splitlines()
    assert [line.split()[-1] for line in table[1:4]] == ["FAIL", "PASS", "PASS"]


def test_a_fifth_slower_is_a_suspicion_that_an_independent_comparison_confirms(folder: Path, tmp_path: Path) -> None:
    pair = ("--baseline", folder / "old", "--optimized", folder / "new")
    suspected = command(tmp_path, *pair)
    assert suspected.returncode == 3
    assert "suspected regression: CPU time, bbbbbbb ÷ aaaaaaa: 1.2" in suspected.stdout.splitlines()[-1]
    assert "confirm with: measure both once more and add --confirm-baseline" in suspected.stdout
    assert json.loads((tmp_path / "performance_comparison.json").read_text())["verdict"] == "inconclusive"
    again = ("--confirm-baseline", folder / "old again", "--confirm-optimized", folder / "new again")
    confirmed = command(tmp_path, *pair, *again)
    assert confirmed.returncode == 1
    assert "confirmed by an independent comparison: 1.2" in confirmed.stdout


def test_a_refusal_is_one_line_and_replaces_an_older_report(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "performance_comparison.md").write_text("COMPARISON PASSED")
    finished = command(tmp_path, "--baseline", folder / "old", "--optimized", folder / "lost")
    assert (finished.returncode, finished.stdout) == (2, "")
    assert finished.stderr == f"compare: there is no folder {folder / 'lost'}\n"
    document = json.loads((tmp_path / "performance_comparison.json").read_text())
    assert (document["verdict"], document["problem"]) == ("could_not_judge", f"there is no folder {folder / 'lost'}")
    assert "NOT JUDGED" in (tmp_path / "performance_comparison.md").read_text()


@pytest.mark.parametrize("line", [["--baseline", "x"], ["--baseline", "x", "--optimized", "y", "--gate", "none"]])
def test_wrong_usage_ends_with_two(tmp_path: Path, line: list[str]) -> None:
    finished = command(tmp_path, *line)
    assert finished.returncode == 2
    assert finished.stderr.splitlines()[-1].startswith("compare_scale_results.py: error: ")
    assert list(tmp_path.iterdir()) == []


def test_a_reader_that_leaves_changes_no_verdict(folder: Path, tmp_path: Path) -> None:
    one = folder / "half again as fast"
    with left_by_its_reader() as pipe:
        finished = command(tmp_path, "--baseline", one, "--optimized", one, stdout=pipe)
    assert (finished.returncode, finished.stderr) == (1, "")
    with left_by_its_reader() as pipe:
        refused = command(tmp_path, "--baseline", one, "--optimized", folder / "lost", stdout=pipe, stderr=pipe)
    assert refused.returncode == 2
