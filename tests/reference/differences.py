"""Say where rows differ: by key and column, or by place in the stored order."""

from collections.abc import Mapping
from itertools import islice, zip_longest
from typing import Any

from tests.reference.relations import COLUMNS, KEYS, Relations, records

MOST = 20


def row_differences(who: str, expected: Relations, found: Relations) -> list[str]:
    """One line for each differing value, missing row and surplus row; of many, the first of each relation."""
    return [line for relation in COLUMNS for line in _in_relation(who, relation, expected, found)]


def _in_relation(who: str, relation: str, expected: Relations, found: Relations) -> list[str]:
    left, right = _by_key(expected, relation), _by_key(found, relation)
    lines = [f"{who} · {relation}: {len(right)} keys in {len(getattr(found, relation))} rows"]
    lines = lines if len(right) != len(getattr(found, relation)) else []
    differing = [key for key in sorted(left.keys() | right.keys()) if left.get(key) != right.get(key)]
    for key in islice(differing, MOST):
        where = f"{who} · {relation} {key}"
        if key not in right:
            lines.append(f"{where}: expected by the model, not found: {left[key]}")
        elif key not in left:
            lines.append(f"{where}: not in the model, found: {right[key]}")
        else:
            lines += [
                f"{where} · {column}: expected {value}, found {right[key][column]}"
                for column, value in left[key].items()
                if right[key][column] != value
            ]
    if len(differing) > MOST:
        lines.append(f"{who} · {relation}: {len(differing)} rows differ; these are the first {MOST}")
    return lines


def _by_key(relations: Relations, relation: str) -> dict[tuple[Any, ...], dict[str, Any]]:
    return {tuple(row[part] for part in KEYS[relation]): row for row in records(relations, relation)}


def stored_differences(who: str, expected: Relations, found: Relations) -> list[str]:
    """For each relation that is not the same rows in the same order: how many places differ, and the first three."""
    lines = []
    for relation in COLUMNS:
        pairs = list(zip_longest(getattr(expected, relation), getattr(found, relation)))
        places = [place for place, (left, right) in enumerate(pairs) if left != right]
        if places:
            lines.append(
                f"{who} · {relation}: {len(places)} of {len(pairs)} rows differ; columns {', '.join(COLUMNS[relation])}"
            )
        for place in places[:3]:
            left, right = pairs[place]
            lines += [f"  row {place}, model: {_shown(left)}", f"  row {place}, found: {_shown(right)}"]
    return lines


def schema_differences(who: str, found: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Relations whose columns are not those of docs/model.md, section 1, in name, type or order."""
    return [
        f"{who} · {relation}: columns {dict(found[relation])}, expected {columns}"
        for relation, columns in COLUMNS.items()
        if list(found[relation].items()) != list(columns.items())
    ]


def _shown(row: tuple[Any, ...] | None) -> str:
    return "no such row" if row is None else ", ".join("NULL" if value is None else str(value) for value in row)
