#!/usr/bin/env python3
"""Prove that implementations of one simulation produce the same results, or show exactly where they differ.

Runs the reference and each candidate on one census, each in an empty directory of its own, or takes two results as
they are (--compare), and compares every relation: schema, rows, duplicates.
Exit code: 0 equal, 1 different, 2 could not judge, 130 interrupted. The same verdict stands in
parity_report.json, .md, .html and .xml (JUnit) in the output directory.
"""

import argparse
import sys
from contextlib import closing
from dataclasses import replace
from typing import Any

from harness import cli
from harness.context import gather_context
from harness.errors import ExitCode
from harness.parity.arguments import build_parser, check_arguments
from harness.parity.assignment import Assignment, open_target
from harness.parity.judge import Judgement
from harness.parity.reports.headline import headline, oracles_finding, oracles_headline
from harness.parity.reports.publication import REPORTS, publish
from harness.parity.reports.report import Report
from harness.parity.reports.summary import print_summary
from harness.parity.results import Finding
from harness.progress import Progress
from harness.warehouse import Warehouse
from harness.workspace import Workspace

PROGRAM = "parity"


def main(argv: list[str]) -> int:
    """Judge what the command line asks for."""
    parser = build_parser(__doc__ or "")
    arguments = parser.parse_args(argv)
    check_arguments(parser, arguments)
    return cli.guarded(PROGRAM, lambda: _judge_and_report(arguments))


def _judge_and_report(arguments: argparse.Namespace) -> ExitCode:
    """Judge, and leave a report behind however that ends."""
    workspace = Workspace(arguments.output, REPORTS)
    progress = Progress(PROGRAM)
    context = gather_context(sys.argv)
    blank = _blank(arguments)
    try:
        report = _judge(arguments, workspace, progress, context, blank)
    except BaseException as error:
        interrupted = isinstance(error, KeyboardInterrupt)
        publish(workspace, _failure(blank, error), context)
        _tidy(workspace, keep=arguments.keep_databases or not interrupted)
        raise
    finally:
        progress.stop()
    print_summary(report)
    path = publish(workspace, report, context)
    _tidy(workspace, keep=arguments.keep_databases or report.finding.exit_code != ExitCode.PASS)
    print(f"\nreport: {path}\n{report.headline}")
    return report.finding.exit_code


def _judge(
    arguments: argparse.Namespace, workspace: Workspace, progress: Progress, context: dict[str, Any], blank: Report
) -> Report:
    assignment = Assignment(arguments, workspace, progress, open_target(arguments))
    report = replace(blank, workload=assignment.asked)
    if assignment.loaded:
        loaded = assignment.loaded
        target = {"name": loaded.target.name, "file": str(loaded.path), "sha256": loaded.sha256}
        report = replace(report, target=target)
    with closing(Warehouse(workspace.directory / "spill", arguments.memory_limit)) as warehouse:
        progress.watch(warehouse.share_done)
        if arguments.save_baseline:
            path = assignment.freeze(warehouse, context)
            return replace(report, finding=Finding.BASELINE_SAVED, headline=f"BASELINE SAVED: {path}")
        if arguments.oracles is not None:
            oracles = assignment.judge_oracles(warehouse)
            line = oracles_headline(assignment.contract.name, oracles)
            return replace(report, finding=oracles_finding(oracles), headline=line, oracles=oracles)
        reference, judgement = assignment.judge(warehouse)
    return replace(
        report,
        finding=judgement.finding,
        headline=headline(assignment.contract, reference, judgement, arguments.only),
        reference=reference,
        judgement=judgement,
    )


def _blank(arguments: argparse.Namespace) -> Report:
    """A report before anything is known."""
    settings = ("proof", "memory_limit", "only", "fail_fast", "allow", "require_provenance", "against_baseline")
    return Report(
        finding=Finding.ERROR,
        headline="",
        problem=None,
        reference="",
        workload={},
        target={},
        judgement=Judgement((), ()),
        settings={name: getattr(arguments, name) for name in settings},
    )


def _failure(blank: Report, error: BaseException) -> Report:
    interrupted = isinstance(error, KeyboardInterrupt)
    problem = str(error) or type(error).__name__
    line = "interrupted" if interrupted else problem.splitlines()[0]
    finding = Finding.INTERRUPTED if interrupted else Finding.ERROR
    return replace(blank, finding=finding, headline=f"PARITY NOT JUDGED: {line}", problem=problem)


def _tidy(workspace: Workspace, *, keep: bool) -> None:
    """Remove what the runs left, apart from their logs."""
    if not keep:
        workspace.drop(*(path for path in workspace.directory.glob("*/*") if path.name != "run.log"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
