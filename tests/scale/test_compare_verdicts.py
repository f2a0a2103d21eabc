"""Verdicts on sessions whose truth is known."""

from pathlib import Path

import pytest

from harness.scale.cells import matrix_of
from tests.scale.comparing import BASELINE, BOTH, LARGE, Document, Session, changed, compared, sides

MEMORY = "peak memory"
MANY = matrix_of(["optimized"], [1_000, 2_000, 5_000, 10_000, 20_000], [1, 2], [1], exact_sizes=True)


def quiet_machine(folder: Path) -> None:
    """Comparisons of one commit with itself, which tell that sessions of this machine hardly differ."""
    for seed in (31, 32, 33):
        Session(seed).write(folder / f"same {seed}")
    for ours, theirs in ((31, 32), (31, 33), (32, 33)):
        assert compared(folder, *sides(folder / f"same {ours}", folder / f"same {theirs}")).code == 0


def two_commits(folder: Path, factor: float, seed: int = 1) -> tuple[Path, Path]:
    return Session(seed).write(folder / f"old {seed}"), Session(seed + 1, factor, "b").write(folder / f"new {seed}")


# --- two states of the code, two sessions -------------------------------------------------------------------


def test_sessions_of_an_unknown_machine_decide_nothing_about_wall_time(tmp_path: Path) -> None:
    found = compared(tmp_path, *sides(*two_commits(tmp_path, 1.0)))
    assert found.code == 3
    assert found.words["wall time"] == "INCONCLUSIVE"
    assert found.words["CPU time"] == "PASS"
    assert "UNPAIRED" in found.document["headline"]
    assert "UNPAIRED: two sessions. Noise floor (log sd between two): 35.0% of wall time" in found.markdown
    assert "the default for a busy virtual machine" in found.markdown
    assert (
        "* compare three sessions of one commit in pairs: that measures the noise floor of this machine"
        in found.markdown
    )


def test_on_a_machine_that_is_known_to_be_quiet_equal_code_passes(tmp_path: Path) -> None:
    quiet_machine(tmp_path)
    found = compared(tmp_path, *sides(*two_commits(tmp_path, 1.0)))
    assert (found.code, found.words["wall time"]) == (0, "PASS")
    assert "measured here by 3 A/A comparisons" in found.markdown


def test_a_regression_is_confirmed_or_refuted_by_two_more_sessions(tmp_path: Path) -> None:
    quiet_machine(tmp_path)
    pair = two_commits(tmp_path, 1.2)
    found = compared(tmp_path, *sides(*pair))
    assert (found.code, found.words["wall time"], found.words["CPU time"]) == (3, "INCONCLUSIVE", "INCONCLUSIVE")
    for seed, factor, code, word in ((41, 1.2, 1, "FAIL"), (51, 1.0, 0, "PASS"), (61, 1.1, 3, "INCONCLUSIVE")):
        ours, theirs = two_commits(tmp_path, factor, seed)
        found = compared(tmp_path, *sides(*pair), "--confirm-baseline", ours, "--confirm-optimized", theirs)
        assert (found.code, found.words["wall time"]) == (code, word), factor
    assert "an independent comparison could not tell: 1.1" in found.line("wall time")["detail"]


def test_a_confirmation_that_computes_something_else_fails(tmp_path: Path) -> None:
    quiet_machine(tmp_path)
    pair = two_commits(tmp_path, 1.0)
    ours = Session(41).write(tmp_path / "old again")
    theirs = Session(42, commit="b", answer=lambda _: "less").write(tmp_path / "new again")
    found = compared(tmp_path, *sides(*pair), "--confirm-baseline", ours, "--confirm-optimized", theirs)
    assert (found.code, found.words["same answers"]) == (1, "PASS")
    assert found.words["confirmation: same answers"] == "FAIL"


@pytest.mark.parametrize(("factor", "code"), [(1.05, 0), (0.5, 0)])
def test_slower_within_the_limit_is_tolerated_and_faster_is_fine(tmp_path: Path, factor: float, code: int) -> None:
    quiet_machine(tmp_path)
    found = compared(tmp_path, *sides(*two_commits(tmp_path, factor)))
    assert found.code == code
    assert ("slower, but tolerated" in found.markdown) == (factor > 1)


def test_the_limit_comes_from_the_configuration(tmp_path: Path) -> None:
    quiet_machine(tmp_path)
    config = tmp_path / "scale.yaml"
    text = (Path(__file__).parents[2] / "config" / "scale.yaml").read_text()
    config.write_text(text.replace("regression: 1.10", "regression: 1.30"))
    assert compared(tmp_path, *sides(*two_commits(tmp_path, 1.2)), "--config", config).code == 0


def test_twice_the_memory_fails_and_what_the_brackets_leave_open_does_not_decide(tmp_path: Path) -> None:
    quiet_machine(tmp_path)
    old = Session(1).write(tmp_path / "old")
    for seed, memory, code, word in ((2, 2.0, 3, "INCONCLUSIVE"), (3, 1.12, 0, "informative")):
        new = Session(seed, commit="b", memory=memory).write(tmp_path / f"new {seed}")
        found = compared(tmp_path, *sides(old, new))
        assert (found.code, found.words[MEMORY]) == (code, word)
        assert ("more memory" in found.markdown) == (memory == 2.0)
    again = (Session(5).write(tmp_path / "old 5"), Session(6, commit="b", memory=2.0).write(tmp_path / "new 6"))
    pair = sides(old, tmp_path / "new 2")
    found = compared(tmp_path, *pair, "--confirm-baseline", again[0], "--confirm-optimized", again[1])
    assert (found.code, found.words[MEMORY], found.words["wall time"]) == (1, "FAIL", "PASS")


