"""The order in which differing relations begin to differ: by year first, by what they are made from second."""

from collections.abc import Iterable

from harness.parity.explanation import RelationStep


def in_order_of_beginning(differing: Iterable[RelationStep]) -> list[RelationStep]:
    """The steps, given in the order in which they are made, as they begin to differ; the origin in front.

    What is made from the year before can differ only because of a relation that is made after it: the year decides.
    A step without a known year may be the origin of what is made after it. If nobody declared it, it may as well hold
    no more than the last year; then it is not where a root begins that is made after something that begins later.
    """
    steps = list(differing)
    dated = sorted((step for step in steps if step.first_year is not None), key=lambda step: in_time(step.first_year))
    before = steps[: steps.index(dated[0])] if dated else steps
    later = max((place for place, step in enumerate(before) if step.first_year is not None), default=-1)
    early = [step for place, step in enumerate(before) if step.first_year is None and (step.declared or place > later)]
    return [*early, *dated, *(step for step in steps if step.first_year is None and step not in early)]


def in_time(year: object) -> str:
    """What years are sorted by: relations may store them in different types, and may number them from 1."""
    return f"{year!s:>32}"
