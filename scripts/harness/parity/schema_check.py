"""Comparing two schemas: names, their spelling, their order, their types."""

from harness.parity.results import Drift
from harness.warehouse import Column


def schema_drift(reference: tuple[Column, ...], candidate: tuple[Column, ...]) -> tuple[Drift, ...]:
    """All differences between two lists of columns."""
    theirs = {column.name.lower(): column for column in candidate}
    ours = {column.name.lower(): column for column in reference}
    drift = [
        Drift("missing column", column.name, column.type, None) for key, column in ours.items() if key not in theirs
    ]
    drift += [
        Drift("extra column", column.name, None, column.type) for key, column in theirs.items() if key not in ours
    ]
    for key in ours.keys() & theirs.keys():
        mine, other = ours[key], theirs[key]
        if mine.name != other.name:
            drift.append(Drift("spelling of", mine.name, mine.name, other.name))
        if mine.type != other.type:
            drift.append(Drift("type of", mine.name, mine.type, other.type))
    drift.sort(key=lambda entry: (entry.kind, entry.column))
    return (
        *drift,
        *_order_drift([key for key in ours if key in theirs], [key for key in theirs if key in ours]),
    )


def _order_drift(reference: list[str], candidate: list[str]) -> tuple[Drift, ...]:
    moved = [(mine, other) for mine, other in zip(reference, candidate, strict=True) if mine != other]
    if not moved:
        return ()
    place = reference.index(moved[0][0]) + 1
    return (Drift(f"order of columns, at place {place}:", moved[0][0], moved[0][0], moved[0][1]),)
