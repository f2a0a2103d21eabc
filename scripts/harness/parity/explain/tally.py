"""Counting, by year and event type, what happened to each column of the rows that are paired by their key."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from harness.expressions import any_different, listed
from harness.parity.explain.distance import distance, within
from harness.parity.explain.slots import CANDIDATE, REFERENCE, Slot, Slots
from harness.warehouse import Warehouse

BOTH = f"{REFERENCE}here AND {CANDIDATE}here"
_PER_COLUMN = 8


@dataclass(frozen=True)
class ColumnTally:
    """One column within the changed rows of a group; distances as the database returns them."""

    rows: int
    to_null: int
    from_null: int
    largest_abs: Any
    largest_rel: float | None
    ulp_only: int
    tolerated: int
    tolerated_abs: Any

    def __add__(self, other: "ColumnTally") -> "ColumnTally":
        return ColumnTally(
            self.rows + other.rows,
            self.to_null + other.to_null,
            self.from_null + other.from_null,
            _larger(self.largest_abs, other.largest_abs),
            _larger(self.largest_rel, other.largest_rel),
            self.ulp_only + other.ulp_only,
            self.tolerated + other.tolerated,
            _larger(self.tolerated_abs, other.tolerated_abs),
        )


@dataclass(frozen=True)
class Tally:
    """The pairs of one year and event type: how many there are, how many changed, how many rows have no partner."""

    year: Any
    event_type: str | None
    pairs: int
    changed: int
    missing: int
    extra: int
    columns: dict[str, ColumnTally]
    first_entities: list[Any]  # the smallest that differ, with repetitions
    doubtful: int  # pairs that may differ in other columns, too


def flagged(slots: Slots, values: Sequence[Slot], pairs: str) -> str:
    """A query for pairs of rows with the flags of these columns; a row without a partner has none set."""
    different = listed(
        f"{BOTH} AND ({any_different(slot.parts(REFERENCE), slot.parts(CANDIDATE))}) AS x{slot.number}"
        for slot in values
    )
    flags = listed(flag for slot in values for flag in _flags(slots, slot))
    return f"SELECT *, {flags} FROM (SELECT *, {different} FROM ({pairs}))" if flags else pairs


def any_flag(values: Iterable[Slot]) -> str:
    """A condition: the pair differs in one of the columns beyond what is tolerated."""
    return " OR ".join(slot.differs for slot in values) or "false"


def differing(warehouse: Warehouse, slots: Slots, pairs: str) -> list[Slot]:
    """The columns that differ in some pair, tolerated or not."""
    if not slots.values:
        return []
    counters = listed(f"count(*) FILTER (WHERE x{slot.number})" for slot in slots.values)
    counts = warehouse.row(f"SELECT {counters} FROM ({flagged(slots, slots.values, pairs)})")
    return [slot for slot, count in zip(slots.values, counts, strict=True) if count]


def tally(
    warehouse: Warehouse,
    slots: Slots,
    values: Sequence[Slot],
    flagged_pairs: str,
    *,
    entities: int = 0,
    doubt: str = "false",
) -> list[Tally]:
    """Count flagged pairs by year and event type; keep so many of the entities that differ first.

    `doubt` is a condition for pairs that may differ in some other column.
    """
    year, kind, entity = (
        f"coalesce({name(REFERENCE)}, {name(CANDIDATE)})" for name in (slots.year, slots.event_type, slots.entity)
    )
    kept = f"min({entity}, {entities}) FILTER (WHERE {any_flag(values)} OR NOT ({BOTH}))" if entities else "NULL"
    counters = listed(
        (
            f"count(*) FILTER (WHERE {BOTH})",
            f"count(*) FILTER (WHERE {any_flag(values)})",
            f"count(*) FILTER (WHERE NOT {CANDIDATE}here)",
            f"count(*) FILTER (WHERE NOT {REFERENCE}here)",
            kept,
            f"count(*) FILTER (WHERE {BOTH} AND {doubt})",
            *(counter for slot in values for counter in _counters(slots, slot)),
        )
    )
    rows = warehouse.rows(
        f"SELECT {year} AS y, {kind} AS e, {counters} FROM ({flagged_pairs}) GROUP BY y, e ORDER BY y, e"
    )
    return [_read(values, row) for row in rows]


def columns_of(tallies: Iterable[Tally]) -> dict[str, ColumnTally]:
    """The columns over all groups."""
    found: dict[str, ColumnTally] = {}
    for group in tallies:
        for name, column in group.columns.items():
            found[name] = found[name] + column if name in found else column
    return found


def _flags(slots: Slots, slot: Slot) -> list[str]:
    tolerance = slots.pairing.relation.tolerances.get(slot.name)
    if tolerance is None:
        return [f"x{slot.number} AS {slot.differs}"]
    allowed = within(slot.column.type, tolerance, slot.value(REFERENCE), slot.value(CANDIDATE))
    return [
        f"x{slot.number} AND NOT {allowed} AS {slot.differs}",
        f"x{slot.number} AND {allowed} AS {slot.tolerated}",
    ]


def _counters(slots: Slots, slot: Slot) -> list[str]:
    ours, theirs, differs = slot.value(REFERENCE), slot.value(CANDIDATE), slot.differs
    apart = distance(slot.column.type, ours, theirs)
    tolerated = slot.tolerated if slot.name in slots.pairing.relation.tolerances else None
    return [
        f"count(*) FILTER (WHERE {differs})",
        f"count(*) FILTER (WHERE {differs} AND {theirs} IS NULL)",
        f"count(*) FILTER (WHERE {differs} AND {ours} IS NULL)",
        f"max({apart.absolute}) FILTER (WHERE {differs})" if apart.absolute else "NULL",
        f"max({apart.relative}) FILTER (WHERE {differs})" if apart.relative else "NULL",
        f"count(*) FILTER (WHERE {differs} AND {apart.noise})" if apart.noise else "0",
        f"count(*) FILTER (WHERE {tolerated})" if tolerated else "0",
        f"max({apart.absolute}) FILTER (WHERE {tolerated})" if tolerated and apart.absolute else "NULL",
    ]


def _read(values: Sequence[Slot], row: Sequence[Any]) -> Tally:
    year, kind, pairs, changed, missing, extra, entities, doubtful, *numbers = row
    columns = {
        slot.name: ColumnTally(*numbers[place * _PER_COLUMN : (place + 1) * _PER_COLUMN])
        for place, slot in enumerate(values)
    }
    return Tally(year, kind, pairs, changed, missing, extra, columns, entities or [], doubtful)


def _larger(one: Any, other: Any) -> Any:  # noqa: ANN401  a distance has the type of its column
    return max((number for number in (one, other) if number is not None), default=None)
