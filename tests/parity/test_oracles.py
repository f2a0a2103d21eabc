"""Every oracle holds for a simulator that is right, and names what is wrong with one that is not."""

from dataclasses import replace
from pathlib import Path

import pytest

from harness.errors import TargetError, UsageError
from harness.parity.oracle_result import OracleResult
from harness.parity.oracles.judging import KINDS
from harness.parity.reports.headline import oracles_finding, oracles_headline
from harness.parity.results import Finding
from harness.processors import available_processors
from tests.parity.oracles_judging import TARGET, WORKLOAD, judge, only, runs_left


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, OracleResult], Path]:
    """All oracles on the simulator without a fault."""
    directory = tmp_path_factory.mktemp("right")
    return judge(directory), directory


def test_all_oracles_hold_for_a_simulator_that_is_right(right: tuple[dict[str, OracleResult], Path]) -> None:
    results, _ = right
    assert list(results) == [
        "repeat.plain",
        "threads.plain",
        "shards.split",
        "shuffled_census.plain",
        "horizon_prefix.plain",
        "identities.plain",
        "identities.split",
        "seed_sensitivity.plain",
        "knobs.plain",
    ]
    assert {result.status for result in results.values()} == {"passed"}
    assert oracles_finding(tuple(results.values())) is Finding.ORACLES_HOLD
    assert {name.partition(".")[0] for name in results} == set(KINDS)


def test_a_result_tells_what_was_run_and_what_was_not_exercised(right: tuple[dict[str, OracleResult], Path]) -> None:
    results, _ = right
    assert results["repeat.plain"].runs == ("plain", "plain_again")
    assert results["repeat.plain"].reason is not None
    assert results["repeat.plain"].reason.startswith(
        "too few rows to show whether the order of parallel work matters (1"
    )
    assert results["repeat.plain"].detail.endswith(" rows in 2 relations, EQUAL exact")
    assert results["shards.split"].runs == ("split", "split_shards_1")
    assert results["horizon_prefix.plain"].runs == ("plain", "plain_years_1")
    told = "plain, 2 years cut at 2025 = plain, 1 year: 120 rows in 2 relations"
    assert results["horizon_prefix.plain"].detail.startswith(told)
    assert results["seed_sensitivity.plain"].reason == "birthday (not seeded: it comes every year)"
    assert "raise " in results["seed_sensitivity.plain"].detail
    assert results["knobs.plain"].reason == "not tried: unused (the simulator does not read it)"
    assert results["knobs.plain"].detail.startswith("2 parameters changed the result, leave the fewest rows, ")


def test_equal_runs_are_made_once_and_their_results_dropped(right: tuple[dict[str, OracleResult], Path]) -> None:
    _, directory = right
    left = runs_left(directory)
    assert left.pop("census") == ["census.csv", "run.json", "run.log"]
    assert left.pop("shuffled_census") == ["census.csv"]
    assert left.pop("configurations") == ["0", "leave", "raise"]
    names = ["", "_again", "_configuration_copied", "_knob_leave", "_knob_raise", "_seed_43", "_shuffled"]
    # The run with one thread is also the one that the seeds and the knobs start from.
    made = [f"plain{name}" for name in (*names, "_single_again", "_threads_1", "_years_1")]
    assert left == {name: ["run.log"] for name in (*made, "split", "split_shards_1")}


@pytest.mark.parametrize(
    ("name", "fault", "told"),
    [
        ("repeat", "random", "plain ≠ plain_again in events: 2 rows changed (amount 2×), first in 2025"),
        ("threads", "threads", "plain ≠ plain_threads_1 in events: "),
        ("shards", "shards", "split ≠ split_shards_1 in events: "),
        ("shuffled_census", "order", "plain ≠ plain_shuffled in events: "),
        (
            "horizon_prefix",
            "horizon",
            "plain, 2 years cut at 2025 ≠ plain, 1 year in events: 1 row changed (amount 1×)",
        ),
        ("seed_sensitivity", "forgets the seed", "the same under the seeds 42 and 43: leave"),
    ],
)
def test_a_fault_breaks_its_oracle(name: str, fault: str, told: str, tmp_path: Path) -> None:
    result = only(tmp_path, name, fault)
    assert (result.status, oracles_finding((result,))) == ("failed", Finding.ORACLE_BROKEN)
    assert told in result.detail


