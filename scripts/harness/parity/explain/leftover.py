"""The rows that no row of the other side equals, and what their keys say of them."""

from dataclasses import dataclass

from harness.expressions import all_same, any_different, listed
from harness.parity.explain.slots import CANDIDATE, REFERENCE, Slots
from harness.warehouse import Warehouse


@dataclass(frozen=True)
class Leftover:
    """How many rows each side has that the other has not, copies counted one by one."""

    reference: int
    candidate: int


def cancel_equal_rows(warehouse: Warehouse, slots: Slots) -> None:
    """Fill the table leftover with each row that one side has more often; surplus < 0 if that is the candidate."""
    parts = listed(slots.parts())
    warehouse.rows(
        f"CREATE OR REPLACE TEMP TABLE leftover AS SELECT {parts}, CAST(sum(sign) AS BIGINT) AS surplus FROM ("
        f"SELECT *, 1 AS sign FROM suspects_reference UNION ALL SELECT *, -1 FROM suspects_candidate"
        f") GROUP BY {parts} HAVING sum(sign) <> 0"
    )


def count_leftover(warehouse: Warehouse) -> Leftover:
    """Count the rows of the table leftover."""
    ours, theirs = warehouse.row("SELECT sum(greatest(surplus, 0)), sum(greatest(-surplus, 0)) FROM leftover")
    return Leftover(int(ours or 0), int(theirs or 0))


def classify_keys(warehouse: Warehouse, slots: Slots, *, with_moves: bool) -> dict[str, int]:
    """Fill the table touched with the keys of the leftover rows and what became of each.

    y, e and a are the year, the event type and the entity on the reference's side, if it has the key. Returns how
    many rows moved to another key, by the key columns that changed.
    """
    key = listed(slots.key())
    place = listed((slots.year(), slots.event_type(), slots.entity()))
    first = listed(f"coalesce(min({name}) FILTER (WHERE surplus > 0), min({name})) AS {name}" for name in "yea")
    warehouse.rows(
        f"CREATE OR REPLACE TEMP TABLE touched AS SELECT *, CASE "
        f"WHEN copies_reference > 1 OR copies_candidate > 1 THEN 'duplicate_key' "
        f"WHEN copies_candidate = 0 THEN 'missing' WHEN copies_reference = 0 THEN 'extra' ELSE 'changed' END AS kind "
        f"FROM (SELECT {key}, {first}, CAST(sum(ours) AS BIGINT) AS copies_reference, "
        f"CAST(sum(theirs) AS BIGINT) AS copies_candidate FROM ("
        f"SELECT {key}, {place}, surplus, 0 AS ours, 0 AS theirs FROM leftover "
        f"UNION ALL SELECT {key}, NULL, NULL, NULL, NULL, 1, 0 FROM suspects_reference "
        f"UNION ALL SELECT {key}, NULL, NULL, NULL, NULL, 0, 1 FROM suspects_candidate"
        f") AS everything({key}, y, e, a, surplus, ours, theirs) GROUP BY {key} HAVING count(surplus) > 0)"
    )
    both = warehouse.number("SELECT count(DISTINCT kind) FROM touched WHERE kind IN ('missing', 'extra')") == 2
    return _find_moves(warehouse, slots, wanted=with_moves and both and bool(slots.values))


def _find_moves(warehouse: Warehouse, slots: Slots, *, wanted: bool) -> dict[str, int]:
    """Fill the table moves: missing and extra keys that belong to one and the same content."""
    copies = f"count(*) OVER (PARTITION BY {listed(slots.content()) or 'NULL'}) AS copies"
    ours, theirs = (
        f"SELECT {listed(f'{part} AS {prefix}{part}' for part in slots.parts())}, {copies} "
        f"FROM leftover WHERE surplus {side} 0"
        for prefix, side in ((REFERENCE, ">"), (CANDIDATE, "<"))
    )
    content = all_same(zip(slots.content("m." + REFERENCE), slots.content("x." + CANDIDATE), strict=True))
    warehouse.rows(
        f"CREATE OR REPLACE TEMP TABLE moves AS SELECT m.* EXCLUDE (copies), x.* EXCLUDE (copies) "
        f"FROM ({ours}) AS m JOIN ({theirs}) AS x ON {content} "
        f"WHERE {wanted} AND m.copies = 1 AND x.copies = 1 "
        f"AND {_is(slots, 'm.' + REFERENCE, 'missing')} AND {_is(slots, 'x.' + CANDIDATE, 'extra')} "
        f"AND {_same_people(slots)}"
    )
    moved = [any_different(slot.parts(REFERENCE), slot.parts(CANDIDATE)) for slot in slots.keys]
    counts = warehouse.row(f"SELECT {listed(f'count(*) FILTER (WHERE {condition})' for condition in moved)} FROM moves")
    _mark_moves(warehouse, slots)
    return {slot.name: count for slot, count in zip(slots.keys, counts, strict=True) if count}


def _is(slots: Slots, prefix: str, kind: str) -> str:
    same = slots.same_key("t.", prefix)
    return f"EXISTS (SELECT 1 FROM touched AS t WHERE {same} AND t.kind = '{kind}')"


def _same_people(slots: Slots) -> str:
    """A condition: the entity is the same, or both exist on both sides, so that one person did not replace another."""
    here, there, entity = slots.entity("m." + REFERENCE), slots.entity("x." + CANDIDATE), slots.entity("s.")
    known = " AND ".join(
        f"EXISTS (SELECT 1 FROM {table} AS s WHERE {entity} IS NOT DISTINCT FROM {person})"
        for table, person in (("suspects_reference", there), ("suspects_candidate", here))
    )
    return f"({here} IS NOT DISTINCT FROM {there} OR ({known}))"


def _mark_moves(warehouse: Warehouse, slots: Slots) -> None:
    """A move is told once, under the reference's key."""
    ours, theirs = (slots.same_key("touched.", "m." + prefix) for prefix in (REFERENCE, CANDIDATE))
    warehouse.rows(f"UPDATE touched SET kind = 'moved' WHERE EXISTS (SELECT 1 FROM moves AS m WHERE {ours})")
    warehouse.rows(f"DELETE FROM touched WHERE EXISTS (SELECT 1 FROM moves AS m WHERE {theirs})")
