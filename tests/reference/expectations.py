"""Hold the expectations of a case against rows, and say in full what differs."""

import ast
import datetime as dt
import operator
from collections.abc import Callable, Iterator
from typing import Any

from tests.reference.loading import CaseFile
from tests.reference.relations import COLUMNS, Relations, records

# Names that cases use for the rules in docs/model.md section 4: sequence and event type.
RULES = {
    "hire": (1, "hire"),
    "termination": (2, "termination"),
    "promotion": (3, "promotion"),
    "raise": (4, "raise"),
    "eligibility": (5, "eligibility"),
    "enrollment": (6, "enrollment"),
    "enrollment_change": (7, "enrollment_change"),
    "deferral_escalation": (8, "deferral_escalation"),
    "employee_contribution": (9, "contribution"),
    "employer_match": (10, "contribution"),
    "investment_return": (11, "investment_return"),
}
OPERATORS: dict[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
}


def evaluate(expression: str) -> int:
    """Value of an expression of whole numbers, + - * // and parentheses.

    Raises:
        ValueError: when it holds anything else.
    """
    return _value(ast.parse(expression, mode="eval").body, expression)


def _value(node: ast.expr, expression: str) -> int:
    match node:
        case ast.Constant(value=int(number)) if not isinstance(number, bool):
            return number
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, expression)
        case ast.BinOp(left=left, op=operation, right=right) if type(operation) in OPERATORS:
            return OPERATORS[type(operation)](_value(left, expression), _value(right, expression))
    raise ValueError(f"{expression!r}: only whole numbers, + - * // and parentheses are valid")


def differences(who: str, file: CaseFile, found: Relations) -> list[str]:
    """One line for every expectation of `file` that `found` does not meet."""
    return [
        f"{who} · {file.name} · {case['name']} · {complaint}"
        for case in file.cases
        for relation in COLUMNS
        for expected in case.get(relation, [])
        for complaint in _compare(relation, expected, records(found, relation))
    ]


def _compare(relation: str, expected: dict[str, Any], rows: list[dict[str, Any]]) -> Iterator[str]:
    """Compare the one row that `expected` names; `absent: true` wants no such row, `count` so many."""
    key, values = _key_and_values(relation, expected)
    matching = [row for row in rows if all(row[column] == value for column, value in key.items())]
    where = f"{relation} {' '.join(f'{column}={value}' for column, value in key.items())}"
    count = 0 if values.pop("absent", False) else values.pop("count", 1)
    if len(matching) != count:
        yield f"{where}: expected rows {count}, found {len(matching)}"
        return
    for row in matching:
        for column, value in values.items():
            wanted = _wanted(relation, column, value)
            if row[column] != wanted or type(row[column]) is not type(wanted):
                yield f"{where} · {column}: expected {value} = {wanted}, found {row[column]}"


def _key_and_values(relation: str, expected: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """`year`, `employee` and `event` name the row; the rest is expected of it."""
    values = dict(expected)
    key = {"simulation_year": values.pop("year")}
    if relation != "headcount" and "employee" in values:
        key["employee_id"] = values.pop("employee")
    if "event" in values:
        key["event_sequence"], kind = RULES[values.pop("event")]
        values |= {} if {"absent", "count"} & values.keys() else {"event_type": kind}
    return key, values


def _wanted(relation: str, column: str, value: object) -> object:
    """The value itself; of a number the value of its expression; of a date also "2025-01-01 + days"."""
    if isinstance(value, str):
        kind = COLUMNS[relation][column]
        if kind in ("INTEGER", "BIGINT"):
            return evaluate(value)
        if kind == "DATE":
            date, days = value.split(" + ", maxsplit=1)
            return dt.date.fromisoformat(date) + dt.timedelta(days=evaluate(days))
    return value
