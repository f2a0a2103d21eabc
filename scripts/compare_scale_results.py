#!/usr/bin/env python3
"""Compare two results of the scale judge: whether a mode is fast enough, or new code not slower than old.

Two modes, best of one session: at least twice as fast (pairs of runs that share their noise). One mode at two commits:
at most 10 % slower. Reads only the files scale_results_<mode>.json of two folders. Results of different machines or
workloads are refused; one that computes something else fails; the same code twice measures the noise of the machine.
Exit code: 0 passed, 1 failed, 2 could not judge, 3 inconclusive, 130 interrupted. The same verdict stands in the JSON
beside the Markdown.
"""

import argparse
import sys
from typing import Any

from harness import cli
from harness.context import gather_context
from harness.errors import ExitCode
from harness.scale.comparing.arguments import build_parser, check_arguments
from harness.scale.comparing.conduct import conduct, settings_of
from harness.scale.comparing.console import print_report
from harness.scale.comparing.publication import Publication
from harness.scale.comparing.report import Report

PROGRAM = "compare"


def main(argv: list[str]) -> int:
    """Compare what the command line names."""
    parser = build_parser(__doc__ or "")
    arguments = parser.parse_args(argv)
    check_arguments(parser, arguments)
    return cli.guarded(PROGRAM, lambda: _compare_and_report(arguments))


def _compare_and_report(arguments: argparse.Namespace) -> ExitCode:
    """Compare, and leave a report behind however that ends."""
    publication = Publication(arguments.output, arguments.json)
    context: dict[str, Any] = gather_context(sys.argv)
    try:
        report = conduct(arguments)
    except BaseException as error:
        publication.publish(_failure(arguments, error), context)
        raise
    publication.publish(report, context)
    print_report(report)
    print(f"\nreports: {arguments.output}, {arguments.json}\n{report.headline}")
    return report.exit_code


def _failure(arguments: argparse.Namespace, error: BaseException) -> Report:
    interrupted = isinstance(error, KeyboardInterrupt)
    problem = "interrupted" if interrupted else str(error) or type(error).__name__
    code = ExitCode.INTERRUPTED if interrupted else ExitCode.COULD_NOT_JUDGE
    return Report(exit_code=code, settings=settings_of(arguments), problem=problem)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
