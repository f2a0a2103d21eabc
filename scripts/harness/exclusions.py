"""config/parity.yaml: columns that are not compared, or not exactly, each with its reason."""

from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from harness.errors import TargetError
from harness.relation import Relation, Section, Text, Tolerance
from harness.target import Contract
from harness.target_file import read_section

EXCLUSIONS = Path(__file__).resolve().parents[2] / "config" / "parity.yaml"


class _Place(Section):
    """A column; of every target unless one is named."""

    target: Text | None = None
    relation: Text
    column: Text


class Exclusion(_Place):
    """A column that is not compared."""

    reason: Text


class Allowance(_Place, Tolerance):
    """A column whose numbers may lie apart by a little."""


class Exclusions(Section):
    """Everything that is not compared exactly, beside what the target itself declares."""

    exclusions: list[Exclusion] = Field(default_factory=list)
    tolerances: list[Allowance] = Field(default_factory=list)

    def apply(self, contract: Contract, file: Path = EXCLUSIONS) -> Contract:
        """The contract with the entries that are meant for it.

        Raises:
            TargetError: an entry names a relation that the contract lacks, or bends a key; `file` holds it.
        """
        relations = {name: relation.model_dump() for name, relation in contract.relations.items()}
        entries: list[Exclusion | Allowance] = [*self.exclusions, *self.tolerances]
        try:
            for entry in entries:
                if entry.target in (None, contract.name):
                    _add(relations, entry, contract)
        except ValueError as error:
            raise TargetError(f"{file}: {error}") from None
        merged = {name: _validated(file, name, content) for name, content in relations.items()}
        return contract.model_copy(update={"relations": merged})


def load_exclusions(path: Path) -> Exclusions:
    """Read the file."""
    return read_section(path, Exclusions, "--exclusions")


def _validated(file: Path, name: str, content: dict[str, Any]) -> Relation:
    try:
        return Relation.model_validate(content)
    except ValidationError as error:
        problem = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise TargetError(f"{file}: {name}: {problem}") from None


def _add(relations: dict[str, dict[str, Any]], entry: Exclusion | Allowance, contract: Contract) -> None:
    if entry.relation not in relations:
        raise ValueError(f"unknown relation {entry.relation!r}; {contract.name} has {', '.join(relations) or 'none'}")
    part = "volatile" if isinstance(entry, Exclusion) else "tolerances"
    here = relations[entry.relation][part]
    if entry.column in here:
        raise ValueError(f"{entry.relation}.{entry.column} is declared twice")
    bound = entry.model_dump(include={"abs_tol", "rel_tol", "ulps", "reason"})
    here[entry.column] = entry.reason if isinstance(entry, Exclusion) else bound
