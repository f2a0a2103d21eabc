#!/usr/bin/env python3
"""The floor: read every column of both DuckDB files once, or of both folders of Parquet, and compare nothing.

scan.py REFERENCE CANDIDATE MEMORY_LIMIT; exit code 0.
"""

import sys

import duckdb

COLUMNS = (
    "employee_id",
    "simulation_year",
    "event_type",
    "event_sequence",
    "amount",
    "level",
    "payload",
    "score",
    "flag",
    "event_date",
)


def main(reference: str, candidate: str, memory_limit: str) -> int:
    """Scan both sides."""
    smallest = ", ".join(f"min({column})" for column in COLUMNS)
    with duckdb.connect(config={"memory_limit": memory_limit}) as connection:
        for name, place in (("reference", reference), ("candidate", candidate)):
            source = f"read_parquet('{place}/events/*.parquet')"
            if place.endswith(".duckdb"):
                connection.execute(f"ATTACH '{place}' AS {name} (READ_ONLY)")
                source = f"{name}.events"
            connection.execute(f"SELECT {smallest} FROM {source}").fetchall()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
