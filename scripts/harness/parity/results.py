"""What a parity judgement found, as plain immutable data; rendering is elsewhere."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from harness.errors import ExitCode
from harness.parity.checks import Check, Status
from harness.parity.explanation import Difference, Explanation, Tolerated

# 2.0  checks have a precondition and a status; differences carry patterns, contingency, roots, distributions;
#      pairs carry an explanation; relations carry phases (CPU seconds) and tolerated values; oracles, baseline
# 1.0  first version: verdict, finding, headline, problem, context, results {workload, runs, pairs}
SCHEMA_VERSION = "2.0"


class Finding(StrEnum):
    """What is known of the equality of two sides."""

    EQUAL_EXACT = "EQUAL exact"
    EQUAL_FINGERPRINT = "EQUAL fingerprint"
    DIFFERENT = "DIFFERENT"
    NO_EVIDENCE = "NO_EVIDENCE"
    NONDETERMINISTIC_REFERENCE = "NONDETERMINISTIC_REFERENCE"
    ERROR = "ERROR"
    INTERRUPTED = "INTERRUPTED"
    ORACLES_HOLD = "ORACLES HOLD"
    ORACLE_BROKEN = "ORACLE BROKEN"
    BASELINE_SAVED = "BASELINE SAVED"

    @property
    def equal(self) -> bool:
        """Whether equality was proved, at whatever level."""
        return self in (Finding.EQUAL_EXACT, Finding.EQUAL_FINGERPRINT)

    @property
    def exit_code(self) -> ExitCode:
        """The exit code of a judge that ends with this finding."""
        return _EXIT_CODES.get(self, ExitCode.COULD_NOT_JUDGE)

    @property
    def verdict(self) -> str:
        """The verdict in the words that all judges share."""
        return self.exit_code.verdict


_EXIT_CODES = {
    Finding.EQUAL_EXACT: ExitCode.PASS,
    Finding.EQUAL_FINGERPRINT: ExitCode.PASS,
    Finding.ORACLES_HOLD: ExitCode.PASS,
    Finding.BASELINE_SAVED: ExitCode.PASS,
    Finding.DIFFERENT: ExitCode.FAIL,
    Finding.ORACLE_BROKEN: ExitCode.FAIL,
    Finding.INTERRUPTED: ExitCode.INTERRUPTED,
}


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
    tolerated: tuple[Tolerated, ...] = ()
    unsealed: tuple[str, ...] = ()  # the columns with a tolerance, which the fingerprints of a baseline do not cover
    phases: dict[str, float] = field(default_factory=dict)  # CPU seconds of fingerprint, proof, explanation, controls


@dataclass(frozen=True)
class PairResult:
    """Reference and one candidate."""

    candidate: str
    finding: Finding
    problem: str | None = None
    checks: tuple[Check, ...] = ()
    relations: tuple[RelationResult, ...] = ()
    ignored: dict[str, str] = field(default_factory=dict)
    explanation: Explanation | None = None

    @property
    def failed_checks(self) -> tuple[Check, ...]:
        """The preconditions that did not hold."""
        return self._checks(Status.FAILED)

    @property
    def unverified_checks(self) -> tuple[Check, ...]:
        """The preconditions of which nobody can say whether they hold."""
        return self._checks(Status.UNVERIFIED)

    @property
    def waived_checks(self) -> tuple[Check, ...]:
        """The preconditions that did not hold and that --allow excused."""
        return self._checks(Status.WAIVED)

    def _checks(self, status: Status) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if check.status is status)


@dataclass(frozen=True)
class SideResult:
    """One side: where its result lies, how it was made if the judge made it, and what it says of itself."""

    name: str
    result: str
    mode: str | None
    argv: tuple[str, ...]
    wall_seconds: float | None
    log: str | None
    provenance: dict[str, Any]
