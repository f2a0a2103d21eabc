"""What the command lines of all judges have in common."""

import argparse
import signal
import sys
import traceback
from collections.abc import Callable
from types import FrameType

from harness.errors import ExitCode, HarnessError


def guarded(program: str, body: Callable[[], ExitCode]) -> int:
    """Run the body of a script; the one place where an exception becomes an exit code."""
    signal.signal(signal.SIGTERM, _interrupt)
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


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    """Let a termination take the same way out as Ctrl-C, so that no child outlives the judge."""
    raise KeyboardInterrupt
