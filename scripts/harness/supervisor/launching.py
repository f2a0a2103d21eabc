"""Starting the command."""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from harness.supervisor import proc


class LaunchError(Exception):
    """The command could not be started: the message says why."""


def launch(argv: list[str], output: int | None, prepare: Callable[[], None]) -> int:
    """Start the command in a session of its own and wait until it has taken over its process.

    It reads nothing, and writes to the given descriptor, or to where this process writes. What it shares with this
    process until then, most of all the memory, must not be measured as its own.
    """
    errors, of_child = os.pipe()
    pid = os.fork()
    if pid == 0:
        _become(argv, output, prepare, of_child)
    os.close(of_child)
    number = os.read(errors, 16)  # the pipe closes when the command takes over
    os.close(errors)
    if number:
        os.waitpid(pid, 0)
        raise LaunchError(f"cannot start {argv[0]!r} in {Path.cwd()}: {os.strerror(int(number))}")
    return pid


def _become(argv: list[str], output: int | None, prepare: Callable[[], None], errors: int) -> NoReturn:
    """In the child: turn into the command."""
    try:
        os.setsid()
        prepare()
        for ignored in (signal.SIGPIPE, signal.SIGXFSZ):  # Python ignores them, and that would be inherited
            signal.signal(ignored, signal.SIG_DFL)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        if output is not None:
            os.dup2(output, 1)
            os.dup2(output, 2)
        os.execvpe(argv[0], argv, _given_environment())  # noqa: S606  that is the purpose
    except OSError as error:
        os.write(errors, str(error.errno).encode())
    finally:
        os._exit(127)


def _given_environment() -> dict[bytes, bytes]:
    """The environment that this process was started with; Python may have set LC_CTYPE in its own."""
    variables = (variable.partition(b"=") for variable in proc.read("/proc/self/environ").split(b"\0"))
    given = {name: value for name, _, value in variables if name}
    return given if sys.platform == "linux" else dict(os.environb)
