"""The databases of the toy simulator, and fingerprints of them by another way than the code under test takes."""

import hashlib
from dataclasses import dataclass
from functools import reduce
from operator import xor
from pathlib import Path

import duckdb

RUN_RECORD = """
create table run_record as select
    'run-' || $engine as run_id, $engine as engine, 'complete' as status, 42 as seed, 2025 as start_year,
    2029 as end_year, $employees as employees, 'census-of-' || $employees as census_fingerprint
"""

Row = tuple[int, str, int]


@dataclass(frozen=True)
class Toy:
    """One result of the toy simulator."""

    engine: str
    size: str
    employees: int
    variant: str = ""

    @property
    def name(self) -> str:
        return f"{self.engine}-{self.size}{self.variant}.duckdb"

    @property
    def rows(self) -> list[Row]:
        """Its events; another variant has another amount in one of them."""
        changed = 1 if self.variant else 0
        return [(person, "raise", 100 * person + changed * (person == 3)) for person in range(self.employees)]


ALL = [
    Toy("optimized", "all", 300),
    Toy("legacy", "all", 300),
    Toy("legacy", "100", 100),
    Toy("medium", "100", 100),
    Toy("legacy", "20", 20),
    Toy("legacy", "all", 300, "-wrong"),
    Toy("legacy", "100", 100, "-wrong"),
]


def make(folder: Path) -> None:
    """Write all of them."""
    for toy in ALL:
        with duckdb.connect(str(folder / toy.name)) as connection:
            connection.execute(
                "create table fct_yearly_events (employee_id integer, event_type varchar, amount bigint)"
            )
            connection.executemany("insert into fct_yearly_events values (?, ?, ?)", toy.rows)
            connection.execute("create table census_data as select distinct employee_id from fct_yearly_events")
            connection.execute(RUN_RECORD, {"engine": toy.engine, "employees": toy.employees})


def fingerprint(rows: list[Row]) -> list[str]:
    """Rows, sum of the lower and XOR of the upper halves of the MD5 sums of the rows, as text."""
    sums = [hashlib.md5("\x1f".join(map(str, row)).encode(), usedforsecurity=False).digest() for row in rows]
    lower = sum(int.from_bytes(digest[8:], "little") for digest in sums)
    upper = reduce(xor, (int.from_bytes(digest[:8], "little") for digest in sums))
    return [str(len(rows)), str(lower), str(upper)]


def events(database: Path) -> list[Row]:
    """What is in a database now."""
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute("from fct_yearly_events order by employee_id").fetchall()
