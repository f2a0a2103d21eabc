"""What the command lines of all judges have in common."""

import argparse
import io
import os
import signal
import sys
import traceback
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any

from harness.errors import ExitCode, HarnessError


def guarded(program: str, body: Callable[[], ExitCode]) -> int:
    """Run the body of a script; the one place where an exception becomes an exit code."""
    signal.signal(signal.SIGTERM, _interrupt)
    _survive_closed_readers()
    try:
        return body()
    except HarnessError as error:
        print(f"{program}: {error}", file=sys.stderr)
        return ExitCode.COULD_NOT_JUDGE
    except KeyboardInterrupt:
        print(f"{program}: interrupted", file=sys.stderr)
        return ExitCode.INTERRUPTED
    except Exception:  # noqa: BLE001  Python itself would exit with 1, and 1 means "differs"
        traceback.print_exc()
        return ExitCode.COULD_NOT_JUDGE


def _end_with_two(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """End as "could not judge" where no other code is in charge yet: a library that cannot be imported."""
    if isinstance(error, ImportError):
        print(f"{sys.argv[0]}: cannot start: {error}; make setup installs what it needs", file=sys.stderr)
    else:
        traceback.print_exception(kind, error, trace)
    sys.stderr.flush()
    os._exit(ExitCode.COULD_NOT_JUDGE)


# Every script imports this module before anything that could fail to load.
sys.excepthook = _end_with_two


def whole_number(minimum: int) -> Callable[[str], int]:
    """An argparse type: a whole number that is not below the minimum."""

    def parse(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = minimum - 1
        if number < minimum:
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {minimum} upwards")
        return number

    return parse


class _Output(io.FileIO):
    """A stream of which the reader may leave, as `| head` does: what is said from then on goes nowhere."""

    def write(self, data: Any, /) -> int:  # noqa: ANN401  whatever has a buffer
        try:
            return super().write(data)
        except BrokenPipeError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)
            return super().write(data)


def _survive_closed_readers() -> None:
    """A judge goes on to its verdict and its reports whether anybody listens or not."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is getattr(sys, f"__{name}__") and isinstance(stream, io.TextIOWrapper):
            stream.flush()
            raw = io.BufferedWriter(_Output(stream.fileno(), "w", closefd=False))
            text = io.TextIOWrapper(raw, stream.encoding, stream.errors, line_buffering=stream.line_buffering)
            text.reconfigure(write_through=stream.write_through)
            setattr(sys, name, text)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    """Let a termination take the same way out as Ctrl-C, so that no child outlives the judge."""
    raise KeyboardInterrupt
