#!/usr/bin/env python3
"""Write one side of a benchmark: a relation `events` of ten columns, the same for the same seed.

Every side has the rows of `ordered`, apart from what its kind says. The result is a DuckDB file, or a folder with
events/*.parquet in parts. A process of its own, so that the memory of DuckDB is not charged to what is measured.
"""

import argparse
import sys
from pathlib import Path

import duckdb
from measuring.dataset import FIRST_YEAR, ROWS_IN_PART, YEARS, Kind
from measuring.rows import rows_of

RUN_RECORD = "SELECT '{kind}' AS engine, 'run-{kind}' AS run_id, 'bench-{seed}-{rows}' AS census, 'complete' AS status"


def build_parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", type=Kind, choices=list(Kind))
    parser.add_argument("output", type=Path, help="NAME.duckdb, or a folder for Parquet")
    parser.add_argument("--rows", type=int, required=True, help="of `ordered`; a multiple of 20")
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("--memory-limit", default="4GB")
    return parser


def main(argv: list[str]) -> int:
    """Generate what the command line asks for."""
    arguments = build_parser().parse_args(argv)
    record = RUN_RECORD.format(kind=arguments.kind, seed=arguments.seed, rows=arguments.rows)
    with duckdb.connect(config={"memory_limit": arguments.memory_limit}) as connection:
        connection.execute("SET temp_directory = ?", [str(arguments.output.with_suffix(".spill"))])
        write = _write_database if arguments.output.suffix == ".duckdb" else _write_parts
        write(connection, arguments.output, arguments.kind, arguments.rows, arguments.seed, record)
    return 0


def _write_database(
    connection: duckdb.DuckDBPyConnection, output: Path, kind: Kind, rows: int, seed: int, record: str
) -> None:
    connection.execute(f"ATTACH '{output}' AS side")
    connection.execute(f"CREATE TABLE side.run_record AS {record}")
    connection.execute(f"CREATE TABLE side.events AS {rows_of(kind, rows, seed)}")
    connection.execute("CHECKPOINT side")
    connection.execute("DETACH side")


def _write_parts(
    connection: duckdb.DuckDBPyConnection, output: Path, kind: Kind, rows: int, seed: int, record: str
) -> None:
    """One part after the other, so that any number of rows fits into the memory."""
    folder = output / "events"
    folder.mkdir(parents=True)
    connection.execute(f"COPY ({record}) TO '{output / 'run_record.parquet'}'")
    in_year = rows // YEARS
    size = min(ROWS_IN_PART, in_year)
    # Another size of row groups: a deterministic writer would make the very same files, which are no second result.
    options = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {122_880 if kind is Kind.ORDERED else 100_352}"
    for begin in range(0, rows, size):
        year, part = FIRST_YEAR + begin // in_year, begin % in_year // size
        source = rows_of(kind, rows, seed, begin, min(begin + size, rows))
        connection.execute(f"COPY ({source}) TO '{folder / f'{year}_{part:03}.parquet'}' ({options})")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
