"""Where the compared columns of a relation lie in the working tables of an explanation.

Working tables call the value of the n-th compared column v<n>, and i<n> what tells two values apart that SQL takes for
equal (the sign of a zero, the text of an interval). Tables of pairs prefix them with r_ and c_ for the two sides.
"""

from dataclasses import dataclass
from functools import cached_property

from harness.expressions import all_same, identity, listed
from harness.parity.pairing import Pairing
from harness.warehouse import Column

REFERENCE, CANDIDATE = "r_", "c_"


@dataclass(frozen=True)
class Slot:
    """The place of one compared column."""

    number: int
    column: Column

    @property
    def name(self) -> str:
        """The name of the column."""
        return self.column.name

    def value(self, prefix: str = "") -> str:
        """The column of a working table that holds the value."""
        return f"{prefix}v{self.number}"

    def parts(self, prefix: str = "") -> list[str]:
        """The columns of a working table that together make out the value."""
        both = [self.value(prefix), f"{prefix}i{self.number}"]
        return both[: len(identity(self.column.name, self.column.type))]

    @property
    def differs(self) -> str:
        """The flag of a pair of rows: the values differ, and no tolerance allows it."""
        return f"d{self.number}"

    @property
    def tolerated(self) -> str:
        """The flag of a pair of rows: the values differ, and a tolerance allows it."""
        return f"t{self.number}"


@dataclass(frozen=True)
class Slots:
    """The places of all compared columns."""

    pairing: Pairing

    @cached_property
    def all(self) -> tuple[Slot, ...]:
        """In the order of the relation."""
        return tuple(Slot(number, column) for number, column in enumerate(self.pairing.columns))

    @cached_property
    def keys(self) -> tuple[Slot, ...]:
        """In the order of the key."""
        by_name = {slot.name: slot for slot in self.all}
        return tuple(by_name[name] for name in self.pairing.relation.key)

    @cached_property
    def values(self) -> tuple[Slot, ...]:
        """The columns that are no part of the key."""
        return tuple(slot for slot in self.all if slot.name not in self.pairing.relation.key)

    def parts(self, prefix: str = "") -> list[str]:
        """What makes out a row."""
        return [part for slot in self.all for part in slot.parts(prefix)]

    def key(self, prefix: str = "") -> list[str]:
        """What makes out a key."""
        return [part for slot in self.keys for part in slot.parts(prefix)]

    def key_expressions(self) -> list[str]:
        """What makes out a key, as the sources know it."""
        return [part for slot in self.keys for part in identity(slot.name, slot.column.type)]

    def content(self, prefix: str = "") -> list[str]:
        """What makes out a row besides its key."""
        return [part for slot in self.values for part in slot.parts(prefix)]

    def same_key(self, left: str, right: str) -> str:
        """A condition: two rows, each under its alias or alias and prefix ("l." or "l.r_"), have the same key."""
        return all_same(zip(self.key(left), self.key(right), strict=True))

    def year(self, prefix: str = "") -> str:
        """The year of a row."""
        return self._named(self.pairing.relation.year, prefix)

    def event_type(self, prefix: str = "") -> str:
        """The event type of a row."""
        types = self.pairing.relation.event_types
        return self._named(types.column if types else None, prefix)

    def entity(self, prefix: str = "") -> str:
        """Whom a row is about."""
        return self._named(self.pairing.relation.about, prefix)

    def select(self, source: str, where: str, prefix: str = "") -> str:
        """A query for rows of a source as working tables hold them."""
        named = zip(self.pairing.identity(), self.parts(prefix), strict=True)
        return f"SELECT {listed(f'{part} AS {name}' for part, name in named)} FROM {source} WHERE {where}"

    def renamed(self, table: str, prefix: str) -> str:
        """A query for rows of a working table as the one side of pairs."""
        return f"SELECT {listed(f'{part} AS {prefix}{part}' for part in self.parts())} FROM {table}"

    def _named(self, name: str | None, prefix: str) -> str:
        return next((slot.value(prefix) for slot in self.all if slot.name == name), "NULL")
