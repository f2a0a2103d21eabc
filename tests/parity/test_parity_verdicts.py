"""What the judge says about results that differ in one known way.

The fake simulator's result has three employees, two years and two events each: 12 events and 6 states. The first
event is (2025, 1, 1, 'hire', 1125, NULL, 0.0), the last one (2026, 3, 2, 'raise', 3226, 250, 1.0).
"""

from pathlib import Path

import duckdb
import pytest

from tests.parity.judging import TARGET, Judge, Outcome

FIRST_KEY = {"simulation_year": 2025, "employee_id": 1, "event_sequence": 1}
LAST_KEY = {"simulation_year": 2026, "employee_id": 3, "event_sequence": 2}
KEYS = {"changed": 0, "missing": 0, "extra": 0, "moved": 0, "duplicate_key": 0}

EQUAL = (0, "pass", "EQUAL exact")
DIFFERENT = (1, "fail", "DIFFERENT")
NO_EVIDENCE = (2, "could_not_judge", "NO_EVIDENCE")
ERROR = (2, "could_not_judge", "ERROR")


def test_equal_results_are_proved_row_by_row(equal: Outcome) -> None:
    assert equal.verdicts == EQUAL
    headline = "PARITY EQUAL (exact): reference = candidate, 3 employees × 2 years, 12 events, 6 states"
    assert equal.stdout.endswith(f"{headline}\n")
    assert equal.report["headline"] == headline
    rows = {relation["name"]: relation["rows_candidate"] for relation in equal.pair["relations"]}
    assert rows == {"fct_yearly_events": 12, "fct_workforce_snapshot": 6, "employee_state_by_year": 6}
    assert equal.events["proof"] == "exact, row by row in stored order"
    assert equal.stderr == ""


def test_every_equality_carries_controls_that_were_noticed(equal: Outcome) -> None:
    controls = equal.events["controls"]
    assert [control["name"] for control in controls] == [
        "simulation_year changed",
        "employee_id changed",
        "event_sequence changed",
        "event_type changed",
        "amount changed",
        "rate changed",
        "noise changed",
        "row removed",
        "row doubled",
    ]
    assert all(control["caught"] for control in controls)


def test_rows_in_another_order_are_equal_as_multisets(judge: Judge) -> None:
    outcome = judge("reordered")
    assert outcome.verdicts == EQUAL
    assert outcome.events["proof"] == "exact, as multisets"


def test_one_cent_in_the_last_row(cent: Outcome) -> None:
    assert cent.verdicts == DIFFERENT
    difference = cent.events["difference"]
    assert difference["keys"] == KEYS | {"changed": 1}
    assert difference["columns"] == {"amount": 1}
    assert difference["first_year"] == 2026
    assert difference["by_group"] == [{"year": 2026, "event_type": "raise", "reference": 1, "candidate": 1}]
    (sample,) = difference["samples"]
    assert (sample["key"], sample["columns"]) == (LAST_KEY, ["amount"])
    assert (sample["reference"][0]["amount"], sample["candidate"][0]["amount"]) == (3226, 3227)
    assert "simulation_year=2026, employee_id=3, event_sequence=2: amount: 3226 → 3227" in cent.stdout
    assert cent.stdout.splitlines()[-1] == (
        "PARITY DIFFERENT: reference ≠ candidate in fct_yearly_events: first in 2026: 1 row changed (amount 1×)"
    )
    assert "amount: 3226 → 3227" in cent.markdown


def test_the_reported_query_finds_the_differing_row(cent: Outcome) -> None:
    sql = cent.events["difference"]["sql"]
    with duckdb.connect() as connection:
        for statement in sql.split(";\n"):
            rows = connection.execute(statement).fetchall()
    assert [row[:6] for row in rows] == [(2026, 3, 2, "raise", 3226, 250)]


def test_a_missing_row(judge: Judge) -> None:
    outcome = judge("missing row")
    assert outcome.verdicts == DIFFERENT
    assert (outcome.events["rows_reference"], outcome.events["rows_candidate"]) == (12, 11)
    difference = outcome.events["difference"]
    assert difference["keys"] == KEYS | {"missing": 1}
    assert (difference["only_reference"], difference["only_candidate"]) == (1, 0)
    assert "1 row missing from candidate" in outcome.stdout