def test_a_difference_is_told_with_its_first_key(tmp_path: Path) -> None:
    result = only(tmp_path, "threads", "threads")
    # 50 of the configuration, 13 drawn, and as many as there are threads
    assert "for example year=2025, employee_id=7, kind=raise (amount: 65 → 64), in states: " in result.detail
    left = runs_left(tmp_path)
    assert left["plain"] == left["plain_threads_1"] == ["plain.duckdb", "run.json", "run.log"]  # to look into


def test_a_broken_identity_is_told_with_its_first_row(tmp_path: Path) -> None:
    results = judge(tmp_path, "identities", fault="identity")
    plain = results["identities.plain"]
    assert {result.status for result in results.values()} == {"failed"}
    assert plain.detail.startswith("raises_add_up (the salary is that of the census and all raises): ")
    assert "the first: employee_id=3, salary=" in plain.detail
    assert "nobody_leaves_twice" not in plain.detail


# --- what cannot be judged ------------------------------------------------------------------------------------


def test_a_crash_is_an_error_of_every_oracle_that_needs_the_run(tmp_path: Path) -> None:
    results = judge(tmp_path, "repeat", "threads", "identities", fault="crash")
    assert {result.status for result in results.values()} == {"error"}
    assert "failed with exit code 3" in results["repeat.plain"].detail
    assert "the engine fell over" in results["repeat.plain"].detail
    assert oracles_finding(tuple(results.values())) is Finding.ERROR
    assert results["threads.plain"].runs == ("plain",)


def test_a_crash_of_a_variation_is_an_error(tmp_path: Path) -> None:
    result = only(tmp_path, "threads", "crash with 1 threads")
    assert result.status == "error"
    assert result.detail.startswith("plain_threads_1: failed with exit code 3")
    line = "ORACLES NOT JUDGED: tiny: threads.plain: plain_threads_1: failed with exit code 3"
    assert oracles_headline("tiny", (result,)) == line


def test_a_broken_oracle_decides_over_one_in_error(tmp_path: Path) -> None:
    def result(status: str) -> OracleResult:
        return OracleResult(name="", title="", status=status, detail="")  # type: ignore[arg-type]

    passed, failed, error, silent = map(result, ("passed", "failed", "error", "not exercised"))
    assert oracles_finding((passed, failed, error)) is Finding.ORACLE_BROKEN
    assert oracles_finding((passed, error, silent)) is Finding.ERROR
    assert oracles_finding((passed, silent)) is Finding.ORACLES_HOLD
    assert oracles_finding((silent,)) is oracles_finding(()) is Finding.NO_EVIDENCE
    assert oracles_finding((silent,)).exit_code == 2


@pytest.mark.parametrize("name", ["repeat", "identities", "knobs"])
def test_a_mode_that_did_not_run_is_an_error(name: str, tmp_path: Path) -> None:
    results = judge(tmp_path, name, fault="ignored mode")
    assert {result.status for result in results.values()} == {"error"}
    assert all("not witnessed" in result.detail for result in results.values())


def test_a_query_that_fails_is_an_error(tmp_path: Path) -> None:
    wrong = ("SELECT employee_id FROM events WHERE kind", "SELECT nobody FROM events WHERE kind")
    results = judge(tmp_path, "identities", changes=[wrong])
    assert results["identities.plain"].status == "error"
    assert results["identities.plain"].detail.startswith("nobody_leaves_twice: ")


def test_without_all_event_types_identities_are_no_evidence(tmp_path: Path) -> None:
    more = ("required: [raise, leave, birthday]", "required: [raise, leave, birthday, transfer]")
    results = judge(tmp_path, "identities", "horizon_prefix", changes=[more])
    assert results["identities.plain"].status == "error"
    assert "transfer occur on neither side" in results["identities.plain"].detail
    assert results["horizon_prefix.plain"].status == "passed"  # in fewer years fewer things happen


# --- what is not exercised ------------------------------------------------------------------------------------


def test_what_the_target_does_not_list_is_not_exercised(tmp_path: Path) -> None:
    result = only(tmp_path, "shards", "", ("  shards: {modes: [split], values: [1, 4]}\n", ""))
    assert (result.status, result.reason, result.runs) == ("not exercised", "not in the target", ())
    assert not runs_left(tmp_path)  # not even a census


