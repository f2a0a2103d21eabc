"""Mutants: a difference among a million rows, and a million differences."""

from tests.mutants.mutant import Planted
from tests.mutants.probe import SKEWED_LEDGER
from tests.mutants.sql import LEDGER

FAMILY = "scale"


def _ledger(name: str, where: str, both: str = "") -> Planted:
    sql = f"UPDATE {LEDGER} SET amount = amount + 1 WHERE {{where}}"
    return Planted(name, FAMILY, sql, where, LEDGER, ("amount",), both=both, pair="ledger")


SCALE = [
    _ledger("a cent in the last of a million rows", f"rowid = (SELECT max(rowid) FROM {LEDGER})"),
    _ledger("a cent in every one of a million rows", "true"),
    _ledger("a cent among 299,000 rows of one employee", "event_sequence = 150000", both=SKEWED_LEDGER),
]
