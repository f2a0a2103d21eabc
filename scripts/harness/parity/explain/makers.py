"""Naming what makes the rows that differ, where the two sides share no relation that makes them."""

from collections.abc import Iterator, Mapping, Sequence

from harness.errors import DatabaseError
from harness.expressions import literal, quoted
from harness.parity.explanation import Roots
from harness.warehouse import Warehouse
from harness.words import first_few

_NAMED = 3  # event types, and relations of a side, that a sentence lists

Side = tuple[str, Mapping[str, str]]  # the mode, and the SQL name of each relation that may be named


def tell_makers(warehouse: Warehouse, roots: Roots, column: str, sides: Sequence[Side]) -> Iterator[str]:
    """For the event types that entities diverge in first: the relations of one side alone that hold rows of them.

    Two engines may share no more than the ends of their graphs. They are first seen to differ where their results meet,
    and what is wrong lies in what only one of them makes before that. `column` holds the event types.
    """
    for event_type in list(roots.event_types)[:_NAMED]:
        holds = f"CAST({quoted(column)} AS VARCHAR) = {literal(str(event_type))}"
        makers = []
        for mode, relations in sides:
            names = [name for name, source in relations.items() if _any_row(warehouse, source, column, holds)]
            if names:
                makers.append(f"{first_few(names, _NAMED)} (only in {mode})")
        if makers:
            yield f"Before it, {event_type} is made in {' and in '.join(makers)}."


def _any_row(warehouse: Warehouse, source: str, column: str, condition: str) -> bool:
    """Whether such a row is there; not in a relation that cannot be read, such as a view of what is gone."""
    try:
        if column not in {known.name for known in warehouse.columns(source)}:
            return False
        return warehouse.number(f"SELECT count(*) FROM (FROM {source} WHERE {condition} LIMIT 1)") > 0
    except DatabaseError:
        return False
