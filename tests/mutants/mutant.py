"""A mutant: a divergence, how it is planted, and what the judge must say of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from tests.mutants.expectations import Different, Equal, Expected
from tests.mutants.sql import EVENTS, query
from tests.mutants.stage import Arguments, Stage

Plan = tuple[Arguments, Expected]


class Mutant(Protocol):
    """Anything that can be planted."""

    @property
    def name(self) -> str:
        """What is wrong."""

    @property
    def family(self) -> str:
        """The class of divergences that it belongs to."""

    def plant(self, stage: Stage) -> Plan:
        """Prepare it; return how the judge is to be called and what it must say."""


@dataclass(frozen=True)
class Planted:
    """A divergence in the data of the candidate, which must be found and explained.

    `where` chooses the rows in which it begins; the SQL of the change may use it as {where}, and year and employee that
    must be named are those of its rows in the reference. `root` is a query for them where that is not so. What takes
    more than SQL is done by `prepare`, which returns the arguments for the judge.
    """

    name: str
    family: str
    sql: str
    where: str = "false"
    relation: str = EVENTS
    columns: tuple[str, ...] = ()
    more_columns: bool = False
    becomes: str | tuple[str, ...] | Mapping[str, int] | None = "changed"  # None: too many things to count
    drift: tuple[tuple[str, str], ...] = ()
    also: tuple[str, ...] = ()
    both: str = ""  # done to both sides first
    reference: str = ""  # done to the reference only
    pair: str = "plain"
    root: str = ""
    named_too: str = ""  # a query for others that may be named as well
    words: str = ""
    one_root: bool = False
    entity: str = "employee_id"  # empty: the relation is about nobody
    arguments: Callable[[Stage], Arguments] = lambda _: ()
    prepare: Callable[[Stage], Arguments] | None = None

    def plant(self, stage: Stage) -> Plan:
        """Change copies of the results."""
        reference = stage.bases.pair(self.pair).reference
        if self.prepare:
            arguments = self.prepare(stage)
        else:
            ours = [sql for sql in (self.both, self.reference) if sql]
            reference = stage.reference(self.pair, *ours) if ours else reference
            theirs = [sql for sql in (self.both, self.sql.replace("{where}", self.where)) if sql]
            candidate = stage.candidate(self.pair, *theirs)
            arguments = stage.compare(reference=reference, candidate=candidate, pair=self.pair)
        whole = stage.bases.pair(self.pair).candidate if self.reference else reference
        return (*arguments, *self.arguments(stage)), self._expected(whole)

    def _expected(self, result: Path) -> Different:
        begins = f"SELECT simulation_year, {self.entity or 'NULL'} FROM {self.relation} WHERE {self.where}"
        rows = query(result, self.root or begins)
        others = query(result, self.named_too) if self.named_too else []
        return Different(
            relation=self.relation,
            roots=frozenset((row[0], row[1]) for row in (*rows, *others)),
            kinds=self._kinds(len(rows)),
            columns=frozenset(self.columns),
            more_columns=self.more_columns,
            drift=frozenset(self.drift),
            others=frozenset(self.also),
            words=self.words,
            entity=self.entity,
            keyed=self.pair != "probed by keyless",
            one_root=self.one_root,
        )

    def _kinds(self, rows: int) -> dict[str, int] | None:
        if self.becomes is None or isinstance(self.becomes, Mapping):
            return self.becomes if self.becomes is None else dict(self.becomes)
        kinds = (self.becomes,) if isinstance(self.becomes, str) else self.becomes
        return dict.fromkeys(kinds, rows) if rows else {}


@dataclass(frozen=True)
class Staged:
    """What makes judging impossible: `prepare` does it and returns the arguments for the judge."""

    name: str
    family: str
    prepare: Callable[[Stage], Arguments]
    expected: Expected

    def plant(self, stage: Stage) -> Plan:
        """Prepare it as its function does."""
        return self.prepare(stage), self.expected


@dataclass(frozen=True)
class Rearranged:
    """An equal pair that looks different."""

    name: str
    prepare: Callable[[Stage], Arguments]
    expected: Expected = field(default_factory=Equal)
    family: str = "rearranged"

    def plant(self, stage: Stage) -> Plan:
        """Prepare it as its function does."""
        return self.prepare(stage), self.expected
