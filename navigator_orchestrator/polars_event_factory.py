#!/usr/bin/env python3
"""Generate the events of several years with the polars engine, as Parquet files by year.

Stand-alone: `python navigator_orchestrator/polars_event_factory.py --start 2025 --end 2029 --out DIR` from any
directory. DIR must be new, empty or an earlier output, which is replaced; `generation_summary.json` is written last,
and without it DIR is not a complete output.

Exit codes: 0 done; 2 refused or failed, with one line that says why; 130 interrupted.
"""

import argparse
import datetime as dt
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if __name__ == "__main__":
    # Run by path: Python puts this file's folder first, where `simulation` or `census` would shadow other packages.
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

if TYPE_CHECKING:
    import polars as pl

    from navigator_orchestrator.polars_events.manifest import GenerationSummary
    from navigator_orchestrator.settings import SimulationConfig


def build_parser() -> argparse.ArgumentParser:
    """Arguments; the defaults stand in config/simulation_config.yaml."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--start", type=int, required=True, metavar="YEAR", help="first year")
    parser.add_argument("--end", type=int, required=True, metavar="YEAR", help="last year")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to write")
    parser.add_argument("--employees", type=_positive, metavar="N", help="size of the census, or its first N rows")
    parser.add_argument("--seed", type=_seed, metavar="N", help="seed of every draw")
    parser.add_argument("--census", type=Path, metavar="FILE", help=".csv or .parquet; without it one is generated")
    parser.add_argument("--shards", type=_parts, metavar="N", help="parts (default: by the number of employees)")
    parser.add_argument("--threads", type=_parts, metavar="N", default=1, help="worker processes (default: 1)")
    return parser


def main(argv: list[str]) -> int:
    """Generate; the only place that maps errors to exit codes."""
    arguments = build_parser().parse_args(argv)
    # Read when polars is imported. One thread: more only add waiting to the CPU time, and workers are processes.
    os.environ.setdefault("POLARS_MAX_THREADS", "1")
    from navigator_orchestrator.errors import NavigatorError

    started = time.monotonic()
    try:
        summary = _generate(arguments)
    except NavigatorError as error:
        print(f"polars_event_factory: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"polars_event_factory: {error.filename or ''}: {error.strerror or error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"polars_event_factory: interrupted; {arguments.out} is incomplete", file=sys.stderr)
        return 130
    years = f"{arguments.start}-{arguments.end}"
    seconds = time.monotonic() - started
    print(f"polars: {years}, {summary.total_events:,} events in {seconds:.1f} s -> {arguments.out}")
    return 0


def _generate(arguments: argparse.Namespace) -> "GenerationSummary":
    from navigator_orchestrator.errors import NavigatorError
    from navigator_orchestrator.parameter_tables import parameter_tables
    from navigator_orchestrator.parameters import check_horizon, load_parameters
    from navigator_orchestrator.polars_events.simulation import simulate
    from navigator_orchestrator.settings import DEFAULT_CONFIG, SimulationConfig
    from navigator_orchestrator.yaml_files import read_yaml

    if not 1950 <= arguments.start <= arguments.end <= 2150:
        asked = f"--start {arguments.start} --end {arguments.end}"
        raise NavigatorError(f"{asked}: must be 1950 <= start <= end <= 2150")
    years = range(arguments.start, arguments.end + 1)
    config = read_yaml(DEFAULT_CONFIG, SimulationConfig)
    folder = DEFAULT_CONFIG.parent / config.parameters
    parameters = load_parameters(folder)
    check_horizon(folder, parameters, years)
    return simulate(
        _census(arguments, config, parameters.levels()),
        parameter_tables(parameters, years),
        years,
        config.random_seed if arguments.seed is None else arguments.seed,
        arguments.out,
        shards=arguments.shards,
        workers=arguments.threads,
    )


def _census(arguments: argparse.Namespace, config: "SimulationConfig", levels: list[int]) -> "pl.DataFrame":
    as_of = dt.date(arguments.start - 1, 12, 31)
    if arguments.census is None:
        from navigator_orchestrator.census import generate

        return generate(arguments.employees or config.employees, config.census_seed, as_of)
    from navigator_orchestrator.census_file import read_census

    census = read_census(arguments.census, as_of, levels)
    return census if arguments.employees is None else census.head(arguments.employees)


def _positive(text: str) -> int:
    return _between(text, 1, 100_000_000)


def _parts(text: str) -> int:
    return _between(text, 1, 1024)


def _seed(text: str) -> int:
    return _between(text, 0, (1 << 63) - 1)


def _between(text: str, least: int, most: int) -> int:
    try:
        value = int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"must be a whole number; found {text!r}") from None
    if not least <= value <= most:
        raise argparse.ArgumentTypeError(f"must be from {least} to {most}; found {value}")
    return value


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
