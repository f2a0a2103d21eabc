"""Which cells are compared, and what becomes of those that cannot be."""

from pathlib import Path

import pytest

from harness.scale.cells import Cell, matrix_of
from harness.scale.outcome import Status
from tests.scale.comparing import BOTH, LARGE, SMALL, Compared, Document, Session, changed, compared, sides

OK = Status.OK


def rows(found: Compared) -> dict[str, dict[str, str]]:
    """The table of cells, by cell."""
    cells = found.document["results"]["comparison"]["cells"]
    return {cell["row"]["cell"]: cell["row"] for cell in cells}


# --- other answers ------------------------------------------------------------------------------------------


def test_who_computes_something_else_fails_however_fast(tmp_path: Path) -> None:
    ours = Session(1).write(tmp_path / "old")
    theirs = Session(2, 0.5, "b", answer=lambda cell: "less" if cell == LARGE else f"{cell.employees} x {cell.years}")
    found = compared(tmp_path, *sides(ours, theirs.write(tmp_path / "new")))
    assert (found.code, found.words["same answers"]) == (1, "FAIL")
    assert found.line("same answers")["result"] == "different in 1 of 4 cells"
    told = "bbbbbbb computes something else: 20,000 × 1 year × 1 shard: fct_yearly_events 20000 x 1 → less"
    assert found.line("same answers")["detail"] == told
    assert "geometric mean over 3 cells" in found.line("wall time")["detail"]
    assert rows(found)["20,000 × 1 year × 1 shard"]["remark"].startswith("COMPUTES SOMETHING ELSE: fct_yearly_events")
    assert "parity_testing_framework.py" in found.stdout


def test_a_relation_that_is_missing_is_another_answer(tmp_path: Path) -> None:
    ours, theirs = Session(1).write(tmp_path / "old"), Session(2, commit="b").write(tmp_path / "new")

    def grow(document: Document) -> None:
        for sample in document["results"]["samples"]:
            sample["answer"]["fct_workforce_snapshot"] = "7 rows"

    changed(theirs, grow)
    found = compared(tmp_path, *sides(ours, theirs))
    assert (found.code, found.line("same answers")["result"]) == (1, "different in 4 of 4 cells")
    assert "fct_workforce_snapshot absent → 7 rows" in found.line("same answers")["detail"]
    assert found.words["cost"] == "NOT JUDGED"


def test_runs_that_contradict_each_other_fail_even_if_the_code_is_the_same(tmp_path: Path) -> None:
    ours, theirs = Session(1).write(tmp_path / "old"), Session(2).write(tmp_path / "new")
    changed(theirs, lambda document: document["results"]["samples"][-1]["answer"].update(fct_yearly_events="odd"))
    found = compared(tmp_path, *sides(ours, theirs))
    assert (found.code, found.words["same answers"], found.words["wall time"]) == (1, "FAIL", "informative")
    assert "the same code, which is not deterministic, computes something else" in found.line("same answers")["detail"]
    assert "the runs of the contender contradict each other" in found.line("same answers")["detail"]


def test_other_answers_fail_on_other_machines_too(tmp_path: Path) -> None:
    ours = Session(1).write(tmp_path / "old")
    theirs = Session(2, context={"machine_fingerprint": "n" * 16}, answer=lambda _: "less").write(tmp_path / "new")
    assert compared(tmp_path, *sides(ours, theirs), "--allow-cross-machine").code == 1


def test_answers_that_nobody_wrote_down_are_not_taken_for_equal(tmp_path: Path) -> None:
    folders = [Session(seed, commit=commit).write(tmp_path / commit) for seed, commit in ((1, "a"), (2, "b"))]

    def forget(document: Document) -> None:
        for sample in document["results"]["samples"]:
            sample["answer"] = {}

    for folder in folders:
        changed(folder, forget)
    found = compared(tmp_path, *sides(*folders))
    assert (found.code, found.document["verdict"]) == (2, "could_not_judge")
    assert (found.words["same answers"], found.line("same answers")["result"]) == ("NOT JUDGED", "not known")


# --- cells that broke ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ours", "theirs", "word", "label"),
    [
        (OK, Status.TIMEOUT, "FAIL", "OK → TIMEOUT"),
        (OK, Status.MEMORY, "FAIL", "OK → MEMORY"),
        (Status.TIMEOUT, Status.TIMEOUT, "FAIL", "TIMEOUT → TIMEOUT"),
        (OK, Status.EXIT, "NOT JUDGED", "OK → EXIT 7"),
        (Status.TIMEOUT, OK, "PASS", "TIMEOUT → OK"),
        (Status.EXIT, OK, "INCONCLUSIVE", "EXIT 7 → OK"),
    ],
)
def test_a_cell_that_broke_is_listed_and_counts(
    tmp_path: Path, ours: Status, theirs: Status, word: str, label: str
) -> None:
    old = Session(1, faults={LARGE: ours}).write(tmp_path / "old")
    new = Session(2, commit="b", faults={LARGE: theirs}).write(tmp_path / "new")
    found = compared(tmp_path, *sides(old, new))
    line = found.line("cells measured on both sides")
    assert (line["word"], line["result"]) == (word, "3 of 4 cells")
    assert rows(found)["20,000 × 1 year × 1 shard"]["remark"] == label
    assert f"20,000 × 1 year × 1 shard | – | – | – | – | – | – | – | {label} |" in found.markdown
    assert "geometric mean over 3 cells" in found.line("wall time")["detail"]
    expected = {"FAIL": 1, "NOT JUDGED": 2, "PASS": 3, "INCONCLUSIVE": 3}  # wall time alone is inconclusive here
    assert found.code == expected[word]


