"""The verbs: arguments in, one exit code out."""

import argparse
import io
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import NoReturn

from rollback.tools import verbs
from rollback.tools.errors import ExitCode, RollbackError, Stopped

PROGRAM = "rollback"
DEFAULT_RELEASE_POINT = "pre-E068-optimization"
_HINTS = {
    ExitCode.STEP: "; then: resume --yes, or restore --yes",
    ExitCode.VERIFICATION: "; see: status",
}


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Refuse in one line."""
        self.exit(ExitCode.USAGE, f"{PROGRAM}: {message}; see: rollback_plan.sh help\n")


def build_parser() -> argparse.ArgumentParser:
    """Options of all verbs; the help is in rollback/lib."""
    parser = _Parser(prog="rollback_plan.sh", add_help=False, allow_abbrev=False)
    parser.add_argument("--root", type=Path, required=True, help=argparse.SUPPRESS)
    subparsers = parser.add_subparsers(dest="verb", required=True, parser_class=_Parser)
    for verb in verbs.VERBS:
        _add_options(subparsers.add_parser(verb, add_help=False, allow_abbrev=False), verb)
    return parser


def _add_options(parser: argparse.ArgumentParser, verb: str) -> None:
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--yes", action="store_true")
    parser.add_argument("--dry-run", action="store_true")
    if verb in {"validate", "drill", "execute"}:
        parser.add_argument("--database", type=Path)
        parser.add_argument("--release-point", default=DEFAULT_RELEASE_POINT)
    if verb in {"drill", "execute"}:
        parser.add_argument("--census", type=Path)
    if verb == "drill":
        parser.add_argument("--employees", type=_positive)
    if verb == "execute":
        parser.add_argument("--snapshot-dirty", action="store_true")
    if verb == "validate":
        parser.add_argument("--create-tag", action="store_true")
    if verb == "prune":
        parser.add_argument("--keep", type=_positive, default=3)
        parser.add_argument("--discard-left", action="store_true")


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"must be a whole number above 0; found {text!r}")
    return int(text)


def main(argv: list[str]) -> int:
    """Run one verb; the only place that maps errors to exit codes."""
    arguments = build_parser().parse_args(argv)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # as stderr does: a file name may hold any byte
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    try:
        return verbs.VERBS[arguments.verb](arguments)
    except RollbackError as error:
        print(f"{PROGRAM}: {error}{_HINTS.get(error.exit_code, '')}", file=sys.stderr)
        return error.exit_code
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        print(f"{PROGRAM}: {where}{error.strerror or error}; see: status", file=sys.stderr)
        return ExitCode.STEP
    except (ValueError, KeyError) as error:  # a damaged file of a run
        print(f"{PROGRAM}: {type(error).__name__}: {error}; see: status", file=sys.stderr)
        return ExitCode.STEP
    except Stopped as stop:
        print(f"{PROGRAM}: interrupted; see: status", file=sys.stderr)
        return stop.exit_code


def _stop(number: int, _frame: FrameType | None) -> None:
    """Take the way out on which children are ended; once."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise Stopped(number)
