"""One relation on two sides: what is compared, and how its rows are addressed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from harness.expressions import identity, listed, literal, quoted, value
from harness.parity.results import Drift
from harness.relation import Relation
from harness.warehouse import Column

BUCKETS = 64
Cell = tuple[Any, int]  # a year and a bucket of entities


@dataclass(frozen=True)
class Pairing:
    """The two sources of a relation, and the columns that both must agree on."""

    name: str
    relation: Relation
    reference: str
    candidate: str
    columns: tuple[Column, ...]

    @property
    def values(self) -> tuple[Column, ...]:
        """The compared columns that are no part of the key."""
        return tuple(column for column in self.columns if column.name not in self.relation.key)

    @property
    def year(self) -> str:
        """The expression for the year of a row."""
        return quoted(self.relation.year) if self.relation.year else "NULL"

    @property
    def bucket(self) -> str:
        """The expression for the bucket of a row; all rows of one entity share it, or without one all equal rows."""
        about = [quoted(self.relation.about)] if self.relation.about else self.identity()
        return f"CAST(hash({listed(about)}) % {BUCKETS} AS INTEGER)"

    def identity(self, row: str = "") -> list[str]:
        """The expressions that make up the content of a row."""
        return [part for column in self.columns for part in identity(column.name, column.type, row)]

    def names(self, row: str = "") -> str:
        """The compared columns as a list."""
        return listed(f"{row}.{quoted(column.name)}" if row else quoted(column.name) for column in self.columns)

    def key(self, row: str = "") -> list[str]:
        """The key columns."""
        return [f"{row}.{quoted(name)}" if row else quoted(name) for name in self.relation.key]

    def within(self, cells: Iterable[Cell]) -> str:
        """A condition: the row lies in one of the cells."""
        by_year: dict[Any, list[int]] = {}
        for year, bucket in cells:
            by_year.setdefault(year, []).append(bucket)
        return " OR ".join(self._within_year(year, buckets) for year, buckets in by_year.items()) or "false"

    def in_year(self, year: object) -> str:
        """A condition: the row belongs to the year."""
        return f"{self.year} IS NULL" if year is None else f"{self.year} = {value(year)}"

    def with_candidate(self, source: str) -> "Pairing":
        """The same comparison with other rows on the candidate's side."""
        return replace(self, candidate=source)

    def canonical(self) -> "Pairing | None":
        """The same comparison with JSON brought to one spelling: sorted keys, no white space; None without JSON."""
        names = [
            column.name for column in self.columns if column.type == "JSON" or column.name in self.relation.json_columns
        ]
        if not names:
            return None
        replaced = listed(f"{_one_spelling(quoted(name))} AS {quoted(name)}" for name in names)
        ours, theirs = (f"(SELECT * REPLACE ({replaced}) FROM {source})" for source in (self.reference, self.candidate))
        return replace(self, reference=ours, candidate=theirs)

    def _within_year(self, year: object, buckets: list[int]) -> str:
        if len(buckets) == BUCKETS:
            return f"({self.in_year(year)})"
        return f"({self.in_year(year)} AND {self.bucket} IN ({listed(map(str, buckets))}))"


def _one_spelling(name: str) -> str:
    """JSON with sorted keys and without white space; null and absent, and keys that stand twice, remain different.

    json_normalize() would read numbers as DOUBLE, in which 1e15 loses its cents: so they are made strings that begin
    with a character no JSON text holds, and numbers again afterwards. What is no JSON stays as it is.
    """
    number = "-?[0-9][0-9.eE+-]*"
    guarded = f"regexp_replace(CAST({name} AS VARCHAR), '([:\\[,]\\s*)({number})', '\\1\"\\\\u0001\\2\"', 'g')"
    normal = f"regexp_replace(json_normalize({guarded}), '\"\\\\u0001({number})\"', '\\1', 'g')"
    possible = f"json_valid({name}) AND NOT contains(CAST({name} AS VARCHAR), 'u0001') AND json_valid({guarded})"
    return f"CASE WHEN {possible} THEN {normal} ELSE CAST({name} AS VARCHAR) END"


def pair_up(
    name: str,
    relation: Relation,
    sources: tuple[str, str],
    columns: tuple[tuple[Column, ...], tuple[Column, ...]],
    drift: tuple[Drift, ...],
) -> Pairing:
    """Pair what both sides have; values of another type are brought to the reference's type first."""
    candidate_types = {column.name.lower(): column for column in columns[1]}
    common = tuple(
        column
        for column in columns[0]
        if column.name.lower() in candidate_types and column.name not in relation.volatile
    )
    converted = any(drifted.kind in ("type of", "spelling of") for drifted in drift)
    candidate = _converted(sources[1], common, candidate_types) if converted else sources[1]
    return Pairing(name, relation, sources[0], candidate, common)


def _converted(source: str, common: tuple[Column, ...], candidate: Mapping[str, Column]) -> str:
    parts = []
    for column in common:
        theirs = candidate[column.name.lower()]
        name = quoted(theirs.name)
        if theirs.type != column.type:
            there = f"TRY_CAST({name} AS {column.type})"
            # A value that does not survive the way there and back is not the same value.
            survives = f"TRY_CAST({there} AS {theirs.type}) IS NOT DISTINCT FROM {name}"
            name = f"CASE WHEN {survives} THEN {there} END"
        parts.append(f"{name} AS {quoted(column.name)}")
    return f"(SELECT {listed(parts)} FROM {source})"


def row_is(pairing: Pairing, key: Mapping[str, object]) -> str:
    """A condition: the row has the key."""
    types = {column.name: column.type for column in pairing.columns}
    return " AND ".join(
        f"{quoted(name)} IS NULL" if part is None else f"{quoted(name)} = CAST({literal(str(part))} AS {types[name]})"
        for name, part in key.items()
    )
