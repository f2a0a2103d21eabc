"""Lasting degradation: what no single comparison shows."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from harness.scale.comparing.history import CellCosts, Costs, Entry, History
from harness.scale.comparing.trend import Trend, trends
from harness.scale.costs import Measure
from tests.scale.comparing import BOTH, Compared, Session, compared, sides


def entry(number: int, seconds: float, machine: str = "m", workload: str = "w", cell: int = 1_000) -> Entry:
    """A result of one mode and one cell."""
    costs = {"wall_seconds": seconds, "cpu_seconds": 10.0, "memory_bytes": None}
    return Entry(
        session=f"s{number}",
        time="2026-11-26T01:00:00+00:00",
        commit=f"{number:07d}and more",
        tree=None,
        dirty=False,
        machine=machine,
        workload=workload,
        modes={"optimized": Costs(**costs)},
        cells=[CellCosts(mode="optimized", employees=cell, years=1, shards=1, **costs)],
    )


def wall(seconds: Sequence[float], **others: object) -> Trend:
    """The trend of the wall time after these results."""
    entries = tuple(entry(number, value) for number, value in enumerate(seconds))
    found = trends(History(Path("h"), entries, appended=True))
    return next(trend for trend in found if trend.measure is Measure.WALL)


def test_three_results_in_a_row_above_the_ten_before_are_a_lasting_degradation() -> None:
    trend = wall([10.0] * 10 + [11.2, 11.3, 11.1])
    assert trend.lasting
    assert trend.sentence == (
        "LASTING DEGRADATION: wall time of optimized, 11.1 s: each of the last 3 results is out of the ordinary "
        "since 0000010"
    )


@pytest.mark.parametrize(
    ("last", "words"),
    [
        ([10.0, 10.0, 12.0], "out of the ordinary, which is above 11.0 s; 3 in a row would be an alert"),
        ([12.0, 12.0, 10.0], "as usual, below 11.0 s, among 13 results"),
        ([5.0, 5.0, 5.0], "as usual, below 11.0 s, among 13 results"),
    ],
)
def test_one_slow_result_is_no_alert(last: list[float], words: str) -> None:
    trend = wall([10.0] * 10 + last)
    assert not trend.lasting
    assert trend.sentence.endswith(words)


def test_a_short_history_says_so() -> None:
    assert wall([10.0, 20.0]).sentence == "wall time of optimized, 20.0 s: 1 earlier result, and a judgement needs 10"


def test_the_commit_with_which_it_began_is_named_some_results_later() -> None:
    assert wall([10.0] * 12 + [12.0] * 5).since == "0000012"


@pytest.mark.parametrize("other", [{"machine": "n"}, {"workload": "v"}, {"cell": 2_000}])
def test_only_results_of_the_same_machine_workload_and_cells_are_one_series(other: dict[str, str]) -> None:
    entries = [entry(number, 10.0) for number in range(10)]
    entries += [entry(number, 20.0, **other) for number in range(10, 13)]  # type: ignore[arg-type]
    entries += [entry(number, 10.0) for number in range(13, 16)]
    history = History(Path("h"), tuple(entries), appended=True)
    trend = next(trend for trend in trends(history) if trend.measure is Measure.WALL)
    assert trend.values == (10.0,) * 13
    others = trends(replace(history, entries=tuple(entries[:13])))
    assert next(trend for trend in others if trend.measure is Measure.WALL).values == (20.0,) * 3


def test_what_is_not_known_has_no_trend() -> None:
    history = History(Path("h"), (entry(1, 10.0),), appended=True)
    assert [trend.measure for trend in trends(history)] == [Measure.WALL, Measure.CPU]


def night(folder: Path, number: int, factor: float, **context: object) -> Compared:
    """What CI does: a session of both modes is compared and joins the history."""
    one = Session(number, factor, f"{number:x}"[-1], matrix=BOTH, context=context).write(folder / f"night {number}")
    return compared(folder, *sides(one, one), "--history", folder / "history.jsonl")


def test_an_alert_is_in_the_headline_and_calls_for_something_although_the_comparison_passes(tmp_path: Path) -> None:
    for number in range(1, 13):
        found = night(tmp_path, number, 1.3 if number > 10 else 1.0)
        assert (found.code, found.document["results"]["next_steps"]) == (0, ["Nothing: every limit holds."])
        assert "DEGRADATION" not in found.document["headline"]
    found = night(tmp_path, 13, 1.3)
    assert (found.code, found.document["verdict"]) == (0, "pass")
    assert found.document["headline"].startswith(
        "COMPARISON PASSED, with LASTING DEGRADATION of wall time of baseline, CPU time of baseline, "
        "wall time of optimized and 1 more: optimized against baseline, paired in one session: "
    )
    names = [f"{measure} of {mode}" for mode in ("baseline", "optimized") for measure in ("wall time", "CPU time")]
    steps = [f"{name}: find out what made it grow; it began with bbbbbbb" for name in names]
    assert found.document["results"]["next_steps"] == steps
    assert all(f"next: {step}" in found.stdout for step in steps)
    assert "Nothing" not in found.stdout + found.markdown


def machine(**changes: object) -> dict[str, object]:
    """The context of a machine, whose fingerprint knows everything of it."""
    known: dict[str, object] = {"system": "Linux", "release": "6.8.0-1040", "architecture": "x86_64"}
    known |= {"processor": "EPYC", "processors": 16, "memory_bytes": 67_400_000_000} | changes
    return {"machine": known, "machine_fingerprint": repr(sorted(known.items()))}


def test_an_update_of_the_kernel_hides_no_degradation(tmp_path: Path) -> None:
    """Ten nights, then it takes half as long again; the kernel is another one from the third and the twelfth night."""
    for number in range(1, 14):
        release, memory = (
            (2, 67_400_000_000) if number < 3 else (3, 67_398_123_520) if number < 12 else (4, 67_390_000_000)
        )
        updated = machine(release=f"6.8.0-104{release}", memory_bytes=memory)
        found = night(tmp_path, number, 1.5 if number > 10 else 1.0, **updated)
        assert "begins anew" not in found.stdout
        assert bool(found.document["results"]["alerts"]) == (number == 13)
    assert (
        json.loads((tmp_path / "history.jsonl").read_text().splitlines()[0])["hardware"] == "16 × EPYC, x86_64, 67 GB"
    )


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"processor": "Xeon"}, "16 × EPYC, x86_64, 67 GB and is 16 × Xeon, x86_64, 67 GB"),
        ({"processors": 8}, "16 × EPYC, x86_64, 67 GB and is 8 × EPYC, x86_64, 67 GB"),
        ({"memory_bytes": 33_700_000_000}, "16 × EPYC, x86_64, 67 GB and is 16 × EPYC, x86_64, 34 GB"),
    ],
)
def test_another_machine_begins_a_new_series_and_says_so(tmp_path: Path, change: dict[str, object], told: str) -> None:
    for number in (1, 2):
        night(tmp_path, number, 1.0, **machine())
    found = night(tmp_path, 3, 1.0, **machine(**change))
    note = f"the history of optimized begins anew: the machine was {told}; left out: 2 earlier results"
    assert note in found.stdout
    assert note in found.markdown.replace("\\", "")
    assert "0 earlier results, and a judgement needs 10" in found.markdown


def test_lines_of_before_count_for_the_machine_that_they_name(tmp_path: Path) -> None:
    """Version 1.0 knew only the fingerprint; where a later line tells what it stands for, the series goes on."""
    path = tmp_path / "history.jsonl"
    for number in (1, 2, 3):
        night(tmp_path, number, 1.0, **machine())
    old = [json.loads(line) for line in path.read_text().splitlines()]
    for line in old:
        line["schema_version"] = "1.0"
        del line["hardware"]
    old[0]["machine"] = "of which nothing is known"
    path.write_text("".join(f"{json.dumps(line)}\n" for line in old))
    night(tmp_path, 4, 1.0, **machine())
    found = night(tmp_path, 5, 1.0, **machine(release="6.8.0-1041"))
    assert {len(trend["values"]) for trend in found.document["results"]["trends"]} == {4}
    assert "begins anew: the machine was of which nothing is known and is 16 × EPYC" in found.stdout


def test_a_slow_drift_that_every_comparison_tolerates_is_an_alert(tmp_path: Path) -> None:
    """Four commits of 4 % each: none fails against the one before, and together they are more than a tenth."""
    history = tmp_path / "history.jsonl"
    factors = [1.0] * 9 + [1.04, 1.08, 1.12, 1.16, 1.16]
    last = Session(100).write(tmp_path / "s100")
    for seed, factor in enumerate(factors, start=1):
        new = Session(seed, factor, commit="0123456789abcdef"[seed]).write(tmp_path / f"s{seed}")
        found = compared(tmp_path, *sides(last, new), "--history", history)
        assert found.code in (0, 3)
        assert "suspected" not in found.stdout
        alerts = found.document["results"]["alerts"]
        assert bool(alerts) == (seed == len(factors))
        last = new
    assert [alert.partition(", ")[0] for alert in alerts] == [
        "LASTING DEGRADATION: wall time of optimized",
        "LASTING DEGRADATION: CPU time of optimized",
    ]
    assert "since ccccccc" in found.stdout
    verdicts, _, _ = found.markdown.partition("## Cells")
    assert "**LASTING DEGRADATION: wall time of optimized, " in verdicts
