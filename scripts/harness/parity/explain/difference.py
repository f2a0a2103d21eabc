"""Explaining a difference: the exact rows, the keys that they belong to, and what happened to them.

Few differing rows are copied into working tables and taken apart there. A mass of them is counted only, and of the
first divergent year the entities that differ first are taken apart.
"""

from dataclasses import replace
from typing import Any

from harness.errors import InternalError
from harness.parity.explain.changes import describe_changes, describe_tolerated, forgive_tolerated, pair_changed
from harness.parity.explain.contingency import build_contingency, count_kinds
from harness.parity.explain.distribution import describe_leftover
from harness.parity.explain.leftover import cancel_equal_rows, classify_keys, count_leftover
from harness.parity.explain.mass import Mass, count_mass, sample_of
from harness.parity.explain.roots import find_roots
from harness.parity.explain.samples import reproduction, take_samples
from harness.parity.explain.sentences import difference_in_words
from harness.parity.explain.slots import Slots
from harness.parity.explain.suspects import gather, gather_few
from harness.parity.explain.tally import columns_of, tally
from harness.parity.explanation import KINDS, Difference, Group
from harness.parity.fingerprint import Fingerprint
from harness.parity.pairing import Cell, Pairing
from harness.warehouse import Warehouse

# Above this many suspicious rows differences are counted, not taken apart, and the report says so.
MASS_ROWS = 1_000_000

_WORKING_TABLES = (
    "suspects_reference",
    "suspects_candidate",
    "nooks",
    "leftover",
    "touched",
    "moves",
    "changed",
    "roots",
    "sampled",
    "doubled",
    "lonely",
)


def explain(
    warehouse: Warehouse,
    pairing: Pairing,
    fingerprints: tuple[Fingerprint, Fingerprint],
    cells: list[Cell],
    *,
    modes: tuple[str, str],
    sample: int,
) -> Difference:
    """Find the rows that only one side has within the cells, and say what distinguishes them.

    Raises:
        InternalError: all rows are equal, or those that differ do not account for the numbers of rows.
    """
    try:
        found = _take_apart(warehouse, Slots(pairing), fingerprints, cells, sample)
    finally:
        for table in _WORKING_TABLES:
            warehouse.rows(f"DROP TABLE IF EXISTS {table}")
    same_counts = fingerprints[0].rows_by_year == fingerprints[1].rows_by_year
    words = difference_in_words(modes, found, entity=pairing.relation.about, same_counts=same_counts)
    return replace(found, words=words)


def _take_apart(
    warehouse: Warehouse,
    slots: Slots,
    fingerprints: tuple[Fingerprint, Fingerprint],
    cells: list[Cell],
    sample: int,
) -> Difference:
    if gather_few(warehouse, slots, cells, fingerprints, MASS_ROWS):
        return _explain_all(warehouse, slots, fingerprints, sample)
    if not slots.keys:
        return _explain_first_cells(warehouse, slots, fingerprints, cells, sample)
    return _explain_mass(warehouse, slots, fingerprints, cells, sample)


def _explain_all(
    warehouse: Warehouse, slots: Slots, fingerprints: tuple[Fingerprint, Fingerprint], sample: int
) -> Difference:
    """The difference that lies in the tables of suspects, down to the last row."""
    name = slots.pairing.name
    cancel_equal_rows(warehouse, slots)
    leftover = count_leftover(warehouse)
    if leftover.reference + leftover.candidate == 0:
        raise InternalError(f"{name}: the fingerprints differ, but all rows are equal")
    if leftover.reference - leftover.candidate != fingerprints[0].rows - fingerprints[1].rows:
        raise InternalError(f"{name}: the rows that differ do not account for the numbers of rows")
    return _explain_leftover(warehouse, slots, sample) if slots.keys else _explain_keyless(warehouse, slots, sample)


