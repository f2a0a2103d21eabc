"""The description of a system under test: all that a judge knows of it."""

from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from harness.workload import PLACEHOLDERS, unknown_placeholders

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
ModeName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Value = str | int | bool

RESERVED_NAMES = frozenset({"main", "memory", "system", "temp"})  # databases that DuckDB itself attaches


class Section(BaseModel):
    """A part of the file: immutable, and without a key that nobody reads."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, data: object) -> object:
        if isinstance(data, dict):
            unknown = [key for key in data if key not in cls.model_fields]
            if unknown:
                raise ValueError(f"unknown key {unknown[0]!r}; valid keys: {', '.join(cls.model_fields)}")
        return data


class Environment(Section):
    """What a command's environment has more, and less, than the judge's own."""

    set: dict[Text, str] = Field(default_factory=dict)
    unset: list[Text] = Field(default_factory=list)


class Command(Section):
    """A command template."""

    argv: list[Text] = Field(min_length=1)
    environment: Environment = Environment()

    @model_validator(mode="after")
    def _known_placeholders(self) -> Self:
        for template in (*self.argv, *self.environment.set.values()):
            _require_known_placeholders(template)
        return self


class Witness(Section):
    """A question to the result, and the one row that only this mode can have answered."""

    sql: Text
    expected: dict[Text, Value] = Field(min_length=1)


class Mode(Command):
    """One way in which the system under test can do the work."""

    sharded: bool = False
    witness: Witness


class Census(Command):
    """How the input is made, once for all modes, and how DuckDB counts the employees in it."""

    file: Text
    count: Text | None = None


class Result(Section):
    """Where a run leaves its result, as seen from the directory of the run."""

    database: Text = "{mode}.duckdb"
    relations_in: Text = "main"


class Provenance(Section):
    """What a result says of its own making, as one row, and what must hold of it."""

    sql: Text
    finished: dict[Text, Value] = Field(min_length=1)
    requested: dict[Text, Text] = Field(default_factory=dict)
    equal: list[Text] = Field(min_length=1)
    distinct: list[Text] = Field(default_factory=list)
    started_at: Text | None = None
    finished_at: Text | None = None


class EventTypes(Section):
    """The values that a column must show on every side before equality means anything."""

    column: Text
    required: list[Text] = Field(min_length=1)


class Relation(Section):
    """A table or view that the modes must agree on."""

    key: list[Text] = Field(min_length=1)
    year: Text | None = None
    order: list[Text] = Field(default_factory=list)
    volatile: dict[Text, Text] = Field(default_factory=dict)
    event_types: EventTypes | None = None
    counted_as: Text | None = None

    @property
    def entity(self) -> str | None:
        """The key column that says whom a row is about."""
        return next((column for column in self.key if column != self.year), None)

    @property
    def needed(self) -> tuple[str, ...]:
        """The columns without which the relation cannot be compared."""
        extra = (self.year, self.event_types.column if self.event_types else None)
        return tuple(dict.fromkeys((*self.key, *(name for name in extra if name))))

    @model_validator(mode="after")
    def _needed_columns_are_compared(self) -> Self:
        lost = [name for name in self.needed if name in self.volatile]
        if lost:
            raise ValueError(f"volatile: {lost[0]!r} is needed for the comparison and cannot be volatile")
        return self


class Ignored(Section):
    """Relations that are no part of the contract, and why."""

    pattern: Text
    reason: Text


class Target(Section):
    """A system under test."""

    name: Text
    description: Text
    working_directory: Text
    reference: ModeName
    candidates: list[ModeName] = Field(min_length=1)
    census: Census
    modes: dict[ModeName, Mode] = Field(min_length=2)
    result: Result = Result()
    provenance: Provenance
    relations: dict[Text, Relation] = Field(min_length=1)
    ignore: list[Ignored] = Field(default_factory=list)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for name in (self.reference, *self.candidates):
            if name not in self.modes:
                raise ValueError(f"unknown mode {name!r}; available: {', '.join(self.modes)}")
        reserved = RESERVED_NAMES.intersection(self.modes)
        if reserved:
            raise ValueError(f"modes: {min(reserved)!r} is a name of DuckDB's own; choose another")
        self._check_templates()
        self._check_witnesses()
        return self

    def _check_templates(self) -> None:
        for template in (self.result.database, self.census.count or "", *self.provenance.requested.values()):
            _require_known_placeholders(template)

    def _check_witnesses(self) -> None:
        seen: dict[str, str] = {}
        for name, mode in self.modes.items():
            other = seen.setdefault(mode.witness.model_dump_json(), name)
            if other != name:
                raise ValueError(f"modes.{name}.witness: the same as that of {other!r}, so it cannot show which ran")


class LoadedTarget(BaseModel):
    """A target together with the file that describes it."""

    model_config = ConfigDict(frozen=True)

    target: Target
    path: Path
    sha256: str

    @property
    def working_directory(self) -> Path:
        """The directory that commands run in; the file gives it as seen from its own."""
        return (self.path.parent / self.target.working_directory).resolve()


def _require_known_placeholders(template: str) -> None:
    unknown = unknown_placeholders(template)
    if unknown:
        raise ValueError(
            f"unknown placeholder {{{unknown[0]}}} in {template!r}; "
            f"available: {', '.join(f'{{{name}}}' for name in PLACEHOLDERS)}"
        )
