"""The history: what is appended, when not, and what a damaged file does."""

import csv
import json
import math
import re
from pathlib import Path

import pytest

from harness.scale.cells import matrix_of
from tests.scale.comparing import BOTH, ONE, Compared, Session, compared, result_file, sides
from tests.scale.synthetic import NAVIGATOR


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A result to compare others with."""
    return Session(1).write(tmp_path / "old")


def add(folder: Path, old: Path, seed: int, **changes: object) -> Compared:
    """Compare a session of its own commit with the old one and append it."""
    new = Session(seed, commit=f"{seed:x}"[-1], **changes).write(folder / f"new {seed}")  # type: ignore[arg-type]
    return compared(folder, *sides(old, new), "--history", folder / "history.jsonl")


def lines(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "history.jsonl").read_text().splitlines()]


def test_each_session_is_one_line(tmp_path: Path, old: Path) -> None:
    add(tmp_path, old, 2)
    found = add(tmp_path, old, 3)
    first, second = lines(tmp_path)
    assert (first["session"], second["session"]) == ("20261126T000000Z-2", "20261126T000000Z-3")
    assert first["schema_version"] == "1.1"
    assert (first["commit"], first["tree"], first["machine"]) == ("2" * 40, "2" * 40, "m" * 16)
    assert first["time"] == "2026-11-26T01:00:00+00:00"
    assert f"appended to {tmp_path / 'history.jsonl'}, result 2" in found.stdout


def test_the_numbers_are_geometric_means_over_the_cells_that_were_compared(tmp_path: Path, old: Path) -> None:
    add(tmp_path, old, 2)
    samples = json.loads(result_file(tmp_path / "new 2").read_text())["results"]["samples"]
    logs = [math.log(s["measurement"]["wall_seconds"]) for s in samples if s["run"]["block"] > 0]
    modes = lines(tmp_path)[0]["modes"]
    assert isinstance(modes, dict)
    assert list(modes) == ["optimized"]
    assert modes["optimized"]["wall_seconds"] == pytest.approx(math.exp(sum(logs) / len(logs)))
    assert len(lines(tmp_path)[0]["cells"]) == len(ONE.cells(NAVIGATOR))  # type: ignore[arg-type]


def test_a_session_of_two_modes_is_one_line_with_both(tmp_path: Path) -> None:
    one = Session(1, matrix=BOTH).write(tmp_path / "one")
    compared(tmp_path, *sides(one, one), "--history", tmp_path / "history.jsonl")
    (line,) = lines(tmp_path)
    assert isinstance(line["modes"], dict)
    assert list(line["modes"]) == ["baseline", "optimized"]


def test_a_session_is_never_appended_twice(tmp_path: Path, old: Path) -> None:
    add(tmp_path, old, 2)
    before = (tmp_path / "history.jsonl").read_bytes()
    found = add(tmp_path, old, 2)
    assert (tmp_path / "history.jsonl").read_bytes() == before
    assert "this session is already in" in found.stdout


def test_a_mode_that_is_compared_later_joins_its_session(tmp_path: Path) -> None:
    """A session of three modes is compared in two steps; the mode of both counts once."""
    matrix = matrix_of(["baseline", "optimized", "polars"], [5_000, 20_000], [1], [1], exact_sizes=True)
    found = []
    for seed in (1, 2):
        folder = Session(seed, matrix=matrix).write(tmp_path / f"session {seed}")
        for mode in ("optimized", "polars", "polars"):
            modes = ("--baseline-mode", "baseline", "--optimized-mode", mode)
            files = ("--history", tmp_path / "history.jsonl", "--csv", tmp_path / "history.csv")
            found.append(compared(tmp_path, *sides(folder, folder), *modes, *files))
    told = ["appended to", "appended to", "this session is already in"] * 2
    assert all(words in one.stdout for words, one in zip(told, found, strict=True))
    assert [list(line["modes"]) for line in lines(tmp_path)] == [["baseline", "optimized"], ["polars"]] * 2  # type: ignore[call-overload]
    measured = {trend["mode"]: len(trend["values"]) for trend in found[-1].document["results"]["trends"]}
    assert measured == {"baseline": 2, "optimized": 2, "polars": 2}
    with (tmp_path / "history.csv").open(newline="") as file:
        means = [(row["session"][-1], row["mode"]) for row in csv.DictReader(file) if row["cell"] == "all"]
    assert means == [(session, mode) for session in "12" for mode in ("baseline", "optimized", "polars")]


def test_what_computes_something_else_is_no_part_of_the_history(tmp_path: Path, old: Path) -> None:
    found = add(tmp_path, old, 2, answer=lambda _: "less")
    assert (found.code, (tmp_path / "history.jsonl").exists()) == (1, False)
    assert "do not compute the same" in found.stdout


@pytest.mark.parametrize("rest", [b'{"schema_version": "1.0", "sess', b"\xff", b"{"])
def test_a_last_line_that_a_crash_cut_off_is_dropped(tmp_path: Path, old: Path, rest: bytes) -> None:
    add(tmp_path, old, 2)
    path = tmp_path / "history.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole + rest)
    assert add(tmp_path, old, 3).code == 3
    assert path.read_bytes().startswith(whole)
    assert [line["session"] for line in lines(tmp_path)] == ["20261126T000000Z-2", "20261126T000000Z-3"]


def test_a_last_line_that_lacks_only_its_end_is_kept(tmp_path: Path, old: Path) -> None:
    add(tmp_path, old, 2)
    path = tmp_path / "history.jsonl"
    path.write_bytes(path.read_bytes().removesuffix(b"\n"))
    add(tmp_path, old, 3)
    assert [line["session"] for line in lines(tmp_path)] == ["20261126T000000Z-2", "20261126T000000Z-3"]


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        ("{cut", "line 2 is damaged: no JSON; repair or remove that line"),
        ("[]", "line 2 is damaged: no JSON object; repair or remove that line"),
        ('{"schema_version": "2.0"}', "which reads 1"),
        ('{"schema_version": "1.0", "session": 7}', "line 2 is damaged: session: "),
        ('"modes": {"optimized": {"wall_seconds": -1,', "wall_seconds: Input should be greater than 0"),
        ('"modes": {"optimized": {"wall_seconds": 1e999,', "wall_seconds: Input should be a finite number"),
    ],
)
def test_a_damaged_line_before_the_last_is_named_and_nothing_is_touched(
    tmp_path: Path, old: Path, damage: str, words: str
) -> None:
    add(tmp_path, old, 2)
    path = tmp_path / "history.jsonl"
    (line,) = path.read_text().splitlines()
    if damage.startswith('"modes"'):
        damage = re.sub('"modes": {"optimized": {"wall_seconds": [0-9.]+,', damage, line)
    path.write_text(f"{line}\n{damage}\n{line}\n")
    before = path.read_bytes()
    found = add(tmp_path, old, 3)
    assert (found.code, found.document["verdict"]) == (2, "could_not_judge")
    assert words in found.stderr
    assert f"{path}, line 2" in found.stderr
    assert path.read_bytes() == before


def test_the_history_is_exported_for_tools_that_look_for_change_points(tmp_path: Path, old: Path) -> None:
    add(tmp_path, old, 2)
    new = Session(3, commit="3").write(tmp_path / "new 3")
    target = tmp_path / "sub" / "history.csv"
    compared(tmp_path, *sides(old, new), "--history", tmp_path / "history.jsonl", "--csv", target)
    with target.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["cell"] for row in rows[:5]] == ["all", "5000x1x1", "5000x2x1", "20000x1x1", "20000x2x1"]
    assert [row["commit"][:1] for row in rows] == ["2"] * 5 + ["3"] * 5
    assert {row["mode"] for row in rows} == {"optimized"}
    assert all(float(row[name]) > 0 for row in rows for name in ("wall_seconds", "cpu_seconds", "memory_bytes"))
    means = [math.log(float(row["wall_seconds"])) for row in rows[1:5]]
    assert math.log(float(rows[0]["wall_seconds"])) == pytest.approx(sum(means) / 4)
