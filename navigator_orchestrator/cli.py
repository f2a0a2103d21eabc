"""Simulate a workforce and its retirement plan over several years.

Exit codes: 0 done; 2 refused or failed, with a message that says why; 130 and 143 interrupted, nothing half-written.
"""

import argparse
import datetime as dt
import json
import os
import re
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from types import FrameType
from typing import NoReturn

from navigator_orchestrator import __version__, census, simulation
from navigator_orchestrator.census_file import write_census
from navigator_orchestrator.environment import read_rollback_file
from navigator_orchestrator.errors import NavigatorError
from navigator_orchestrator.progress import Progress
from navigator_orchestrator.run_record import RunRecord
from navigator_orchestrator.seeds import check_seeds, write_seeds
from navigator_orchestrator.settings import MAX_PARTS, MAX_SEED, OPTIMIZATIONS, load_settings


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Refuse in one line."""
        self.exit(2, f"navigator: {message}; see {self.prog} --help\n")


def build_parser() -> argparse.ArgumentParser:
    """Arguments of all commands."""
    parser = _Parser(
        prog="python -m navigator_orchestrator",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_run(commands.add_parser("run", help="simulate and write one database", allow_abbrev=False))
    _add_census(commands.add_parser("census", help="write a generated census", allow_abbrev=False))
    parameters = commands.add_parser("parameters", help="check dbt/seeds against config/parameters, or write them")
    parameters.add_argument("--write", action="store_true", help="write the seeds instead of checking them")
    return parser


def _add_run(run: argparse.ArgumentParser) -> None:
    run.add_argument("--years", nargs="+", type=_whole, metavar="YEAR", help="START or START END")
    run.add_argument("--optimization", metavar="MODE", help=f"engine to use: {', '.join(OPTIMIZATIONS)}")
    run.add_argument("--employees", type=_positive, metavar="N", help="size of the census, or its first N rows")
    run.add_argument("--census", metavar="FILE", help="your own, .csv or .parquet; without it one is generated")
    run.add_argument("--seed", type=_seed, metavar="N", help="seed of every draw")
    run.add_argument("--shards", type=_parts, metavar="N", help="parts the employees are simulated in")
    run.add_argument("--threads", type=_parts, metavar="N", help="threads or worker processes")
    run.add_argument("--database", metavar="PATH", help="DuckDB file to write (default: that of the configuration)")
    run.add_argument("--config", metavar="PATH", help="configuration (default: config/simulation_config.yaml)")
    run.add_argument("--dry-run", action="store_true", help="check everything, write nothing")
    run.add_argument("--json", action="store_true", help="print the summary as JSON")


def _add_census(command: argparse.ArgumentParser) -> None:
    command.add_argument("--employees", type=_positive, metavar="N", required=True)
    command.add_argument("--seed", type=_seed, metavar="N", default=42)
    command.add_argument("--out", type=Path, metavar="FILE", required=True, help=".csv or .parquet")
    command.add_argument(
        "--as-of", type=_date, metavar="DATE", default=dt.date(2024, 12, 31), help="date of the census"
    )


def _whole(text: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,19}", text):
        raise argparse.ArgumentTypeError(f"must be a whole number; found {text!r}")
    return int(text)


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"must be a date as YYYY-MM-DD; found {text!r}") from None


def _positive(text: str) -> int:
    value = _whole(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"must be 1 or more; found {value}")
    return value


def _parts(text: str) -> int:
    value = _positive(text)
    if value > MAX_PARTS:
        raise argparse.ArgumentTypeError(f"must be {MAX_PARTS} or less; found {value}")
    return value


def _seed(text: str) -> int:
    value = _whole(text)
    if not 0 <= value <= MAX_SEED:
        raise argparse.ArgumentTypeError(f"must lie between 0 and {MAX_SEED}; found {value}")
    return value


def main(argv: list[str]) -> int:
    """Run one command; the only place that maps errors to exit codes."""
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    arguments = build_parser().parse_args(argv)
    progress = Progress()
    try:
        if arguments.command == "run":
            _run(arguments, progress)
        elif arguments.command == "census":
            _write_census(arguments)
        else:
            print(write_seeds() if arguments.write else check_seeds())
    except NavigatorError as error:
        progress.clear()
        print(f"navigator: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        progress.clear()
        where = f"{error.filename}: " if error.filename else ""
        print(f"navigator: {where}{error.strerror or error}", file=sys.stderr)
        return 2
    except (KeyboardInterrupt, SystemExit) as stop:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, _too_late)
        progress.clear()
        print("navigator: interrupted; nothing half-written was left", file=sys.stderr)
        return 143 if isinstance(stop, SystemExit) else 130
    return 0


def _stop(number: int, _frame: FrameType | None) -> None:
    """Raise, so that the run removes its folder on the way out; once, for polars raises for the same signal, too."""
    if isinstance(sys.exception(), KeyboardInterrupt | SystemExit):
        return
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    raise SystemExit(143)


def _too_late(_signal: int, _frame: FrameType | None) -> None:
    """Nothing is left to be stopped; the exit code is decided."""


def _run(arguments: argparse.Namespace, progress: Progress) -> None:
    settings = load_settings(arguments, os.environ, read_rollback_file())
    if settings.forced_legacy_by:
        progress.note(f"{settings.forced_legacy_by}: the legacy writers write, whatever was asked for")
    if arguments.dry_run:
        inputs = simulation.load_inputs(settings)
        years = f"{settings.years.start}-{settings.years.stop - 1}"
        print(
            f"dry run: {settings.optimization}, {inputs.employees:,} employees, {years},"
            f" seed {settings.seed}; would write {settings.database}"
        )
        return
    record, details = simulation.run(settings, progress)
    if arguments.json:
        print(json.dumps({**asdict(record), "witness": details, "database": str(settings.database)}, default=str))
    else:
        print(_summary(record, details, settings.database))


def _summary(record: RunRecord, details: dict[str, object], database: Path) -> str:
    events = details["events"]
    total = sum(events.values()) if isinstance(events, dict) else 0
    seconds = (record.finished_at - record.started_at).total_seconds()
    return (
        f"{record.engine}: {record.employees:,} employees, {record.start_year}-{record.end_year},"
        f" {total:,} events in {seconds:.1f} s -> {database}"
    )


def _write_census(arguments: argparse.Namespace) -> None:
    frame = census.generate(arguments.employees, arguments.seed, arguments.as_of)
    write_census(frame, arguments.out)
    print(f"census: {frame.height:,} employees on {arguments.as_of}, seed {arguments.seed} -> {arguments.out}")
