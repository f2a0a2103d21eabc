"""What must hold before results are worth comparing, and what became of each such precondition."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from harness.errors import UsageError

# The names that --allow takes. Each is one thing that can be wrong with the evidence rather than with the rows.
PRECONDITIONS = {
    "two-results": "the results are two files, and none is a copy of the other",
    "fresh": "a result was written by the run that the judge started",
    "closed": "nobody has the result open for writing, and the run left no process behind that might have gone on",
    "finished": "the result says that its run reached the end",
    "witness": "the result shows that the mode asked for really ran",
    "as-asked": "the result is of the years, the seed and whatever else was asked for",
    "same-inputs": "both results come from the same census and configuration",
    "own-run": "both results come from runs of their own",
    "relations": "every relation is compared, or its absence or exclusion is declared",
    "columns": "every column that the target or the exclusions name exists",
    "not-empty": "a relation has rows",
    "years": "every year asked for has rows, and no other year has",
    "event-types": "every declared event type occurs",
    "negative-controls": "planted differences are noticed",
}
WAIVABLE = tuple(name for name in PRECONDITIONS if name != "negative-controls")
# What a result must tell of itself under --require-provenance; the rest only somebody who saw the run can know.
PROVENANCE = ("witness", "finished", "same-inputs", "own-run")


class Status(StrEnum):
    """What became of a precondition."""

    PASSED = "passed"
    FAILED = "failed"
    UNVERIFIED = "unverified"
    WAIVED = "waived"


@dataclass(frozen=True)
class Check:
    """A precondition of judging, applied to something: a side, a relation, or the pair."""

    precondition: str
    about: str
    status: Status
    detail: str

    @property
    def name(self) -> str:
        """The precondition together with what it was applied to."""
        return f"{self.about}: {self.precondition}" if self.about else self.precondition


def check(precondition: str, about: str, passed: bool | None, detail: str) -> Check:
    """A check that passed, failed, or (None) could not be made."""
    status = {True: Status.PASSED, False: Status.FAILED, None: Status.UNVERIFIED}[passed]
    return Check(precondition, about, status, detail)


@dataclass(frozen=True)
class Waiver:
    """The one precondition that --allow excuses."""

    precondition: str | None = None
    require_provenance: bool = False

    def __post_init__(self) -> None:
        if self.precondition is not None and self.precondition not in WAIVABLE:
            raise UsageError(f"--allow: unknown precondition {self.precondition!r}; choose {', '.join(WAIVABLE)}")

    def apply(self, checks: Iterable[Check]) -> Iterator[Check]:
        """The checks as they count: failures of the waived precondition excused, the unverified failed if demanded."""
        for made in checks:
            failed = made.status is Status.FAILED
            if failed and made.precondition == self.precondition:
                yield replace(made, status=Status.WAIVED)
            elif made.status is Status.UNVERIFIED and self.require_provenance and made.precondition in PROVENANCE:
                yield replace(made, status=Status.FAILED, detail=f"cannot be verified: {made.detail}")
            else:
                yield made
