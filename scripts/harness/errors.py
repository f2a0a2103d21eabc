"""What can stop a judge, and the exit code that each ending has."""

from enum import IntEnum


class ExitCode(IntEnum):
    """The exit codes of every script; "could not judge" is never "passed"."""

    PASS = 0
    FAIL = 1
    COULD_NOT_JUDGE = 2
    INCONCLUSIVE = 3
    INTERRUPTED = 130

    @property
    def verdict(self) -> str:
        """The verdict in the words that the result files of all judges share."""
        return self.name.lower()


class HarnessError(Exception):
    """An expected failure: the message says what was wrong, where, and what would be right."""


class TargetError(HarnessError):
    """The description of the system under test is wrong, or names something that it lacks."""


class WorkspaceError(HarnessError):
    """A file or folder of the judge's own cannot be written."""


class RunError(HarnessError):
    """The system under test did not do its part: it crashed, hung, or left nothing behind."""


class DatabaseError(HarnessError):
    """A result database cannot be read as promised."""


class AmbiguousError(DatabaseError):
    """A question that has one answer got another number of them."""


class InternalError(HarnessError):
    """The judge contradicts itself; none of its answers may be used."""


class UsageError(HarnessError):
    """The command line asks for something that does not exist or does not fit together."""
