"""Explaining a difference: the exact rows, the keys that they belong to, and the columns that changed."""

from typing import Any

from harness.errors import InternalError
from harness.expressions import all_same, any_different, identity, listed, quoted
from harness.parity.explanation import Difference
from harness.parity.explanation import Group as Count
from harness.parity.fingerprint import Fingerprint
from harness.parity.pairing import Cell, Pairing
from harness.parity.samples import take_samples
from harness.warehouse import Warehouse
from harness.words import difference_in_words

# Above this many suspicious rows only the first divergent year is taken apart, and the report says so.
MASS_ROWS = 4_000_000
KINDS = ("changed", "missing", "extra", "duplicate_key")


def explain(
    warehouse: Warehouse,
    pairing: Pairing,
    fingerprints: tuple[Fingerprint, Fingerprint],
    cells: list[Cell],
    *,
    modes: tuple[str, str],
    sample: int,
) -> Difference:
    """Find the rows that only one side has within the cells, and say what distinguishes them."""
    cells, truncated = _affordable(cells, fingerprints)
    where = pairing.within(cells)
    exact_rows = _collect_rows(warehouse, pairing, where)
    only_reference = warehouse.number("SELECT count(*) FROM only_reference")
    only_candidate = warehouse.number("SELECT count(*) FROM only_candidate")
    if only_reference + only_candidate == 0:
        raise InternalError(f"{pairing.name}: the fingerprints differ, but all rows are equal")
    _collect_keys(warehouse, pairing, where)
    found: dict[str, int] = dict(warehouse.pairs("SELECT kind, count(*) FROM touched GROUP BY kind"))
    keys = {kind: found.get(kind, 0) for kind in KINDS}
    columns = _changed_columns(warehouse, pairing)
    groups = _by_group(warehouse, pairing)
    people = tuple(_people(warehouse, pairing, kind) for kind in ("missing", "extra"))
    same_counts = fingerprints[0].rows_by_year == fingerprints[1].rows_by_year
    return Difference(
        only_reference=only_reference,
        only_candidate=only_candidate,
        keys=keys,
        columns=columns,
        first_year=min((group.year for group in groups if group.year is not None), default=None),
        by_group=groups,
        only_in_reference=people[0],
        only_in_candidate=people[1],
        truncated=truncated,
        words=difference_in_words(
            modes, keys, columns, entity=pairing.relation.about, people=people, same_counts=same_counts
        ),
        samples=take_samples(warehouse, pairing, KINDS, sample),
        sql=exact_rows,
    )


def _affordable(cells: list[Cell], fingerprints: tuple[Fingerprint, Fingerprint]) -> tuple[list[Cell], bool]:
    if sum(side.rows_in(cells) for side in fingerprints) <= MASS_ROWS:
        return cells, False
    first = [cell for cell in cells if cell[0] == cells[0][0]]
    return first, len(first) < len(cells)


def _collect_rows(warehouse: Warehouse, pairing: Pairing, where: str) -> str:
    """Fill the tables only_reference and only_candidate; return the query behind the first."""
    content = listed(
        f"{part} AS {quoted(name)}"
        for column in pairing.columns
        for part, name in zip(identity(column.name, column.type), (column.name, f"#{column.name}"), strict=False)
    )
    query = ""
    sides = (
        ("only_candidate", pairing.candidate, pairing.reference),
        ("only_reference", pairing.reference, pairing.candidate),
    )
    for table, here, there in sides:
        ours, theirs = (f"SELECT {content} FROM {source} WHERE {where}" for source in (here, there))
        query = f"{ours} EXCEPT ALL {theirs}"
        warehouse.rows(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT {pairing.names()} FROM ({query})")
    return query


def _collect_keys(warehouse: Warehouse, pairing: Pairing, where: str) -> None:
    """Fill the table touched: the keys of those rows, and how often each occurs on either side."""
    key = listed(pairing.key())
    sources = (
        ("only_reference", "true", "1, 0, 0, 0"),
        ("only_candidate", "true", "0, 1, 0, 0"),
        (pairing.reference, where, "0, 0, 1, 0"),
        (pairing.candidate, where, "0, 0, 0, 1"),
    )
    counted = " UNION ALL ".join(
        f"SELECT {key}, {ones} FROM {source} WHERE {condition}" for source, condition, ones in sources
    )
    names = f"{key}, only_r, only_c, all_r, all_c"
    warehouse.rows(
        f"CREATE OR REPLACE TEMP TABLE touched AS SELECT *, CASE "
        f"WHEN copies_reference > 1 OR copies_candidate > 1 THEN 'duplicate_key' "
        f"WHEN copies_candidate = 0 THEN 'missing' "
        f"WHEN copies_reference = 0 THEN 'extra' ELSE 'changed' END AS kind "
        f"FROM (SELECT {key}, CAST(sum(all_r) AS BIGINT) AS copies_reference, "
        f"CAST(sum(all_c) AS BIGINT) AS copies_candidate "
        f"FROM ({counted}) AS counted({names}) GROUP BY {key} HAVING sum(only_r) + sum(only_c) > 0)"
    )


def _changed_columns(warehouse: Warehouse, pairing: Pairing) -> dict[str, int]:
    """For each column, in how many changed rows it differs; columns that never differ are left out."""
    if not pairing.values:
        return {}
    conditions = (
        any_different(identity(column.name, column.type, "l"), identity(column.name, column.type, "r"))
        for column in pairing.values
    )
    counters = listed(f"count(*) FILTER (WHERE {condition})" for condition in conditions)
    same_key = all_same(zip(pairing.key("l"), pairing.key("r"), strict=True))
    touched = all_same(zip(pairing.key("l"), pairing.key("t"), strict=True))
    numbers = warehouse.row(
        f"SELECT {counters} FROM only_reference AS l JOIN only_candidate AS r ON {same_key} "
        f"JOIN touched AS t ON {touched} WHERE t.kind = 'changed'"
    )
    return {column.name: number for column, number in zip(pairing.values, numbers, strict=True) if number}


def _by_group(warehouse: Warehouse, pairing: Pairing) -> tuple[Count, ...]:
    """The differing rows per year and event type."""
    types = pairing.relation.event_types
    event_type = quoted(types.column) if types else "NULL"
    rows = warehouse.rows(
        f"SELECT {pairing.year} AS y, {event_type} AS e, sum(r), sum(c) FROM ("
        f"SELECT *, 1 AS r, 0 AS c FROM only_reference UNION ALL SELECT *, 0, 1 FROM only_candidate"
        f") GROUP BY y, e ORDER BY y, e"
    )
    return tuple(Count(year, kind, int(ours), int(theirs)) for year, kind, ours, theirs in rows)


def _people(warehouse: Warehouse, pairing: Pairing, kind: str) -> int | None:
    """How many entities have a row that exists on one side only."""
    entity: Any = pairing.relation.about
    if entity is None:
        return None
    return warehouse.number(f"SELECT count(DISTINCT {quoted(entity)}) FROM touched WHERE kind = '{kind}'")
