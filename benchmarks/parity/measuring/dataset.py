"""The sides of a benchmark, and where they lie; rows.py has their content."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

FIRST_YEAR = 2025
YEARS = 5
ROWS_IN_PART = 4_000_000  # of a Parquet folder


class Kind(StrEnum):
    """What a side has in common with `ordered`."""

    ORDERED = "ordered"  # by year, employee and sequence, as an engine writes with a total ORDER BY
    COPY = "copy"  # the same rows in the same order, written a second time
    SHUFFLED = "shuffled"  # the same rows in no order; in a folder of Parquet, in no order within each part
    SEEDED = "seeded"  # shuffled, and with the few differences of seeded.py
    NUDGED = "nudged"  # shuffled, and the number of every row is one unit in the last place higher


@dataclass(frozen=True)
class Dataset:
    """One side."""

    kind: Kind
    rows: int
    parquet: bool = False

    def place(self, folder: Path) -> Path:
        """The DuckDB file or the folder of Parquet."""
        name = f"{self.kind}_{self.rows}"
        return folder / (f"{name}_parquet" if self.parquet else f"{name}.duckdb")
