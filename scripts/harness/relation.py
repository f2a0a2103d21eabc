"""The part of a target that describes a relation: how its rows are told apart, and what is not compared in it."""

from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


def mapping_of(entry: str) -> BeforeValidator:
    """Refuse what is no mapping by showing an entry of one."""

    def require_mapping(given: object) -> object:
        if not isinstance(given, dict):
            raise ValueError(f"needs a mapping: {entry}")  # noqa: TRY004  pydantic words only this one
        return given

    return BeforeValidator(require_mapping)


class Section(BaseModel):
    """A part of a file: immutable, and without a key that nobody reads."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, data: object) -> object:
        if isinstance(data, dict):
            unknown = [key for key in data if key not in cls.model_fields]
            if unknown:
                raise ValueError(f"unknown key {unknown[0]!r}; valid keys: {', '.join(cls.model_fields)}")
        return data


class Tolerance(Section):
    """How far two numbers of one column may lie apart; each bound that is given allows a value by itself.

    `abs_tol` in units of the column, `rel_tol` as a share of the larger magnitude, `ulps` in steps between
    neighbouring floating-point numbers.
    """

    abs_tol: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    rel_tol: float | None = Field(default=None, gt=0, lt=1)
    ulps: int | None = Field(default=None, gt=0, le=1_000_000)
    reason: Text

    @model_validator(mode="after")
    def _some_bound(self) -> Self:
        if self.abs_tol is None and self.rel_tol is None and self.ulps is None:
            raise ValueError("a tolerance needs abs_tol, rel_tol or ulps")
        return self

    def __str__(self) -> str:
        bounds = {"abs_tol": self.abs_tol, "rel_tol": self.rel_tol, "ulps": self.ulps}
        return " or ".join(f"{name} {bound:g}" for name, bound in bounds.items() if bound is not None)


class EventTypes(Section):
    """The values that a column must show on every side before equality means anything."""

    column: Text
    required: list[Text] = Field(min_length=1)


class Relation(Section):
    """A table or view that the modes must agree on.

    Without a key its rows are compared as a multiset and a difference is told by the distribution of each column.
    """

    key: list[Text] = Field(default_factory=list)
    entity: Text | None = None
    year: Text | None = None
    order: list[Text] = Field(default_factory=list)
    json_columns: list[Text] = Field(
        default_factory=list
    )  # text columns that hold JSON; the order of keys is no difference
    volatile: Annotated[dict[Text, Text], mapping_of("column: why")] = Field(default_factory=dict)
    tolerances: dict[Text, Tolerance] = Field(default_factory=dict)
    event_types: EventTypes | None = None
    counted_as: Text | None = None
    may_be_absent: Text | None = None  # why it may be missing from both sides

    @property
    def about(self) -> str | None:
        """The column that says whom a row is about: the declared entity, or the first of the key but the year."""
        return self.entity or next((column for column in self.key if column != self.year), None)

    @property
    def needed(self) -> tuple[str, ...]:
        """The columns without which the relation cannot be compared."""
        extra = (self.entity, self.year, self.event_types.column if self.event_types else None)
        return tuple(dict.fromkeys((*self.key, *(name for name in extra if name))))

    @model_validator(mode="after")
    def _needed_columns_are_compared(self) -> Self:
        for part, names in (("volatile", self.volatile), ("tolerances", self.tolerances)):
            lost = [name for name in self.needed if name in names]
            if lost:
                raise ValueError(f"{part}: {lost[0]!r} is needed to tell rows apart and cannot be left out or bent")
        both = [name for name in self.volatile if name in self.tolerances]
        if both:
            raise ValueError(f"tolerances: {both[0]!r} is volatile already, so nothing of it is compared")
        return self


class Ignored(Section):
    """Relations that are no part of the contract, and why."""

    pattern: Text
    reason: Text
