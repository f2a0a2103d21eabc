"""The description of a system under test: all that a judge knows of it."""

from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from harness.oracle_settings import Oracles
from harness.relation import Ignored, Relation, Section, Text
from harness.scale_settings import ModeName, Scale
from harness.workload import fill, require_known_placeholders

VariableName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
Value = str | int | bool | float

RESERVED_NAMES = frozenset({"main", "memory", "system", "temp"})  # databases that DuckDB itself attaches


class Environment(Section):
    """What a command's environment has more, and less, than the judge's own."""

    set: dict[VariableName, str] = Field(default_factory=dict)
    unset: list[VariableName] = Field(default_factory=list)


class Command(Section):
    """A command template."""

    argv: list[Text] = Field(min_length=1)
    environment: Environment = Environment()

    def asks_for(self, placeholder: str) -> bool:
        """Whether the command depends on it."""
        return any(f"{{{placeholder}}}" in template for template in (*self.argv, *self.environment.set.values()))

    @model_validator(mode="after")
    def _known_placeholders(self) -> Self:
        for template in (*self.argv, *self.environment.set.values()):
            require_known_placeholders(template)
        return self


class Question(Section):
    """Something that a result can be asked, with one row as the answer: SQL, or a JSON file beside the result."""

    sql: Text | None = None
    file: Text | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.sql is None) == (self.file is None):
            raise ValueError("needs either sql or file")
        require_known_placeholders(self.file or "")
        return self

    def __str__(self) -> str:
        return repr(self.sql) if self.sql else f"the file {self.file}"


class Witness(Question):
    """A question to the result, and the one answer that only this mode can have left there."""

    expected: dict[Text, Value] = Field(min_length=1)

    def of_mode(self, name: str) -> Self:
        """The same with the mode's name wherever it asks for it."""
        values = {"mode": name}
        expected = {key: fill(part, values) if isinstance(part, str) else part for key, part in self.expected.items()}
        return self.model_copy(update={"file": self.file and fill(self.file, values), "expected": expected})

    @model_validator(mode="after")
    def _known_placeholders(self) -> Self:
        for template in self.expected.values():
            require_known_placeholders(str(template))
        return self


class Result(Section):
    """Where a run leaves its result, as seen from the directory of the run.

    A DuckDB file, or a folder with one Parquet file or one folder of Parquet files for each relation.
    `finished_by` names a file that is written last.
    """

    database: Text | None = None
    parquet: Text | None = None
    relations_in: Text = "main"
    finished_by: Text | None = None

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.database is None) == (self.parquet is None):
            raise ValueError("needs either database or parquet")
        for template in (self.database, self.parquet, self.finished_by):
            require_known_placeholders(template or "")
        return self

    @property
    def place(self) -> str:
        """The file or folder, with its placeholders."""
        return self.database or self.parquet or ""


class Mode(Command):
    """One way in which the system under test can do the work."""

    sharded: bool = False
    witness: Witness
    result: Result | None = None

    @model_validator(mode="after")
    def _one_schema(self) -> Self:
        if self.result and "relations_in" in self.result.model_fields_set:
            raise ValueError(
                "result.relations_in: all modes use one schema; give it as result.relations_in of the target"
            )
        return self


class Census(Command):
    """How the input is made, once for all modes, and how DuckDB counts the employees in it."""

    file: Text
    count: Text | None = None

    @model_validator(mode="after")
    def _known_placeholder(self) -> Self:
        require_known_placeholders(self.count or "")
        return self


class Provenance(Question):
    """What a result says of its own making, as one row, and what must hold of it."""

    finished: dict[Text, Value] = Field(min_length=1)
    requested: dict[Text, Text] = Field(default_factory=dict)
    equal: list[Text] = Field(min_length=1)
    distinct: list[Text] = Field(default_factory=list)
    started_at: Text | None = None
    finished_at: Text | None = None

    @model_validator(mode="after")
    def _known_placeholders(self) -> Self:
        for template in self.requested.values():
            require_known_placeholders(template)
        return self

    @property
    def columns(self) -> list[str]:
        """What the answer must have."""
        times = [name for name in (self.started_at, self.finished_at) if name]
        return [*self.finished, *self.requested, *self.equal, *self.distinct, *times]


class Manifest(Section):
    """dbt's manifest.json, which knows in which order the relations are made.

    As seen from the working directory, or with {out} in a directory of its own that `argv` writes it into.
    """

    file: Text
    argv: list[Text] = Field(default_factory=list)

    @model_validator(mode="after")
    def _known_placeholders(self) -> Self:
        for template in (self.file, *self.argv):
            require_known_placeholders(template)
        return self


class Contract(Section):
    """What two results promise each other: their relations, and where they tell how they were made."""

    name: Text
    result: Result = Result(database="{mode}.duckdb")
    provenance: Provenance | None = None
    manifest: Manifest | None = None
    relations: dict[Text, Relation] = Field(default_factory=dict)
    ignore: list[Ignored] = Field(default_factory=list)
    modes: dict[ModeName, Mode] = Field(default_factory=dict)

    def result_of(self, mode: str | None) -> Result:
        """Where the mode leaves its result."""
        return (self.modes[mode].result if mode in self.modes else None) or self.result


class Target(Contract):
    """A system under test: a contract, and how to run what must keep it."""

    description: Text
    working_directory: Text
    reference: ModeName
    candidates: list[ModeName] = Field(min_length=1)
    census: Census
    modes: dict[ModeName, Mode] = Field(min_length=2)
    relations: dict[Text, Relation] = Field(min_length=1)
    inputs: list[Text] = Field(default_factory=list)  # configuration that no run may change, as patterns from there
    oracles: Oracles | None = None
    scale: Scale | None = None

    def asks_for(self, placeholder: str) -> bool:
        """Whether any command depends on it."""
        commands: list[Command] = [self.census, *self.modes.values()]
        return any(command.asks_for(placeholder) for command in commands)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for name in (self.reference, *self.candidates):
            if name not in self.modes:
                raise ValueError(f"unknown mode {name!r}; available: {', '.join(self.modes)}")
        reserved = RESERVED_NAMES.intersection(self.modes)
        if reserved:
            raise ValueError(f"modes: {min(reserved)!r} is a name of DuckDB's own; choose another")
        self._check_witnesses()
        self._check_matrix()
        return self

    def _check_matrix(self) -> None:
        named = self.scale.modes if self.scale else {}
        for name, mode in named.items():
            for key, ran in (("run", mode.run), ("sharded", mode.sharded or mode.run)):
                if ran not in self.modes:
                    raise ValueError(
                        f"scale.modes.{name}.{key}: unknown mode {ran!r}; available: {', '.join(self.modes)}"
                    )
            if mode.sharded and not self.modes[mode.sharded].sharded:
                raise ValueError(f"scale.modes.{name}.sharded: {mode.sharded!r} is not declared as sharded")
        baseline = self.scale.baseline if self.scale else None
        if baseline and baseline not in named and baseline not in self.modes:
            raise ValueError(f"scale.baseline: unknown mode {baseline!r}")

    def _check_witnesses(self) -> None:
        seen: dict[str, str] = {}
        for name, mode in self.modes.items():
            other = seen.setdefault(mode.witness.of_mode(name).model_dump_json(), name)
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
