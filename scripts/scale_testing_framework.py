#!/usr/bin/env python3
"""Measure a matrix of simulations and decide whether cost grows linearly, memory suffices and a mode is faster.

Every run is watched from outside, in a directory of its own and on an empty database; runs of several modes are
interleaved in random blocks. Each run is on disk before the next begins: --resume goes on after an interruption.
Exit code: 0 all budgets held, 1 one did not, 2 could not judge, 3 inconclusive, 130 interrupted. The verdicts stand in
scale_results_<mode>.json, with scale_report_<mode>.md, scaling_characteristics_<mode>.png and index.html beside it.
"""

import argparse
import sys

from harness import cli
from harness.errors import ExitCode
from harness.scale.arguments import build_parser, check_arguments
from harness.scale.conduct import conduct
from harness.scale.console import print_verdicts
from harness.scale.document import headline
from harness.scale.reports.publication import publish

PROGRAM = "scale"


def main(argv: list[str]) -> int:
    """Measure and judge what the command line asks for."""
    parser = build_parser(__doc__ or "")
    arguments = parser.parse_args(argv)
    check_arguments(parser, arguments)
    return cli.guarded(PROGRAM, lambda: _measure_and_report(arguments))


def _measure_and_report(arguments: argparse.Namespace) -> ExitCode:
    workspace, report = conduct(arguments)
    paths = publish(workspace, report)
    print_verdicts(report)
    print(f"\nreports: {', '.join(map(str, paths))}\n{headline(report)}")
    return report.exit_code()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
