"""Proving that two relations hold the same rows, without trusting a hash."""

from collections.abc import Iterable

from harness.expressions import any_different, listed
from harness.parity.pairing import Pairing
from harness.warehouse import Warehouse

POSITIONAL = "exact, row by row in stored order"
MULTISET = "exact, as multisets"
FINGERPRINT = "fingerprint, two 64-bit hashes per row"
PROBED_ROWS = 2048  # one vector: enough to see that an order is another one, at no cost


def prove_in_order(warehouse: Warehouse, pairing: Pairing, rows: int) -> bool:
    """Whether the n-th row is the same on both sides for every n, which implies equal multisets.

    Both sides must have that many rows. Streams both once; a look at the first rows spares that where it is in vain.
    """
    first = [f"(SELECT * FROM {source} LIMIT {PROBED_ROWS})" for source in (pairing.reference, pairing.candidate)]
    if not _same_in_order(warehouse, pairing, first[0], first[1], min(rows, PROBED_ROWS)):
        return False
    return rows <= PROBED_ROWS or _same_in_order(warehouse, pairing, pairing.reference, pairing.candidate, rows)


def prove_as_multisets(warehouse: Warehouse, pairing: Pairing, years: Iterable[object]) -> bool:
    """Whether each distinct row occurs as often on one side as on the other."""
    return sum(count_unmatched(warehouse, pairing, pairing.in_year(year)) for year in years) == 0


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


def _same_in_order(warehouse: Warehouse, pairing: Pairing, reference: str, candidate: str, rows: int) -> bool:
    different = any_different(pairing.identity("l"), pairing.identity("r"))
    read, unequal = warehouse.row(
        f"SELECT count(*), count(*) FILTER (WHERE {different}) FROM {reference} AS l POSITIONAL JOIN {candidate} AS r"
    )
    return bool(read == rows and unequal == 0)
