"""A fingerprint that can be stored: it means the same in every version of DuckDB.

hash() may change from version to version. Here a row is the MD5 of its values as text, each with its length before
it, so that no two rows read alike; a group of rows is count, sum and xor over both halves of it.
"""

from dataclasses import dataclass
from typing import Any

from harness.expressions import quoted
from harness.parity.pairing import Pairing, pair_up
from harness.relation import Relation
from harness.warehouse import Warehouse

Group = tuple[str | None, str | None]  # year and event type, as text


@dataclass(frozen=True)
class Seal:
    """What is kept of a group of rows."""

    rows: int
    digest: str

    def __str__(self) -> str:
        return f"{self.rows:,} rows, {self.digest[:12]}…"


def alone(warehouse: Warehouse, name: str, relation: Relation, source: str) -> Pairing:
    """A relation of one result, with those columns that a seal covers."""
    columns = warehouse.columns(source)
    sealed = relation.model_copy(update={"volatile": left_out(relation)})
    return pair_up(name, sealed, (source, source), (columns, columns), ())


def left_out(relation: Relation) -> dict[str, str]:
    """What a seal does not cover, and why: volatile columns, and those for which equality is not demanded."""
    bent = {
        column: f"a fingerprint cannot apply its tolerance ({tolerance}: {tolerance.reason})"
        for column, tolerance in relation.tolerances.items()
    }
    return relation.volatile | bent


def seal_groups(warehouse: Warehouse, pairing: Pairing) -> dict[Group, Seal]:
    """The seals of the candidate's rows by year and event type."""
    canonical = pairing.canonical() or pairing
    types = pairing.relation.event_types
    event_type = quoted(types.column) if types else "NULL"
    text = " || ".join(_spelled(quoted(column.name)) for column in pairing.columns)
    halves = ("lower", "upper")
    sums = ", ".join(f"sum({half}), bit_xor({half})" for half in halves)
    rows = warehouse.rows(
        f"SELECT y, e, count(*), {sums} FROM (SELECT y, e, {', '.join(f'md5_number_{h}(t) AS {h}' for h in halves)} "
        f"FROM (SELECT CAST({pairing.year} AS VARCHAR) AS y, CAST({event_type} AS VARCHAR) AS e, {text} AS t "
        f"FROM {canonical.candidate})) GROUP BY y, e ORDER BY y, e"
    )
    return {(year, kind): Seal(count, _digest(sums)) for year, kind, count, *sums in rows}


def _spelled(name: str) -> str:
    text = f"CAST({name} AS VARCHAR)"
    return f"CASE WHEN {name} IS NULL THEN 'N' ELSE strlen({text}) || ':' || {text} END"


def _digest(sums: list[Any]) -> str:
    """Sums wrap at 64 bits, so that the length of the text does not grow with the number of rows."""
    return "".join(f"{int(part) % 2**64:016x}" for part in sums)