def _explain_leftover(warehouse: Warehouse, slots: Slots, sample: int, mass: Mass | None = None) -> Difference:
    """What the table leftover shows; its numbers are those of the mass that it was taken from."""
    moved = classify_keys(
        warehouse, slots, with_moves=mass is None
    )  # a part of the rows knows only a part of the moves
    pair_changed(warehouse, slots)
    tallies = mass.tallies if mass else tally(warehouse, slots, slots.values, "changed")
    forgive_tolerated(warehouse, slots)
    columns = columns_of(tallies)
    keys = mass.keys if mass else dict(warehouse.pairs("SELECT kind, count(*) FROM touched GROUP BY kind"))
    people = mass.people if mass else tuple(_people(warehouse, slots, kind) for kind in ("missing", "extra"))
    return replace(
        _describe_rows(warehouse, slots, sample),
        keys={kind: keys.get(kind, 0) for kind in KINDS},
        columns={name: column.rows for name, column in columns.items() if column.rows},
        only_in_reference=people[0],
        only_in_candidate=people[1],
        changes=describe_changes(warehouse, slots, columns),
        contingency=build_contingency(warehouse, slots, tallies, mass.kinds if mass else count_kinds(warehouse)),
        roots=find_roots(warehouse, slots),
        tolerated=describe_tolerated(slots, columns),
        moved=moved,
    )


def _explain_keyless(warehouse: Warehouse, slots: Slots, sample: int) -> Difference:
    return replace(_describe_rows(warehouse, slots, sample), distributions=describe_leftover(warehouse, slots))


def _describe_rows(warehouse: Warehouse, slots: Slots, sample: int) -> Difference:
    """What the table leftover shows without regard to keys."""
    leftover = count_leftover(warehouse)
    groups = _by_group(warehouse, slots)
    return Difference(
        only_reference=leftover.reference,
        only_candidate=leftover.candidate,
        keys={"missing": leftover.reference, "extra": leftover.candidate},
        columns={},
        first_year=_first_year(groups),
        by_group=groups,
        only_in_reference=None,
        only_in_candidate=None,
        truncated=False,
        words=(),
        samples=take_samples(warehouse, slots, sample),
        sql=reproduction(warehouse, slots, of_reference=leftover.reference > 0),
    )


def _explain_first_cells(
    warehouse: Warehouse,
    slots: Slots,
    fingerprints: tuple[Fingerprint, Fingerprint],
    cells: list[Cell],
    sample: int,
) -> Difference:
    """Without a key a mass of rows cannot be paired: the first cells stand for all."""
    few: list[Cell] = []
    for cell in cells:
        few.append(cell)
        if sum(side.rows_in(few) for side in fingerprints) > MASS_ROWS // 4:
            break
    gather(warehouse, slots, slots.pairing.within(few))
    cancel_equal_rows(warehouse, slots)
    return replace(_explain_keyless(warehouse, slots, sample), truncated=len(few) < len(cells))


def _explain_mass(
    warehouse: Warehouse,
    slots: Slots,
    fingerprints: tuple[Fingerprint, Fingerprint],
    cells: list[Cell],
    sample: int,
) -> Difference:
    """The numbers of everything, and the entities of the first divergent year that differ first."""
    mass = count_mass(warehouse, slots, cells, fingerprints)
    groups = mass.groups
    year = groups[0].year if groups else None
    gather(warehouse, slots, sample_of(slots, year, mass.first_entities(year)) if groups else "false")
    cancel_equal_rows(warehouse, slots)
    return replace(
        _explain_leftover(warehouse, slots, sample, mass),
        only_reference=mass.leftover.reference,
        only_candidate=mass.leftover.candidate,
        by_group=tuple(group for group in groups if group.year == year),
        first_year=_first_year(tuple(groups)),
        truncated=bool(groups),
    )


def _by_group(warehouse: Warehouse, slots: Slots) -> tuple[Group, ...]:
    """The differing rows per year and event type."""
    rows = warehouse.rows(
        f"SELECT {slots.year()} AS y, {slots.event_type()} AS e, sum(greatest(surplus, 0)), sum(greatest(-surplus, 0)) "
        f"FROM leftover GROUP BY y, e ORDER BY y, e"
    )
    return tuple(Group(year, kind, int(ours), int(theirs)) for year, kind, ours, theirs in rows)


def _first_year(groups: tuple[Group, ...]) -> Any:  # noqa: ANN401  a year has the type of its column
    return min((group.year for group in groups if group.year is not None), default=None)


def _people(warehouse: Warehouse, slots: Slots, kind: str) -> int | None:
    """How many entities have a row that exists on one side only."""
    if slots.pairing.relation.about is None:
        return None
    return warehouse.number(f"SELECT count(DISTINCT a) FROM touched WHERE kind = '{kind}'")
