"""What the scale judge asks of a target: how modes are called in a matrix, and where a run tells its own times."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from harness.relation import Section, Text
from harness.workload import require_known_placeholders

ModeName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]


class MatrixMode(Section):
    """What runs in the cells of a mode: with one shard, and with more if it can be sharded."""

    run: ModeName
    sharded: ModeName | None = None


class Times(Section):
    """Where a run tells how long its parts took, in seconds.

    `sql` asks the result for rows (kind, name, seconds), with kind "model" or "stage"; `run_results` are patterns for
    files of dbt, below the directory of the run. `engine` names the stages that are the engine itself, without what
    every mode needs around it.
    """

    sql: Text | None = None
    run_results: list[Text] = Field(default_factory=list)
    engine: list[Text] = Field(default_factory=list)

    @model_validator(mode="after")
    def _some_source(self) -> Self:
        if self.sql is None and not self.run_results:
            raise ValueError("needs sql, run_results or both")
        for template in self.run_results:
            require_known_placeholders(template)
        return self


class Scale(Section):
    """The matrix of a target."""

    modes: dict[ModeName, MatrixMode] = Field(default_factory=dict)
    baseline: ModeName | None = None  # the mode that others must be faster than
    times: Times | None = None
