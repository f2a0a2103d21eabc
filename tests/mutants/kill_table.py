"""The kill table: for each mutant what had to be said, what was said, and whether it was caught and named."""

import json
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from harness.summary.mutants import REARRANGED, Counts
from tests.mutants.expectations import Expected
from tests.mutants.judging import Outcome

PROPERTY = "kill"
OUTPUT = "PARITY_MUTANTS_OUTPUT"
FILE = "kill_table.json"

# 1.0: first version: verdict, exit_code (pytest's), counts, families, failed, mutants.
SCHEMA_VERSION = "1.0"
VERDICTS = {0: "pass", 1: "fail", 2: "interrupted"}  # by pytest's exit code


@dataclass(frozen=True)
class Row:
    """One mutant."""

    mutant: str
    family: str
    expected: str = "?"
    observed: str = "the mutant could not be planted"
    caught: bool = False
    named: bool = False
    problems: tuple[str, ...] = ("it could not be planted",)

    def judged(self, expected: Expected, outcome: Outcome) -> "Row":
        """The row with what came of it."""
        wanted = f"{expected.exit_code} {expected.finding}"
        caught = outcome.summary == wanted
        problems = tuple(expected.misnamed(outcome)) if caught else (f"{outcome.summary}, expected {wanted}",)
        if outcome.report and outcome.report["exit_code"] != outcome.exit_code:
            problems += (f"the report says exit code {outcome.report['exit_code']}",)
        return replace(
            self,
            expected=wanted,
            observed=outcome.summary,
            caught=caught,
            named=caught and not problems,
            problems=problems,
        )


@dataclass(frozen=True)
class Found:
    """What a session found: the mutants, failures that none of them tells of, and the exit code of pytest."""

    rows: Sequence[Row]
    failed: Sequence[str]
    exit_code: int

    @property
    def counts(self) -> Counts:
        """How many of the mutants were judged as they must be."""
        return Counts.of((row.family, row.caught and row.named) for row in self.rows)

    def document(self) -> dict[str, Any]:
        """The table as JSON."""
        return {
            "schema_version": SCHEMA_VERSION,
            "verdict": VERDICTS.get(self.exit_code, "could_not_judge"),
            "exit_code": self.exit_code,
            "counts": asdict(self.counts),
            "families": Counter(row.family for row in self.rows),
            "failed": self.failed,
            "mutants": [asdict(row) for row in self.rows],
        }


def found_in(reports: Iterable[Any], exit_code: int) -> Found:
    """The rows that the workers sent along with their reports; what else failed is told by its name."""
    rows, failed = [], []
    for report in reports:
        row = dict(report.user_properties).get(PROPERTY) if report.when == "call" else None
        if row:
            rows.append(Row(**row))
        elif report.failed:
            failed.append(report.nodeid)
    rows.sort(key=lambda row: (row.family == REARRANGED, row.family, row.mutant))
    return Found(rows, failed, exit_code)


def write(found: Found, folder: Path) -> Path:
    """Write the table as JSON."""
    folder = Path(os.environ.get(OUTPUT) or folder)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE
    path.write_text(json.dumps(found.document(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def lines(rows: Sequence[Row]) -> Iterable[str]:
    """The table as text."""
    header = ("class", "mutant", "expected", "observed", "caught", "named")
    cells = [(row.family, row.mutant, row.expected, row.observed, _yes(row.caught), _yes(row.named)) for row in rows]
    widths = [max(map(len, column)) for column in zip(header, *cells, strict=True)]
    for line in (header, *cells):
        yield "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()


def _yes(answer: bool) -> str:
    return "yes" if answer else "NO"
