"""Keys that occur more than once on a side, where differences are counted and not taken apart."""

from dataclasses import dataclass
from typing import Any

from harness.expressions import all_same, listed
from harness.parity.explain.slots import Slots
from harness.warehouse import Warehouse


@dataclass(frozen=True)
class Doubles:
    """Keys of one year and event type that occur more than once on a side, and their differing rows."""

    year: Any
    event_type: str | None
    keys: int
    reference: int
    candidate: int
    first_entities: list[Any]


def find_doubled(warehouse: Warehouse, slots: Slots, where: str) -> int:
    """Fill the table doubled with the keys that occur more than once on a side; how many there are."""
    key = listed(slots.key())
    sides = " UNION ALL ".join(
        f"SELECT {key} FROM ({slots.select(source, where)}) GROUP BY {key} HAVING count(*) > 1"
        for source in (slots.pairing.reference, slots.pairing.candidate)
    )
    warehouse.rows(f"CREATE OR REPLACE TEMP TABLE doubled AS SELECT DISTINCT * FROM ({sides})")
    return warehouse.number("SELECT count(*) FROM doubled")


def is_doubled(slots: Slots) -> str:
    """A condition: the key of a source's row stands in the table doubled."""
    same = all_same(zip(slots.key("d."), slots.key_expressions(), strict=True))
    return f"EXISTS (SELECT 1 FROM doubled AS d WHERE {same})"


def count_doubles(warehouse: Warehouse, slots: Slots, where: str, entities: int) -> list[Doubles]:
    """The doubled keys whose rows are not the same on both sides; keeps so many of the entities that come first."""
    parts, key = listed(slots.parts()), listed(slots.key())
    sides = " UNION ALL ".join(
        f"SELECT *, {sign} AS sign FROM ({slots.select(source, f'({where}) AND {is_doubled(slots)}')})"
        for source, sign in ((slots.pairing.reference, 1), (slots.pairing.candidate, -1))
    )
    rows = f"SELECT {parts}, sum(sign) AS surplus FROM ({sides}) GROUP BY {parts} HAVING sum(sign) <> 0"
    keys = (
        f"SELECT {key}, min({slots.year()}) AS y, min({slots.event_type()}) AS e, min({slots.entity()}) AS a, "
        f"sum(greatest(surplus, 0)) AS ours, sum(greatest(-surplus, 0)) AS theirs FROM ({rows}) GROUP BY {key}"
    )
    found = warehouse.rows(
        f"SELECT y, e, count(*), CAST(sum(ours) AS BIGINT), CAST(sum(theirs) AS BIGINT), min(a, {entities}) "
        f"FROM ({keys}) GROUP BY y, e"
    )
    return [Doubles(year, kind, size, ours, theirs, first or []) for year, kind, size, ours, theirs, first in found]
