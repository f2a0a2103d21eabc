"""Showing a few of the rows that differ, with the values of both sides."""

from typing import Any

from harness.expressions import all_same, listed
from harness.parity.explanation import Sample
from harness.parity.pairing import Pairing
from harness.warehouse import Warehouse

Record = dict[str, Any]


def take_samples(warehouse: Warehouse, pairing: Pairing, kinds: tuple[str, ...], limit: int) -> tuple[Sample, ...]:
    """The first differing keys of each kind, in key order."""
    key = listed(pairing.key())
    warehouse.rows(
        f"CREATE OR REPLACE TEMP TABLE sampled AS SELECT * FROM touched "
        f"QUALIFY row_number() OVER (PARTITION BY kind ORDER BY {key}) <= {limit}"
    )
    ours, theirs = (_records(warehouse, pairing, table) for table in ("only_reference", "only_candidate"))
    chosen = warehouse.rows(f"SELECT kind, copies_reference, copies_candidate, {key} FROM sampled ORDER BY {key}")
    samples = [
        _sample(pairing, kind, tuple(parts), (copies, other_copies), (ours, theirs))
        for kind, copies, other_copies, *parts in chosen
    ]
    return tuple(sorted(samples, key=lambda sample: kinds.index(sample.kind)))


def _records(warehouse: Warehouse, pairing: Pairing, table: str) -> dict[tuple[str, ...], list[Record]]:
    """The sampled rows of one side under their keys."""
    sampled = all_same(zip(pairing.key("t"), pairing.key("s"), strict=True))
    rows = warehouse.rows(
        f"SELECT {pairing.names('t')} FROM {table} AS t "
        f"WHERE EXISTS (SELECT 1 FROM sampled AS s WHERE {sampled}) ORDER BY ALL"
    )
    found: dict[tuple[str, ...], list[Record]] = {}
    for row in rows:
        record = {column.name: item for column, item in zip(pairing.columns, row, strict=True)}
        found.setdefault(_address(pairing, record), []).append(record)
    return found


def _address(pairing: Pairing, record: Record) -> tuple[str, ...]:
    return tuple(repr(record[name]) for name in pairing.relation.key)


def _sample(
    pairing: Pairing,
    kind: str,
    parts: tuple[Any, ...],
    copies: tuple[int, int],
    records: tuple[dict[tuple[str, ...], list[Record]], dict[tuple[str, ...], list[Record]]],
) -> Sample:
    key = dict(zip(pairing.relation.key, parts, strict=True))
    address = _address(pairing, key)
    ours, theirs = (side.get(address, []) for side in records)
    columns: tuple[str, ...] = ()
    if kind == "changed":
        # repr() tells -0.0 from 0.0, which == does not.
        columns = tuple(name for name in ours[0] if repr(ours[0][name]) != repr(theirs[0][name]))
    return Sample(kind, key, columns, tuple(ours), tuple(theirs), *copies)
