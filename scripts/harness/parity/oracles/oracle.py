"""What every oracle is: the runs that it needs, and a judgement on their results."""

from dataclasses import dataclass
from typing import Final, Protocol

from harness.parity.judge import Judge
from harness.parity.oracle_result import OracleStatus
from harness.parity.oracles.jobs import Job, Runs

PASSED: Final = "passed"
FAILED: Final = "failed"
NOT_EXERCISED: Final = "not exercised"
ERROR: Final = "error"


@dataclass(frozen=True)
class Outcome:
    """What an oracle found, and what it could not look at."""

    status: OracleStatus
    detail: str
    reason: str = ""


@dataclass(frozen=True)
class Bench:
    """What oracles work with."""

    judge: Judge
    runs: Runs


class Oracle(Protocol):
    """One check of one mode."""

    @property
    def name(self) -> str:
        """The name in the target, and the mode."""

    @property
    def title(self) -> str:
        """What must hold, as a sentence."""

    @property
    def jobs(self) -> tuple[Job, ...]:
        """The runs that it needs."""

    def judge(self, bench: Bench) -> Outcome:
        """Make the runs and judge them.

        Raises:
            HarnessError: a run failed, or its result cannot be judged.
        """


def sentences(*parts: str) -> str:
    """What there is to say, in one line."""
    return "; ".join(part for part in parts if part)
