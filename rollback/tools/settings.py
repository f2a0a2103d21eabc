"""What the rollback is told by its files: the simulator's commands and the release points."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rollback.tools.errors import UsageError

FILES = Path(__file__).resolve().parents[1]  # the folder rollback/ of the copy that runs


@dataclass(frozen=True)
class Simulator:
    """simulator.toml."""

    database: str
    configuration: str
    legacy_flag: str
    run: list[str]
    first_employees: list[str]
    census: list[str]
    verification: list[str]
    other_engine: list[str]
    parity: list[str]
    rolled_back: dict[str, bool | str]


@dataclass(frozen=True)
class Verification:
    """The short legacy run whose result is known."""

    employees: int
    start_year: int
    end_year: int
    seed: int
    relations: dict[str, list[str]]  # rows, sum and XOR of each


@dataclass(frozen=True)
class ReleasePoint:
    """A commit that a rollback may return to."""

    name: str
    commit: str
    release: str
    description: str
    verification: Verification


def load_simulator() -> Simulator:
    """Read simulator.toml."""
    return Simulator(**tomllib.loads((FILES / "simulator.toml").read_text(encoding="utf-8")))


def load_release_point(name: str) -> ReleasePoint:
    """Read one release point.

    Raises:
        UsageError: there is none of that name.
    """
    points: dict[str, Any] = tomllib.loads((FILES / "release_points.toml").read_text(encoding="utf-8"))
    if name not in points:
        raise UsageError(f"--release-point {name}: unknown; rollback/release_points.toml has: {', '.join(points)}")
    fields = points[name]
    return ReleasePoint(name=name, **{**fields, "verification": Verification(**fields["verification"])})
