"""What became of each key: against an independent oracle, few rows taken apart as well as many only counted."""

from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import closing
from typing import Any

import pytest
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from harness.parity.explain import difference
from harness.parity.explanation import KINDS, Difference
from harness.relation import Relation
from harness.warehouse import Warehouse
from tests.parity.explaining import Lab

TYPES = {"y": "INTEGER", "k": "BIGINT", "s": "INTEGER", "v": "VARCHAR", "d": "DOUBLE"}
RELATION = Relation(key=["y", "k", "s"], year="y")
Row = tuple[Any, ...]

_ROW = st.tuples(
    st.sampled_from([2025, 2026, None]),
    st.sampled_from([1, 2, 3, None]),
    st.integers(1, 2),
    st.sampled_from(["a", "b", None]),
    st.sampled_from([0.0, -0.0, float("nan"), None]),
)
_ROWS = st.lists(_ROW, max_size=7)

# Seven rows are small enough to be understood without minutes of shrinking.
_QUICKLY = settings(max_examples=25, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with closing(Warehouse(tmp_path_factory.mktemp("spill"), "1GB")) as opened:
        yield Lab(opened)


class Oracle:
    """The definition, row by row."""

    def __init__(self, ours: list[Row], theirs: list[Row]) -> None:
        self.sides = (ours, theirs)
        left, right = (Counter(map(repr, rows)) for rows in self.sides)  # repr() tells -0.0 from 0.0
        self.only = (_rows(left - right, ours), _rows(right - left, theirs))
        self.touched = {row[:3] for rows in self.only for row in rows}
        self.cells = {key[:2] for key in self.touched}
        self.kinds = {key: self._kind(key) for key in self.touched}
        self.moves = self._moves()

    def copies(self, key: Row, side: int) -> int:
        return sum(row[:3] == key for row in self.sides[side])

    def _kind(self, key: Row) -> str:
        ours, theirs = self.copies(key, 0), self.copies(key, 1)
        if max(ours, theirs) > 1:
            return "duplicate_key"
        return "changed" if ours and theirs else "missing" if ours else "extra"

    def _moves(self) -> dict[Row, Row]:
        contents = [Counter(repr(row[3:]) for row in rows) for rows in self.only]
        return {
            ours[:3]: theirs[:3]
            for ours in self.only[0]
            for theirs in self.only[1]
            if (self.kinds[ours[:3]], self.kinds[theirs[:3]]) == ("missing", "extra")
            and repr(ours[3:]) == repr(theirs[3:])
            and contents[0][repr(ours[3:])] == contents[1][repr(theirs[3:])] == 1
            and (ours[1] == theirs[1] or (self._knows(0, theirs[1]) and self._knows(1, ours[1])))
        }

    def _knows(self, side: int, person: int | None) -> bool:
        """Whether a side has rows of a person in a year in which the person differs."""
        return any(row[1] == person and row[:2] in self.cells for row in self.sides[side])

    @property
    def keys(self) -> dict[str, int]:
        counts = Counter(self.kinds.values())
        counts.subtract({"missing": len(self.moves), "extra": len(self.moves)})
        return {kind: counts[kind] for kind in KINDS} | {"moved": len(self.moves)}

    @property
    def columns(self) -> dict[str, int]:
        changed = [
            (ours, theirs)
            for ours in self.only[0]
            for theirs in self.only[1]
            if ours[:3] == theirs[:3] and self.kinds[ours[:3]] == "changed"
        ]
        counts = {
            name: sum(repr(a[place]) != repr(b[place]) for a, b in changed) for place, name in ((3, "v"), (4, "d"))
        }
        return {name: count for name, count in counts.items() if count}

    def people(self, kind: str, without: Collection[Row]) -> int:
        """How many people have a key of this kind, some keys left out."""
        return len({key[1] for key, is_ in self.kinds.items() if is_ == kind and key not in without} - {None})


def _rows(wanted: Counter[str], rows: list[Row]) -> list[Row]:
    by_text = {repr(row): row for row in rows}
    return [by_text[text] for text in wanted.elements()]


def _explained(lab: Lab, ours: list[Row], theirs: list[Row]) -> tuple[Difference, Oracle]:
    oracle = Oracle(ours, theirs)
    assume(oracle.touched)
    lab.fill(TYPES, ours, theirs)
    return lab.explain(RELATION, sample=100), oracle


def test_each_person_has_a_bucket_of_its_own(lab: Lab) -> None:
    """Otherwise the oracle's idea of a cell would be wrong."""
    buckets = lab.warehouse.rows("SELECT DISTINCT hash(k) % 64 FROM (VALUES (1::BIGINT), (2), (3), (NULL)) AS t(k)")
    assert len(buckets) == 4


@_QUICKLY
@given(ours=_ROWS, theirs=_ROWS)
def test_keys_are_classified_as_defined(lab: Lab, ours: list[Row], theirs: list[Row]) -> None:
    found, oracle = _explained(lab, ours, theirs)
    assert (found.only_reference, found.only_candidate) == tuple(map(len, oracle.only))
    assert found.keys == oracle.keys
    assert found.columns == oracle.columns
    assert (found.only_in_reference, found.only_in_candidate) == tuple(
        oracle.people(kind, {*oracle.moves, *oracle.moves.values()}) for kind in ("missing", "extra")
    )
    assert {change.column: change.rows for change in found.changes} == oracle.columns
    assert Counter(sample.kind for sample in found.samples) == Counter({k: n for k, n in found.keys.items() if n})
    shown = [sorted(repr(tuple(row.values())) for row in rows) for rows in _sampled(found)]
    assert shown == [sorted(map(repr, rows)) for rows in oracle.only]
    assert sum(group.reference for group in found.by_group) == len(oracle.only[0])
    assert not found.truncated


def _sampled(found: Difference) -> tuple[list[dict[str, Any]], ...]:
    sides = ([sample.reference for sample in found.samples], [sample.candidate for sample in found.samples])
    return tuple([row for rows in side for row in rows] for side in sides)


@_QUICKLY
@given(ours=_ROWS, theirs=_ROWS)
def test_counting_a_mass_finds_the_same_numbers(lab: Lab, ours: list[Row], theirs: list[Row]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(difference, "MASS_ROWS", 0)
        found, oracle = _explained(lab, ours, theirs)
    assert found.truncated
    moved = oracle.keys["moved"]
    apart = oracle.keys | {"moved": 0, "missing": oracle.keys["missing"] + moved, "extra": oracle.keys["extra"] + moved}
    assert found.keys == apart
    assert (found.only_in_reference, found.only_in_candidate) == tuple(
        oracle.people(kind, ()) for kind in ("missing", "extra")
    )
    years = [key[0] for key in oracle.touched]
    first = min((year for year in years if year is not None), default=None)
    assert found.first_year == first
    counted = [sum(row[0] == first for row in rows) for rows in oracle.only]
    assert [(group.year, group.reference, group.candidate) for group in found.by_group] == [(first, *counted)]
    assert sum(cell.rows for cell in found.contingency if cell.kind != "changed") == sum(
        number for kind, number in apart.items() if kind != "changed"
    )
    assert found.columns == oracle.columns
    assert (found.only_reference, found.only_candidate) == tuple(map(len, oracle.only))
