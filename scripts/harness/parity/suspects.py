"""Narrowing down where two sides differ, and taking the rows there into working tables.

The cells of a fingerprint are coarse. Where they hold many rows, those are counted once more in nooks of a few rows
each: only nooks that differ are copied, so that what follows costs no more than the difference is big.
"""

from harness.expressions import listed, quoted
from harness.parity.pairing import Cell, Pairing
from harness.parity.proof import count_unmatched
from harness.parity.slots import Slots
from harness.warehouse import Warehouse

MODEST_ROWS = 100_000  # so many are copied without a second look
ROWS_PER_NOOK = 8
MASS_SHARE = 0.05


def gather(warehouse: Warehouse, slots: Slots, where: str) -> None:
    """Fill the tables suspects_reference and suspects_candidate with the rows that meet a condition."""
    sides = (("suspects_reference", slots.pairing.reference), ("suspects_candidate", slots.pairing.candidate))
    for table, source in sides:
        warehouse.rows(f"CREATE OR REPLACE TEMP TABLE {table} AS {slots.select(source, where)}")


def gather_few(warehouse: Warehouse, slots: Slots, cells: list[Cell], suspicious: int, most: int) -> bool:
    """Fill both tables from the cells, which hold so many suspicious rows, unless more than `most` would be copied."""
    pairing = slots.pairing
    where = pairing.within(cells)
    if suspicious > min(MODEST_ROWS, most):
        if suspicious > most and _much_of(warehouse, pairing, cells[:1]):
            return False
        nook = _nook(pairing, suspicious)
        if _find_nooks(warehouse, pairing, where, nook) > most:
            return False
        found = f"n.y IS NOT DISTINCT FROM {pairing.year} AND n.nook = {nook}"
        where = f"({where}) AND EXISTS (SELECT 1 FROM nooks AS n WHERE {found})"
    gather(warehouse, slots, where)
    return True


def _much_of(warehouse: Warehouse, pairing: Pairing, cells: list[Cell]) -> bool:
    """Whether a good part of the rows of these cells differs; a look at one cell may spare the search for nooks."""
    where = pairing.within(cells)
    sides = (pairing.reference, pairing.candidate)
    rows = sum(warehouse.number(f"SELECT count(*) FROM {source} WHERE {where}") for source in sides)
    return count_unmatched(warehouse, pairing, where) > rows * MASS_SHARE


def _find_nooks(warehouse: Warehouse, pairing: Pairing, where: str, nook: str) -> int:
    """Fill the table nooks with those that differ; how many rows of both sides lie in them."""
    row = f"hash(hash({listed(pairing.identity())}))"
    sides = " UNION ALL ".join(
        f"SELECT y, nook, count(*) AS size, sum(h) AS total, bit_xor(h) AS mixed FROM ("
        f"SELECT {pairing.year} AS y, {nook} AS nook, {row} AS h FROM {source} WHERE {where}) GROUP BY y, nook"
        for source in (pairing.reference, pairing.candidate)
    )
    unequal = " OR ".join(f"min({number}) <> max({number})" for number in ("size", "total", "mixed"))
    warehouse.rows(
        f"CREATE OR REPLACE TEMP TABLE nooks AS SELECT y, nook, sum(size) AS size FROM ({sides}) "
        f"GROUP BY y, nook HAVING count(*) < 2 OR {unequal}"
    )
    return warehouse.number("SELECT sum(size) FROM nooks")


def _nook(pairing: Pairing, suspicious: int) -> str:
    """The expression for the nook of a row; as with buckets, all rows of an entity share one."""
    about = [quoted(pairing.relation.about)] if pairing.relation.about else pairing.identity()
    return f"hash({listed(about)}) % {max(suspicious // (2 * ROWS_PER_NOOK), 1)}"
