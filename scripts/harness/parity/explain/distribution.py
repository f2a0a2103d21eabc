"""What the rows that only one side has look like, column by column, where no key pairs them."""

from collections.abc import Sequence
from typing import Any

from harness.expressions import listed
from harness.parity.explain.distance import distance
from harness.parity.explain.slots import Slot, Slots
from harness.parity.explanation import Distribution
from harness.warehouse import Warehouse

TOP_VALUES = 5


def describe_leftover(warehouse: Warehouse, slots: Slots) -> tuple[Distribution, ...]:
    """Each column over the table leftover, on either side; copies count one by one."""
    return tuple(
        Distribution(slot.name, *(_side(warehouse, slot, f"surplus {sign} 0") for sign in "><")) for slot in slots.all
    )


def _side(warehouse: Warehouse, slot: Slot, where: str) -> dict[str, Any]:
    value = slot.value()
    rows, known = "sum(abs(surplus))", f"sum(abs(surplus)) FILTER (WHERE {value} IS NOT NULL)"
    numeric = distance(slot.column.type, value, value).magnitude is not None
    mean = f"sum(CAST({value} AS DOUBLE) * abs(surplus)) / {known}" if numeric else "NULL"
    numbers = warehouse.row(
        f"SELECT coalesce({rows}, 0), coalesce({rows} - coalesce({known}, 0), 0), count(DISTINCT {value}), "
        f"min({value}), max({value}), {mean} FROM leftover WHERE {where}"
    )
    return _named(numbers) | {"top": _top(warehouse, slot, where)}


def _named(numbers: Sequence[Any]) -> dict[str, Any]:
    rows, nulls, distinct, smallest, largest, mean = numbers
    return {
        "rows": int(rows),
        "nulls": int(nulls),
        "distinct": distinct,
        "smallest": smallest,
        "largest": largest,
        "mean": mean,
    }


def _top(warehouse: Warehouse, slot: Slot, where: str) -> list[list[Any]]:
    """The most frequent values and how many rows have them; NULL counts as one."""
    parts = listed(slot.parts())
    rows = warehouse.rows(
        f"SELECT {slot.value()}, CAST(sum(abs(surplus)) AS BIGINT) AS size FROM leftover WHERE {where} "
        f"GROUP BY {parts} ORDER BY size DESC, {parts} LIMIT {TOP_VALUES}"
    )
    return [[value, rows_with_it] for value, rows_with_it in rows]
