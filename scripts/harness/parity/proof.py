"""Proving that two relations hold the same rows, without trusting a hash.

Two ways, the cheap one first. Row by row in stored order: any pairing of n rows with n rows in which every pair is
equal makes equal multisets, so the order needs no declaration, and the first unequal pair ends the attempt.
Otherwise a join on a hash of the row, in which the hash only chooses whom to compare, partition by partition.
"""

from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from itertools import pairwise
from typing import Any

from harness.expressions import any_different, listed, quoted, value
from harness.parity.pairing import Pairing
from harness.warehouse import Warehouse

POSITIONAL = "exact, row by row in stored order"
MULTISET = "exact, as multisets"
FINGERPRINT = "fingerprint, two 64-bit hashes per row"
# Small partitions need little memory, but each one is another scan. Measured with ten columns: a hash table over
# 800,000 rows takes 0.2 GB, one over 4 million 1 GB. With small ones, memory beyond this only holds what was read.
SMALL_PARTITION, LARGE_PARTITION, PARTITIONS = 800_000, 4_000_000, 8
ENOUGH_FOR_SMALL = "600MB"


def prove_in_order(warehouse: Warehouse, pairing: Pairing) -> bool:
    """Whether the n-th row is the same on both sides for every n. Both sides must have the same number of rows."""
    different = any_different(pairing.identity("l"), pairing.identity("r"))
    sides = f"{pairing.reference} AS l POSITIONAL JOIN {pairing.candidate} AS r"
    return warehouse.number(f"SELECT count(*) FROM (SELECT 1 FROM {sides} WHERE {different} LIMIT 1)") == 0


def prove_as_multisets(warehouse: Warehouse, pairing: Pairing, rows_by_year: Mapping[Any, int]) -> bool:
    """Whether each distinct row occurs as often on one side as on the other, given the rows of each year."""
    size = _partition_size(rows_by_year)
    with warehouse.at_most(ENOUGH_FOR_SMALL) if size == SMALL_PARTITION else nullcontext():
        return all(
            _paired_by_hash(warehouse, pairing, where, rows) or count_unmatched(warehouse, pairing, where) == 0
            for where, rows in _partitions(warehouse, pairing, rows_by_year, size)
        )


def count_unmatched(warehouse: Warehouse, pairing: Pairing, where: str = "true") -> int:
    """How many distinct rows occur more often on one side than on the other."""
    content = {f"c{i}": part for i, part in enumerate(pairing.identity())}
    selected = listed(f"{part} AS {name}" for name, part in content.items())
    sides = " UNION ALL ".join(
        f"SELECT {selected}, {sign} AS sign FROM {source} WHERE {where}"
        for source, sign in ((pairing.reference, 1), (pairing.candidate, -1))
    )
    return warehouse.number(
        f"SELECT count(*) FROM (SELECT 1 FROM ({sides}) GROUP BY {listed(content)} HAVING sum(sign) <> 0)"
    )


def _paired_by_hash(warehouse: Warehouse, pairing: Pairing, where: str, rows: int) -> bool:
    """Whether a join on the hash of the row pairs n rows with n rows, one to one, and every pair is equal.

    `rows` is n, the rows of the reference. If u rows stay alone on a side and P pairs are made, P + u = n on each
    side and P + u + u = n in all leave u = 0 and P = n: each row has exactly one partner. Rows that occur twice make
    more pairs; then this proves nothing.
    """
    ours, theirs = (
        f"(SELECT 1 AS p, hash(hash({listed(pairing.identity())})) AS h, {pairing.names()} FROM {source} WHERE {where})"
        for source in (pairing.reference, pairing.candidate)
    )
    different = any_different(pairing.identity("l"), pairing.identity("r"))
    pairs, left, right, unequal = warehouse.row(
        f"SELECT count(*), count(l.p), count(r.p), count(*) FILTER (WHERE {different}) "
        f"FROM {ours} AS l FULL JOIN {theirs} AS r ON l.h = r.h"
    )
    return bool(pairs == left == right == rows and unequal == 0)


def _partition_size(rows_by_year: Mapping[Any, int]) -> int:
    return min(LARGE_PARTITION, max(SMALL_PARTITION, sum(rows_by_year.values()) // PARTITIONS))


def _partitions(
    warehouse: Warehouse, pairing: Pairing, rows_by_year: Mapping[Any, int], size: int
) -> Iterator[tuple[str, int]]:
    """Conditions that share out the rows: by year, and a large year by ranges of the entity; and the rows of each."""
    for year, rows in rows_by_year.items():
        parts = -(-rows // size)
        where = pairing.in_year(year)
        if parts == 1:
            yield where, rows
            continue
        for part in _split(warehouse, pairing, where, parts):
            both = f"{where} AND {part}"
            yield both, warehouse.number(f"SELECT count(*) FROM {pairing.reference} WHERE {both}")


def _split(warehouse: Warehouse, pairing: Pairing, where: str, parts: int) -> Iterator[str]:
    """Ranges of the entity, which a scan can skip where rows lie in its order; or the buckets."""
    about = pairing.relation.about
    if about is None or not _is_integer(pairing, about):
        yield from (f"{pairing.bucket} % {parts} = {part}" for part in range(parts))
        return
    name = quoted(about)
    # NULL belongs to the first part; the last part is open, whatever the other side holds.
    smallest, largest = warehouse.row(f"SELECT min({name}), max({name}) FROM {pairing.reference} WHERE {where}")
    bounds = [smallest + (largest - smallest + 1) * part // parts for part in range(1, parts)]
    yield f"({name} < {value(bounds[0])} OR {name} IS NULL)"
    for lower, upper in pairwise(bounds):
        yield f"{name} >= {value(lower)} AND {name} < {value(upper)}"
    yield f"{name} >= {value(bounds[-1])}"


def _is_integer(pairing: Pairing, name: str) -> bool:
    return any(column.name == name and column.type.endswith(("INT", "INTEGER")) for column in pairing.columns)
