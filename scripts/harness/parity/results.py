"""What a parity judgement found, as plain immutable data; rendering is elsewhere."""

import math
from dataclasses import dataclass, field, fields, is_dataclass
from enum import StrEnum
from typing import Any

from harness.errors import ExitCode

# 1.0  first version: verdict, finding, headline, problem, context, results {workload, runs, pairs}
SCHEMA_VERSION = "1.0"


class Finding(StrEnum):
    """What is known of the equality of two sides."""

    EQUAL_EXACT = "EQUAL exact"
    DIFFERENT = "DIFFERENT"
    NO_EVIDENCE = "NO_EVIDENCE"
    ERROR = "ERROR"
    INTERRUPTED = "INTERRUPTED"

    @property
    def exit_code(self) -> ExitCode:
        """The exit code of a judge that ends with this finding."""
        return _EXIT_CODES.get(self, ExitCode.COULD_NOT_JUDGE)

    @property
    def verdict(self) -> str:
        """The verdict in the words that all judges share."""
        return self.exit_code.name.lower()


_EXIT_CODES = {
    Finding.EQUAL_EXACT: ExitCode.PASS,
    Finding.DIFFERENT: ExitCode.FAIL,
    Finding.INTERRUPTED: ExitCode.INTERRUPTED,
}


@dataclass(frozen=True)
class Check:
    """A precondition of judging, and whether it held."""

    name: str
    passed: bool
    detail: str


@dataclass(frozen=True)
class Drift:
    """A difference between two schemas."""

    kind: str
    column: str
    reference: str | None
    candidate: str | None

    def __str__(self) -> str:
        return f"{self.kind} {self.column!r} ({self.reference or 'absent'} → {self.candidate or 'absent'})"


@dataclass(frozen=True)
class Count:
    """The rows of a year, and of an event type within it, on both sides."""

    year: Any
    event_type: str | None
    reference: int
    candidate: int


@dataclass(frozen=True)
class Sample:
    """One key whose rows differ, with all its rows that have no equal on the other side."""

    kind: str
    key: dict[str, Any]
    columns: tuple[str, ...]
    reference: tuple[dict[str, Any], ...]
    candidate: tuple[dict[str, Any], ...]
    copies_reference: int
    copies_candidate: int


@dataclass(frozen=True)
class Difference:
    """How two relations differ: exact rows, then keys, then columns."""

    only_reference: int
    only_candidate: int
    keys: dict[str, int]
    columns: dict[str, int]
    first_year: Any
    by_group: tuple[Count, ...]
    only_in_reference: int | None
    only_in_candidate: int | None
    truncated: bool
    words: tuple[str, ...]
    samples: tuple[Sample, ...]
    sql: str


@dataclass(frozen=True)
class Control:
    """A mutation that was planted to see whether the comparison notices, and whether it did."""

    name: str
    caught: bool
    detail: str


@dataclass(frozen=True)
class RelationResult:
    """The comparison of one relation."""

    name: str
    finding: Finding
    rows_reference: int
    rows_candidate: int
    proof: str | None
    seconds: float
    drift: tuple[Drift, ...] = ()
    counts: tuple[Count, ...] = ()
    event_types: tuple[Count, ...] = ()
    difference: Difference | None = None
    controls: tuple[Control, ...] = ()
    volatile: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class PairResult:
    """Reference and one candidate."""

    candidate: str
    finding: Finding
    problem: str | None = None
    checks: tuple[Check, ...] = ()
    relations: tuple[RelationResult, ...] = ()
    ignored: dict[str, str] = field(default_factory=dict)

    @property
    def failed_checks(self) -> tuple[Check, ...]:
        """The preconditions that did not hold."""
        return tuple(check for check in self.checks if not check.passed)


@dataclass(frozen=True)
class RunResult:
    """One run of the system under test."""

    mode: str
    argv: tuple[str, ...]
    wall_seconds: float
    log: str
    database: str
    provenance: dict[str, Any]


def plain(content: object) -> Any:  # noqa: ANN401  JSON has no narrower type
    """The content as JSON can hold it; numbers that JSON lacks, dates and decimals become text."""
    if is_dataclass(content) and not isinstance(content, type):
        return {item.name: plain(getattr(content, item.name)) for item in fields(content)}
    if isinstance(content, dict):
        return {str(key): plain(item) for key, item in content.items()}
    if isinstance(content, list | tuple):
        return [plain(item) for item in content]
    return _plain_value(content)


def _plain_value(content: object) -> str | int | float | bool | None:
    if isinstance(content, float) and math.isfinite(content):
        return content
    if isinstance(content, bytes):
        return content.hex()
    return content if content is None or isinstance(content, bool | int) else str(content)
