"""A fingerprint of a relation: finds cheaply that two sides differ, and where.

Each row becomes one 64-bit number. DuckDB combines the columns of hash(a, …, z) by XOR, so only a second
hash() around it shows a value that moved to another row (measured: without it, exchanging the last column of
two rows is never seen). A fingerprint decides nothing: an exact proof follows equal ones, the exact rows
different ones.
"""

from dataclasses import dataclass
from typing import Any

from harness.expressions import listed
from harness.parity.pairing import Cell, Pairing
from harness.parity.results import Count
from harness.warehouse import Warehouse


@dataclass(frozen=True)
class Fingerprint:
    """Count, sum and xor of the row hashes in each cell."""

    cells: dict[Cell, tuple[int, int, int]]

    @property
    def rows(self) -> int:
        """How many rows were read."""
        return sum(count for count, _, _ in self.cells.values())

    @property
    def rows_by_year(self) -> dict[Any, int]:
        """How many rows each year has."""
        years: dict[Any, int] = {}
        for (year, _), (count, _, _) in self.cells.items():
            years[year] = years.get(year, 0) + count
        return years

    def differing(self, other: "Fingerprint") -> list[Cell]:
        """The cells that are not the same on both sides."""
        cells = [cell for cell in self.cells | other.cells if self.cells.get(cell) != other.cells.get(cell)]
        return sorted(cells, key=lambda cell: (str(cell[0]), cell[1]))

    def rows_in(self, cells: list[Cell]) -> int:
        """How many rows lie in the cells."""
        return sum(self.cells[cell][0] for cell in cells if cell in self.cells)


def take_fingerprint(warehouse: Warehouse, pairing: Pairing, source: str, where: str = "true") -> Fingerprint:
    """Read a source once."""
    row_hash = f"hash(hash({listed(pairing.identity())}))"
    rows = warehouse.rows(
        f"SELECT y, b, count(*), sum(h), bit_xor(h) FROM ("
        f"SELECT {pairing.year} AS y, {pairing.bucket} AS b, {row_hash} AS h FROM {source} WHERE {where}"
        f") GROUP BY y, b"
    )
    return Fingerprint({(year, bucket): (count, int(total), xor) for year, bucket, count, total, xor in rows})


def counts_by_year(reference: Fingerprint, candidate: Fingerprint) -> tuple[Count, ...]:
    """The rows of each year on both sides."""
    ours, theirs = reference.rows_by_year, candidate.rows_by_year
    return tuple(Count(year, None, ours.get(year, 0), theirs.get(year, 0)) for year in sorted(ours | theirs, key=str))
