"""The history of one entity: its rows of all relations, as both sides tell them, in the order of their happening."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from harness.expressions import all_same, listed
from harness.parity.explain.slots import CANDIDATE, REFERENCE, Slot, Slots
from harness.parity.explain.tally import flagged
from harness.parity.explanation import Moment
from harness.parity.pairing import Pairing, row_is
from harness.warehouse import Warehouse

MOST_MOMENTS = 60
_BEFORE = 44  # of them before the first difference
_MOST_ROWS = 5_000  # of one relation


@dataclass(frozen=True)
class _Placed:
    """A moment with what it is sorted by: its year, events before states, its relation, its place there."""

    place: tuple[bool, str, bool, int, int]
    moment: Moment


def tell_history(warehouse: Warehouse, pairings: Iterable[Pairing], entity: Mapping[str, object]) -> tuple[Moment, ...]:
    """The rows of the entity around its first difference, which is marked; each relation has a year and the entity."""
    found: list[_Placed] = []
    told: list[list[Moment]] = []
    for number, pairing in enumerate(pairings):
        placed = list(_moments(warehouse, Slots(pairing), entity, number))
        nameless = [replace(entry.moment, relation="") for entry in placed]
        if nameless not in told:  # a view of a relation tells nothing new
            told.append(nameless)
            found += placed
    found.sort(key=lambda entry: entry.place)
    return _around_first_difference([entry.moment for entry in found])


def _around_first_difference(moments: Sequence[Moment]) -> tuple[Moment, ...]:
    first = next((place for place, moment in enumerate(moments) if moment.status != "same"), None)
    marked = [replace(moment, first_difference=place == first) for place, moment in enumerate(moments)]
    begin = max(0, min((first or 0) - _BEFORE, len(marked) - MOST_MOMENTS))
    return tuple(marked[begin : begin + MOST_MOMENTS])


def _moments(warehouse: Warehouse, slots: Slots, entity: Mapping[str, object], relation: int) -> Iterator[_Placed]:
    pairing = slots.pairing
    columns = (*slots.all, *slots.all)
    values = listed(slot.value(prefix) for prefix in (REFERENCE, CANDIDATE) for slot in slots.all)
    flags = listed(slot.differs for slot in slots.values) or "NULL"
    year = f"coalesce({slots.year(REFERENCE)}, {slots.year(CANDIDATE)})"
    rows = warehouse.rows(
        f"SELECT {year} AS y, {REFERENCE}here, {CANDIDATE}here, {values}, {flags} "
        f"FROM ({flagged(slots, slots.values, _pairs(slots, entity))}) ORDER BY y, {_order(slots)} LIMIT {_MOST_ROWS}"
    )
    for place, (when, here, there, *contents) in enumerate(rows):
        ours, theirs = (
            _record(slots, contents[start : start + len(slots.all)]) if exists else None
            for start, exists in ((0, here), (len(slots.all), there))
        )
        differs = [slot for slot, flag in zip(slots.values, contents[len(columns) :], strict=False) if flag]
        sort_key = (when is None, str(when), pairing.relation.event_types is None, relation, place)
        yield _Placed(sort_key, _moment(slots, ours, theirs, differs))


def _moment(
    slots: Slots, ours: dict[str, Any] | None, theirs: dict[str, Any] | None, differs: Sequence[Slot]
) -> Moment:
    known = ours or theirs or {}
    status = "missing" if theirs is None else "extra" if ours is None else "changed" if differs else "same"
    return Moment(
        relation=slots.pairing.name,
        key={slot.name: known[slot.name] for slot in slots.keys},
        status=status,
        columns=tuple(slot.name for slot in differs),
        reference=ours,
        candidate=theirs,
        first_difference=False,
    )


def _pairs(slots: Slots, entity: Mapping[str, object]) -> str:
    """A query for the rows of the entity, paired by key, or by their whole content where there is no key."""
    address = slots.key() or slots.parts()
    who = row_is(slots.pairing, entity)
    sides = []
    for prefix, source in ((REFERENCE, slots.pairing.reference), (CANDIDATE, slots.pairing.candidate)):
        copies = listed(f"{prefix}{part}" for part in address)
        number = f"row_number() OVER (PARTITION BY {copies} ORDER BY {listed(slots.parts(prefix))}) AS {prefix}copy"
        sides.append(f"(SELECT *, {number}, true AS {prefix}here FROM ({slots.select(source, who, prefix)}))")
    parts = [*address, "copy"]
    same = all_same((REFERENCE + part, CANDIDATE + part) for part in parts)
    here = listed(f"coalesce({prefix}here, false) AS {prefix}here" for prefix in (REFERENCE, CANDIDATE))
    return f"SELECT * REPLACE ({here}) FROM {sides[0]} FULL JOIN {sides[1]} ON {same}"


def _order(slots: Slots) -> str:
    """The declared order of the relation, or its key; then the copies of a key."""
    names = slots.pairing.relation.order or slots.pairing.relation.key
    chosen = [slot for name in names for slot in slots.all if slot.name == name]
    parts = [part for slot in chosen for part in slot.parts()] or slots.parts()
    return listed(f"coalesce({REFERENCE}{part}, {CANDIDATE}{part})" for part in (*parts, "copy"))


def _record(slots: Slots, contents: Sequence[Any]) -> dict[str, Any]:
    return {slot.name: content for slot, content in zip(slots.all, contents, strict=True)}
