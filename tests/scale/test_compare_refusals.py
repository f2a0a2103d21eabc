"""What cannot be compared: other machines, other workloads, one and the same result, and files that are no results."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.scale.cells import matrix_of
from harness.scale.result_file import ResultFileError, read_results
from tests.scale.comparing import BOTH, Document, Session, changed, compared, result_file, sides

OTHER_MACHINE = {
    "machine": {"system": "Linux", "processors": 2, "processor": "another", "memory_bytes": 25_000_000_000},
    "machine_fingerprint": "n" * 16,
}


def refusal(folder: Path, *arguments: str | Path) -> str:
    """The one line that says why there is no verdict."""
    found = compared(folder, *arguments)
    assert (found.code, found.stdout, found.document["verdict"]) == (2, "", "could_not_judge")
    assert found.stderr == f"compare: {found.document['problem']}\n"
    assert found.stderr.count("\n") == 1
    assert found.document["problem"] in found.markdown.replace("\\", "")
    return found.stderr.removeprefix("compare: ").removesuffix("\n")


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A result to compare others with."""
    return Session(1).write(tmp_path / "old")


@pytest.fixture
def new(tmp_path: Path) -> Path:
    """A result of another commit."""
    return Session(2, commit="b").write(tmp_path / "new")


# --- incomparable -------------------------------------------------------------------------------------------


def test_different_machines_are_refused_by_name(tmp_path: Path, old: Path) -> None:
    new = Session(2, commit="b", context=OTHER_MACHINE).write(tmp_path / "new")
    told = refusal(tmp_path, *sides(old, new))
    assert told.startswith("measured on different machines: processor a processor and another; ")
    assert "--allow-cross-machine" in told


def test_different_machines_may_be_looked_at_without_a_verdict(tmp_path: Path, old: Path) -> None:
    new = Session(2, 1.5, "b", context=OTHER_MACHINE).write(tmp_path / "new")
    found = compared(tmp_path, *sides(old, new), "--allow-cross-machine")
    assert (found.code, found.document["verdict"]) == (3, "inconclusive")
    ratios = {found.words[name] for name in ("wall time", "CPU time", "peak memory")}
    assert ratios == {"informative"}
    assert "processor a processor and another" in found.markdown
    assert "measure both on one machine" in found.stdout


def test_the_same_code_on_two_machines_says_nothing_of_the_noise_of_either(tmp_path: Path, old: Path) -> None:
    again = Session(2, context=OTHER_MACHINE).write(tmp_path / "again")
    assert compared(tmp_path, *sides(old, again), "--allow-cross-machine").code == 3
    assert not (tmp_path / "noise_floor.json").exists()


@pytest.mark.parametrize(
    ("key", "content"), [("seed", 43), ("start_year", 2026), ("threads", 4), ("target", "another")]
)
def test_different_workloads_are_refused_always(
    tmp_path: Path, old: Path, new: Path, key: str, content: object
) -> None:
    changed(new, lambda document: document["subject"].update({key: content}))
    told = refusal(tmp_path, *sides(old, new), "--allow-cross-machine")
    assert told.startswith(f"different workloads: {key} ")
    assert f"and {content}" in told


def test_budgets_are_no_part_of_the_workload(tmp_path: Path, old: Path, new: Path) -> None:
    changed(new, lambda document: document["budgets"].update(speed_up=3.0))
    assert compared(tmp_path, *sides(old, new)).code == 3


def test_results_without_a_cell_in_common_are_refused(tmp_path: Path, old: Path) -> None:
    matrix = matrix_of(["optimized"], [50_000], [1], [1], exact_sizes=True)
    new = Session(2, commit="b", matrix=matrix).write(tmp_path / "new")
    told = refusal(tmp_path, *sides(old, new))
    assert told.startswith("no cell in common: ")
    assert "has 50,000 × 1 year × 1 shard" in told


def test_a_result_is_not_compared_with_itself(tmp_path: Path, old: Path) -> None:
    copy = Session(1).write(tmp_path / "copy")
    for other in (old, copy):
        assert "are one result: mode 'optimized' of one session" in refusal(tmp_path, *sides(old, other))
    assert not (tmp_path / "noise_floor.json").exists()


def test_a_confirmation_must_be_independent_and_of_the_same(tmp_path: Path, old: Path, new: Path) -> None:
    again = Session(3).write(tmp_path / "again")
    other = Session(4, commit="c").write(tmp_path / "other")
    pair = sides(old, new)
    told = refusal(tmp_path, *pair, "--confirm-baseline", again, "--confirm-optimized", new)
    assert told.startswith("no independent confirmation: both comparisons use session 20261126T000000Z-2; ")
    told = refusal(tmp_path, *pair, "--confirm-baseline", again, "--confirm-optimized", other)
    assert told.endswith(": another tree")
    with pytest.raises(SystemExit) as ended:
        compared(tmp_path, *pair, "--confirm-baseline", again)
    assert ended.value.code == 2


def test_a_folder_with_several_modes_needs_one_to_be_named(tmp_path: Path, old: Path) -> None:
    both = Session(2, commit="b", matrix=BOTH).write(tmp_path / "both")
    told = refusal(tmp_path, *sides(old, both))
    assert told == (
        f"{both} holds results of several modes (baseline, optimized); "
        "say which with --baseline-mode or --optimized-mode"
    )
    found = compared(tmp_path, *sides(old, both), "--optimized-mode", "optimized")
    assert found.document["results"]["comparison"]["contender"]["mode"] == "optimized"
    told = refusal(tmp_path, *sides(old, both), "--optimized-mode", "polars")
    assert told == f"{both} holds no results of mode 'polars'; it has: baseline, optimized"


