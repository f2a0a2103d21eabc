"""Telling where each entity first diverged from what may only follow from that."""

from harness.expressions import listed
from harness.parity.explain.slots import REFERENCE, Slots
from harness.parity.explanation import Roots
from harness.warehouse import Warehouse


def find_roots(warehouse: Warehouse, slots: Slots) -> Roots | None:
    """The first key in the table touched of each entity, by year and key; None where rows are about nobody."""
    entity = slots.pairing.relation.about
    if entity is None or not slots.keys:
        return None
    key = listed(slots.key())
    warehouse.rows(
        f"CREATE OR REPLACE TEMP TABLE roots AS SELECT * FROM touched "
        f"QUALIFY row_number() OVER (PARTITION BY a ORDER BY y, {key}) = 1"
    )
    entities = warehouse.number("SELECT count(*) FROM roots")
    if not entities:
        return None
    (first,) = warehouse.row(f"SELECT a FROM roots ORDER BY y, {key} LIMIT 1")
    return Roots(
        entities=entities,
        root_rows=entities,
        cascade_rows=warehouse.number("SELECT count(*) FROM touched") - entities,
        columns=_columns(warehouse, slots),
        first={entity: first},
        event_types=dict(
            warehouse.pairs("SELECT e, count(*) FROM roots WHERE e IS NOT NULL GROUP BY e ORDER BY count(*) DESC, e")
        ),
    )


def _columns(warehouse: Warehouse, slots: Slots) -> dict[str, int]:
    """In how many roots each column differs, and how many roots are of another kind; most frequent first."""
    flags = listed(f"count(*) FILTER (WHERE {slot.differs})" for slot in slots.values) or "NULL"
    is_root = f"EXISTS (SELECT 1 FROM roots AS t WHERE {slots.same_key('t.', 'p.' + REFERENCE)})"
    changed = warehouse.row(f"SELECT {flags} FROM changed AS p WHERE {is_root}")
    counts = {slot.name: rows for slot, rows in zip(slots.values, changed, strict=False) if rows}
    kinds = dict(warehouse.pairs("SELECT kind, count(*) FROM roots WHERE kind <> 'changed' GROUP BY kind"))
    # A column may bear the name of a kind.
    for kind, rows in kinds.items():
        counts[kind] = counts.get(kind, 0) + rows
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