def test_an_extra_row(judge: Judge) -> None:
    outcome = judge("extra row")
    assert outcome.verdicts == DIFFERENT
    difference = outcome.events["difference"]
    assert difference["keys"] == KEYS | {"extra": 1}
    assert difference["samples"][0]["key"] == {"simulation_year": 2026, "employee_id": 4, "event_sequence": 1}
    assert "1 row only in candidate" in outcome.stdout


def test_a_duplicated_row(judge: Judge) -> None:
    outcome = judge("duplicated row")
    assert outcome.verdicts == DIFFERENT
    difference = outcome.events["difference"]
    assert difference["keys"] == KEYS | {"duplicate_key": 1}
    assert (difference["only_reference"], difference["only_candidate"]) == (0, 1)
    (sample,) = difference["samples"]
    assert (sample["key"], sample["copies_reference"], sample["copies_candidate"]) == (LAST_KEY, 1, 2)


def test_duplicates_that_compensate_each_other(judge: Judge) -> None:
    outcome = judge("reference:first duplicated,candidate:another duplicated")
    assert outcome.verdicts == DIFFERENT
    assert outcome.events["rows_reference"] == outcome.events["rows_candidate"] == 13
    difference = outcome.events["difference"]
    assert difference["keys"] == KEYS | {"duplicate_key": 2}
    assert (difference["only_reference"], difference["only_candidate"]) == (1, 1)
    copies = [(sample["copies_reference"], sample["copies_candidate"]) for sample in difference["samples"]]
    assert copies == [(2, 1), (1, 2)]


def test_the_same_duplicate_on_both_sides_is_equal(judge: Judge) -> None:
    assert judge("both:first duplicated").verdicts == EQUAL


def test_zero_instead_of_null(judge: Judge) -> None:
    outcome = judge("zero for null")
    assert outcome.verdicts == DIFFERENT
    assert outcome.events["difference"]["columns"] == {"rate": 1}
    assert "rate: NULL → 0" in outcome.stdout


def test_negative_zero(judge: Judge) -> None:
    outcome = judge("negative zero")
    assert outcome.verdicts == DIFFERENT
    difference = outcome.events["difference"]
    assert (difference["columns"], difference["samples"][0]["columns"]) == ({"noise": 1}, ["noise"])
    assert "noise: 0.0 → -0.0" in outcome.stdout


def test_counts_that_agree_while_people_do_not(judge: Judge) -> None:
    outcome = judge("other people")
    assert outcome.verdicts == DIFFERENT
    difference = outcome.events["difference"]
    assert difference["keys"] == KEYS | {"missing": 2, "extra": 2}
    assert (difference["only_in_reference"], difference["only_in_candidate"]) == (1, 1)
    assert "Counts agree, people do not" in outcome.stdout


@pytest.mark.parametrize(
    ("fault", "drift"),
    [
        ("type", "type of 'amount' (BIGINT → VARCHAR)"),
        ("column order", "order of columns, at place 6: 'rate' (rate → noise)"),
        ("spelling", "spelling of 'amount' (amount → Amount)"),
        ("missing column", "missing column 'rate' (INTEGER → absent)"),
    ],
)
def test_a_schema_that_drifts_while_the_values_agree(judge: Judge, fault: str, drift: str) -> None:
    outcome = judge(fault)
    assert outcome.verdicts == DIFFERENT
    assert outcome.events["difference"] is None
    assert outcome.report["headline"].endswith(f"fct_yearly_events: {drift}")


def test_a_drifting_type_does_not_hide_a_changed_value(judge: Judge) -> None:
    outcome = judge("type and value")
    assert outcome.verdicts == DIFFERENT
    assert "type of 'amount' (BIGINT → DOUBLE)" in outcome.stdout
    assert outcome.events["difference"]["columns"] == {"amount": 1}


