#!/usr/bin/env python3
"""Measure the parity judge beside a bare scan of the data and beside other tools, in one run.

Generates pairs of results, lets every contestant compare them as a process of its own, and holds the CPU seconds
(user and system, of the whole process) and the peak of the memory against the bars in measuring/bars.py. An answer
that is not the right one misses every bar, however fast it came.
Exit code: 0 all bars met, 1 one missed, 2 one could not be measured and none was missed.
"""

import argparse
import shutil
import sys
from pathlib import Path

from measuring.bars import Outcome, Status, bars_of, judge_bar
from measuring.contestants import HERE
from measuring.dataset import YEARS
from measuring.peers import set_up_peers
from measuring.report import print_report, save
from measuring.scenarios import NOMINAL_ROWS, Scenario, all_scenarios, chosen
from measuring.seeded import MIN_ROWS
from measuring.session import GenerationError, Session

UV = HERE.parents[1] / ".venv" / "bin" / "uv"
NAMES = [scenario.name for scenario in all_scenarios(NOMINAL_ROWS)]


def build_parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--cases",
        nargs="+",
        choices=NAMES,
        metavar="CASE",
        help=f"of {', '.join(NAMES)} (default: without parts, huge)",
    )
    parser.add_argument(
        "--rows", type=number_of_rows, default=NOMINAL_ROWS, metavar="N", help=f"default: {NOMINAL_ROWS}"
    )
    parser.add_argument("--repeat", type=count, default=3, metavar="N", help="the least CPU counts (default: 3)")
    parser.add_argument("--huge", action="store_true", help="also 40 times as many rows, in Parquet")
    parser.add_argument("--keep", action="store_true", help="keep the pairs and the other tools for the next run")
    parser.add_argument("--output", type=Path, default=Path("parity_bench_results"), metavar="DIR")
    return parser


def main(argv: list[str]) -> int:
    """Measure what the command line asks for."""
    arguments = build_parser().parse_args(argv)
    folder: Path = arguments.output.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    scenarios = chosen(arguments.rows, arguments.cases, huge=arguments.huge)
    try:
        outcomes = _measure(arguments, folder, scenarios)
    finally:
        if not arguments.keep:
            for name in ("data", "peers"):
                shutil.rmtree(folder / name, ignore_errors=True)
    statuses = {outcome.status for outcome in outcomes}
    if Status.MISSED in statuses:
        return 1
    return 2 if Status.NOT_RUN in statuses else 0


def _measure(arguments: argparse.Namespace, folder: Path, scenarios: tuple[Scenario, ...]) -> list[Outcome]:
    for name in ("judged", "logs"):
        shutil.rmtree(folder / name, ignore_errors=True)
    peers, reason = None, "not asked for"
    if any(contestant.needs_peers for scenario in scenarios for contestant in scenario.contestants):
        peers, reason = set_up_peers(folder / "peers", UV)
    session = Session(folder, arguments.repeat, peers, reason, _say)
    for scenario in scenarios:
        try:
            session.run_scenario(scenario)
        except GenerationError as error:
            _say(str(error))  # its bars are not run; what else was measured still counts
    measurements = session.measurements
    bars = [bar for scenario in scenarios for bar in bars_of(scenario.name)]
    outcomes = [judge_bar(bar, measurements, arguments.rows) for bar in bars]
    print_report(measurements.all(), outcomes)
    settings = {name: str(value) for name, value in vars(arguments).items()}
    save(folder / "parity_bench.json", settings, measurements.all(), outcomes)
    print(f"\nresults: {folder / 'parity_bench.json'}")
    return outcomes


def _say(text: str) -> None:
    print(f"parity_bench: {text}", file=sys.stderr, flush=True)


def number_of_rows(text: str) -> int:
    """An argparse type: rows that can be shared out over years, employees and their events."""
    number = int(text)
    if number < MIN_ROWS or number % (4 * YEARS):
        raise argparse.ArgumentTypeError(f"{text!r} is not a multiple of {4 * YEARS} from {MIN_ROWS} upwards")
    return number


def count(text: str) -> int:
    """An argparse type: a whole number from 1 upwards."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 upwards")
    return number


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
