"""How a judge runs a command under a supervisor."""

import os
import select
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from harness.errors import ExitCode, RunError
from harness.supervisor.arguments import NOT_STARTED
from harness.supervisor.killing import end_leftovers
from harness.supervisor.measurement import Measurement, read_measurement

PROGRAM = Path(__file__).with_name("__main__.py")
TICK_SECONDS = 0.5


def supervise(  # noqa: PLR0913  a command, where it writes, and what ends it
    argv: Sequence[str],
    *,
    cwd: Path,
    environment: Mapping[str, str],
    log: Path,
    record: Path,
    series: Path | None = None,
    tree: Path | None = None,
    timeout: float | None = None,
    max_memory: int | None = None,
    max_log: int | None = None,
    on_tick: Callable[[], None],
) -> Measurement:
    """Run a command with its output in a log file; no process of it is left afterwards, however it ended.

    `problem` of the measurement tells that the command could not be started. The tree file is there only while the
    command runs (default: beside the record).
    """
    tree = (tree or record.with_name(f"{record.name}.tree")).absolute()
    options: dict[str, Path | float | None] = {
        "record": record.absolute(),
        "log": log.absolute(),
        "series": series and series.absolute(),
        "tree": tree,
        "timeout": timeout,
        "max-memory": max_memory,
        "max-log": max_log,
        "parent": os.getpid(),
    }
    given = [f"--{name}={value}" for name, value in options.items() if value is not None]
    try:
        # -I: the variables with which the environment sets up Python are meant for the command.
        supervisor = subprocess.Popen(
            [sys.executable, "-I", "-S", str(PROGRAM), *given, "--", *argv],
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:
        raise RunError(f"cannot start a supervisor in {cwd}: {error.strerror}") from None
    complaint = _follow(supervisor, on_tick)
    if supervisor.returncode not in (ExitCode.PASS, NOT_STARTED):
        end_leftovers(tree)
        lines = complaint.strip().splitlines() or [f"it ended with exit code {supervisor.returncode}"]
        raise RunError(f"the supervisor of {argv[0]!r} failed: {lines[-1]}")
    return read_measurement(record)


def _follow(supervisor: subprocess.Popen[bytes], on_tick: Callable[[], None]) -> str:
    """Wait until the supervisor has ended; what it has complained about."""
    assert supervisor.stderr is not None  # noqa: S101  it was asked for
    complaint = b""
    poll = select.poll()
    with supervisor.stderr as stream:  # its end is the end of the supervisor, and waiting for it takes no CPU time
        poll.register(stream)
        try:
            while True:
                if not poll.poll(TICK_SECONDS * 1000):
                    on_tick()
                elif part := os.read(stream.fileno(), 65536):
                    complaint += part
                else:
                    break
        except BaseException:
            supervisor.terminate()
            supervisor.wait()
            raise
    supervisor.wait()
    return complaint.decode(errors="replace")
