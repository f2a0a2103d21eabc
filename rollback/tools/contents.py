"""What is in a database, told by the DuckDB of a chosen interpreter."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rollback.tools import processes
from rollback.tools.errors import VerificationError
from rollback.tools.files import Tick, read_json, write_json

# The folder that holds the package `rollback`: the copy that runs, or a checkout.
PACKAGES = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Contents:
    """Fingerprints of all relations (rows, sum, XOR, columns), and the run's own record."""

    duckdb: str
    portable: bool  # else fingerprints are comparable within one version of DuckDB only
    relations: dict[str, list[str]]
    run_record: dict[str, Any] | None

    def save(self, path: Path) -> None:
        """Write it, whole."""
        write_json(path, asdict(self))

    @staticmethod
    def load(path: Path) -> "Contents":
        """Read it."""
        return Contents(**read_json(path))

    def comparable(self, other: "Contents") -> bool:
        """Whether equal relations have equal fingerprints."""
        return self.portable == other.portable and (self.portable or self.duckdb == other.duckdb)

    def differences(self, other: "Contents") -> list[str]:
        """Relations that are not the same, with their rows."""
        names = sorted(self.relations.keys() | other.relations.keys())
        return [
            f"{name}: {_rows(self, name)} rows became {_rows(other, name)}"
            for name in names
            if self.relations.get(name) != other.relations.get(name)
        ]

    @property
    def rows(self) -> int:
        """Rows of all relations."""
        return sum(int(fingerprint[0]) for fingerprint in self.relations.values())

    def recorded(self, names: tuple[str, ...]) -> dict[str, Any]:
        """Some fields of the run's record; those that it lacks are None."""
        return {name: (self.run_record or {}).get(name) for name in names}


def look_into(database: Path, python: str, tick: Tick, *options: str | Path) -> Contents:
    """Read a database that nobody writes; the options are those of the module `database`.

    Raises:
        VerificationError: it cannot be opened.
    """
    command = [python, "-P", "-m", "rollback.tools.database", str(database), *map(str, options)]
    environment = {**processes.clean_environment(), "PYTHONPATH": str(PACKAGES), **_cache()}
    try:
        code, out, err = processes.capture(command, tick, environment)
    except OSError as error:
        raise VerificationError(f"{python}: cannot be started ({error.strerror}); make setup") from error
    if code:
        said = err.strip().splitlines() or [f"exit code {code}"]
        raise VerificationError(f"not readable: {said[-1]}")
    return Contents(**json.loads(out))


def _cache() -> dict[str, str]:
    return {name: os.environ[name] for name in ("PYTHONDONTWRITEBYTECODE",) if name in os.environ}


def _rows(contents: Contents, name: str) -> str:
    return contents.relations[name][0] if name in contents.relations else "no"
