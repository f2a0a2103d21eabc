"""The command line of the parity judge."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from harness import cli
from harness.errors import UsageError
from harness.parity.checks import PRECONDITIONS, WAIVABLE, Waiver
from harness.parity.comparison import PROOFS
from harness.parity.settings import Settings
from harness.workload import Workload

# What a run is asked for; with results that exist already nothing is asked, so there is nothing to say.
WORKLOAD_DEFAULTS = {"employees": 1000, "start_year": 2025, "end_year": 2026, "seed": 42, "shards": 4, "threads": 2}


def build_parser(description: str) -> argparse.ArgumentParser:
    """Describe the command line."""
    parser = argparse.ArgumentParser(
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
        epilog="preconditions that --allow can excuse:\n"
        + "\n".join(f"  {name:12} {PRECONDITIONS[name]}" for name in WAIVABLE),
    )
    _add_subject(parser)
    _add_workload(parser.add_argument_group("what is simulated"))
    _add_comparison(parser.add_argument_group("how it is compared"))
    _add_baseline(parser.add_argument_group("a frozen baseline in place of the reference"))
    _add_oracles(parser.add_argument_group("oracles: what one mode must agree on with itself"))
    _add_output(parser.add_argument_group("what is left behind"))
    return parser


def _add_subject(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--target",
        metavar="NAME|FILE",
        help="what to judge: a name in config/targets/, or a file (default: navigator; with --compare: none)",
    )
    parser.add_argument("--reference", metavar="MODE", help="the trusted mode (default: the target's)")
    parser.add_argument("--candidates", nargs="+", metavar="MODE", help="the modes to judge (default: the target's)")
    parser.add_argument(
        "--compare",
        nargs=2,
        type=Path,
        metavar=("REFERENCE", "CANDIDATE"),
        help="run nothing: compare two DuckDB files or folders of Parquet (RELATION.parquet or RELATION/*.parquet)",
    )


def _add_workload(group: argparse._ArgumentGroup) -> None:
    count, number = cli.whole_number(1), cli.whole_number(0)
    group.add_argument("--employees", type=count, metavar="N", help="size of the census (default: 1000)")
    group.add_argument("--start-year", type=count, metavar="YEAR", help="default: 2025")
    group.add_argument("--end-year", type=count, metavar="YEAR", help="default: 2026")
    group.add_argument("--seed", type=number, metavar="N", help="default: 42")
    group.add_argument("--shards", type=count, metavar="N", help="for modes that shard (default: 4)")
    group.add_argument("--threads", type=count, metavar="N", help="for all modes (default: 2)")
    group.add_argument("--timeout", type=count, default=3600, metavar="SECONDS", help="for each run (default: 3600)")
    group.add_argument(
        "--trust-reference",
        action="store_true",
        help="do not run the reference a second time when a candidate differs, to see whether it differs from itself",
    )


def _add_comparison(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--proof",
        choices=PROOFS,
        default="exact",
        help="exact compares values, fingerprint two hashes (default: exact)",
    )
    group.add_argument("--only", nargs="+", default=[], metavar="RELATION", help="compare these relations, no other")
    group.add_argument("--fail-fast", action="store_true", help="stop at the first relation that differs")
    group.add_argument(
        "--allow", action="append", default=[], metavar="PRECONDITION", help="excuse this one; the report shows it"
    )
    group.add_argument(
        "--require-provenance",
        action="store_true",
        help="refuse results that do not tell what wrote them, from what, and whether it finished",
    )
    group.add_argument(
        "--exclusions", type=Path, metavar="FILE", help="columns not compared exactly (default: config/parity.yaml)"
    )
    group.add_argument("--memory-limit", default="2GB", metavar="SIZE", help="for the comparison (default: 2GB)")
    group.add_argument(
        "--sample", type=cli.whole_number(0), default=5, metavar="N", help="keys shown of each kind (default: 5)"
    )


def _add_baseline(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--save-baseline", type=Path, metavar="DIR", help="keep the fingerprints of the reference here")
    group.add_argument("--against-baseline", type=Path, metavar="DIR", help="compare with the fingerprints kept there")
    group.add_argument("--result", type=Path, metavar="PATH", help="of this result, instead of running anything")


def _add_oracles(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--oracles", nargs="*", metavar="NAME", help="judge these oracles of the target, or all, instead of the modes"
    )


def _add_output(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--output", type=Path, default=Path("parity_test_results"), metavar="DIR", help="default: parity_test_results/"
    )
    group.add_argument("--keep-databases", action="store_true", help="keep the results after equality too")


def check_arguments(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> None:
    """Refuse what does not fit together."""
    given = [name for name in WORKLOAD_DEFAULTS if getattr(arguments, name) is not None]
    if arguments.compare and given:
        parser.error(f"--compare takes results as they are: --{given[0].replace('_', '-')} would have no effect")
    doing = [name for name in ("compare", "save_baseline", "against_baseline", "oracles") if _is_given(arguments, name)]
    if len(doing) > 1:
        parser.error(f"--{doing[0].replace('_', '-')} and --{doing[1].replace('_', '-')} exclude each other")
    if arguments.result and not (arguments.save_baseline or arguments.against_baseline):
        parser.error(
            "--result belongs to --save-baseline or --against-baseline; two results are compared with --compare"
        )
    if (arguments.compare or arguments.result) and len(arguments.candidates or []) > 1:
        parser.error("--candidates: of a result that exists there is one mode")
    if arguments.oracles is not None and arguments.allow:
        parser.error("--allow excuses a precondition of one comparison; --oracles makes many")
    if len(arguments.allow) > 1:
        parser.error("--allow excuses exactly one precondition")
    years = workload_of(arguments)
    if years.end_year < years.start_year:
        parser.error(f"--end-year {years.end_year} is before --start-year {years.start_year}")


def workload_of(arguments: argparse.Namespace, defaults: Mapping[str, int] = MappingProxyType({})) -> Workload:
    """The workload asked for; what is not asked for is as in the defaults."""
    asked = {name: getattr(arguments, name) for name in WORKLOAD_DEFAULTS}
    given = {name: number for name, number in asked.items() if number is not None}
    return Workload(**(WORKLOAD_DEFAULTS | dict(defaults) | given))


def settings_of(arguments: argparse.Namespace) -> Settings:
    """The settings asked for.

    Raises:
        UsageError: --allow names no precondition.
    """
    waiver = Waiver(arguments.allow[0] if arguments.allow else None, arguments.require_provenance)
    return Settings(
        proof=arguments.proof,
        sample=arguments.sample,
        only=tuple(arguments.only),
        fail_fast=arguments.fail_fast,
        waiver=waiver,
    )


def existing(path: Path, option: str) -> Path:
    """A result that must be there.

    Raises:
        UsageError: it is not.
    """
    if not path.exists():
        raise UsageError(f"{option}: there is no {path}; expected a DuckDB file or a folder of Parquet")
    return path.resolve()


def _is_given(arguments: argparse.Namespace, name: str) -> bool:
    return getattr(arguments, name) is not None
