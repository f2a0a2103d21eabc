"""What is simulated, and the values that a target's command templates may ask for."""

import re
import sys
from dataclasses import dataclass
from pathlib import Path

PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
PLACEHOLDERS = (
    "python", "mode", "out", "database", "result", "census", "config",
    "employees", "start_year", "end_year", "seed", "shards", "threads",
)  # fmt: skip


@dataclass(frozen=True)
class Workload:
    """One simulation, as every mode is asked to do it."""

    employees: int
    start_year: int
    end_year: int
    seed: int
    shards: int
    threads: int

    @property
    def years(self) -> range:
        """The simulated years."""
        return range(self.start_year, self.end_year + 1)

    def values(self, *, mode: str, sharded: bool, out: Path, result: Path, census: Path) -> dict[str, str]:
        """The text behind each placeholder for one run, but for {config}, which not every target has."""
        return {
            "python": sys.executable,
            "mode": mode,
            "out": str(out),
            "database": str(result),
            "result": str(result),
            "census": str(census),
            "employees": str(self.employees),
            "start_year": str(self.start_year),
            "end_year": str(self.end_year),
            "seed": str(self.seed),
            "shards": str(self.shards if sharded else 1),
            "threads": str(self.threads),
        }


def fill(template: str, values: dict[str, str]) -> str:
    """Put the values into a template; braces around anything else stay as they are."""
    return PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), template)


def require_known_placeholders(template: str) -> None:
    """Refuse a template with a placeholder that stands for nothing.

    Raises:
        ValueError: names it, and those that there are.
    """
    unknown = unknown_placeholders(template)
    if unknown:
        known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        raise ValueError(f"unknown placeholder {{{unknown[0]}}} in {template!r}; available: {known}")


def unknown_placeholders(template: str) -> list[str]:
    """The placeholders of a template that stand for nothing."""
    return [name for name in PLACEHOLDER.findall(template) if name not in PLACEHOLDERS]
