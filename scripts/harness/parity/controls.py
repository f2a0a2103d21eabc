"""Negative controls: mutations planted into the candidate that the comparison must notice.

A comparison that cannot turn red proves nothing, so for each relation that was found equal a few rows of it
are compared again with one value or row of the candidate changed by a view: each
compared column once, a row removed, a row doubled. The fingerprint and the exact comparison must both notice.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from harness.expressions import listed, literal, quoted, value
from harness.parity.fingerprint import take_fingerprint
from harness.parity.pairing import Pairing
from harness.parity.proof import count_unmatched, prove_in_order
from harness.parity.results import Control
from harness.warehouse import Column, Warehouse

_EXACT = frozenset(
    f"{unsigned}{size}" for unsigned in ("", "U") for size in ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
)
_FLOAT = "CASE WHEN isfinite({c}) AND {c} <> 0 THEN {c} / 2 WHEN {c} = 0 THEN 1 ELSE 0 END"
_OTHER_VALUE = {
    "FLOAT": _FLOAT,
    "DOUBLE": _FLOAT,
    "BOOLEAN": "NOT {c}",
    "VARCHAR": "{c} || ' '",
    "JSON": "json_array({c})",
    "BLOB": "{c} || '\\x00'::BLOB",
    "DATE": "{c} + 1",
    "TIMESTAMP": "{c} + INTERVAL 1 MICROSECOND",
    "TIMESTAMP WITH TIME ZONE": "{c} + INTERVAL 1 MICROSECOND",
    "TIME": "CASE WHEN {c} > TIME '12:00' THEN TIME '11:00' ELSE TIME '13:00' END",
    "INTERVAL": "{c} + INTERVAL 1 MICROSECOND",
    "UUID": "CASE WHEN CAST({c} AS VARCHAR) LIKE '0%' THEN 'f' ELSE '0' END || substr(CAST({c} AS VARCHAR), 2)",
}
_ROWS = 64  # read to choose entities from; all their rows of the year are taken
_FIRST_VALUE = {
    "BOOLEAN": "false",
    "DATE": "2000-01-01",
    "TIMESTAMP": "2000-01-01",
    "VARCHAR": "",
    "JSON": "{}",
}


@dataclass(frozen=True)
class _Mutation:
    name: str
    source: str


def plant_controls(warehouse: Warehouse, pairing: Pairing) -> tuple[Control, ...]:
    """Plant every mutation that the types allow into a cell of the candidate, and see whether it is caught."""
    where = _some_rows(warehouse, pairing)
    for table, source in (("cell_reference", pairing.reference), ("cell_candidate", pairing.candidate)):
        warehouse.rows(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT {pairing.names()} FROM {source} WHERE {where}")
    cell = replace(pairing, reference="cell_reference", candidate="cell_candidate")
    return tuple(_try(warehouse, cell, mutation) for mutation in _mutations(warehouse, cell))


def _some_rows(warehouse: Warehouse, pairing: Pairing) -> str:
    """A condition for a few rows that both sides have: all of some entities in the last year, or of a bucket."""
    year = warehouse.row(f"SELECT max({pairing.year}) FROM {pairing.candidate}")[0]
    in_year = pairing.in_year(year)
    about = pairing.relation.about
    if about is None:
        bucket = warehouse.number(f"SELECT {pairing.bucket} FROM {pairing.candidate} WHERE {in_year} LIMIT 1")
        return pairing.within([(year, bucket)])
    rows = warehouse.rows(f"SELECT {quoted(about)} FROM {pairing.candidate} WHERE {in_year} LIMIT {_ROWS}")
    entities = {entity for (entity,) in rows}
    listing = listed(value(entity) for entity in sorted(entities - {None}, key=str)) or "NULL"
    return f"{in_year} AND ({quoted(about)} IN ({listing}){f' OR {quoted(about)} IS NULL' if None in entities else ''})"


def _mutations(warehouse: Warehouse, cell: Pairing) -> Iterator[_Mutation]:
    names = [quoted(column.name) for column in cell.columns]
    filters = (f"max(rowid) FILTER (WHERE {name} IS {kind})" for name in names for kind in ("NOT NULL", "NULL"))
    last, *rows = warehouse.row(f"SELECT max(rowid), {listed(filters)} FROM cell_candidate")
    for column, full, empty in zip(cell.columns, rows[::2], rows[1::2], strict=True):
        formula = _other_value(column)
        if formula and full is not None:
            yield _Mutation(f"{column.name} changed", _replaced(cell, column, full, formula))
        elif full is not None:
            yield _Mutation(f"{column.name} emptied", _replaced(cell, column, full, "NULL"))
        elif empty is not None and _first_value(column):
            yield _Mutation(f"{column.name} filled", _replaced(cell, column, empty, _first_value(column) or ""))
    everything = f"SELECT {cell.names()} FROM cell_candidate"
    yield _Mutation("row removed", f"{everything} WHERE rowid <> {last}")
    yield _Mutation("row doubled", f"{everything} UNION ALL {everything} WHERE rowid = {last}")


def _try(warehouse: Warehouse, cell: Pairing, mutation: _Mutation) -> Control:
    warehouse.rows(f"CREATE OR REPLACE TEMP VIEW planted AS {mutation.source}")
    planted = cell.with_candidate("planted")
    before = take_fingerprint(warehouse, cell, cell.reference)
    after = take_fingerprint(warehouse, planted, "planted")
    red = bool(after.differing(before))
    unmatched = count_unmatched(warehouse, planted)
    in_order = before.rows == after.rows and prove_in_order(warehouse, planted)
    caught = red and unmatched > 0 and not in_order
    told = f"fingerprint {'differs' if red else 'agrees'}, {unmatched} unmatched rows"
    return Control(mutation.name, caught, f"{told}{', the same in stored order' if in_order else ''}")


def _replaced(cell: Pairing, changed: Column, row: int, formula: str) -> str:
    name = quoted(changed.name)
    replacement = f"CASE WHEN rowid = {row} THEN CAST({formula} AS {changed.type}) ELSE {name} END AS {name}"
    parts = [replacement if column == changed else quoted(column.name) for column in cell.columns]
    return f"SELECT {listed(parts)} FROM cell_candidate"


def _other_value(column: Column) -> str | None:
    """The formula for a value that is not the present one; None if the type has none that is known."""
    name = quoted(column.name)
    if column.type in _EXACT or column.type.startswith("DECIMAL"):
        return f"CASE WHEN {name} > 0 THEN {name} - 1 ELSE {name} + 1 END"
    if column.type.endswith("]"):
        return f"list_append({name}, NULL)" if column.type.endswith("[]") else None
    formula = _OTHER_VALUE.get(column.type)
    return formula.format(c=name) if formula else None


def _first_value(column: Column) -> str | None:
    """Any value of the column's type; None if none is known."""
    if column.type in _EXACT or column.type.startswith("DECIMAL") or column.type in ("FLOAT", "DOUBLE"):
        return "0"
    text = _FIRST_VALUE.get(column.type)
    return None if text is None else literal(text)
