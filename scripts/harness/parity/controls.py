"""Negative controls: mutations planted into the candidate that the comparison must notice.

A comparison that cannot turn red proves nothing, so each relation that was found equal is compared again with
one value or row of the candidate changed by a view. The fingerprint must differ in exactly the cell that was
touched, and the exact comparison must find unmatched rows there.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from harness.expressions import listed, literal, quoted
from harness.parity.fingerprint import Fingerprint, take_fingerprint
from harness.parity.pairing import Cell, Pairing, row_is
from harness.parity.proof import count_unmatched
from harness.parity.results import Control
from harness.warehouse import Column, Warehouse

_INTEGERS = frozenset(
    f"{unsigned}{size}" for unsigned in ("", "U") for size in ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
)
_OTHER_NUMBER = "CASE WHEN {c} > 0 THEN {c} - 1 ELSE {c} + 1 END"
_OTHER_VALUE = {
    "FLOAT": "CASE WHEN {c} = 0 THEN 1 ELSE {c} / 2 END",
    "DOUBLE": "CASE WHEN {c} = 0 THEN 1 ELSE {c} / 2 END",
    "BOOLEAN": "NOT {c}",
    "VARCHAR": "{c} || ' '",
    "JSON": "{c} || ' '",
    "DATE": "{c} + 1",
    "TIMESTAMP": "{c} + INTERVAL 1 MICROSECOND",
    "TIMESTAMP WITH TIME ZONE": "{c} + INTERVAL 1 MICROSECOND",
}
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


def plant_controls(warehouse: Warehouse, pairing: Pairing, reference: Fingerprint) -> tuple[Control, ...]:
    """Plant each mutation that the relation's content allows, and see whether it is caught."""
    last = _last_row(warehouse, pairing)
    return tuple(_try(warehouse, pairing, reference, last, mutation) for mutation in _mutations(pairing, last))


def _last_row(warehouse: Warehouse, pairing: Pairing) -> dict[str, Any]:
    order = listed(f"{name} DESC" for name in pairing.key())
    row = warehouse.row(f"SELECT {pairing.names()}, {pairing.bucket} FROM {pairing.candidate} ORDER BY {order} LIMIT 1")
    return dict(zip([*(column.name for column in pairing.columns), "#bucket"], row, strict=True))


def _mutations(pairing: Pairing, last: dict[str, Any]) -> Iterator[_Mutation]:
    there = row_is(pairing, {name: last[name] for name in pairing.relation.key})
    changeable = [
        (column, formula) for column in pairing.values if (formula := _other_value(column, last[column.name]))
    ]
    if changeable:
        column, formula = changeable[-1]
        yield _Mutation(f"{column.name} changed", _replaced(pairing, column, there, formula))
    present = [column for column in pairing.values if last[column.name] is not None]
    if present:
        yield _Mutation(f"{present[0].name} emptied", _replaced(pairing, present[0], there, "NULL"))
    absent = [column for column in pairing.values if last[column.name] is None and _first_value(column)]
    if absent:
        yield _Mutation(f"{absent[0].name} filled", _replaced(pairing, absent[0], there, _first_value(absent[0]) or ""))
    everything = f"SELECT {pairing.names()} FROM {pairing.candidate}"
    yield _Mutation("row removed", f"({everything} WHERE ({there}) IS NOT TRUE)")
    yield _Mutation("row doubled", f"({everything} UNION ALL {everything} WHERE {there})")


def _try(
    warehouse: Warehouse, pairing: Pairing, reference: Fingerprint, last: dict[str, Any], mutation: _Mutation
) -> Control:
    year = last[pairing.relation.year] if pairing.relation.year else None
    touched: Cell = (year, last["#bucket"])
    warehouse.rows(f"CREATE OR REPLACE TEMP VIEW planted AS SELECT * FROM {mutation.source}")
    planted = pairing.with_candidate("planted")
    same_year = Fingerprint({cell: sums for cell, sums in reference.cells.items() if cell[0] == year})
    red = take_fingerprint(warehouse, planted, "planted", pairing.in_year(year)).differing(same_year)
    unmatched = count_unmatched(warehouse, planted, pairing.within([touched]))
    caught = red == [touched] and unmatched > 0
    return Control(mutation.name, caught, f"{len(red)} of 1 expected cells red, {unmatched} unmatched rows")


def _replaced(pairing: Pairing, changed: Column, there: str, formula: str) -> str:
    name = quoted(changed.name)
    replacement = f"CASE WHEN {there} THEN CAST({formula} AS {changed.type}) ELSE {name} END AS {name}"
    parts = [replacement if column == changed else quoted(column.name) for column in pairing.columns]
    return f"(SELECT {listed(parts)} FROM {pairing.candidate})"


def _other_value(column: Column, content: object) -> str | None:
    """The formula for a value that is not the content; None if the type has none that is known."""
    if content is None or (isinstance(content, float) and not math.isfinite(content)):
        return None
    formula = _OTHER_NUMBER if _is_exact_number(column) else _OTHER_VALUE.get(column.type)
    return formula.format(c=quoted(column.name)) if formula else None


def _first_value(column: Column) -> str | None:
    """Any value of the column's type; None if none is known."""
    if _is_exact_number(column) or column.type in ("FLOAT", "DOUBLE"):
        return "0"
    text = _FIRST_VALUE.get(column.type)
    return None if text is None else literal(text)


def _is_exact_number(column: Column) -> bool:
    return column.type in _INTEGERS or column.type.startswith("DECIMAL")