def test_rows_without_their_key_are_not_compared_but_different(judge: Judge) -> None:
    outcome = judge("missing key")
    assert outcome.verdicts == DIFFERENT
    assert "missing column 'event_sequence' (BIGINT → absent)" in outcome.stdout
    assert outcome.events["difference"] is None


@pytest.mark.parametrize(
    ("fault", "keys", "first_year"),
    [
        ("empty", {"missing": 12}, 2025),
        ("missing year", {"missing": 6}, 2026),
        ("missing event type", {"missing": 6}, 2025),
        ("renamed event type", {"changed": 6}, 2025),
        ("foreign year", {"extra": 1}, 2027),
    ],
)
def test_what_one_side_lacks_is_a_difference(judge: Judge, fault: str, keys: dict[str, int], first_year: int) -> None:
    outcome = judge(fault)
    assert outcome.verdicts == DIFFERENT
    difference = outcome.events["difference"]
    assert (difference["keys"], difference["first_year"]) == (KEYS | keys, first_year)


@pytest.mark.parametrize(
    ("fault", "check", "detail"),
    [
        ("missing relation", "employee_state_by_year: relations", "missing from candidate"),
        ("both:missing relation", "employee_state_by_year: relations", "missing from reference and candidate"),
        ("undeclared relation", "fct_bonus: relations", "exists in candidate, but the target does not know"),
        ("both:empty", "fct_yearly_events: not-empty", "0 and 0 rows"),
        ("both:missing year", "fct_yearly_events: years", "2026 have no rows on either side"),
        ("both:foreign year", "fct_yearly_events: years", "2027 were not asked for"),
        ("both:missing event type", "fct_yearly_events: event-types", "raise occur on neither side"),
        ("ignored switch", "candidate: witness", "the result shows engine=reference, expected engine=candidate"),
        ("other census", "same-inputs", "other in candidate"),
        ("other seed", "candidate: as-asked", "seed is 43, asked for 42"),
        ("unfinished", "candidate: finished", "status is 'running', expected 'complete'"),
        ("two records", "candidate: finished", "returned 2 rows, expected one"),
        ("both:same run", "own-run", "one and the same"),
        ("stale", "candidate: fresh", "older than the start of the run: stale"),
        ("copy", "two-results", "byte for byte the same"),
    ],
)
def test_what_makes_a_comparison_worthless(judge: Judge, fault: str, check: str, detail: str) -> None:
    outcome = judge(fault)
    assert outcome.verdicts == NO_EVIDENCE
    assert detail in outcome.failed_checks[check]
    name = check if check.startswith("candidate:") else f"candidate: {check}"
    assert f"not judged: {name}: " in outcome.stdout
    assert outcome.stdout.splitlines()[-1].startswith("PARITY NOT JUDGED: candidate: ")


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        ("garbage", "cannot be read as a DuckDB database"),
        ("broken view", "gone does not exist"),
        ("silence", "the command succeeded, but wrote no"),
        ("changes census", "the run changed the census that all modes must share"),
        ("crash", "failed with exit code 3\n  the last 2 of 2 lines of"),
    ],
)
def test_a_candidate_without_a_result(judge: Judge, fault: str, problem: str) -> None:
    outcome = judge(fault)
    assert outcome.verdicts == ERROR
    assert problem in outcome.pair["problem"]
    assert problem in outcome.stdout


@pytest.mark.parametrize(
    ("old", "new", "check"),
    [
        (
            "key: [simulation_year, employee_id]",
            "key: [simulation_year, person_id]",
            "person_id exist on neither side; correct the target or the exclusions",
        ),
        (
            "{written_at: it is",
            "{created_at: it is",
            "created_at exist on neither side; correct the target or the exclusions",
        ),
    ],
)
def test_a_target_that_names_columns_of_nobody(judge: Judge, tmp_path: Path, old: str, new: str, check: str) -> None:
    text = TARGET.read_text(encoding="utf-8").replace("working_directory: .", f"working_directory: {TARGET.parent}")
    assert old in text
    (tmp_path / "target.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    outcome = judge("", "--target", str(tmp_path / "target.yaml"))
    assert outcome.verdicts == NO_EVIDENCE
    assert outcome.failed_checks == {"fct_workforce_snapshot: columns": check}
