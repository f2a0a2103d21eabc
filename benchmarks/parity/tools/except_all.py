#!/usr/bin/env python3
"""`EXCEPT ALL` both ways: what one writes by hand.

except_all.py REFERENCE CANDIDATE MEMORY_LIMIT; exit code 0 equal, 1 different.
"""

import sys

import duckdb


def main(reference: str, candidate: str, memory_limit: str) -> int:
    """Count the rows that only one side has."""
    with duckdb.connect(config={"memory_limit": memory_limit}) as connection:
        connection.execute(f"ATTACH '{reference}' AS reference (READ_ONLY)")
        connection.execute(f"ATTACH '{candidate}' AS candidate (READ_ONLY)")
        for here, there in (("reference", "candidate"), ("candidate", "reference")):
            rows = f"SELECT count(*) FROM (FROM {here}.events EXCEPT ALL FROM {there}.events)"
            if connection.execute(rows).fetchall() != [(0,)]:
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
