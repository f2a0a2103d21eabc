#!/usr/bin/env python3
"""Turn the JSON that sessions left into the Markdown of a job summary, of a comment, or of an issue.

SOURCE=FOLDER names a session and where its result lies, such as parity=parity_test_results. Nothing is believed: the
JSON is checked, each text in it is escaped, and what is missing or damaged is named. Needs only the standard library.
Exit code: 0 every result was there, 2 one was missing or damaged (the Markdown is printed all the same, and says so)
or nothing could be rendered (then nothing is printed).
"""

import argparse
import re
import sys
from collections.abc import Callable
from pathlib import Path

from harness import cli
from harness.errors import ExitCode
from harness.summary.document import read
from harness.summary.page import GATE, Entry, alert, comment, job_summary
from harness.summary.section import Verdict
from harness.summary.sessions import Job, read_jobs
from harness.summary.sources import SOURCES, sections_of

PROGRAM = "summary"


def main(argv: list[str]) -> int:
    """Print the Markdown."""
    parser = _parser()
    arguments = parser.parse_args(argv)
    if arguments.comment and not (arguments.jobs and arguments.run_url and arguments.commit):
        parser.error("--comment: needs --jobs, --run-url and --commit")
    if arguments.alerts and not arguments.run_url:
        parser.error("--alerts: needs --run-url")
    return cli.guarded(PROGRAM, lambda: _render(arguments))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    parser.add_argument(
        "sources", nargs="+", type=_source, metavar="SOURCE=FOLDER", help=f"SOURCE: {', '.join(SOURCES)}"
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--comment", action="store_true", help="the comment; nothing if the run was not asked to judge")
    form.add_argument("--alerts", action="store_true", help="the issue about what alarms; nothing if nothing does")
    parser.add_argument("--jobs", type=Path, metavar="FILE", help="what GitHub's API says of the jobs of the run")
    parser.add_argument("--run-url", type=_matching(r"https://[\w.:/-]+"), metavar="URL", help="of the run")
    parser.add_argument("--commit", type=_matching(r"[0-9a-f]{7,64}"), metavar="SHA", help="that was judged")
    return parser


def _render(arguments: argparse.Namespace) -> ExitCode:
    jobs = read_jobs(read(arguments.jobs)) if arguments.jobs else []
    if arguments.comment and GATE not in [job.name for job in jobs]:
        return ExitCode.PASS
    entries = _entries(arguments.sources, jobs)
    if arguments.comment:
        text = comment(entries, jobs, arguments.commit, arguments.run_url)
    elif arguments.alerts:
        text = alert([entry.section for entry in entries], arguments.run_url)
    else:
        text = job_summary(entries)
    sys.stdout.buffer.write(text.encode())
    sys.stdout.flush()
    return ExitCode.PASS if all(entry.section.evidence for entry in entries) else ExitCode.COULD_NOT_JUDGE


def _entries(sources: list[tuple[str, Path]], jobs: list[Job]) -> list[Entry]:
    """The sections of all sessions but those of which GitHub says that they were skipped."""
    verdicts = {job.name: job.verdict for job in jobs}
    return [
        Entry(name, section, verdicts.get(name))
        for name, folder in sources
        if verdicts.get(name) is not Verdict.SKIPPED
        for section in sections_of(name, folder)
    ]


def _source(text: str) -> tuple[str, Path]:
    name, equals, folder = text.partition("=")
    if name not in SOURCES or not equals or not folder:
        raise argparse.ArgumentTypeError(f"{text!r} is not SOURCE=FOLDER with a source of {', '.join(SOURCES)}")
    return name, Path(folder)


def _matching(pattern: str) -> Callable[[str], str]:
    """An argparse type: a text that can do no harm in Markdown."""

    def parse(text: str) -> str:
        if not re.fullmatch(pattern, text, re.ASCII):
            raise argparse.ArgumentTypeError(f"{text!r} does not look like {pattern}")
        return text

    return parse


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
