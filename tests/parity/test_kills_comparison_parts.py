"""The parts of the result beside the verdict: schema, counts, times, and what makes a comparison void."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain, repeat
from pathlib import Path
from types import SimpleNamespace

import pytest

from harness.errors import InternalError
from harness.parity import comparison
from harness.parity.results import Count, Drift, Finding, RelationResult
from harness.progress import Progress
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


# schemas


def test_a_type_that_drifts_is_a_difference_although_all_rows_are_equal(warehouse: Warehouse) -> None:
    warehouse.rows("CREATE OR REPLACE TABLE ours.t AS SELECT 2025 AS y, 1::BIGINT AS k")
    warehouse.rows("CREATE OR REPLACE TABLE theirs.t AS SELECT 2025 AS y, 1::INTEGER AS k")
    result = comparer(warehouse).compare("t", KEYED, SOURCES)
    assert (result.finding, result.difference, result.controls) == (Finding.DIFFERENT, None, ())
    assert result.proof == "exact, row by row in stored order"
    assert result.drift == (Drift("type of", "k", "BIGINT", "INTEGER"),)


@pytest.mark.parametrize("columns", ["y INTEGER, d BIGINT", "k BIGINT"])
def test_without_the_columns_that_tell_rows_apart_no_rows_are_compared(warehouse: Warehouse, columns: str) -> None:
    warehouse.rows("CREATE OR REPLACE TABLE ours.t (y INTEGER, k BIGINT, d BIGINT)")
    warehouse.rows(f"CREATE OR REPLACE TABLE theirs.t ({columns})")
    result = comparer(warehouse).compare("t", KEYED, SOURCES)
    assert (result.finding, result.proof, result.difference) == (Finding.DIFFERENT, None, None)
    assert {drift.kind for drift in result.drift} == {"missing column"}
    assert (result.counts, result.phases, result.rows_reference) == ((), {}, 0)


def test_without_a_common_column_no_rows_are_compared(warehouse: Warehouse) -> None:
    warehouse.rows("CREATE OR REPLACE TABLE ours.t AS SELECT 1 AS a")
    warehouse.rows("CREATE OR REPLACE TABLE theirs.t AS SELECT 1 AS b")
    result = comparer(warehouse).compare("t", Relation(), SOURCES)
    assert (result.finding, result.proof, result.phases) == (Finding.DIFFERENT, None, {})
    assert (result.rows_reference, result.rows_candidate) == (1, 1)


def test_a_column_that_is_not_compared_is_told_with_its_reason(warehouse: Warehouse) -> None:
    relation = Relation(key=["y", "k"], volatile={"d": "a time"})
    result = _compare(warehouse, ROWS, [row.replace(".0", ".5") for row in ROWS], relation)
    assert (result.finding, result.volatile) == (Finding.EQUAL_EXACT, {"d": "a time"})


@pytest.mark.parametrize("side", ["reference", "candidate"])
def test_a_file_with_other_columns_than_the_first_one_is_told(warehouse: Warehouse, tmp_path: Path, side: str) -> None:
    (tmp_path / "t").mkdir()
    for number, type_ in enumerate(("INTEGER", "BIGINT")):
        warehouse.rows(f"COPY (SELECT 2025 AS y, 1::{type_} AS k) TO '{tmp_path}/t/{number}.parquet'")
    source = f"read_parquet('{tmp_path}/t/*.parquet')"
    plain = comparer(warehouse)
    name = {"reference": "ours", "candidate": "theirs"}[side]
    folder = replace(getattr(plain, side), place=tmp_path)
    result = replace(plain, **{side: folder}).compare("t", KEYED, (source, source))
    (drift,) = result.drift
    assert (drift.kind, drift.column) == (f"columns of a file of {name}:", "k")
    assert drift.reference == "as in the first file"
    assert drift.candidate is not None
    assert "not the same in 1.parquet as in 0.parquet" in drift.candidate
    assert result.finding is Finding.DIFFERENT


# counts


def test_rows_are_counted_by_year_and_event_type(warehouse: Warehouse) -> None:
    rows = [*ROWS, "2025, 3, 'hire', 4.0", "NULL, 4, 'exit', 4.0"]
    result = _compare(warehouse, rows, rows[::-1], EVENTS)
    assert result.counts == (Count(2025, None, 3, 3), Count(2026, None, 1, 1), Count(None, None, 1, 1))
    assert result.event_types == (
        Count(2025, "exit", 1, 1),
        Count(2025, "hire", 2, 2),
        Count(2026, "raise", 1, 1),
        Count(None, "exit", 1, 1),
    )
    assert _compare(warehouse, rows).event_types == ()


def test_rows_of_both_sides_are_counted_where_they_differ(warehouse: Warehouse) -> None:
    result = _compare(warehouse, ROWS, [ROWS[0], "2025, 2, 'hire', 2.0", "2027, 1, 'raise', 3.0"], EVENTS)
    assert result.counts == (Count(2025, None, 2, 2), Count(2026, None, 1, 0), Count(2027, None, 0, 1))
    assert result.event_types == (
        Count(2025, "exit", 1, 0),
        Count(2025, "hire", 1, 2),
        Count(2026, "raise", 1, 0),
        Count(2027, "raise", 0, 1),
    )


def test_rows_are_counted_on_one_side_only_where_they_are_known_to_be_the_same(warehouse: Warehouse) -> None:
    asked: list[str] = []

    class Listening(Warehouse):
        def rows(self, sql: str) -> list[tuple[object, ...]]:
            asked.append(sql)
            return warehouse.rows(sql)

        def __init__(self) -> None:
            self._memory_limit = "1GB"

    fill(warehouse, COLUMNS, ROWS, ROWS[::-1])
    replace(comparer(warehouse), warehouse=Listening()).compare("t", KEYED, SOURCES)
    (query,) = (sql for sql in asked if "sum(r), sum(c)" in sql)
    assert SOURCES[0] in query
    assert SOURCES[1] not in query


def test_what_a_tolerance_let_pass_is_counted_on_both_sides(warehouse: Warehouse) -> None:
    relation = Relation(
        key=["y", "k"],
        event_types=EventTypes(column="e", required=["hire"]),
        tolerances={"d": Tolerance(abs_tol=0.5, reason="rounding")},
    )
    result = _compare(warehouse, ROWS, [*ROWS[:2], "2026, 1, 'raise', 3.25"], relation)
    assert result.counts == (Count(None, None, 3, 3),)
    assert [count.candidate for count in result.event_types] == [1, 1, 1]


# the course of it


def test_what_is_compared_is_announced_with_its_number_of_rows(warehouse: Warehouse) -> None:
    announced: list[tuple[str, int]] = []

    class Listening(Progress):
        def start(self, activity: str, rows: int = 0) -> None:
            announced.append((activity, rows))

    fill(warehouse, COLUMNS, ROWS, ROWS[:2])
    comparer(warehouse, progress=Listening("test")).compare("t", KEYED, SOURCES)
    assert announced == [("comparing t of theirs with ours", 5)]


def test_the_time_that_it_took_is_told_in_milliseconds(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(warehouse, COLUMNS, ROWS)
    clock = chain([100.0], repeat(101.23456))
    monkeypatch.setattr(comparison, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    assert comparer(warehouse).compare("t", KEYED, SOURCES).seconds == 1.235


def test_a_proof_that_contradicts_the_fingerprints_makes_it_void(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparison, "prove_as_multisets", lambda *_: False)
    with pytest.raises(InternalError, match=r"^t: the fingerprints agree, but the rows differ$"):
        _compare(warehouse, ROWS, ROWS[::-1])


def _growing(warehouse: Warehouse, source: str) -> Callable[..., object]:
    def prove(*_: object) -> bool:
        warehouse.rows(f"INSERT INTO {source} VALUES ({ROWS[0]})")
        return True

    return prove


@pytest.mark.parametrize("source", SOURCES)
def test_rows_that_appear_during_the_comparison_make_it_void(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    monkeypatch.setattr(comparison, "prove_in_order", _growing(warehouse, source))
    with pytest.raises(InternalError, match=r"^t: the number of rows changed while they were compared$"):
        _compare(warehouse, ROWS)
