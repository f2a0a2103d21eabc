"""The kill table: for each mutant what had to be said, what was said, and whether it was caught and named."""

import json
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from tests.mutants.expectations import Expected
from tests.mutants.judging import Outcome

PROPERTY = "kill"
OUTPUT = "PARITY_MUTANTS_OUTPUT"
FILE = "kill_table.json"
REARRANGED = "rearranged"


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


def rows_of(reports: Iterable[Any]) -> list[Row]:
    """The rows that the workers sent along with their reports."""
    properties = (dict(report.user_properties) for report in reports)
    rows = [Row(**found[PROPERTY]) for found in properties if PROPERTY in found]
    return sorted(rows, key=lambda row: (row.family == REARRANGED, row.family, row.mutant))


def totals(rows: Sequence[Row]) -> str:
    """The one line that matters."""
    mutants = [row for row in rows if row.family != REARRANGED]
    equal = [row for row in rows if row.family == REARRANGED]
    killed, passed = (sum(row.caught and row.named for row in part) for part in (mutants, equal))
    return f"{killed} of {len(mutants)} caught and correctly named; {passed} of {len(equal)} rearranged pairs equal"


def write(rows: Sequence[Row], folder: Path) -> Path:
    """Write the table as JSON."""
    folder = Path(os.environ.get(OUTPUT) or folder)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE
    families = Counter(row.family for row in rows)
    document = {"totals": totals(rows), "families": families, "mutants": [asdict(row) for row in rows]}
    path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
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
