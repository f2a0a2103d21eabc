"""Running steps in order, each once, with a journal that says where a killed run has stopped."""

import time
from collections.abc import Callable, Sequence
from typing import Any

from rollback.tools.errors import RollbackError, StepError, Stopped
from rollback.tools.journal import BEGIN, DONE, FAILED
from rollback.tools.state import Run

Step = tuple[str, Callable[[Run], dict[str, Any]]]


def run_steps(run: Run, steps: Sequence[Step]) -> None:
    """Run what is not done yet.

    Raises:
        RollbackError: a step failed; nothing after it ran.
    """
    for name, action in steps:
        if not run.journal.done(name):
            _run_step(run, name, action)


def _run_step(run: Run, name: str, action: Callable[[Run], dict[str, Any]]) -> None:
    run.journal.append(name, BEGIN)
    run.progress.start(name)
    since = time.monotonic()
    try:
        details = action(run)
    except BaseException as error:
        _note_failure(run, name, since, error)
        if isinstance(error, OSError):
            where = f"{error.filename}: " if error.filename else ""
            raise StepError(f"{name}: {where}{error.strerror or error}") from error
        if isinstance(error, RollbackError):
            raise type(error)(f"{name}: {error}") from error
        raise
    milliseconds = _since(since)
    run.journal.append(name, DONE, milliseconds, details)
    run.progress.note(f"{name:<18} {milliseconds / 1000:8.2f} s{_remark(details)}")


def _note_failure(run: Run, name: str, since: float, error: BaseException) -> None:
    """Write the failure down, if the disk still takes it: without it the step counts as begun, which is as true."""
    reason = "interrupted" if isinstance(error, Stopped) else " ".join(str(error).split())
    try:
        run.journal.append(name, FAILED, _since(since), {"error": reason})
    except OSError:
        run.progress.clear()


def _since(begin: float) -> int:
    return round((time.monotonic() - begin) * 1000)


def _remark(details: dict[str, Any]) -> str:
    return f"  {details['note']}" if details.get("note") else ""
