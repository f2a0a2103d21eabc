"""The command line of the comparison."""

import argparse
from pathlib import Path

from harness.scale.comparing.line import Gate
from harness.scale.result_file import PREFIX, SUFFIX
from harness.scale.settings import DEFAULT

OUTPUT = Path("performance_comparison.md")
GATES = {"regression": (Gate.REGRESSION,), "speed-up": (Gate.SPEED_UP,), "both": (Gate.SPEED_UP, Gate.REGRESSION)}


def build_parser(description: str) -> argparse.ArgumentParser:
    """Describe the command line."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    _add_sides(parser.add_argument_group("what is compared"))
    _add_judging(parser.add_argument_group("how it is judged"))
    _add_outputs(parser.add_argument_group("what is written"))
    return parser


def check_arguments(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> None:
    """Refuse what does not fit together, and settle the defaults that follow from others."""
    if (arguments.confirm_baseline is None) != (arguments.confirm_optimized is None):
        parser.error("--confirm-baseline and --confirm-optimized: a confirmation needs both")
    if arguments.csv and not arguments.history:
        parser.error("--csv: exports the history; name it with --history")
    arguments.json = arguments.json or arguments.output.with_suffix(".json")
    arguments.noise_floor = arguments.noise_floor or arguments.output.parent / "noise_floor.json"
    written: dict[Path, str] = {}
    for option in ("output", "json", "noise_floor", "history", "csv"):
        path = getattr(arguments, option)
        flag = f"--{option.replace('_', '-')}"
        if path and (other := written.setdefault(path.resolve(), flag)) != flag:
            parser.error(f"{other} and {flag}: both are {path}; name two files")
        if path and _is_input(path.resolve(), arguments):
            parser.error(f"{flag}: {path} is, or would be, an input of a comparison; name another file")


def _is_input(path: Path, arguments: argparse.Namespace) -> bool:
    """Whether a file is read, or would be the next time: in the folders of results all that has the name of one."""
    named = (arguments.baseline, arguments.optimized, arguments.confirm_baseline, arguments.confirm_optimized)
    folders = [folder.resolve() for folder in named if folder]
    read = {result.resolve() for folder in folders for result in folder.glob(f"{PREFIX}*{SUFFIX}")}
    is_result = path.name.startswith(PREFIX) and path.suffix == SUFFIX
    return path in read | {(arguments.config or DEFAULT).resolve()} or (is_result and path.parent in folders)


def _add_sides(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--baseline", type=Path, required=True, metavar="DIR", help="the result that is trusted")
    group.add_argument("--optimized", type=Path, required=True, metavar="DIR", help="the result that is judged by it")
    group.add_argument("--baseline-mode", metavar="MODE", help="default: the only one in the folder")
    group.add_argument("--optimized-mode", metavar="MODE", help="default: the only one in the folder")
    group.add_argument("--confirm-baseline", type=Path, metavar="DIR", help="measured once more, in other sessions,")
    group.add_argument(
        "--confirm-optimized",
        type=Path,
        metavar="DIR",
        help="to confirm a regression that is only a suspicion without them",
    )


def _add_judging(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--gate", choices=list(GATES), help="default: both for two modes, regression for two states of one mode"
    )
    group.add_argument("--config", type=Path, metavar="FILE", help="budgets (default: config/scale.yaml)")
    group.add_argument(
        "--allow-cross-machine",
        action="store_true",
        help="show results of two machines beside each other, without a verdict",
    )
    group.add_argument(
        "--noise-floor",
        type=Path,
        metavar="FILE",
        help="what A/A comparisons measured on each machine (default: noise_floor.json beside --output)",
    )


def _add_outputs(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--output", type=Path, default=OUTPUT, metavar="FILE", help=f"Markdown (default: {OUTPUT})")
    group.add_argument("--json", type=Path, metavar="FILE", help="default: beside --output")
    group.add_argument("--history", type=Path, metavar="FILE", help="JSON Lines that this comparison is appended to")
    group.add_argument("--csv", type=Path, metavar="FILE", help="the history for tools that look for change points")