@pytest.mark.parametrize(
    ("name", "old", "new", "reason"),
    [
        ("threads", "values: [1, 2]", "values: [2]", "threads are never other than in the run itself"),
        (
            "seed_sensitivity",
            "    not_seeded: {birthday: it comes every year}",
            "    not_seeded: {birthday: it is, raise: it is, leave: it is}",
            "no relation declares an event type that is seeded",
        ),
        (
            "horizon_prefix",
            "{modes: [plain]}\n  identities",
            "{modes: [plain], years: [2]}\n  identities",
            "none of the listed horizons",
        ),
        ("shuffled_census", "", "", "the order of the 1 rows of the census cannot be changed"),
    ],
)
def test_what_cannot_be_seen_is_not_exercised(name: str, old: str, new: str, reason: str, tmp_path: Path) -> None:
    workload = WORKLOAD if old else replace(WORKLOAD, employees=1)
    results = judge(tmp_path, name, changes=[(old, new)] if old else [], workload=workload)
    (result,) = results.values()
    assert result.status == "not exercised"
    assert reason in (result.reason or "")


def test_more_threads_than_processors_is_told(tmp_path: Path) -> None:
    processors = available_processors()
    result = only(tmp_path, "threads", "", ("values: [1, 2]", f"values: [{processors + 1}]"))
    assert result.status == "passed"
    assert (result.reason or "").startswith(f"{processors + 1} threads took turns on {processors} CPU")


def test_results_are_kept_on_demand(tmp_path: Path) -> None:
    judge(tmp_path, "repeat", keep=True)
    assert runs_left(tmp_path)["plain_again"] == ["plain.duckdb", "run.json", "run.log"]


# --- what is refused before anything runs ---------------------------------------------------------------------


def test_an_unknown_oracle_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="unknown oracle 'repeats'; choose repeat, threads"):
        judge(tmp_path, "repeats")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "repeat: {modes: [plain]}",
            "repeat: {modes: [plane]}",
            "repeat: mode unknown: 'plane'; available: plain, split",
        ),
        ("{modes: [split], values: [1, 4]}", "{modes: [plain], values: [1]}", "'plain' is not sharded"),
        ("{birthday: it", "{birthdays: it", "'birthdays'; available: raise, leave, birthday"),
        ("expect: leave", "expect: hire", "'hire'; available: events, states, raise, leave, birthday"),
        ("key: leave.percent", "key: leave.share", r"main.yaml: leave: unknown key 'share'; valid keys: percent"),
        ("key: raise.2025", "key: raise.2024", "unknown key '2024'; valid keys: 2025"),
        ("key: raise.2025", "key: rise.2025", "unknown key 'rise'; valid keys: raise, unused"),
        ("value: 60", "value: 50", "value: raise.2025 of rates/pay.yaml is 50 already"),
        ("file: rates/pay.yaml", "file: pay.yaml", "pay.yaml cannot be read"),
        ('      - --config\n      - "{config}"\n', "", "oracles.knobs: 'plain' has no {config}"),
        ('      - --threads\n      - "{threads}"\n', "", "oracles.threads: 'plain' has no {threads}"),
        ('      - --seed\n      - "{seed}"\n', "", "oracles.seed_sensitivity: 'plain' has no {seed}"),
        ("{folder: oracles_config, file: main.yaml}", "{folder: ., file: main.yaml}", "there is no file"),
        ("values: [1, 2]", "values: [0]", "greater than or equal to 1"),
        ("{name: raise,", "{name: leave,", "the name 'leave' stands twice"),
        ("  configuration: {folder: oracles_config, file: main.yaml}\n", "", "knobs need a configuration"),
        ("among: year = {start_year}", "among: year = {first_year}", "unknown placeholder {first_year}"),
    ],
)
def test_oracles_that_do_not_fit_the_target_are_refused(old: str, new: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(TargetError) as refused:
        judge(tmp_path, changes=[(old, new)])
    assert message in str(refused.value)
    assert str(TARGET.name if "target.yaml" in message else "") in str(refused.value)


def test_a_configuration_that_nobody_declared_is_refused(tmp_path: Path) -> None:
    text = TARGET.read_text(encoding="utf-8")
    knobs = text[text.index("  knobs:") :]
    declared = ("  configuration: {folder: oracles_config, file: main.yaml}\n", "")
    with pytest.raises(TargetError, match="stands for nothing"):
        judge(tmp_path, "repeat", changes=[(knobs, ""), declared])
