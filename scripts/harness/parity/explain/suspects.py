"""Narrowing down where two sides differ, and taking the rows there into working tables.

The cells of a fingerprint are coarse. Where they hold many rows, those are counted once more in nooks of a few rows
each: only nooks that differ are copied, so that what follows costs no more than the difference is big.
"""

from collections.abc import Iterable

from harness.expressions import listed, quoted
from harness.parity.explain.leftover import cancel_equal_rows, count_leftover
from harness.parity.explain.slots import Slots
from harness.parity.fingerprint import Fingerprint
from harness.parity.pairing import BUCKETS, Cell, Pairing
from harness.warehouse import Warehouse

MODEST_ROWS = 100_000  # so many are copied without a second look
ROWS_PER_NOOK = 8
MASS_SHARE = 0.05


def gather(warehouse: Warehouse, slots: Slots, where: str, within: str = "") -> None:
    """Fill the tables suspects_reference and suspects_candidate with the rows that meet a condition.

    `within` joins the sources to what the rows must be found in.
    """
    sides = (("suspects_reference", slots.pairing.reference), ("suspects_candidate", slots.pairing.candidate))
    for table, source in sides:
        warehouse.rows(f"CREATE OR REPLACE TEMP TABLE {table} AS {slots.select(f'{source}{within}', where)}")


def gather_few(
    warehouse: Warehouse, slots: Slots, cells: list[Cell], fingerprints: tuple[Fingerprint, Fingerprint], most: int
) -> bool:
    """Fill both tables with what differs within the cells, unless more than `most` rows would have to be copied.

    If so, they hold the rows of the first cell.
    """
    suspicious = sum(side.rows_in(cells) for side in fingerprints)
    where = within_cells(slots.pairing, cells)
    if suspicious <= min(MODEST_ROWS, most):
        gather(warehouse, slots, where)
        return True
    if suspicious > most and _much_of(warehouse, slots, cells[:1], fingerprints):
        return False
    nook = _nook(slots.pairing, suspicious)
    if _find_nooks(warehouse, slots.pairing, where, nook) > most:
        gather(warehouse, slots, within_cells(slots.pairing, cells[:1]))
        return False
    # An inner join on a table without repetitions is what DuckDB filters a scan with; EXISTS costs four times as much.
    gather(warehouse, slots, where, f' JOIN (SELECT nook AS "the nook" FROM nooks) ON "the nook" = {nook}')
    return True


def within_cells(pairing: Pairing, cells: Iterable[Cell]) -> str:
    """A condition: the row lies in one of the cells. One bit per bucket is tested faster than a list of them."""
    masks: dict[object, int] = {}
    for year, bucket in cells:
        masks[year] = masks.get(year, 0) | 1 << bucket
    if not masks:
        return "false"
    years = f"({' OR '.join(map(pairing.in_year, masks))})"  # by itself, so that a scan can skip what it excludes
    if all(mask == (1 << BUCKETS) - 1 for mask in masks.values()):
        return years
    cases = " ".join(f"WHEN {pairing.in_year(year)} THEN {mask}::UBIGINT" for year, mask in masks.items())
    return f"{years} AND (CASE {cases} ELSE 0::UBIGINT END >> {pairing.bucket}) & 1 = 1"


def _much_of(
    warehouse: Warehouse, slots: Slots, cells: list[Cell], fingerprints: tuple[Fingerprint, Fingerprint]
) -> bool:
    """Whether a good part of the rows of these cells differs; a look at one cell may spare the search for nooks."""
    gather(warehouse, slots, within_cells(slots.pairing, cells))
    cancel_equal_rows(warehouse, slots)
    leftover = count_leftover(warehouse)
    return leftover.reference + leftover.candidate > MASS_SHARE * sum(side.rows_in(cells) for side in fingerprints)


def _find_nooks(warehouse: Warehouse, pairing: Pairing, where: str, nook: str) -> int:
    """Fill the table nooks with those that differ; how many rows of both sides lie in them."""
    row = f"hash(hash({listed(pairing.identity())}))"
    sides = " UNION ALL ".join(
        f"SELECT nook, count(*) AS size, sum(h) AS total, bit_xor(h) AS mixed FROM ("
        f"SELECT {nook} AS nook, {row} AS h FROM {source} WHERE {where}) GROUP BY nook"
        for source in (pairing.reference, pairing.candidate)
    )
    unequal = " OR ".join(f"min({number}) <> max({number})" for number in ("size", "total", "mixed"))
    warehouse.rows(
        f"CREATE OR REPLACE TEMP TABLE nooks AS SELECT nook, sum(size) AS size FROM ({sides}) "
        f"GROUP BY nook HAVING count(*) < 2 OR {unequal}"
    )
    return warehouse.number("SELECT sum(size) FROM nooks")


def _nook(pairing: Pairing, suspicious: int) -> str:
    """The expression for the nook of a row; all rows of an entity in a year share one."""
    about = [quoted(pairing.relation.about)] if pairing.relation.about else pairing.identity()
    return f"hash({listed((pairing.year, *about))}) % {max(suspicious // (2 * ROWS_PER_NOOK), 1)}"
