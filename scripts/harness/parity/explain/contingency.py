"""In which years and event types the differences lie, and how much more often than chance would have it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from harness.expressions import quoted
from harness.parity.explain.distance import distance_as_text
from harness.parity.explain.slots import Slots
from harness.parity.explain.tally import Tally
from harness.parity.explanation import ContingencyCell
from harness.warehouse import Warehouse

MOST_CELLS = 200
Kinds = tuple[Any, str | None, str, int]  # year, event type, kind, keys


def count_kinds(warehouse: Warehouse) -> list[Kinds]:
    """The keys in the table touched that did not merely change, by year, event type and kind."""
    rows = warehouse.rows("SELECT y, e, kind, count(*) FROM touched WHERE kind <> 'changed' GROUP BY ALL")
    return [(year, event_type, kind, keys) for year, event_type, kind, keys in rows]


def build_contingency(
    warehouse: Warehouse, slots: Slots, tallies: list[Tally], kinds: list[Kinds]
) -> tuple[ContingencyCell, ...]:
    """Year × event type × column or kind: at most MOST_CELLS, by year, the fullest first."""
    differing = sum(group.changed for group in tallies) + sum(keys for *_, keys in kinds)
    shares = _shares(warehouse, slots)
    cells = [*_changed(slots, tallies), *_other(kinds)]
    cells.sort(key=lambda cell: (cell.year is None, cell.year, -cell.rows, str(cell.event_type), str(cell.column)))
    return tuple(_with_lift(cell, differing, shares) for cell in cells[:MOST_CELLS])


def _with_lift(cell: ContingencyCell, differing: int, shares: dict[tuple[Any, str | None], float]) -> ContingencyCell:
    share = shares.get((cell.year, cell.event_type))
    return replace(cell, lift=cell.rows / differing / share) if share else cell


def _shares(warehouse: Warehouse, slots: Slots) -> dict[tuple[Any, str | None], float]:
    """The share of the reference's rows that belong to a year and event type."""
    pairing = slots.pairing
    types = pairing.relation.event_types
    rows = warehouse.rows(
        f"SELECT {pairing.year} AS y, {quoted(types.column) if types else 'NULL'} AS e, count(*) "
        f"FROM {pairing.reference} GROUP BY y, e"
    )
    total = sum(number for *_, number in rows)
    return {(year, kind): number / total for year, kind, number in rows}


def _changed(slots: Slots, tallies: list[Tally]) -> Iterator[ContingencyCell]:
    types = {slot.name: slot.column.type for slot in slots.values}
    for group in tallies:
        for name, column in group.columns.items():
            apart = None if column.largest_abs is None else distance_as_text(types[name], column.largest_abs)
            if column.rows:
                yield ContingencyCell(
                    group.year, group.event_type, name, "changed", column.rows, apart, column.largest_rel, None
                )


def _other(kinds: list[Kinds]) -> Iterator[ContingencyCell]:
    for year, event_type, kind, keys in kinds:
        yield ContingencyCell(year, event_type, None, kind, keys, None, None, None)
