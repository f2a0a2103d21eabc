#!/usr/bin/env python3
"""Reladiff with its algorithm for two databases, HASHDIFF; runs in the peers' virtual environment.

reladiff_hashdiff.py REFERENCE CANDIDATE MEMORY_LIMIT; exit code 0 equal, 1 different. Reladiff sets its own limit.
"""

import sys

from reladiff import Algorithm, connect_to_table, diff_tables

KEY = ("employee_id", "simulation_year", "event_type", "event_sequence")
VALUES = ("amount", "level", "payload", "score", "flag", "event_date")


def main(reference: str, candidate: str, _memory_limit: str) -> int:
    """Ask for the first difference."""
    tables = [connect_to_table(f"duckdb:///{place}", "events", KEY) for place in (reference, candidate)]
    differences = diff_tables(*tables, extra_columns=VALUES, algorithm=Algorithm.HASHDIFF)
    return 0 if next(iter(differences), None) is None else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
