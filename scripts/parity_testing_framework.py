#!/usr/bin/env python3
"""Prove that implementations of one simulation produce the same results, or show exactly where they differ.

Runs the reference and each candidate on one census, each in an empty directory of its own, and compares every
relation that the target declares: schema, rows, duplicates.
Exit code: 0 equal, 1 different, 2 could not judge, 130 interrupted. The same verdict stands in
parity_report.json and parity_report.md in the output directory.
"""

import argparse
import sys
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

from harness import cli
from harness.context import gather_context
from harness.errors import ExitCode
from harness.modes import choose_modes
from harness.parity.headline import headline
from harness.parity.judge import Judge, Judgement, run_all
from harness.parity.report import Report
from harness.parity.results import Finding
from harness.parity.summary import print_summary
from harness.progress import Progress
from harness.runs import Runner
from harness.target_file import load_target
from harness.warehouse import Warehouse
from harness.workload import Workload
from harness.workspace import Workspace, as_json

PROGRAM = "parity"
REPORTS = ("parity_report.json", "parity_report.md")


def build_parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    count, number = cli.whole_number(1), cli.whole_number(0)
    parser.add_argument("--employees", type=count, default=1000, metavar="N", help="size of the census (default: 1000)")
    parser.add_argument("--start-year", type=count, default=2025, metavar="YEAR", help="default: 2025")
    parser.add_argument("--end-year", type=count, default=2026, metavar="YEAR", help="default: 2026")
    parser.add_argument("--seed", type=number, default=42, metavar="N", help="default: 42")
    parser.add_argument(
        "--target",
        default="navigator",
        metavar="NAME|FILE",
        help="what to judge: a name in config/targets/, or a file (default: navigator)",
    )
    parser.add_argument("--reference", metavar="MODE", help="the trusted mode (default: the target's)")
    parser.add_argument("--candidates", nargs="+", metavar="MODE", help="the modes to judge (default: the target's)")
    parser.add_argument("--shards", type=count, default=4, metavar="N", help="for modes that shard (default: 4)")
    parser.add_argument("--threads", type=count, default=2, metavar="N", help="for all modes (default: 2)")
    parser.add_argument("--timeout", type=count, default=3600, metavar="SECONDS", help="for each run (default: 3600)")
    parser.add_argument("--memory-limit", default="2GB", metavar="SIZE", help="for the comparison (default: 2GB)")
    parser.add_argument(
        "--sample", type=number, default=5, metavar="N", help="differing keys shown of each kind (default: 5)"
    )
    parser.add_argument(
        "--output", type=Path, default=Path("parity_test_results"), metavar="DIR", help="default: parity_test_results/"
    )
    parser.add_argument("--keep-databases", action="store_true", help="keep them after equality too")
    return parser


def main(argv: list[str]) -> int:
    """Judge what the command line asks for."""
    parser = build_parser()
    arguments = parser.parse_args(argv)
    if arguments.end_year < arguments.start_year:
        parser.error(f"--end-year {arguments.end_year} is before --start-year {arguments.start_year}")
    return cli.guarded(PROGRAM, lambda: _judge_and_report(arguments))


def _judge_and_report(arguments: argparse.Namespace) -> ExitCode:
    """Judge, and leave a report behind however that ends."""
    workspace = Workspace(arguments.output, REPORTS)
    progress = Progress(PROGRAM)
    context = gather_context(sys.argv)
    workload = Workload(*(getattr(arguments, name) for name in Workload.__dataclass_fields__))
    try:
        report = _judge(arguments, workload, workspace, progress)
    except BaseException as error:
        interrupted = isinstance(error, KeyboardInterrupt)
        finding = Finding.INTERRUPTED if interrupted else Finding.ERROR
        _publish(workspace, _failure(finding, error, workload), context)
        _tidy(workspace, keep=arguments.keep_databases or not interrupted)
        raise
    finally:
        progress.stop()
    print_summary(report.reference, report.judgement)
    path = _publish(workspace, report, context)
    _tidy(workspace, keep=arguments.keep_databases or report.finding is not Finding.EQUAL_EXACT)
    print(f"\nreport: {path}\n{report.headline}")
    return report.finding.exit_code


def _judge(arguments: argparse.Namespace, workload: Workload, workspace: Workspace, progress: Progress) -> Report:
    loaded = load_target(arguments.target)
    reference, candidates = choose_modes(loaded.target, arguments.reference, arguments.candidates)
    runner = Runner(loaded, workload, workspace, arguments.timeout, progress)
    with closing(Warehouse(workspace.directory / "spill", arguments.memory_limit)) as warehouse:
        trusted, outcomes = run_all(runner, reference, candidates)
        judge = Judge(loaded.target, workload, warehouse, progress, arguments.sample)
        judgement = judge.judge(trusted, outcomes)
    return Report(
        finding=judgement.finding,
        headline=headline(loaded.target, reference, judgement),
        problem=None,
        reference=reference,
        workload=asdict(workload),
        target={"name": loaded.target.name, "file": str(loaded.path), "sha256": loaded.sha256},
        judgement=judgement,
    )


def _failure(finding: Finding, error: BaseException, workload: Workload) -> Report:
    problem = str(error) or type(error).__name__
    line = problem.splitlines()[0]
    return Report(
        finding=finding,
        headline=f"PARITY NOT JUDGED: {'interrupted' if finding is Finding.INTERRUPTED else line}",
        problem=problem,
        reference="",
        workload=asdict(workload),
        target={},
        judgement=Judgement((), ()),
    )


def _publish(workspace: Workspace, report: Report, context: dict[str, Any]) -> Path:
    workspace.publish("parity_report.md", report.as_markdown())
    return workspace.publish("parity_report.json", as_json(report.as_document(context)))


def _tidy(workspace: Workspace, *, keep: bool) -> None:
    """Remove what the runs left, apart from their logs."""
    if not keep:
        workspace.drop(*(path for path in workspace.directory.glob("*/*") if path.name != "run.log"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
