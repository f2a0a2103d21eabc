"""A mass of differences is only counted: the numbers are those that taking it apart would give."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from harness.parity.explain import difference, mass
from harness.parity.explain.mass import sample_of
from harness.parity.explain.slots import Slots
from harness.parity.explanation import Difference, Group
from harness.parity.pairing import Pairing
from harness.relation import EventTypes, Relation, Tolerance
from harness.warehouse import Warehouse
from tests.parity.explaining import Lab, Rows

TYPES = {"y": "INTEGER", "k": "BIGINT", "s": "INTEGER", "e": "VARCHAR", "v": "BIGINT", "d": "DOUBLE"}
EVENTS = Relation(key=["y", "k", "s"], year="y", event_types=EventTypes(column="e", required=["hire"]))


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with closing(Warehouse(tmp_path_factory.mktemp("spill"), "1GB")) as opened:
        yield Lab(opened)


def _row(year: int | None, k: int | None, s: int = 1, more: int = 0) -> tuple[object, ...]:
    """A row whose content no other row has."""
    return year, k, s, "hire" if (k or 0) % 2 else "exit", 1000 * (year or 9) + 10 * (k or 0) + s + more, (k or 0) / 2


def _alike(years: tuple[int | None, ...]) -> list[tuple[object, ...]]:
    return [_row(year, k) for year in years for k in range(11, 19)]


def _both(lab: Lab, ours: Rows, theirs: Rows, relation: Relation = EVENTS) -> tuple[Difference, Difference]:
    """The difference taken apart, and counted only."""
    lab.fill(TYPES, ours, theirs)
    apart = lab.explain(relation, sample=100)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(difference, "MASS_ROWS", 0)
        counted = lab.explain(relation, sample=100)
    assert not apart.truncated
    assert counted.truncated
    for name in ("only_reference", "only_candidate", "keys", "columns", "first_year", "tolerated", "moved"):
        assert getattr(counted, name) == getattr(apart, name), name
    for name in ("only_in_reference", "only_in_candidate"):
        assert getattr(counted, name) == getattr(apart, name), name
    assert sorted(map(repr, counted.contingency)) == sorted(map(repr, apart.contingency))
    if relation.year in relation.key:  # otherwise a pair has two years, and is counted in the reference's
        assert counted.by_group == tuple(group for group in apart.by_group if group.year == counted.by_group[0].year)
    return apart, counted


def _keys(found: Difference) -> dict[str, int]:
    return {kind: number for kind, number in found.keys.items() if number}


MIXED = (
    # ours
    [
        *_alike((2025, 2026, None)),
        _row(2025, 1),
        _row(2025, 2),
        _row(2026, 1),
        _row(2026, 2),
        _row(2026, 2),
        _row(2026, 3),
        _row(2026, 3),
        _row(2026, 4),
        _row(None, 5),
        _row(2026, None),
    ],
    # theirs
    [
        *_alike((2025, 2026, None)),
        _row(2025, 1, more=7),  # changed
        _row(2025, 3),  # 2 is missing, 3 is extra
        _row(2026, 1),
        _row(2026, 1),  # doubled
        _row(2026, 2),
        _row(2026, 2, more=7),  # doubled on both sides, and one of them changed
        _row(2026, 3),
        _row(2026, 3),  # doubled on both sides, and the same
        _row(2026, 4, more=3),  # changed
        _row(None, 5, more=1),  # changed
        _row(2026, None),
        _row(2026, None, s=2),  # extra
    ],
)


def test_every_kind_of_difference_is_counted(lab: Lab) -> None:
    apart, counted = _both(lab, *MIXED)
    assert _keys(counted) == {"changed": 3, "missing": 1, "extra": 2, "duplicate_key": 2}
    assert counted.columns == {"v": 3}
    assert (counted.only_reference, counted.only_candidate) == (5, 7)
    assert (counted.only_in_reference, counted.only_in_candidate) == (1, 1)
    assert counted.by_group == (Group(2025, "exit", 1, 0), Group(2025, "hire", 1, 2))
    assert [group.year for group in apart.by_group] == [2025, 2025, 2026, 2026, None]
    assert {(cell.year, cell.kind) for cell in counted.contingency} == {
        (2025, "changed"),
        (2025, "missing"),
        (2025, "extra"),
        (2026, "duplicate_key"),
        (2026, "changed"),
        (2026, "extra"),
        (None, "changed"),
    }


def test_the_first_year_that_differs_is_taken_apart(lab: Lab) -> None:
    _, counted = _both(lab, *MIXED)
    assert {(sample.kind, sample.key["y"], sample.key["k"]) for sample in counted.samples} == {
        ("changed", 2025, 1),
        ("missing", 2025, 2),
        ("extra", 2025, 3),
    }
    assert counted.roots is not None
    assert (counted.roots.entities, counted.roots.first) == (3, {"k": 1})


@pytest.mark.parametrize("side", [0, 1])
def test_keys_that_are_doubled_on_one_side_only_are_counted(lab: Lab, side: int) -> None:
    once = _alike((2025, 2026))
    twice = [*once, _row(2025, 11), _row(2026, 12), _row(2026, 12)]
    _, counted = _both(lab, *((twice, once) if side == 0 else (once, twice)))
    assert _keys(counted) == {"duplicate_key": 2}
    assert (counted.only_reference, counted.only_candidate) == ((3, 0) if side == 0 else (0, 3))
    assert counted.by_group == (Group(2025, "hire", *((1, 0) if side == 0 else (0, 1))),)
    assert [sample.key["k"] for sample in counted.samples] == [11]


def test_a_doubled_key_does_not_hide_what_else_differs_in_its_year(lab: Lab) -> None:
    ours = [*_alike((2025,)), _row(2025, 1), _row(2025, 1), _row(2025, 2), _row(2025, 3)]
    theirs = [*_alike((2025,)), _row(2025, 1, more=1), _row(2025, 1, more=2), _row(2025, 2, more=1), _row(2025, 4)]
    _, counted = _both(lab, ours, theirs)
    assert _keys(counted) == {"changed": 1, "missing": 1, "extra": 1, "duplicate_key": 1}
    assert {sample.kind for sample in counted.samples} == {"changed", "missing", "extra", "duplicate_key"}


def test_people_are_counted_once_however_many_of_their_rows_have_no_partner(lab: Lab) -> None:
    lonely = [_row(year, k, s) for year in (2025, 2026) for k in (1, 2) for s in (1, 2)]
    _, counted = _both(lab, [*_alike((2025,)), *lonely], [*_alike((2025,)), _row(2025, 3), _row(2026, 3)])
    assert _keys(counted) == {"missing": 8, "extra": 2}
    assert (counted.only_in_reference, counted.only_in_candidate) == (2, 1)


def test_as_many_missing_as_extra_rows_are_rows_of_two_people(lab: Lab) -> None:
    _, counted = _both(lab, [*_alike((2025,)), _row(2025, 1)], [*_alike((2025,)), _row(2025, 3)])
    assert _keys(counted) == {"missing": 1, "extra": 1}
    assert (counted.only_in_reference, counted.only_in_candidate) == (1, 1)


def test_the_numbers_of_a_column_are_those_of_all_years_and_event_types_together(lab: Lab) -> None:
    changes: dict[int, tuple[float | None, float | None]] = {
        1: (1.0, 1.5),
        2: (4.0, None),
        3: (None, 4.0),
        4: (8.0, 8.000000000000002),
        5: (1.0, 9.0),
        6: (None, 1.0),
    }
    sides: tuple[list[tuple[object, ...]], ...] = ([], [])
    for year in (2025, 2026):
        for k, values in changes.items():
            for side, value in zip(sides, values, strict=True):
                side.append((year, k, 1, "hire" if k % 2 else "exit", 0, value))
    for backwards in (False, True):
        ours, theirs = sides[::-1] if backwards else sides
        _, counted = _both(lab, ours, theirs)
        (change,) = counted.changes
        assert (change.rows, change.ulp_only) == (12, 2)
        assert (change.to_null, change.from_null) == ((4, 2) if backwards else (2, 4))
        assert (change.largest_abs, change.largest_rel) == ("8.0", 8 / 9)


def test_a_year_outside_the_key_does_not_part_the_rows(lab: Lab) -> None:
    relation = Relation(key=["k", "s"], year="y")
    ours = [*_alike((2025,)), _row(2025, 1), _row(2026, 2), _row(2026, 3), _row(2026, 5), _row(2026, 5)]
    theirs = [*_alike((2025,)), _row(2026, 1), _row(2026, 2, more=1), _row(2026, 4), _row(2026, 5), _row(2026, 6)]
    _, counted = _both(lab, ours, theirs, relation)
    assert _keys(counted) == {"changed": 2, "missing": 1, "extra": 2, "duplicate_key": 1}
    assert counted.columns == {"y": 1, "v": 2}


def test_a_relation_without_years_is_counted_as_one(lab: Lab) -> None:
    relation = Relation(key=["k", "s"])
    ours = [*_alike((2025,)), _row(2025, 1), _row(2025, 2), _row(2025, 2)]
    theirs = [*_alike((2025,)), _row(2025, 1, more=1), _row(2025, 2), _row(2025, 3)]
    _, counted = _both(lab, ours, theirs, relation)
    assert _keys(counted) == {"changed": 1, "extra": 1, "duplicate_key": 1}
    assert counted.by_group == (Group(None, None, 2, 2),)
    assert {sample.key["k"] for sample in counted.samples} == {1, 2, 3}


def test_rows_that_are_about_nobody_are_counted(lab: Lab) -> None:
    relation = Relation(key=["y"], year="y")
    ours, theirs = [_row(year, 1) for year in (2025, 2026, 2027)], [_row(year, 2) for year in (2026, 2027, 2028)]
    _, counted = _both(lab, ours, theirs, relation)
    assert _keys(counted) == {"changed": 2, "missing": 1, "extra": 1}
    assert (counted.only_in_reference, counted.roots) == (None, None)
    assert [sample.key for sample in counted.samples] == [{"y": 2025}]


def test_people_without_a_name_are_shown_when_nobody_else_differs(lab: Lab) -> None:
    _, counted = _both(lab, [*_alike((2025,)), _row(2025, None)], [*_alike((2025,)), _row(2025, None, more=1)])
    assert [(sample.kind, sample.key) for sample in counted.samples] == [("changed", {"y": 2025, "k": None, "s": 1})]


def test_no_more_people_are_shown_than_can_be_kept(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mass, "KEPT_ENTITIES", 2)
    rows = _alike((2025,))
    _, counted = _both(lab, rows, [_row(2025, k, more=1) for k in range(11, 19)])
    assert [sample.key["k"] for sample in counted.samples] == [11, 12]
    assert counted.columns == {"v": 8}


def test_tolerated_differences_are_counted_apart_from_others(lab: Lab) -> None:
    relation = EVENTS.model_copy(update={"tolerances": {"v": Tolerance(abs_tol=2, reason="a test")}})
    theirs = [_row(year, k, more=k - 11) for year in (2025, 2026) for k in range(11, 15)]
    _, counted = _both(lab, [_row(year, k) for year in (2025, 2026) for k in range(11, 15)], theirs, relation)
    assert _keys(counted) == {"changed": 2}
    assert [(entry.column, entry.rows, entry.largest_abs) for entry in counted.tolerated] == [("v", 4, 2.0)]


# what it costs


class Listening(Warehouse):
    """Answers as another warehouse does, and remembers what it was asked."""

    def __init__(self, other: Warehouse) -> None:
        self.asked: list[str] = []
        self._other = other

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        self.asked.append(sql)
        return self._other.rows(sql)


@pytest.mark.parametrize("relation", [EVENTS, Relation(key=["k", "s"], year="y")])
def test_columns_that_are_the_same_everywhere_take_no_part_in_the_join(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, relation: Relation
) -> None:
    monkeypatch.setattr(difference, "MASS_ROWS", 0)
    years = (2025, 2026) if relation is EVENTS else (2025,)
    lab.fill(TYPES, _alike(years), [_row(year, k, more=1) for year in years for k in range(11, 19)])
    quiet, listening = lab.warehouse, Listening(lab.warehouse)
    monkeypatch.setattr(lab, "warehouse", listening)
    monkeypatch.setattr(listening, "columns", quiet.columns, raising=False)
    assert lab.explain(relation).columns == {"v": 8 * len(years)}
    joined = [sql for sql in listening.asked if "JOIN" in sql and "FILTER (WHERE NOT c_here)" in sql]
    assert len(joined) == (len(years) if relation is EVENTS else 1)
    assert not any("rest" in sql or "FULL" in sql for sql in joined)
    assert not any("TABLE doubled AS" in sql for sql in listening.asked)  # every row has its one partner


# which rows are shown


@pytest.mark.parametrize(
    ("relation", "year", "entities", "shown"),
    [
        (EVENTS, 2025, [1, 2], {(2025, 1), (2025, 2)}),
        (EVENTS, None, [2], {(None, 2)}),
        (EVENTS, 2026, [], {(2026, None)}),
        (Relation(key=["k"]), None, [1], {(2025, 1), (2026, 1)}),
        (Relation(key=["y"], year="y"), 2026, [], {(2026, 1), (2026, None)}),
    ],
)
def test_the_rows_shown_are_those_of_the_entities_in_the_year(
    lab: Lab, relation: Relation, year: int | None, entities: list[int], shown: set[tuple[object, ...]]
) -> None:
    rows = [_row(*place) for place in ((2025, 1), (2025, 2), (2025, 3), (2026, 1), (2026, None), (None, 2))]
    lab.fill(TYPES, rows, [])
    slots = Slots(Pairing("t", relation, "ours.t", "theirs.t", lab.warehouse.columns("ours.t")))
    assert set(lab.warehouse.rows(f"SELECT y, k FROM ours.t WHERE {sample_of(slots, year, entities)}")) == shown
