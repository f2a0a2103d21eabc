"""Proving that two relations hold the same rows, without trusting a hash."""

from collections.abc import Iterable

from harness.expressions import any_different, listed
from harness.parity.pairing import Pairing
from harness.warehouse import Warehouse

POSITIONAL = "exact, row by row in stored order"
MULTISET = "exact, as multisets"


def prove_equal(warehouse: Warehouse, pairing: Pairing, rows: int, years: Iterable[object]) -> str | None:
    """How equality was proved; None if it was refuted."""
    if pairing.stored_alike and _equal_in_order(warehouse, pairing, rows):
        return POSITIONAL
    unmatched = sum(count_unmatched(warehouse, pairing, pairing.in_year(year)) for year in years)
    return None if unmatched else MULTISET


def count_unmatched(warehouse: Warehouse, pairing: Pairing, where: str) -> int:
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


def _equal_in_order(warehouse: Warehouse, pairing: Pairing, rows: int) -> bool:
    """Whether the n-th row is the same on both sides for every n, which implies equal multisets."""
    different = any_different(pairing.identity("l"), pairing.identity("r"))
    read, unequal = warehouse.row(
        f"SELECT count(*), count(*) FILTER (WHERE {different}) "
        f"FROM {pairing.reference} AS l POSITIONAL JOIN {pairing.candidate} AS r"
    )
    return bool(read == rows and unequal == 0)
