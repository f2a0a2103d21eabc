"""The part of a target that lists its oracles: what one mode must agree on with itself."""

from typing import Annotated, Any, Self

from pydantic import Field, StringConstraints, model_validator

from harness.relation import Section, Text, mapping_of
from harness.workload import require_known_placeholders

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Count = Annotated[int, Field(ge=1)]


class Configuration(Section):
    """What configures runs: a folder, as seen from the working directory, and the file in it that is {config}."""

    folder: Text
    file: Text


class OfModes(Section):
    """An oracle that is judged for each of these modes."""

    modes: list[Text] = Field(min_length=1)


class OfNumbers(OfModes):
    """Numbers of threads or of shards that must make no difference."""

    values: list[Count] = Field(min_length=1)


class Horizons(OfModes):
    """How many years the shorter runs have; all that are shorter than the run unless some are listed."""

    years: list[Count] = Field(default_factory=list)


class Seeds(Section):
    """Event types that must move with the seed: all but those that have no draw.

    `among` is a condition on the rows of events. A draw that ignores the seed can hide behind others that do not: who
    is hired on another day enrols on another day. Where an event type has rows that meet it, only those are looked at.
    """

    mode: Text
    among: Text | None = None
    not_seeded: Annotated[dict[Text, Text], mapping_of("event type: why")] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _known_placeholders(self) -> Self:
        require_known_placeholders(self.among or "")
        return self


class Knob(Section):
    """One parameter, where it stands, and another valid value; `expect` names a relation or event type to change."""

    name: Name
    file: Text
    key: Text
    value: Any
    expect: Text | None = None


class Knobs(Section):
    """Parameters of which each must change something; those that cannot be shown say why."""

    mode: Text
    parameters: list[Knob] = Field(min_length=1)
    not_tried: Annotated[dict[Text, Text], mapping_of("parameter: why")] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _unique_names(self) -> Self:
        _require_unique([knob.name for knob in self.parameters])
        return self


class Identity(Section):
    """A query that returns the rows of one result that break a rule."""

    name: Name
    title: Text
    sql: Text

    @model_validator(mode="after")
    def _known_placeholders(self) -> Self:
        require_known_placeholders(self.sql)
        return self


class Identities(OfModes):
    """Rules that hold within every result."""

    rules: list[Identity] = Field(min_length=1)

    @model_validator(mode="after")
    def _unique_names(self) -> Self:
        _require_unique([rule.name for rule in self.rules])
        return self


class Oracles(Section):
    """The oracles that a target supports."""

    configuration: Configuration | None = None
    repeat: OfModes | None = None
    threads: OfNumbers | None = None
    shards: OfNumbers | None = None
    shuffled_census: OfModes | None = None
    horizon_prefix: Horizons | None = None
    seed_sensitivity: Seeds | None = None
    knobs: Knobs | None = None
    identities: Identities | None = None

    @model_validator(mode="after")
    def _knobs_have_a_configuration(self) -> Self:
        if self.knobs and not self.configuration:
            raise ValueError("knobs need a configuration: {folder, file}, which is copied and changed")
        return self


def _require_unique(names: list[str]) -> None:
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise ValueError(f"the name {twice[0]!r} stands twice")
