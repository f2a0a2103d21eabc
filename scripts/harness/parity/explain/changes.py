"""What happened to each column of the changed rows."""

from harness.expressions import listed
from harness.parity.explain.distance import distance_as_text
from harness.parity.explain.patterns import find_pattern
from harness.parity.explain.slots import CANDIDATE, REFERENCE, Slot, Slots
from harness.parity.explain.tally import ColumnTally, any_flag, flagged
from harness.parity.explanation import Change, Tolerated
from harness.warehouse import Warehouse

EXAMINED_ROWS = 20_000  # so many of a column's changes are searched for what they have in common


def pair_changed(warehouse: Warehouse, slots: Slots) -> None:
    """Fill the table changed with both rows of each changed key, and the flags of what differs."""
    sides = listed(f"{prefix}.{part} AS {prefix}{part}" for prefix in (REFERENCE, CANDIDATE) for part in slots.parts())
    pairs = (
        f"SELECT {sides}, true AS {REFERENCE}here, true AS {CANDIDATE}here FROM touched AS t "
        f"JOIN leftover AS {REFERENCE} ON {slots.same_key('t.', REFERENCE + '.')} AND {REFERENCE}.surplus > 0 "
        f"JOIN leftover AS {CANDIDATE} ON {slots.same_key('t.', CANDIDATE + '.')} AND {CANDIDATE}.surplus < 0 "
        f"WHERE t.kind = 'changed'"
    )
    warehouse.rows(f"CREATE OR REPLACE TEMP TABLE changed AS {flagged(slots, slots.values, pairs)}")


def forgive_tolerated(warehouse: Warehouse, slots: Slots) -> None:
    """Take away the rows that differ in nothing but what is tolerated."""
    if not slots.pairing.relation.tolerances:
        return
    forgiven = f"NOT ({any_flag(slots.values)})"
    for table in ("touched", "leftover"):
        same = slots.same_key(f"{table}.", f"p.{REFERENCE}")
        warehouse.rows(f"DELETE FROM {table} WHERE EXISTS (SELECT 1 FROM changed AS p WHERE {same} AND {forgiven})")
    warehouse.rows(f"DELETE FROM changed WHERE {forgiven}")


def describe_changes(warehouse: Warehouse, slots: Slots, columns: dict[str, ColumnTally]) -> tuple[Change, ...]:
    """Each column that changed, with the pattern of the changes in the table changed."""
    return tuple(
        _describe(warehouse, slot, columns[slot.name])
        for slot in slots.values
        if slot.name in columns and columns[slot.name].rows
    )


def describe_tolerated(slots: Slots, columns: dict[str, ColumnTally]) -> tuple[Tolerated, ...]:
    """Each column in which a tolerance let something pass."""
    declared = slots.pairing.relation.tolerances
    return tuple(
        Tolerated(name, str(declared[name]), declared[name].reason, column.tolerated, float(column.tolerated_abs))
        for name, column in columns.items()
        if column.tolerated
    )


def _describe(warehouse: Warehouse, slot: Slot, column: ColumnTally) -> Change:
    type_ = slot.column.type
    pairs = warehouse.pairs(
        f"SELECT {slot.value(REFERENCE)}, {slot.value(CANDIDATE)} FROM changed WHERE {slot.differs} "
        f"LIMIT {EXAMINED_ROWS}"
    )
    return Change(
        column=slot.name,
        rows=column.rows,
        to_null=column.to_null,
        from_null=column.from_null,
        largest_abs=None if column.largest_abs is None else distance_as_text(type_, column.largest_abs),
        largest_rel=column.largest_rel,
        ulp_only=column.ulp_only,
        pattern=find_pattern(type_, pairs, column.rows),
    )
