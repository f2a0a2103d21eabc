"""A judge with the command line of the real one: equal means the same events."""

import sys

import duckdb

reference, candidate = sys.argv[2:4]
with duckdb.connect() as connection:
    for name, path in (("reference", reference), ("candidate", candidate)):
        connection.execute(f"attach '{path}' as {name} (read_only)")
    sides = [
        connection.execute(f"from {name}.fct_yearly_events order by all").fetchall()
        for name in ("reference", "candidate")
    ]
print("PARITY EQUAL (toy)" if sides[0] == sides[1] else "PARITY DIFFERENT (toy)")
sys.exit(sides[0] != sides[1])
