"""Showing a few of the rows that differ, with the values of both sides, and the query that shows them all."""

from collections.abc import Mapping, Sequence
from typing import Any

from harness.expressions import any_different, listed, quoted, value
from harness.parity.explain.slots import CANDIDATE, REFERENCE, Slots
from harness.parity.explanation import KINDS, Sample
from harness.warehouse import Warehouse

Record = dict[str, Any]
Records = dict[int, list[Record]]

# A query that names no more entities than this is quick and still readable.
NAMED_ENTITIES = 20
_NAMEABLE = ("INTEGER", "BIGINT", "SMALLINT", "TINYINT", "HUGEINT", "VARCHAR", "UUID", "DATE")


def take_samples(warehouse: Warehouse, slots: Slots, limit: int) -> tuple[Sample, ...]:
    """The first differing keys of each kind, in key order; without a key, the first rows of either side."""
    if not slots.keys:
        return tuple(_keyless(warehouse, slots, limit))
    key = listed(slots.key())
    there = listed(
        f"CASE WHEN t.kind = 'moved' THEN m.{CANDIDATE}{part} ELSE t.{part} END AS {CANDIDATE}{part}"
        for part in slots.key()
    )
    warehouse.rows(
        f"CREATE OR REPLACE TEMP TABLE sampled AS SELECT t.*, {there}, "
        f"row_number() OVER (ORDER BY {listed(slots.key('t.'))}) AS n FROM ("
        f"SELECT * FROM touched QUALIFY row_number() OVER (PARTITION BY kind ORDER BY {key}) <= {limit}) AS t "
        f"LEFT JOIN moves AS m ON {slots.same_key('t.', 'm.' + REFERENCE)}"
    )
    ours = _records(warehouse, slots, f"{slots.same_key('l.', 's.')} AND l.surplus > 0")
    theirs = _records(warehouse, slots, f"{slots.same_key('l.', 's.' + CANDIDATE)} AND l.surplus < 0")
    columns = _columns(warehouse, slots)
    values = listed(slot.value() for slot in slots.keys)
    chosen = warehouse.rows(f"SELECT n, kind, copies_reference, copies_candidate, {values} FROM sampled ORDER BY n")
    samples = []
    for n, kind, copies, other_copies, *parts in chosen:
        named = dict(zip(slots.pairing.relation.key, parts, strict=True))
        rows = tuple(ours.get(n, ())), tuple(theirs.get(n, ()))
        # A row that moved stands once on either side.
        both = (1, 1) if kind == "moved" else (copies, other_copies)
        samples.append(Sample(kind, named, columns.get(n, ()), *rows, *both))
    return tuple(sorted(samples, key=lambda sample: KINDS.index(sample.kind)))


def reproduction(warehouse: Warehouse, slots: Slots, *, of_reference: bool) -> str:
    """A query on the attached results for the rows of the table leftover that one side has."""
    pairing = slots.pairing
    where = _where(warehouse, slots)
    content = listed(
        f"{part} AS {quoted(slot.name if extra == 0 else f'#{slot.name}')}"
        for slot, parts in zip(slots.all, _identities(slots), strict=True)
        for extra, part in enumerate(parts)
    )
    sources = (pairing.reference, pairing.candidate)[:: 1 if of_reference else -1]
    return " EXCEPT ALL ".join(f"SELECT {content} FROM {source}{where}" for source in sources)


def _identities(slots: Slots) -> list[list[str]]:
    """The expressions of each column, as the results know it."""
    flat = iter(slots.pairing.identity())
    return [[next(flat) for _ in slot.parts()] for slot in slots.all]


def _where(warehouse: Warehouse, slots: Slots) -> str:
    """The years and entities that the differing rows belong to, if they are few and can be written down."""
    relation = slots.pairing.relation
    conditions = []
    for name, slot in ((relation.year, slots.year()), (relation.about, slots.entity())):
        type_ = next((column.type for column in slots.pairing.columns if column.name == name), "")
        if name is None or type_.removeprefix("U") not in _NAMEABLE:
            continue
        found = warehouse.rows(f"SELECT DISTINCT {slot} AS v FROM leftover ORDER BY v LIMIT {NAMED_ENTITIES + 1}")
        if 0 < len(found) <= NAMED_ENTITIES:
            conditions.append(_one_of(name, [content for (content,) in found]))
    return f" WHERE {' AND '.join(conditions)}" if conditions else ""


def _one_of(name: str, contents: Sequence[object]) -> str:
    known = [value(content) for content in contents if content is not None]
    parts = [f"{quoted(name)} IN ({listed(known)})"] if known else []
    parts += [f"{quoted(name)} IS NULL"] if None in contents else []
    return f"({' OR '.join(parts)})"


def _records(warehouse: Warehouse, slots: Slots, condition: str) -> Records:
    """The rows of one side for each sampled key, as often as they have no equal on the other side."""
    values = listed(f"l.{slot.value()}" for slot in slots.all)
    rows = warehouse.rows(
        f"SELECT s.n, abs(l.surplus), {values} FROM sampled AS s JOIN leftover AS l ON {condition} ORDER BY ALL"
    )
    found: Records = {}
    for n, copies, *contents in rows:
        found.setdefault(n, []).extend([_record(slots, contents)] * copies)
    return found


def _columns(warehouse: Warehouse, slots: Slots) -> Mapping[int, tuple[str, ...]]:
    """The columns that differ for each sampled key that changed; the parts of the key for one that moved."""
    found: dict[int, tuple[str, ...]] = {}
    for table, flags in (
        ("changed", {slot.name: slot.differs for slot in slots.values}),
        (
            "moves",
            {
                slot.name: any_different(slot.parts("p." + REFERENCE), slot.parts("p." + CANDIDATE))
                for slot in slots.keys
            },
        ),
    ):
        if flags:
            rows = warehouse.rows(
                f"SELECT s.n, {listed(flags.values())} FROM sampled AS s JOIN {table} AS p "
                f"ON {slots.same_key('s.', 'p.' + REFERENCE)}"
            )
            for n, *differs in rows:
                found[n] = tuple(name for name, flag in zip(flags, differs, strict=True) if flag)
    return found


def _keyless(warehouse: Warehouse, slots: Slots, limit: int) -> list[Sample]:
    values = listed(slot.value() for slot in slots.all)
    samples = []
    for kind, sign in (("missing", 1), ("extra", -1)):
        rows = warehouse.rows(
            f"SELECT {values}, {sign} * surplus FROM leftover WHERE {sign} * surplus > 0 ORDER BY ALL LIMIT {limit}"
        )
        for *contents, copies in rows:
            record, none = (_record(slots, contents),), ()
            both = (record, none, copies, 0) if kind == "missing" else (none, record, 0, copies)
            samples.append(Sample(kind, {}, (), *both))
    return samples


def _record(slots: Slots, contents: Sequence[Any]) -> Record:
    return {slot.name: content for slot, content in zip(slots.all, contents, strict=True)}