def test_the_same_code_that_broke_once_is_no_alarm(tmp_path: Path) -> None:
    old = Session(1).write(tmp_path / "old")
    new = Session(2, faults={LARGE: Status.TIMEOUT}).write(tmp_path / "new")
    assert compared(tmp_path, *sides(old, new)).code == 3


def test_a_cell_without_a_single_run_is_listed(tmp_path: Path) -> None:
    """As after an interruption, when the plan knows more cells than the runs."""
    old, new = Session(1).write(tmp_path / "old"), Session(2, commit="b").write(tmp_path / "new")

    def interrupt(document: Document) -> None:
        results = document["results"]
        lost = ("20000", "1")
        kept = [s for s in results["samples"] if (str(s["run"]["employees"]), str(s["run"]["years"])) != lost]
        results["samples"] = kept
        for summary in results["cells"]:
            if (str(summary["cell"]["employees"]), str(summary["cell"]["years"])) == lost:
                summary["status"] = "NOT RUN"

    changed(new, interrupt)
    found = compared(tmp_path, *sides(old, new))
    assert (found.code, rows(found)["20,000 × 1 year × 1 shard"]["remark"]) == (2, "OK → NOT RUN")


def test_only_the_last_attempt_of_a_disturbed_run_counts(tmp_path: Path) -> None:
    old, new = Session(1).write(tmp_path / "old"), Session(2, commit="b").write(tmp_path / "new")
    before = compared(tmp_path, *sides(old, new)).line("wall time")["interval"]

    def disturb(document: Document) -> None:
        samples = document["results"]["samples"]
        first = {**samples[2], "attempt": 1, "measurement": {**samples[2]["measurement"], "wall_seconds": 900.0}}
        samples.insert(2, first)

    changed(new, disturb)
    assert compared(tmp_path, *sides(old, new)).line("wall time")["interval"] == before


def test_warm_ups_do_not_count(tmp_path: Path) -> None:
    old, new = Session(1).write(tmp_path / "old"), Session(2, commit="b").write(tmp_path / "new")
    before = compared(tmp_path, *sides(old, new)).line("wall time")["interval"]

    def slow_start(document: Document) -> None:
        warm_up = document["results"]["samples"][0]
        assert warm_up["run"]["block"] == 0
        warm_up["measurement"]["wall_seconds"] = 900.0

    changed(new, slow_start)
    assert compared(tmp_path, *sides(old, new)).line("wall time")["interval"] == before


# --- cells that one side lacks ------------------------------------------------------------------------------


def test_a_baseline_with_one_shard_stands_for_every_number_of_shards(tmp_path: Path) -> None:
    one = Session(1, matrix=BOTH).write(tmp_path / "one")
    found = compared(tmp_path, *sides(one, one))
    assert set(rows(found)) == {
        f"{employees:,} × {years} × {shards}"
        for employees in (5_000, 20_000)
        for years in ("1 year", "2 years")
        for shards in ("1 shard", "4 shards")
    }
    assert found.line("wall time")["detail"].startswith("geometric mean over 8 cells, 24 pairs; ")


def test_more_shards_of_one_mode_are_another_cell(tmp_path: Path) -> None:
    sharded = matrix_of(["optimized"], [5_000, 20_000], [1], [1, 4], exact_sizes=True)
    old = Session(1).write(tmp_path / "old")
    new = Session(2, commit="b", matrix=sharded).write(tmp_path / "new")
    found = compared(tmp_path, *sides(old, new))
    assert set(rows(found)) == {"5,000 × 1 year × 1 shard", "20,000 × 1 year × 1 shard"}
    assert "only in aaaaaaa, not compared: 5,000 × 2 years × 1 shard, 20,000 × 2 years × 1 shard" in found.markdown
    assert "only in bbbbbbb, not compared: 5,000 × 1 year × 4 shards, 20,000 × 1 year × 4 shards" in found.markdown


def test_pairs_are_of_one_block(tmp_path: Path) -> None:
    """Each block has a speed of its own, which pairs do not see."""
    one = Session(1, matrix=BOTH, noise=0.0001).write(tmp_path / "one")
    for mode in ("baseline", "optimized"):

        def slow_blocks(document: Document) -> None:
            for sample in document["results"]["samples"]:
                sample["measurement"]["wall_seconds"] *= (1, 1, 5, 25)[sample["run"]["block"]]

        changed(one, slow_blocks, mode)
    interval = compared(tmp_path, *sides(one, one)).line("wall time")["interval"]
    assert (round(interval["low"], 2), round(interval["high"], 2)) == (3.0, 3.0)


def test_cells_of_the_matrix_are_what_the_tests_take_them_for() -> None:
    assert (Cell("optimized", 5_000, 1, 1), Cell("optimized", 20_000, 1, 1)) == (SMALL, LARGE)