# --- files that cannot be used ------------------------------------------------------------------------------


def _edited(change: Callable[[Document], object]) -> Callable[[Path], object]:
    def edit(path: Path) -> None:
        document = json.loads(path.read_text())
        change(document)
        path.write_text(json.dumps(document))

    return edit


def _sample(**content: object) -> Callable[[Path], object]:
    return _edited(lambda document: document["results"]["samples"][-1].update(content))


def _number(name: str, text: str) -> Callable[[Path], object]:
    """Another number where the last run has this one."""

    def edit(path: Path) -> None:
        before, found, after = path.read_text().rpartition(f'"{name}": ')
        path.write_text(before + found + re.sub(r"^[\d.]+", text, after))

    return edit


DAMAGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "empty": (lambda path: path.write_text(""), "it is empty"),
    "cut off": (lambda path: path.write_text(path.read_text()[:2_000]), "it is damaged or cut off ("),
    "no text": (lambda path: path.write_bytes(b"\xff\xfe\x00"), "it is damaged or cut off ("),
    "too deep": (lambda path: path.write_text("[" * 100_000), "it is damaged or cut off ("),
    "no number": (lambda path: path.write_text('{"schema_version": NaN}'), "NaN is no number"),
    "a list": (lambda path: path.write_text("[1]"), "it holds no JSON object"),
    "no version": (_edited(lambda document: document.pop("schema_version")), "has no schema_version such as 1.0"),
    "a number": (_edited(lambda document: document.update(schema_version=1)), "has no schema_version such as 1.0"),
    "newer": (
        _edited(lambda document: document.update(schema_version="2.0")),
        "is newer than this program, which reads 1",
    ),
    "older": (_edited(lambda document: document.update(schema_version="0.9")), "is older than this program"),
    "another kind": (_edited(lambda document: document.update(kind="parity")), "its kind is 'parity'"),
    "no context": (_edited(lambda document: document.pop("context")), "is damaged: context: Field required"),
    "another mode": (_edited(lambda document: document.update(mode="polars")), "named after the mode 'optimized'"),
    "no run": (_sample(run=None), "is damaged: results.samples: "),
    "a new status": (_sample(status="VANISHED"), "is damaged: results.samples: "),
    "endless": (_number("wall_seconds", "1e999"), "it is damaged or cut off (1e999 is too large a number)"),
    "beyond a float": (_number("wall_seconds", "9" * 400), "is too large a number)"),
    "no time": (_number("wall_seconds", "-3"), "ended well and took no time"),
    "less than no CPU time": (
        _edited(lambda document: document["results"]["samples"][-1]["measurement"].update(cpu_seconds=-0.5)),
        ": cpu_seconds cannot be -0.5",
    ),
    "less than no memory": (_number("lower", "-1"), ": memory.lower cannot be -1"),
    "no measurement": (_sample(measurement=None), "ended well and took no time"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_result_is_refused_in_one_line(tmp_path: Path, old: Path, new: Path, damage: str) -> None:
    path = result_file(new)
    break_it, words = DAMAGE[damage]
    break_it(path)
    told = refusal(tmp_path, *sides(old, new))
    assert words in told
    assert str(path) in told


def test_a_newer_version_is_refused_by_name(new: Path) -> None:
    path = result_file(new)
    changed(new, lambda document: document.update(schema_version="2.0"))
    with pytest.raises(ResultFileError) as refused:
        read_results(new)
    assert str(refused.value) == f"schema_version 2.0 of {path} is newer than this program, which reads 1"


def test_what_a_later_minor_version_adds_is_ignored(tmp_path: Path, old: Path, new: Path) -> None:
    def grow(document: Document) -> None:
        document["schema_version"] = "1.7"
        for part in (document, document["context"], document["session"], document["results"]["samples"][0]):
            part["added later"] = {"a": [1]}

    before = compared(tmp_path, *sides(old, new)).document["results"]["comparison"]["lines"]
    changed(new, grow)
    assert compared(tmp_path, *sides(old, new)).document["results"]["comparison"]["lines"] == before


def test_a_folder_without_results_is_refused(tmp_path: Path, old: Path) -> None:
    (tmp_path / "empty").mkdir()
    told = refusal(tmp_path, *sides(old, tmp_path / "empty"))
    assert told == f"{tmp_path / 'empty'} holds no scale_results_<mode>.json; scale_testing_framework.py writes them"
    assert refusal(tmp_path, *sides(result_file(old), old)) == f"there is no folder {result_file(old)}"


def test_an_output_that_cannot_be_written_is_refused_before_anything_else(
    tmp_path: Path, old: Path, new: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from compare_scale_results import main

    (tmp_path / "taken").mkdir()
    assert main([*map(str, sides(old, new)), "--output", str(tmp_path / "taken")]) == 2
    assert capsys.readouterr().err == (
        f"compare: cannot write {tmp_path / 'taken'}: Is a directory; name another file\n"
    )


def test_two_outputs_cannot_be_one_file(tmp_path: Path, old: Path, new: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        compared(tmp_path, *sides(old, new), "--history", tmp_path / "report.json")
    assert ended.value.code == 2
    with pytest.raises(SystemExit) as ended:
        compared(tmp_path, *sides(old, new), "--csv", tmp_path / "history.csv")
    assert ended.value.code == 2
