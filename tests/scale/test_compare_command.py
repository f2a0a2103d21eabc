"""The script from outside: exit code, files and what is printed."""

import json
import math
import re
from pathlib import Path

import pytest

from harness.scale.cells import matrix_of
from tests.scale.comparing import BASELINE, BOTH, SCRIPT, Session, command
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


@pytest.mark.parametrize(
    "line",
    [
        ("--output", "new/scale_results_optimized.md"),  # the JSON stands beside it
        ("--output", "report.md", "--json", "old/scale_results_optimized.json"),
        ("--output", "report.md", "--json", "new/scale_results_optimised.json"),  # would be taken for a result
        ("--output", "report.md", "--noise-floor", "again/scale_results_optimized.json"),
        ("--output", "report.md", "--history", "link.json"),
        ("--output", "report.md", "--history", "h.jsonl", "--csv", "old/../new/scale_results_optimized.json"),
        ("--output", "report.md", "--config", "scale.yaml", "--json", "scale.yaml"),
    ],
)
def test_what_is_compared_is_never_written(tmp_path: Path, line: tuple[str, ...]) -> None:
    for seed, name in enumerate(("old", "new", "again", "once more"), start=1):
        Session(seed, commit=name[0]).write(tmp_path / name)
    (tmp_path / "link.json").symlink_to(tmp_path / "new" / "scale_results_optimized.json")
    (tmp_path / "scale.yaml").write_text("budgets")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    again = ("--confirm-baseline", "again", "--confirm-optimized", "once more")
    finished = command(tmp_path, "--baseline", "old", "--optimized", "new", *again, *line)
    assert (finished.returncode, finished.stdout) == (2, "")
    told = finished.stderr.splitlines()[-1]
    assert told.startswith("compare_scale_results.py: error: --")
    assert told.endswith("is, or would be, an input of a comparison; name another file")
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("document", ["README.md", "docs/scale.md"])
def test_the_documented_comparison_takes_what_the_documented_measurement_leaves(tmp_path: Path, document: str) -> None:
    text = (SCRIPT.parents[1] / document).read_text()
    modes = re.search(r"nox -s scale -- --mode ((?:[a-z]+ )+)--", text)
    (line,) = re.findall(r"nox -s compare -- ([^`\n]+)", text)
    assert modes
    matrix = matrix_of(modes[1].split(), [5_000, 20_000], [1], [1], exact_sizes=True)
    for seed, name in enumerate(("OLD", "NEW"), start=1):
        Session(seed, commit=name[0], matrix=matrix).write(tmp_path / name)
    finished = command(tmp_path, *line.split())
    assert (finished.returncode, finished.stderr) == (3, "")
    assert finished.stdout.splitlines()[-1].startswith("COMPARISON INCONCLUSIVE: optimized, NNNNNNN against OOOOOOO")


def test_a_reader_that_leaves_changes_no_verdict(folder: Path, tmp_path: Path) -> None:
    one = folder / "half again as fast"
    with left_by_its_reader() as pipe:
        finished = command(tmp_path, "--baseline", one, "--optimized", one, stdout=pipe)
    assert (finished.returncode, finished.stderr) == (1, "")
    with left_by_its_reader() as pipe:
        refused = command(tmp_path, "--baseline", one, "--optimized", folder / "lost", stdout=pipe, stderr=pipe)
    assert refused.returncode == 2
