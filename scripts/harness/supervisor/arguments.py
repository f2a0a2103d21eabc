"""The command line of the supervisor."""

import argparse
import math
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from harness.errors import ExitCode

NOT_STARTED = 127  # as shells have it
DESCRIPTION = """\
Run one command as a measured, killable process tree, and write down what it took.

Exit code: 0 the command was measured, whatever became of it (the record tells), 2 the command line is wrong,
127 the command could not be started."""


@dataclass(frozen=True)
class Settings:
    """What to run, where to write, and when to end it."""

    command: list[str]
    record: Path
    series: Path | None
    log: Path | None
    tree: Path | None
    interval: float
    timeout: float | None
    max_memory: int | None
    max_log: int | None
    cgroup: bool
    method: str
    parent: int


class Parser(argparse.ArgumentParser):
    """Says in one line what is wrong."""

    def error(self, message: str) -> NoReturn:
        """End with it."""
        refuse(message)


def refuse(message: str) -> NoReturn:
    """End the program because of what it was asked for."""
    print(f"supervisor: {message}", file=sys.stderr)
    sys.exit(ExitCode.COULD_NOT_JUDGE)


def parse_settings(argv: Sequence[str]) -> Settings:
    """Read the command line; what cannot work ends the program before the command has cost an hour."""
    split = argv.index("--") if "--" in argv else len(argv)
    parser = _build_parser()
    arguments = parser.parse_args(argv[:split])
    command = list(argv[split + 1 :])
    if not command:
        refuse("there is no command; give it and its arguments after --")
    if arguments.max_log is not None and arguments.log is None:
        refuse("--max-log limits the file of --log, and there is none")
    for option in ("record", "series", "tree"):
        path: Path | None = getattr(arguments, option)
        if path is not None and (problem := _why_not_writable(path)):
            refuse(f"--{option}: cannot write {path}: {problem}")
    settings = vars(arguments) | {"cgroup": arguments.cgroup == "auto"}
    return Settings(command=command, **settings)


def _build_parser() -> Parser:
    parser = Parser(
        prog="supervisor",
        usage="%(prog)s --record FILE [options] -- COMMAND ARGUMENTS…",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--record", type=Path, required=True, metavar="FILE", help="write what the command took, as JSON")
    add("--series", type=Path, metavar="FILE", help="write its memory over time, as CSV of at most 2,001 lines")
    add("--log", type=Path, metavar="FILE", help="write its output there (default: let it through)")
    add("--tree", type=Path, metavar="FILE", help="keep the list of its processes there, to clean up after a SIGKILL")
    add("--interval", type=_seconds, default=0.05, metavar="SECONDS", help="between two looks (default: %(default)s)")
    add("--timeout", type=_seconds, metavar="SECONDS", help="end it after so long")
    add("--max-memory", type=_bytes, metavar="BYTES", help="end it when the sum of its PSS is above")
    add("--max-log", type=_bytes, metavar="BYTES", help="end it when the log is longer")
    add(
        "--cgroup",
        choices=("auto", "off"),
        default="off",
        help="auto: with --max-memory, add a hard limit where a cgroup (version 2) may be made (default: off)",
    )
    add(
        "--method",
        choices=("auto", "proc", "psutil"),
        default="auto",
        help="how to read the memory (default: /proc where there is one)",
    )
    add(
        "--parent",
        type=int,
        default=os.getppid(),
        metavar="PID",
        help="end when this process is not the parent any more (default: the present one)",
    )
    return parser


def _why_not_writable(path: Path) -> str | None:
    if path.is_dir():
        return "it is a directory"
    if not path.parent.is_dir():
        return f"there is no directory {path.parent}"
    return None if os.access(path.parent, os.W_OK) else f"no permission in {path.parent}"


def _seconds(text: str) -> float:
    """An argparse type: a time span."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds above 0")
    return seconds


def _bytes(text: str) -> int:
    """An argparse type: an amount of memory."""
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of bytes from 1 upwards")
    return number
