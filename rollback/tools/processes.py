"""Running other programs: watched, logged, and ended when this process ends."""

import ctypes
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from rollback.tools.files import Tick

BEAT_SECONDS = 0.2
# What the operator's shell may hold, and no simulation or database tool may see.
_NOT_INHERITED = ("DBT_", "FEATURE_FLAG_", "GIT_", "NAVIGATOR_", "PYTHON", "VIRTUAL_ENV")
_SET_PARENT_DEATH_SIGNAL = 1


def clean_environment() -> dict[str, str]:
    """The environment of a program whose result must not depend on who calls."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_NOT_INHERITED)}


def run(argv: Sequence[str], folder: Path, log: Path, tick: Tick, environment: Mapping[str, str] | None = None) -> int:
    """Run a program to its end; its output is appended to the log. If this process is stopped, so is the program."""
    with log.open("ab") as file:
        process = subprocess.Popen(
            argv,
            cwd=folder,
            env=dict(environment or clean_environment()),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            preexec_fn=_end_with_parent(),  # noqa: PLW1509  there are no threads here
        )
        try:
            return _wait(process, tick)
        finally:
            _end(process)


def capture(argv: Sequence[str], tick: Tick, environment: Mapping[str, str] | None = None) -> tuple[int, str, str]:
    """Run a program to its end; returns its exit code, stdout and stderr."""
    process = subprocess.Popen(
        argv,
        env=dict(environment or clean_environment()),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_end_with_parent(),  # noqa: PLW1509  there are no threads here
    )
    try:
        while True:
            tick()
            with suppress(subprocess.TimeoutExpired):
                out, err = process.communicate(timeout=BEAT_SECONDS)
                return process.returncode, out, err
    finally:
        _end(process)


def last_line(log: Path) -> str:
    """What a program said last."""
    lines = log.read_text(encoding="utf-8", errors="replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")


def _wait(process: subprocess.Popen[bytes], tick: Tick) -> int:
    while True:
        tick()
        with suppress(subprocess.TimeoutExpired):
            return process.wait(BEAT_SECONDS)


def _end(process: subprocess.Popen[bytes] | subprocess.Popen[str]) -> None:
    """Ask the program to end, then make it."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _end_with_parent() -> Callable[[], None] | None:
    """Let the kernel end the program if this process is killed (Linux; elsewhere it goes on to its end)."""
    try:
        prctl = ctypes.CDLL(None).prctl
    except (AttributeError, OSError):
        return None
    return lambda: prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)
