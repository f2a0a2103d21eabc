"""What comparisons of the same code tell of a machine, and how it is kept."""

import json
import math
from pathlib import Path

import pytest
from scipy import stats

from harness.scale.comparing.noise_floor import DEFAULTS, read_noise_floor
from harness.scale.costs import Measure
from tests.scale.comparing import Session, compared, result_file, sides

MACHINE = "m" * 16


def log_ratio(ours: Path, theirs: Path, measure: str) -> float:
    """Of geometric means, straight from the files."""
    means = []
    for folder in (ours, theirs):
        samples = json.loads(result_file(folder).read_text())["results"]["samples"]
        costs = [math.log(s["measurement"][measure]) for s in samples if s["run"]["block"] > 0]
        means.append(sum(costs) / len(costs))
    return means[1] - means[0]


def sessions(folder: Path, *factors: float) -> list[Path]:
    return [Session(seed, factor).write(folder / f"s{seed}") for seed, factor in enumerate(factors, start=1)]


def test_the_first_comparison_of_the_same_code_is_stored(tmp_path: Path) -> None:
    ours, theirs = sessions(tmp_path, 1.0, 1.2)
    found = compared(tmp_path, *sides(ours, theirs))
    path = tmp_path / "noise_floor.json"
    document = json.loads(path.read_text())
    assert document["schema_version"] == "1.0"
    assert list(document["machines"]) == [MACHINE]
    stored = document["machines"][MACHINE]
    assert stored["machine"]["processor"] == "a processor"
    (made,) = stored["comparisons"]
    assert made["sessions"] == ["20261126T000000Z-1", "20261126T000000Z-2"]
    assert made["log_ratios"]["wall time"] == pytest.approx(log_ratio(ours, theirs, "wall_seconds"))
    assert made["log_ratios"]["CPU time"] == pytest.approx(log_ratio(ours, theirs, "cpu_seconds"))
    assert f"A/A: stored as noise of this machine in {path}" in found.stdout
    assert "A/A: stored as noise of this machine" in found.markdown


def test_the_same_two_sessions_are_stored_once(tmp_path: Path) -> None:
    ours, theirs = sessions(tmp_path, 1.0, 1.2)
    compared(tmp_path, *sides(ours, theirs))
    before = (tmp_path / "noise_floor.json").read_text()
    found = compared(tmp_path, *sides(theirs, ours))
    assert "these two sessions are in" in found.stdout
    assert (tmp_path / "noise_floor.json").read_text() == before


def test_the_noise_is_around_zero_and_as_uncertain_as_comparisons_are_few(tmp_path: Path) -> None:
    first, second, third = sessions(tmp_path, 1.0, 1.2, 0.9)
    path = tmp_path / "elsewhere" / "floor.json"
    for ours, theirs in ((first, second), (first, third)):
        compared(tmp_path, *sides(ours, theirs), "--noise-floor", path)
    floor = read_noise_floor(path, MACHINE)
    squares = [log_ratio(first, other, "wall_seconds") ** 2 for other in (second, third)]
    expected = math.sqrt(sum(squares) / 2) * stats.t.ppf(0.95, 2) / stats.norm.ppf(0.95)
    assert floor.comparisons == 2
    assert floor.sds[Measure.WALL] == pytest.approx(expected)
    new = Session(9, commit="b").write(tmp_path / "new")
    found = compared(tmp_path, *sides(first, new), "--noise-floor", path)
    assert f"Noise floor (log sd between two): {expected:.1%} of wall time" in found.markdown
    assert "measured here by 2 A/A comparisons" in found.markdown


@pytest.mark.parametrize(("factor", "floor"), [(1.0, 0.35), (2.0, math.log(2))])
def test_one_comparison_alone_may_only_widen_the_default(tmp_path: Path, factor: float, floor: float) -> None:
    ours, theirs = sessions(tmp_path, 1.0, factor)
    compared(tmp_path, *sides(ours, theirs))
    found = read_noise_floor(tmp_path / "noise_floor.json", MACHINE)
    assert found.sds[Measure.WALL] == pytest.approx(floor, rel=0.02)
    assert not found.is_measured
    new = Session(9, commit="b").write(tmp_path / "new")
    assert "1 of 2 A/A comparisons of this one are known" in compared(tmp_path, *sides(ours, new)).markdown


def test_another_machine_has_another_noise(tmp_path: Path) -> None:
    ours, theirs = sessions(tmp_path, 1.0, 1.2)
    compared(tmp_path, *sides(ours, theirs))
    floor = read_noise_floor(tmp_path / "noise_floor.json", "another")
    assert (floor.sds, floor.comparisons) == (DEFAULTS, 0)


def test_a_confirmation_of_the_same_code_is_stored_too(tmp_path: Path) -> None:
    first, second, third, fourth = sessions(tmp_path, 1.0, 1.2, 1.1, 0.9)
    confirm = ("--confirm-baseline", third, "--confirm-optimized", fourth)
    assert compared(tmp_path, *sides(first, second), *confirm).code == 0
    assert read_noise_floor(tmp_path / "noise_floor.json", MACHINE).comparisons == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is no noise floor: it is empty"),
        ('{"schema_version": "1.0", "machi', "is no noise floor: it is damaged or cut off"),
        ('{"schema_version": "1.0"}', "is no noise floor: machines: Field required"),
        ('{"schema_version": "3.1", "machines": {}}', "is newer than this program, which reads 1"),
    ],
)
def test_a_damaged_file_is_refused_and_kept(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "noise_floor.json"
    path.write_text(text)
    found = compared(tmp_path, *sides(*sessions(tmp_path, 1.0, 1.2)))
    assert found.code == 2
    assert words in found.stderr
    assert path.read_text() == text
