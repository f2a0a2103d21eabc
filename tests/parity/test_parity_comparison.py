"""The comparison itself, against an independent oracle, and what happens when a part of it is blind."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import InternalError
from harness.parity import comparison, controls
from harness.parity.comparison import Comparer
from harness.parity.explain import difference
from harness.parity.fingerprint import Fingerprint
from harness.parity.results import Finding, RelationResult
from harness.progress import Progress
from harness.relation import Relation
from harness.side import Side
from harness.warehouse import Warehouse

Row = tuple[int | None, int, str | None, float | None]
RELATION = Relation(key=["y", "k"], year="y", order=["y", "k"])
ROWS = st.lists(
    st.tuples(
        st.sampled_from([2025, 2026, None]),
        st.integers(1, 3),
        st.sampled_from(["a", "a ", "", None]),
        st.sampled_from([0.0, -0.0, 1.5, float("nan"), None]),
    ),
    max_size=6,
)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    with closing(Warehouse(tmp_path_factory.mktemp("spill"), "1GB")) as opened:
        for side in ("ours", "theirs"):
            opened.rows(f"ATTACH ':memory:' AS {side}")
        yield opened


def _compare(warehouse: Warehouse, ours: list[Row], theirs: list[Row]) -> RelationResult:
    for side, rows in (("ours", ours), ("theirs", theirs)):
        warehouse.rows(f"CREATE OR REPLACE TABLE {side}.t (y INTEGER, k BIGINT, v VARCHAR, d DOUBLE)")
        for row in rows:
            warehouse.rows(f"INSERT INTO {side}.t VALUES ({', '.join(map(_sql, row))})")
    return _judge(warehouse, RELATION)


def _judge(warehouse: Warehouse, relation: Relation, proof: str = "exact") -> RelationResult:
    ours, theirs = (Side(name, Path(f"{name}.duckdb")) for name in ("ours", "theirs"))
    comparer = Comparer(warehouse, ours, theirs, proof, 5, Progress("test"))
    return comparer.compare("t", relation, ("ours.main.t", "theirs.main.t"))


def _sql(content: object) -> str:
    if content is None:
        return "NULL"
    if isinstance(content, float):
        return f"'{content!r}'::DOUBLE"
    return f"'{content}'" if isinstance(content, str) else str(content)


def _multiset(rows: list[Row]) -> Counter[str]:
    return Counter(map(repr, rows))  # repr() tells -0.0 from 0.0 and takes every NaN for the same


@settings(max_examples=50, deadline=None)
@given(ours=ROWS, theirs=ROWS)
def test_the_verdict_is_that_of_multisets(warehouse: Warehouse, ours: list[Row], theirs: list[Row]) -> None:
    result = _compare(warehouse, ours, theirs)
    missing, extra = _multiset(ours) - _multiset(theirs), _multiset(theirs) - _multiset(ours)
    if not missing and not extra:
        assert result.finding is Finding.EQUAL_EXACT
        assert all(control.caught for control in result.controls)
        assert bool(result.controls) == bool(ours)
    else:
        assert result.finding is Finding.DIFFERENT
        assert result.difference is not None
        assert result.difference.only_reference == missing.total()
        assert result.difference.only_candidate == extra.total()


@settings(max_examples=30, deadline=None)
@given(rows=ROWS.flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows))))
def test_rows_in_any_order_are_equal(warehouse: Warehouse, rows: tuple[list[Row], list[Row]]) -> None:
    assert _compare(warehouse, *rows).finding is Finding.EQUAL_EXACT


ONE: list[Row] = [(2025, 1, "a", 1.5), (2025, 2, "b", 2.5)]
OTHER: list[Row] = [(2025, 1, "a", 1.5), (2025, 2, "c", 2.5)]


def test_a_fingerprint_that_sees_nothing_is_found_out(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    blind = Fingerprint({(2025, 0): (2, 0, 0)})
    monkeypatch.setattr(comparison, "take_fingerprint", lambda *_: blind)
    with pytest.raises(InternalError, match="t: the fingerprints agree, but the rows differ"):
        _compare(warehouse, ONE, OTHER)


def test_a_fingerprint_that_sees_ghosts_is_found_out(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    ghosts = iter(Fingerprint({(2025, bucket): (2, number, 0) for bucket in range(64)}) for number in (1, 2))
    monkeypatch.setattr(comparison, "take_fingerprint", lambda *_: next(ghosts))
    with pytest.raises(InternalError, match="t: the fingerprints differ, but all rows are equal"):
        _compare(warehouse, ONE, ONE[::-1])


def test_a_comparison_that_cannot_turn_red_is_shown_by_its_controls(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(controls, "count_unmatched", lambda *_: 0)
    result = _compare(warehouse, ONE, ONE)
    assert [control.caught for control in result.controls] == [False] * 6


def test_a_mass_of_differences_is_taken_apart_for_the_first_year_only(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(difference, "MASS_ROWS", 3)
    ours: list[Row] = [(year, 1, "a", 0.5) for year in (2025, 2026)]
    theirs: list[Row] = [(year, 1, "b", 0.5) for year in (2025, 2026)]
    result = _compare(warehouse, ours, theirs)
    assert result.difference is not None
    assert result.difference.truncated
    assert [(group.year, group.reference) for group in result.difference.by_group] == [(2025, 1)]