# --- one session --------------------------------------------------------------------------------------------


def test_a_mode_that_takes_more_cpu_time_fails_although_it_is_fast_enough(tmp_path: Path) -> None:
    """Half the wall time at three times the CPU time is a regression that needs a confirmation."""
    one = Session(1, matrix=BOTH).write(tmp_path / "one")

    def burn(document: Document) -> None:
        for sample in document["results"]["samples"]:
            sample["measurement"]["cpu_seconds"] *= 5

    changed(one, burn)
    found = compared(tmp_path, *sides(one, one))
    assert (found.code, found.line("wall time")["word"], found.words["CPU time"]) == (3, "PASS", "INCONCLUSIVE")
    assert compared(tmp_path, *sides(one, one), "--gate", "speed-up").code == 0


def test_gates_that_are_named_decide(tmp_path: Path) -> None:
    one = Session(1, 2.0, matrix=BOTH, slow=dict.fromkeys(BASELINE, 0.5)).write(tmp_path / "one")
    gates = ("regression", "speed-up", "both")
    codes = {gate: compared(tmp_path, *sides(one, one), "--gate", gate).code for gate in gates}
    assert codes == {"regression": 0, "speed-up": 1, "both": 1}


def test_a_cell_that_is_not_fast_enough_is_named_although_the_mean_is(tmp_path: Path) -> None:
    one = Session(1, matrix=BOTH, slow={LARGE: 2.0}).write(tmp_path / "one")
    found = compared(tmp_path, *sides(one, one))
    assert found.code == 0
    assert "least in 20,000 × 1 year × 1 shard: 1.5" in found.line("wall time")["detail"]
    assert "significantly below 2 × in 20,000 × 1 year × 1 shard" in found.line("wall time")["detail"]
    remarks = {cell["row"]["cell"]: cell["row"]["remark"] for cell in found.document["results"]["comparison"]["cells"]}
    assert [cell for cell, remark in remarks.items() if remark != "–"] == ["20,000 × 1 year × 1 shard"]
    assert remarks["20,000 × 1 year × 1 shard"] == "not fast enough"


def test_what_is_too_close_to_the_limit_is_told_how_many_runs_it_takes(tmp_path: Path) -> None:
    slow = dict.fromkeys(BASELINE, 2 / 3 * 1.1)
    one = Session(1, noise=0.15, matrix=BOTH, slow=slow).write(tmp_path / "one")
    found = compared(tmp_path, *sides(one, one))
    assert (found.code, found.line("wall time")["word"]) == (3, "INCONCLUSIVE")
    assert "about " in found.line("wall time")["next_step"]
    assert "more iterations of both, " in found.line("wall time")["next_step"]


def test_one_run_of_each_cell_decides_nothing(tmp_path: Path) -> None:
    one = Session(1, matrix=BOTH, iterations=1).write(tmp_path / "one")
    found = compared(tmp_path, *sides(one, one))
    assert (found.code, found.line("wall time")["word"]) == (3, "INCONCLUSIVE")
    assert found.line("wall time")["next_step"] == "run more iterations: nothing was repeated"


def test_one_slow_cell_among_many_is_flagged_while_the_mean_passes(tmp_path: Path) -> None:
    quiet_machine(tmp_path)
    ours = Session(1, matrix=MANY).write(tmp_path / "old")
    theirs = Session(2, 1.0, "b", matrix=MANY, slow={LARGE: 1.4}).write(tmp_path / "new")
    found = compared(tmp_path, *sides(ours, theirs))
    assert (found.code, found.words["wall time"]) == (0, "PASS")
    flagged = [cell["row"] for cell in found.document["results"]["comparison"]["cells"] if cell["row"]["remark"] != "–"]
    assert [(row["cell"], row["remark"]) for row in flagged] == [("20,000 × 1 year × 1 shard", "slower, more CPU time")]
    assert "significantly slower in 20,000 × 1 year × 1 shard" in found.line("wall time")["detail"]


# --- the same code twice ------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(100, 160, 10))
def test_the_same_code_never_raises_an_alarm(tmp_path: Path, seed: int) -> None:
    """Not with a fifth of noise on each run, and not if the machine was a third slower in one of the sessions."""
    ours = Session(seed, noise=0.2).write(tmp_path / "one")
    theirs = Session(seed + 1, 1.3, noise=0.2).write(tmp_path / "two")
    found = compared(tmp_path, *sides(ours, theirs))
    assert found.code == 0
    assert {found.words[name] for name in ("wall time", "CPU time", MEMORY)} == {"informative"}
    assert "COMPARISON PASSED: A/A, the same code twice: " in found.stdout


def test_uncommitted_changes_are_another_code(tmp_path: Path) -> None:
    for name, dirty in (("changed", True), ("unknown", None)):
        ours = Session(1).write(tmp_path / "old")
        theirs = Session(2, 1.3, context={"dirty": dirty}).write(tmp_path / name)
        found = compared(tmp_path, *sides(ours, theirs))
        assert (found.code, found.words["CPU time"]) == (3, "INCONCLUSIVE")
    assert not (tmp_path / "noise_floor.json").exists()


def test_other_locked_versions_are_another_code(tmp_path: Path) -> None:
    ours = Session(1).write(tmp_path / "old")
    theirs = Session(2, 1.3, context={"lock_sha256": "k" * 64}).write(tmp_path / "new")
    found = compared(tmp_path, *sides(ours, theirs))
    assert found.words["CPU time"] == "INCONCLUSIVE"
    assert "other versions in requirements.lock" in found.markdown
