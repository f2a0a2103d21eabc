"""A fingerprint of a relation: finds cheaply that two sides differ, and where.

Each row becomes one 64-bit number. DuckDB combines the columns of hash(a, …, z) by XOR, so only a second
hash() around it shows a value that moved to another row (measured: without it, exchanging the last column of
two rows is never seen). A fingerprint by itself is asked for with --proof fingerprint and then takes a second
number per row, otherwise mixed; else it decides nothing: an exact proof follows equal ones,
the exact rows different ones.
"""

from dataclasses import dataclass
from typing import Any

from harness.expressions import listed
from harness.parity.pairing import Cell, Pairing
from harness.warehouse import Warehouse


@dataclass(frozen=True)
class Fingerprint:
    """Count, and sum and xor of each number of the rows, in each cell."""

    cells: dict[Cell, tuple[int, ...]]

    @property
    def rows(self) -> int:
        """How many rows were read."""
        return sum(sums[0] for sums in self.cells.values())

    @property
    def rows_by_year(self) -> dict[Any, int]:
        """How many rows each year has."""
        years: dict[Any, int] = {}
        for (year, _), sums in self.cells.items():
            years[year] = years.get(year, 0) + sums[0]
        return years

    def differing(self, other: "Fingerprint") -> list[Cell]:
        """The cells that are not the same on both sides."""
        cells = [cell for cell in self.cells | other.cells if self.cells.get(cell) != other.cells.get(cell)]
        return sorted(cells, key=lambda cell: (str(cell[0]), cell[1]))

    def rows_in(self, cells: list[Cell]) -> int:
        """How many rows lie in the cells."""
        return sum(self.cells[cell][0] for cell in cells if cell in self.cells)


def take_fingerprint(warehouse: Warehouse, pairing: Pairing, source: str, numbers: int = 1) -> Fingerprint:
    """Read a source once, with one or two numbers for each row."""
    identity = pairing.identity()
    hashes = [f"hash(hash({listed(identity)}))"]
    if numbers == 2:  # of shared halves, so that the second costs next to nothing
        middle = len(identity) // 2
        p, q = (f"hash({listed(half) or '0'})" for half in (identity[:middle], identity[middle:]))
        hashes = [f"hash({p}, hash({q}))", f"hash(hash({p}), {q}, 7)"]
    named = listed(f"{expression} AS h{i}" for i, expression in enumerate(hashes))
    sums = listed(f"sum(h{i}), bit_xor(h{i})" for i in range(numbers))
    rows = warehouse.rows(
        f"SELECT y, b, count(*), {sums} FROM ("
        f"SELECT {pairing.year} AS y, {pairing.bucket} AS b, {named} FROM {source}) GROUP BY y, b"
    )
    return Fingerprint({(year, bucket): tuple(map(int, sums)) for year, bucket, *sums in rows})
