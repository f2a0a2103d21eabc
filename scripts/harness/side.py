"""One of the two results that are compared: where it lies and what is known of its making."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from harness.execute import Execution


@dataclass(frozen=True)
class Side:
    """A result under a name. Without an execution nobody saw it being made; then `mode` is what it is said to be."""

    name: str
    place: Path  # a DuckDB file, or a folder with Parquet
    mode: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    execution: Execution | None = None

    @property
    def folder(self) -> Path:
        """Where the files that belong to the result lie: beside the database, or within the folder."""
        return self.place if self.place.is_dir() else self.place.parent

    @property
    def files(self) -> list[Path]:
        """The files that hold the relations."""
        return sorted(self.place.rglob("*.parquet")) if self.place.is_dir() else [self.place]
