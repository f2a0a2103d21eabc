"""What the comparison of one relation says, in every part of its result."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness.parity import comparison
from harness.parity.controls import plant_controls
from harness.parity.fingerprint import take_fingerprint
from harness.parity.pairing import Pairing
from harness.parity.results import Finding, RelationResult
from harness.relation import EventTypes, Relation, Tolerance
from harness.warehouse import Warehouse
from tests.parity.test_kills_common import KEYED, SOURCES, comparer, fill, two_sides

COLUMNS = "y INTEGER, k BIGINT, e VARCHAR, d DOUBLE"
ROWS = ["2025, 1, 'hire', 1.0", "2025, 2, 'exit', 2.0", "2026, 1, 'raise', 3.0"]
EVENTS = Relation(key=["y", "k"], year="y", event_types=EventTypes(column="e", required=["hire"]))


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    with two_sides(tmp_path_factory.mktemp("spill")) as opened:
        yield opened


def _compare(
    warehouse: Warehouse,
    ours: list[str],
    theirs: list[str] | None = None,
    relation: Relation = KEYED,
    proof: str = "exact",
) -> RelationResult:
    fill(warehouse, COLUMNS, ours, theirs)
    return comparer(warehouse, proof).compare("t", relation, SOURCES)


# equal


def test_rows_in_the_same_order_need_no_fingerprint(warehouse: Warehouse) -> None:
    result = _compare(warehouse, ROWS)
    assert (result.name, result.rows_reference, result.rows_candidate) == ("t", 3, 3)
    assert (result.finding, result.proof) == (Finding.EQUAL_EXACT, "exact, row by row in stored order")
    assert list(result.phases) == ["proof", "coverage", "controls"]
    assert (result.drift, result.difference, result.tolerated, result.volatile) == ((), None, (), {})


def test_rows_in_another_order_are_proved_as_multisets(warehouse: Warehouse) -> None:
    result = _compare(warehouse, ROWS, ROWS[::-1])
    assert (result.finding, result.proof) == (Finding.EQUAL_EXACT, "exact, as multisets")
    assert list(result.phases) == ["proof", "fingerprint", "coverage", "controls"]


@pytest.mark.parametrize("theirs", [ROWS, ROWS[::-1]])
def test_a_fingerprint_proves_no_more_than_it_can(warehouse: Warehouse, theirs: list[str]) -> None:
    result = _compare(warehouse, ROWS, theirs, proof="fingerprint")
    assert result.finding is Finding.EQUAL_FINGERPRINT
    assert result.proof == "fingerprint, two 64-bit hashes per row"
    assert list(result.phases) == ["fingerprint", "coverage", "controls"]
    assert len(result.controls) == 6


@pytest.mark.parametrize(("proof", "numbers"), [("exact", 1), ("fingerprint", 2)])
def test_a_fingerprint_that_decides_takes_two_numbers(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch, proof: str, numbers: int
) -> None:
    taken = []

    def take(opened: Warehouse, pairing: Pairing, *arguments: Any) -> object:  # noqa: ANN401
        taken.append(arguments)
        return take_fingerprint(opened, pairing, *arguments)

    monkeypatch.setattr(comparison, "take_fingerprint", take)
    _compare(warehouse, ROWS, ROWS[::-1], proof=proof)
    assert taken == [(source, numbers) for source in SOURCES]


def test_two_empty_relations_are_equal_and_have_nothing_to_plant_a_control_in(warehouse: Warehouse) -> None:
    result = _compare(warehouse, [])
    assert (result.finding, result.controls, result.counts) == (Finding.EQUAL_EXACT, (), ())


def test_controls_are_planted_where_all_is_equal(warehouse: Warehouse) -> None:
    names = ["y changed", "k changed", "e changed", "d changed", "row removed", "row doubled"]
    assert [control.name for control in _compare(warehouse, ROWS).controls] == names
    assert all(control.caught for control in _compare(warehouse, ROWS).controls)
    assert _compare(warehouse, ROWS, ROWS[:2]).controls == ()


def test_controls_are_planted_into_what_was_compared(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def plant(planted: Warehouse, pairing: Pairing) -> object:
        seen.append((planted, pairing))
        return plant_controls(planted, pairing)

    monkeypatch.setattr(comparison, "plant_controls", plant)
    _compare(warehouse, ROWS)
    ((used, pairing),) = seen
    assert used is warehouse
    assert (pairing.reference, pairing.candidate) == SOURCES


# different


def test_a_difference_is_explained_and_not_proved(warehouse: Warehouse) -> None:
    result = _compare(warehouse, ROWS, [*ROWS[:2], "2026, 1, 'raise', 4.0"])
    assert (result.finding, result.proof, result.controls) == (Finding.DIFFERENT, None, ())
    assert result.difference is not None
    assert (result.difference.columns, result.difference.first_year) == ({"d": 1}, 2026)
    assert list(result.phases)[:4] == ["proof", "fingerprint", "explanation", "coverage"]


def test_another_number_of_rows_needs_no_attempt_to_prove_them_equal(warehouse: Warehouse) -> None:
    result = _compare(warehouse, ROWS, ROWS[:2])
    assert (result.rows_reference, result.rows_candidate) == (3, 2)
    assert list(result.phases)[:3] == ["fingerprint", "explanation", "coverage"]


@pytest.mark.parametrize(("ours", "theirs"), [(ROWS, ROWS[:2]), (ROWS[:2], ROWS), (ROWS, []), ([], ROWS)])
@pytest.mark.parametrize("proof", ["exact", "fingerprint"])
def test_rows_of_one_side_only_are_a_difference(
    warehouse: Warehouse, ours: list[str], theirs: list[str], proof: str
) -> None:
    result = _compare(warehouse, ours, theirs, proof=proof)
    assert (result.finding, result.proof) == (Finding.DIFFERENT, None)
    assert result.difference is not None
    missing, extra = max(0, len(ours) - len(theirs)), max(0, len(theirs) - len(ours))
    assert (result.difference.only_reference, result.difference.only_candidate) == (missing, extra)


def test_the_query_of_a_difference_attaches_both_files_first(warehouse: Warehouse) -> None:
    difference = _compare(warehouse, ROWS, ROWS[:2]).difference
    assert difference is not None
    first, second, rest = difference.sql.split("\n", 2)
    assert first == "ATTACH 'ours.duckdb' AS \"ours\" (READ_ONLY);"
    assert second == "ATTACH 'theirs.duckdb' AS \"theirs\" (READ_ONLY);"
    assert rest.count(";") == 1
    assert rest.endswith(";")
    assert len(warehouse.rows(rest)) == 1


def test_a_folder_is_not_attached(warehouse: Warehouse, tmp_path: Path) -> None:
    fill(warehouse, COLUMNS, ROWS, ROWS[:2])
    warehouse.rows(f"COPY theirs.t TO '{tmp_path / 't.parquet'}'")
    files = comparer(warehouse)
    difference = (
        replace(files, candidate=replace(files.candidate, place=tmp_path)).compare("t", KEYED, SOURCES).difference
    )
    assert difference is not None
    assert difference.sql.startswith("ATTACH 'ours.duckdb' AS \"ours\" (READ_ONLY);\n")
    assert difference.sql.count("ATTACH") == 1


def test_the_sides_are_called_by_their_names_and_samples_are_as_many_as_asked_for(warehouse: Warehouse) -> None:
    fill(warehouse, COLUMNS, [f"2025, {k}, 'hire', 1.0" for k in range(9)], [])
    difference = comparer(warehouse).compare("t", KEYED, SOURCES).difference
    assert difference is not None
    assert len(difference.samples) == 5
    assert any("theirs" in sentence for sentence in difference.words)


# tolerances


TOLERANT = Relation(key=["y", "k"], year="y", tolerances={"d": Tolerance(abs_tol=0.5, reason="rounding")})


def test_what_a_tolerance_allows_is_equal_and_told(warehouse: Warehouse) -> None:
    result = _compare(warehouse, ROWS, [*ROWS[:2], "2026, 1, 'raise', 3.25"], TOLERANT)
    assert (result.finding, result.difference) == (Finding.EQUAL_EXACT, None)
    assert result.proof == "exact, as multisets, apart from what the tolerances allow"
    assert [(found.column, found.rows, found.largest_abs) for found in result.tolerated] == [("d", 1, 0.25)]
    assert len(result.controls) == 6


def test_what_a_tolerance_allows_is_told_beside_a_difference(warehouse: Warehouse) -> None:
    result = _compare(warehouse, ROWS, [ROWS[0], "2025, 2, 'exit', 9.0", "2026, 1, 'raise', 3.25"], TOLERANT)
    assert (result.finding, result.proof) == (Finding.DIFFERENT, None)
    assert [found.rows for found in result.tolerated] == [1]
    assert result.difference is not None
    assert result.difference.columns == {"d": 1}


def test_a_tolerance_that_nothing_needed_is_told_as_well(warehouse: Warehouse) -> None:
    for theirs in (ROWS, ROWS[:2]):
        result = _compare(warehouse, ROWS, theirs, TOLERANT)
        assert [(found.column, found.rows, found.largest_abs) for found in result.tolerated] == [("d", 0, 0.0)]
        assert [(found.tolerance, found.reason) for found in result.tolerated] == [("abs_tol 0.5", "rounding")]


def test_as_many_missing_as_extra_rows_are_a_difference(warehouse: Warehouse) -> None:
    result = _compare(warehouse, ROWS, [*ROWS[:2], "2026, 7, 'raise', 3.0"], TOLERANT)
    assert result.finding is Finding.DIFFERENT
    assert result.difference is not None
    assert result.difference.only_reference == result.difference.only_candidate == 1


# JSON


@pytest.mark.parametrize(
    ("proof", "finding", "told"),
    [
        ("exact", Finding.EQUAL_EXACT, "exact, as multisets, JSON in one spelling"),
        ("fingerprint", Finding.EQUAL_FINGERPRINT, "fingerprint, two 64-bit hashes per row, JSON in one spelling"),
    ],
)
def test_json_in_another_spelling_is_equal_and_told(
    warehouse: Warehouse, proof: str, finding: Finding, told: str
) -> None:
    fill(warehouse, "y INTEGER, k BIGINT, j JSON", ["2025, 1, '{\"a\": 1}'"], ["2025, 1, '{\"a\":1}'"])
    result = comparer(warehouse, proof).compare("t", KEYED, SOURCES)
    assert (result.finding, result.proof) == (finding, told)


def test_json_that_is_equal_or_different_needs_no_other_words(warehouse: Warehouse) -> None:
    fill(
        warehouse, "y INTEGER, k BIGINT, j JSON", ["2025, 1, '{}'", "2025, 2, '{}'"], ["2025, 2, '{}'", "2025, 1, '{}'"]
    )
    assert comparer(warehouse).compare("t", KEYED, SOURCES).proof == "exact, as multisets"
    fill(warehouse, "y INTEGER, k BIGINT, j JSON", ["2025, 1, '{\"a\": 1}'"], ["2025, 1, '{\"a\": 2}'"])
    result = comparer(warehouse).compare("t", KEYED, SOURCES)
    assert (result.finding, result.proof) == (Finding.DIFFERENT, None)
