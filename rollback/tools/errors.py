"""What can stop a rollback, and the exit code that each ending has."""

from collections.abc import Sequence
from enum import IntEnum


class ExitCode(IntEnum):
    """The exit codes of rollback_plan.sh."""

    OK = 0
    USAGE = 64  # the command line is wrong; nothing was done
    PRECONDITION = 70  # it must not start, or go on, as things are
    STEP = 71  # a step failed
    VERIFICATION = 72  # a result is not what it must be
    LOCKED = 75  # another operator is at it
    INTERRUPTED = 130
    TERMINATED = 143


class RollbackError(Exception):
    """An expected ending: one line that says what is wrong and what to do."""

    exit_code = ExitCode.STEP


class UsageError(RollbackError):
    """The command line asks for something that does not exist or does not fit together."""

    exit_code = ExitCode.USAGE


class PreconditionError(RollbackError):
    """Something must be put right first."""

    exit_code = ExitCode.PRECONDITION


class StepError(RollbackError):
    """A step did not do its part."""


class VerificationError(RollbackError):
    """A database, a work tree or a result differs from what it must be."""

    exit_code = ExitCode.VERIFICATION


class LockedError(RollbackError):
    """Another operator's command is running."""

    exit_code = ExitCode.LOCKED


class Stopped(BaseException):
    """SIGINT or SIGTERM."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.exit_code = ExitCode(128 + number)


def first_few(listed: Sequence[str], number: int = 5) -> str:
    """As many of them as fit into one line."""
    return "; ".join(listed[:number]) + ("; …" if len(listed) > number else "")
