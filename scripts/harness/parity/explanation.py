"""How two relations differ, and where the difference came from, as plain immutable data."""

from dataclasses import dataclass, field
from typing import Any

# What can be said of a key whose rows differ. `moved`: the same content stands under another key.
KINDS = ("changed", "missing", "extra", "moved", "duplicate_key")


@dataclass(frozen=True)
class Group:
    """The differing rows of a year and of an event type within it."""

    year: Any
    event_type: str | None
    reference: int
    candidate: int


@dataclass(frozen=True)
class Change:
    """What happened to one column in the changed rows."""

    column: str
    rows: int
    to_null: int  # a value on the reference's side, NULL on the candidate's
    from_null: int
    largest_abs: str | None  # as text in the column's own type; None for what has no distance
    largest_rel: float | None
    ulp_only: int  # floats that differ by a few units in the last place only
    pattern: str | None  # what the changes have in common: "+0.01 on 40 of 40", "−1 day on 3 of 3", "whitespace", …


@dataclass(frozen=True)
class ContingencyCell:
    """Differing rows by year, event type and column; `column` is None for missing, extra and moved rows."""

    year: Any
    event_type: str | None
    column: str | None
    kind: str
    rows: int
    largest_abs: str | None
    largest_rel: float | None
    lift: float | None  # share among the differing rows ÷ share among all rows of the reference


@dataclass(frozen=True)
class Roots:
    """Per entity only its first differing row is a root; all that follows may be its consequence."""

    entities: int
    root_rows: int
    cascade_rows: int
    columns: dict[str, int]  # of the roots only; the name of the kind for rows that are missing, extra or moved
    first: dict[str, Any] | None = None  # the entity whose root comes first by year and key: {column: id}
    event_types: dict[str, int] = field(default_factory=dict)  # of the roots; most frequent first


@dataclass(frozen=True)
class Distribution:
    """One column of the rows that only one side has, for relations without a key."""

    column: str
    reference: dict[str, Any]  # rows, nulls, distinct, smallest, largest, mean, top: [[value, rows], …]
    candidate: dict[str, Any]


@dataclass(frozen=True)
class Sample:
    """One key whose rows differ, with all its rows that have no equal on the other side."""

    kind: str
    key: dict[str, Any]
    columns: tuple[str, ...]
    reference: tuple[dict[str, Any], ...]
    candidate: tuple[dict[str, Any], ...]
    copies_reference: int
    copies_candidate: int


@dataclass(frozen=True)
class Tolerated:
    """What a declared tolerance let pass in one column."""

    column: str
    tolerance: str
    reason: str
    rows: int
    largest_abs: float


@dataclass(frozen=True)
class Difference:
    """How two relations differ: exact rows, then keys, then columns."""

    only_reference: int
    only_candidate: int
    keys: dict[str, int]
    columns: dict[str, int]
    first_year: Any
    by_group: tuple[Group, ...]
    only_in_reference: int | None
    only_in_candidate: int | None
    truncated: bool
    words: tuple[str, ...]
    samples: tuple[Sample, ...]
    sql: str
    changes: tuple[Change, ...] = ()
    contingency: tuple[ContingencyCell, ...] = ()
    roots: Roots | None = None
    distributions: tuple[Distribution, ...] = ()
    tolerated: tuple[Tolerated, ...] = ()
    moved: dict[str, int] = field(default_factory=dict)  # key column → moved rows in which it is another
    whole_groups: bool = False  # by_group counts all rows of a group: against a baseline none is known to differ


@dataclass(frozen=True)
class Moment:
    """One row of a history: the same key on both sides, or on one."""

    relation: str
    key: dict[str, Any]
    status: str  # same, changed, missing, extra
    columns: tuple[str, ...]  # those that differ
    reference: dict[str, Any] | None
    candidate: dict[str, Any] | None
    first_difference: bool


@dataclass(frozen=True)
class RelationStep:
    """A relation in the order in which the pipeline makes them."""

    name: str
    status: str  # same, different, ignored and not compared: "one side only", …
    declared: bool  # False: an intermediate step, compared for the explanation only
    detail: str
    first_year: Any = None  # that differs; None if it has no year, or no longer holds that in which it may have begun
    ignored: bool = False  # by the target, and no graph says when it is made: nothing begins in it


@dataclass(frozen=True)
class Explanation:
    """Where the difference between two sides begins."""

    order: str  # what the order of the relations rests on: the dbt graph of a manifest, or the target
    first_relation: str
    first_year: Any
    steps: tuple[RelationStep, ...]
    entity: dict[str, Any] | None  # the first divergent employee: {column: id}
    history: tuple[Moment, ...]
    words: tuple[str, ...]
    differing: tuple[str, ...] = ()  # the relations that differ, in the order in which they begin to
