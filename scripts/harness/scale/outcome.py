"""What came of a run: its status, what it took, and what it answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from harness.plain import plain
from harness.scale.plan import PlannedRun
from harness.supervisor.measurement import Measurement, measurement_of


class Status(StrEnum):
    """How a run ended. Only OK gives a sample."""

    OK = "OK"
    TIMEOUT = "TIMEOUT"
    MEMORY = "MEMORY"  # it passed --max-memory, or the machine was about to run out
    OUTPUT = "OUTPUT"  # it printed without end
    EXIT = "EXIT"  # it failed by itself
    NO_RESULT = "NO RESULT"  # it succeeded and left nothing behind, or something unreadable
    NOT_WITNESSED = "NOT WITNESSED"  # another mode than the one asked for did the work
    WRONG_ANSWER = "WRONG ANSWER"  # its result is not that of the other runs of this workload


@dataclass(frozen=True)
class Outcome:
    """A run that took place. `answer` is a digest for each relation, `parts` seconds by model and by stage."""

    run: PlannedRun
    attempt: int
    status: Status
    detail: str
    measurement: Measurement | None
    answer: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    contaminated: tuple[str, ...] = ()
    log: str = ""
    series: str = ""

    @property
    def label(self) -> str:
        """The status as a cell of a table shows it."""
        if self.status is Status.EXIT and self.measurement and self.measurement.exit_code is not None:
            return f"EXIT {self.measurement.exit_code}"
        return str(self.status)

    @property
    def is_disturbed(self) -> bool:
        """Whether it should rather be measured again."""
        return self.status is Status.OK and self.run.counts and bool(self.contaminated)

    def document(self) -> dict[str, Any]:
        """The outcome as one line of the journal."""
        return {**plain(self), "run": {"position": self.run.position, "block": self.run.block, **plain(self.run.cell)}}


def outcome_of(document: Mapping[str, Any], run: PlannedRun) -> Outcome:
    """An outcome as it was written.

    Raises:
        KeyError, TypeError, ValueError: it was written by something else.
    """
    measured = document["measurement"]
    return Outcome(
        run=run,
        attempt=int(document["attempt"]),
        status=Status(document["status"]),
        detail=str(document["detail"]),
        measurement=measurement_of(measured) if measured else None,
        answer=dict(document["answer"]),
        parts={kind: dict(parts) for kind, parts in document["parts"].items()},
        contaminated=tuple(document["contaminated"]),
        log=str(document["log"]),
        series=str(document["series"]),
    )
