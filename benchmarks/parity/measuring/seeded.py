"""A few differences of every kind, strewn over all years, and what a judge must say of them."""

from dataclasses import dataclass

from measuring.dataset import YEARS


@dataclass(frozen=True)
class Fault:
    """One kind of difference: how many rows have it, and the column that it changes."""

    name: str
    rows: int
    column: str | None = None
    formula: str | None = None
    amount_absent: bool = False


FAULTS = (
    Fault("cent", 40, "amount", "CAST(amount + 0.01 AS DECIMAL(18, 2))"),
    Fault("level", 30, "level", "level + 1"),
    Fault("reason", 30, "payload", """regexp_replace(payload, '"reason":"[a-z]+"', '"reason":"corrected"')"""),
    Fault("emptied", 5, "amount", "CAST(NULL AS DECIMAL(18, 2))"),
    Fault("filled", 5, "amount", "CAST(0 AS DECIMAL(18, 2))", amount_absent=True),
    Fault("rounding", 5, "score", "score + 1e-12"),
    Fault("missing", 50),
    Fault("extra", 50),
    Fault("duplicate", 20),
)
EXTRA_SEQUENCE = 100  # an extra row is a copy with a sequence that no other row has
CANDIDATES = 2000  # rows that may be chosen, evenly spaced; enough of them have an amount, and enough have none

MIN_ROWS = CANDIDATES * YEARS


def expected_keys() -> dict[str, int]:
    """How many keys of each kind a judge must find."""
    changed = sum(fault.rows for fault in FAULTS if fault.column)
    rows = {fault.name: fault.rows for fault in FAULTS}
    return {
        "changed": changed,
        "missing": rows["missing"],
        "extra": rows["extra"],
        "duplicate_key": rows["duplicate"],
    }


def expected_columns() -> dict[str, int]:
    """How many changed rows a judge must find in each column."""
    columns: dict[str, int] = {}
    for fault in FAULTS:
        if fault.column:
            columns[fault.column] = columns.get(fault.column, 0) + fault.rows
    return columns


def fault_of_row() -> str:
    """SQL: the fault of the n-th candidate that has an amount, or that has none; NULL for all others."""
    conditions = []
    last = {False: 0, True: 0}
    for fault in FAULTS:
        first = last[fault.amount_absent] + 1
        last[fault.amount_absent] += fault.rows
        which = "IS NULL" if fault.amount_absent else "IS NOT NULL"
        conditions.append(f"WHEN amount {which} AND n BETWEEN {first} AND {first + fault.rows - 1} THEN '{fault.name}'")
    return f"CASE {' '.join(conditions)} END"


def faulty(column: str) -> str:
    """SQL: the column as the row's fault leaves it."""
    cases = [f"WHEN fault = '{fault.name}' THEN {fault.formula}" for fault in FAULTS if fault.column == column]
    return f"CASE {' '.join(cases)} ELSE {column} END AS {column}"
