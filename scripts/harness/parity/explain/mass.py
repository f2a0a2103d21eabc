"""Counting differences that are too many to take apart: one year at a time, paired by key, nothing kept but numbers."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from harness.expressions import listed, quoted, value
from harness.parity.explain.contingency import Kinds
from harness.parity.explain.doubles import Doubles, count_doubles, find_doubled, is_doubled
from harness.parity.explain.leftover import Leftover
from harness.parity.explain.slots import CANDIDATE, REFERENCE, Slot, Slots
from harness.parity.explain.tally import BOTH, Tally, differing, flagged, tally
from harness.parity.explanation import Group
from harness.parity.fingerprint import Fingerprint
from harness.parity.pairing import Cell
from harness.warehouse import Warehouse

KEPT_ENTITIES = 500  # so many of those that differ first are taken apart
_KEPT_ROWS = 5_000  # among which they are sought


@dataclass(frozen=True)
class Mass:
    """The numbers of a difference that was not taken apart; `people` have missing and extra rows."""

    tallies: list[Tally]
    doubles: list[Doubles]
    people: tuple[int | None, int | None]

    @property
    def kinds(self) -> list[Kinds]:
        """The keys that did not merely change, by year, event type and kind."""
        alone = (
            (group.year, group.event_type, kind, rows)
            for group in self.tallies
            for kind, rows in (("missing", group.missing), ("extra", group.extra))
        )
        doubled = ((group.year, group.event_type, "duplicate_key", group.keys) for group in self.doubles)
        return [kind for kind in (*alone, *doubled) if kind[-1]]

    @property
    def keys(self) -> dict[str, int]:
        """How many keys there are of each kind."""
        found = {"changed": sum(group.changed for group in self.tallies)}
        for *_, kind, keys in self.kinds:
            found[kind] = found.get(kind, 0) + keys
        return found

    @property
    def groups(self) -> list[Group]:
        """The differing rows of each year and event type."""
        found: dict[tuple[Any, str | None], Group] = {}
        for year, kind, ours, theirs in self._rows():
            before = found.get((year, kind), Group(year, kind, 0, 0))
            found[year, kind] = Group(year, kind, before.reference + ours, before.candidate + theirs)
        groups = [group for group in found.values() if group.reference + group.candidate]
        return sorted(groups, key=lambda group: (group.year is None, group.year, str(group.event_type)))

    @property
    def leftover(self) -> Leftover:
        """The differing rows of either side."""
        groups = self.groups
        return Leftover(sum(group.reference for group in groups), sum(group.candidate for group in groups))

    def first_entities(self, year: object) -> list[Any]:
        """The entities that differ first in a year."""
        groups: list[Tally | Doubles] = [*self.tallies, *self.doubles]
        known = {entity for group in groups if group.year == year for entity in group.first_entities}
        return sorted(known)[:KEPT_ENTITIES]

    def _rows(self) -> Iterator[tuple[Any, str | None, int, int]]:
        for group in self.tallies:
            yield group.year, group.event_type, group.changed + group.missing, group.changed + group.extra
        for doubled in self.doubles:
            yield doubled.year, doubled.event_type, doubled.reference, doubled.candidate


def count_mass(
    warehouse: Warehouse, slots: Slots, cells: Sequence[Cell], fingerprints: tuple[Fingerprint, Fingerprint]
) -> Mass:
    """Count what differs in the years of the cells, pairing rows by key, and within their year if the key has it.

    The tables of suspects must hold some of the rows.
    """
    tallies: list[Tally] = []
    doubles: list[Doubles] = []
    # A few rows show well enough which columns may differ; what they do not show is found out later.
    few = _joined(slots, slots.renamed("suspects_reference", REFERENCE), slots.renamed("suspects_candidate", CANDIDATE))
    counter = _Counter(warehouse, slots, differing(warehouse, slots, few))
    warehouse.rows("CREATE OR REPLACE TEMP TABLE lonely (a VARCHAR, ours BOOLEAN)")
    for part in _parts(slots, dict.fromkeys(year for year, _ in cells), fingerprints):
        single = part.where
        groups = counter.count(part, single)
        if not _pairs_one_to_one(groups, part.rows) and find_doubled(warehouse, slots, part.where):
            single = f"({part.where}) AND NOT {is_doubled(slots)}"
            groups = counter.count(part, single)
            doubles += count_doubles(warehouse, slots, part.where, _KEPT_ROWS)
        if any(group.missing + group.extra for group in groups):
            _note_lonely(warehouse, slots, single)
        tallies += groups
    return Mass(tallies, doubles, _people(warehouse, slots))


def sample_of(slots: Slots, year: object, entities: list[Any]) -> str:
    """A condition for the rows of the entities in the year; for all rows of the year if rows are about nobody."""
    about = slots.pairing.relation.about
    in_year = slots.pairing.in_year(year) if slots.pairing.relation.year else "true"
    if about is None:
        return in_year
    return f"{in_year} AND {quoted(about)} {f'IN ({listed(map(value, entities))})' if entities else 'IS NULL'}"


@dataclass(frozen=True)
class _Part:
    """Rows that no pair with the same key straddles: those of a year, or all."""

    year: Any
    where: str
    rows: tuple[int, ...]


def _parts(slots: Slots, years: Iterable[Any], fingerprints: tuple[Fingerprint, Fingerprint]) -> Iterator[_Part]:
    if slots.pairing.relation.year not in slots.pairing.relation.key:
        yield _Part(None, "true", tuple(side.rows for side in fingerprints))
        return
    for year in years:
        rows = tuple(side.rows_by_year.get(year, 0) for side in fingerprints)
        yield _Part(year, slots.pairing.in_year(year), rows)


@dataclass
class _Counter:
    """Counts pairs, and joins few columns to do so: those that differed so far.

    That the others are still the same is seen without a join in sums of hashes, or else by a hash of them that is
    joined, too; only if both fail are all columns looked at once more.
    """

    warehouse: Warehouse
    slots: Slots
    known: list[Slot]
    calm: set[Any] | None = None  # the years in which all other columns are the same

    def count(self, part: _Part, where: str) -> list[Tally]:
        """The pairs within the part that meet the condition."""
        if self.known:
            if self.calm is None:
                self.calm = _years_alike(self.warehouse, self.slots, self.known)
            # Where the other columns are the same, keys included, every row has a partner.
            calm = part.year in self.calm
            groups = self._count(where, with_rest=not calm, outer=not calm)
            if not any(group.doubtful for group in groups):
                return groups
        self.known = differing(self.warehouse, self.slots, _pairs(self.slots, where, self.slots.values))
        self.calm = None
        return self._count(where, with_rest=False)

    def _count(self, where: str, *, with_rest: bool, outer: bool = True) -> list[Tally]:
        joined = _pairs(self.slots, where, self.known, with_rest=with_rest, outer=outer)
        pairs = flagged(self.slots, self.known, joined)
        entities = _KEPT_ROWS if self.slots.pairing.relation.about else 0
        doubt = f"{REFERENCE}rest <> {CANDIDATE}rest" if with_rest else "false"
        return tally(self.warehouse, self.slots, self.known, pairs, entities=entities, doubt=doubt)


def _years_alike(warehouse: Warehouse, slots: Slots, values: Sequence[Slot]) -> set[Any]:
    """The years in which both sides have the same rows, apart from these columns."""
    year = slots.year() if slots.pairing.relation.year in slots.pairing.relation.key else "NULL"
    row = listed((*slots.key(), *_rest(slots, values, "")))
    ours, theirs = (
        set(
            warehouse.rows(
                f"SELECT y, count(*), sum(h), bit_xor(h) FROM (SELECT {year} AS y, hash(hash({row})) AS h "
                f"FROM ({slots.select(source, 'true')})) GROUP BY y"
            )
        )
        for source in (slots.pairing.reference, slots.pairing.candidate)
    )
    return {alike[0] for alike in ours & theirs}


def _pairs(slots: Slots, where: str, values: Sequence[Slot], *, with_rest: bool = False, outer: bool = True) -> str:
    """A query for the pairs of rows that meet a condition; columns other than these as one hash, or not at all."""
    sides = []
    for prefix, source in ((REFERENCE, slots.pairing.reference), (CANDIDATE, slots.pairing.candidate)):
        rest = f", hash({listed(_rest(slots, values, prefix))}) AS {prefix}rest" if with_rest else ""
        sides.append(f"SELECT *{rest} FROM ({slots.select(source, where, prefix)})")
    return _joined(slots, *sides, outer=outer)


def _joined(slots: Slots, reference: str, candidate: str, *, outer: bool = True) -> str:
    """A query for the rows of both sides, paired where their keys are the same; also those without a partner, or not.

    Finding that there are none takes a fifth of the time.
    """
    same = slots.same_key(REFERENCE, CANDIDATE)
    if not outer:
        both = f"true AS {REFERENCE}here, true AS {CANDIDATE}here"
        return f"SELECT *, {both} FROM ({reference}) JOIN ({candidate}) ON {same}"
    here = listed(f"coalesce({prefix}here, false) AS {prefix}here" for prefix in (REFERENCE, CANDIDATE))
    return (
        f"SELECT * REPLACE ({here}) FROM (SELECT *, true AS {REFERENCE}here FROM ({reference})) "
        f"FULL JOIN (SELECT *, true AS {CANDIDATE}here FROM ({candidate})) ON {same}"
    )


def _rest(slots: Slots, values: Sequence[Slot], prefix: str) -> list[str]:
    return [part for slot in slots.values if slot not in values for part in slot.parts(prefix)] or ["0"]


def _pairs_one_to_one(groups: list[Tally], rows: tuple[int, ...]) -> bool:
    """Whether certainly no key occurs twice: all rows have a partner, and the join made no more pairs than rows."""
    alone = sum(group.missing + group.extra for group in groups)
    pairs = sum(group.pairs for group in groups)
    return alone == 0 and rows == (pairs, pairs)


def _note_lonely(warehouse: Warehouse, slots: Slots, where: str) -> None:
    """Add to the table lonely whose rows have no partner."""
    if not slots.pairing.relation.about:
        return
    entity = f"coalesce({slots.entity(REFERENCE)}, {slots.entity(CANDIDATE)})"
    warehouse.rows(
        f"INSERT INTO lonely SELECT DISTINCT CAST({entity} AS VARCHAR), {REFERENCE}here "
        f"FROM ({_pairs(slots, where, ())}) WHERE NOT ({BOTH})"
    )


def _people(warehouse: Warehouse, slots: Slots) -> tuple[int | None, int | None]:
    if not slots.pairing.relation.about:
        return None, None
    counts = listed(f"count(DISTINCT a) FILTER (WHERE {side})" for side in ("ours", "NOT ours"))
    ours, theirs = warehouse.row(f"SELECT {counts} FROM lonely")
    return ours, theirs
