"""Mutants: a difference among a million rows, and a million differences."""

from tests.mutants.mutant import Planted
from tests.mutants.probe import SKEWED_LEDGER
from tests.mutants.sql import LEDGER

FAMILY = "scale"
CENT = f"UPDATE {LEDGER} SET amount = amount + 1 WHERE {{where}}"
LAST = f"rowid = (SELECT max(rowid) FROM {LEDGER})"
IN_2025 = f"SELECT DISTINCT simulation_year, employee_id FROM {LEDGER} WHERE simulation_year = 2025"

SCALE = [
    Planted("a cent in the last of a million rows", FAMILY, CENT, LAST, LEDGER, ("amount",), pair="ledger"),
    Planted("a cent in every one of a million rows", FAMILY, CENT, "true", LEDGER, ("amount",),
            becomes={"changed": 1_000_000}, root=IN_2025, pair="ledger"),
    Planted("a cent among 299,000 rows of one employee", FAMILY, CENT, "event_sequence = 150000", LEDGER, ("amount",),
            both=SKEWED_LEDGER, pair="ledger"),
]  # fmt: skip
