#!/usr/bin/env python3
"""datacompy with its Polars backend; runs in the peers' virtual environment.

datacompy_polars.py REFERENCE CANDIDATE MEMORY_LIMIT; exit code 0 equal, 1 different. The limit holds for reading only.
"""

import sys

import duckdb
from datacompy import PolarsCompare

KEY = ["employee_id", "simulation_year", "event_type", "event_sequence"]


def main(reference: str, candidate: str, memory_limit: str) -> int:
    """Load both sides and compare them."""
    frames = []
    for place in (reference, candidate):
        with duckdb.connect(place, read_only=True, config={"memory_limit": memory_limit}) as connection:
            frames.append(connection.sql("FROM events").pl())
    return 0 if PolarsCompare(*frames, join_columns=KEY).matches() else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
