"""What the tests that kill mutants of the comparison share: two sides in memory, and what compares them."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from harness.parity.comparison import Comparer
from harness.parity.pairing import Pairing, pair_up
from harness.parity.schema_check import schema_drift
from harness.progress import Progress
from harness.relation import Relation
from harness.side import Side
from harness.warehouse import Warehouse

SIDES = ("ours", "theirs")
SOURCES = ("ours.main.t", "theirs.main.t")
KEYED = Relation(key=["y", "k"], year="y")


@contextmanager
def two_sides(folder: Path) -> Iterator[Warehouse]:
    """A warehouse with two empty databases."""
    with closing(Warehouse(folder, "1GB")) as warehouse:
        for side in SIDES:
            warehouse.rows(f"ATTACH ':memory:' AS {side}")
        yield warehouse


def fill(warehouse: Warehouse, columns: str, ours: Sequence[str], theirs: Sequence[str] | None = None) -> None:
    """Make the table t on both sides, in this order; the same rows on both unless others are given."""
    for side, rows in zip(SIDES, (ours, ours if theirs is None else theirs), strict=True):
        warehouse.rows(f"CREATE OR REPLACE TABLE {side}.t ({columns})")
        if rows:
            warehouse.rows(f"INSERT INTO {side}.t VALUES {', '.join(f'({row})' for row in rows)}")


def paired(warehouse: Warehouse, relation: Relation = KEYED) -> Pairing:
    """The table t of both sides, as a comparison sees it."""
    columns = (warehouse.columns(SOURCES[0]), warehouse.columns(SOURCES[1]))
    return pair_up("t", relation, SOURCES, columns, schema_drift(*columns))


def comparer(warehouse: Warehouse, proof: str = "exact", progress: Progress | None = None) -> Comparer:
    """What compares the two sides."""
    ours, theirs = (Side(name, Path(f"{name}.duckdb")) for name in SIDES)
    return Comparer(warehouse, ours, theirs, proof, 5, progress or Progress("test"))
