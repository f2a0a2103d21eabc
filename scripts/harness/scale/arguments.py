"""The command line of the scale judge."""

import argparse
import math
from pathlib import Path

from harness import cli
from harness.scale.statistics.limits import LOOKS
from harness.units import GIGABYTE, MEGABYTE

EMPLOYEES, YEARS, SHARDS, MODES = [1_000, 5_000, 20_000], [1, 2, 5], [1, 4, 8], ["optimized"]


def build_parser(description: str) -> argparse.ArgumentParser:
    """Describe the command line."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    _add_matrix(parser.add_argument_group("what is run"))
    _add_runs(parser.add_argument_group("how it is run"))
    _add_session(parser.add_argument_group("the session"))
    return parser


def _add_matrix(group: argparse._ArgumentGroup) -> None:
    count, number = cli.whole_number(1), cli.whole_number(0)
    group.add_argument("--target", default="navigator", metavar="NAME|FILE", help="what to run (default: navigator)")
    group.add_argument(
        "--mode", nargs="+", default=MODES, metavar="MODE", help="one or several, interleaved (default: optimized)"
    )
    group.add_argument(
        "--employees", default=EMPLOYEES, nargs="+", metavar="N", type=count, help="default: 1000 5000 20000"
    )
    group.add_argument("--years", default=YEARS, nargs="+", metavar="N", type=count, help="default: 1 2 5")
    group.add_argument(
        "--shards", default=SHARDS, nargs="+", metavar="N", type=count, help="for modes that shard (default: 1 4 8)"
    )
    group.add_argument("--iterations", type=count, default=3, metavar="N", help="runs of each cell (default: 3)")
    group.add_argument(
        "--exact-sizes",
        action="store_true",
        help="do not add 1000, 2500 and 10000 employees, which tell growth when more than two sizes are asked for",
    )
    group.add_argument("--start-year", type=count, default=2025, metavar="YEAR", help="default: 2025")
    group.add_argument("--seed", type=number, default=42, metavar="N", help="default: 42")
    group.add_argument("--threads", type=count, default=2, metavar="N", help="for each run (default: 2)")


def _add_runs(group: argparse._ArgumentGroup) -> None:
    count = cli.whole_number(1)
    group.add_argument("--timeout", type=count, default=3600, metavar="SECONDS", help="for each run (default: 3600)")
    group.add_argument(
        "--max-memory", type=float, metavar="GB", help="end a run that takes more (default: the budget of --config)"
    )
    group.add_argument(
        "--redo-budget",
        type=cli.whole_number(0),
        metavar="N",
        help="how many runs that others disturbed may be measured again (default: a tenth of all)",
    )
    group.add_argument("--order-seed", type=cli.whole_number(0), metavar="N", help="of the order (default: drawn)")
    group.add_argument("--keep-databases", action="store_true", help="keep what the runs wrote")


def _add_session(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--config", type=Path, metavar="FILE", help="budgets (default: config/scale.yaml)")
    group.add_argument(
        "--output", type=Path, default=Path("scale_test_results"), metavar="DIR", help="default: scale_test_results/"
    )
    group.add_argument(
        "--resume",
        action="store_true",
        help="go on with the newest interrupted session in --output that was asked for the same, or report a finished"
        " one anew",
    )
    group.add_argument(
        "--until-decided",
        action="store_true",
        help=f"add runs in steps ({', '.join(map(str, LOOKS))} of each cell) until no verdict is open",
    )
    group.add_argument(
        "--max-pairs", type=cli.whole_number(2), default=10, metavar="N", help="but no more than these (default: 10)"
    )


def check_arguments(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> None:
    """Refuse what does not fit together."""
    if arguments.max_memory is not None and not MEGABYTE <= arguments.max_memory * GIGABYTE < math.inf:
        parser.error(f"--max-memory: {arguments.max_memory:g} GB is no number from 0.001 upwards")
    if len(set(arguments.mode)) != len(arguments.mode):
        parser.error("--mode: name each mode once")
    if arguments.until_decided and arguments.iterations > arguments.max_pairs:
        parser.error(f"--iterations {arguments.iterations} is more than --max-pairs {arguments.max_pairs}")
