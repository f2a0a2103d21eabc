#!/usr/bin/env python3
"""Decide which jobs of CI an event asks for, and tell GitHub: the step of the job `changes`.

Reads GITHUB_EVENT_NAME and the file GITHUB_EVENT_PATH, looks at the merge commit that is checked out, and appends
`jobs=[…]`, a JSON list, to the file GITHUB_OUTPUT. In doubt a job runs.
Exit code: 0 decided, 2 the event cannot be read.
"""

import argparse
import json
import os
import sys
from pathlib import Path

from harness import cli
from harness.ci.jobs import decide
from harness.errors import ExitCode, HarnessError

PROGRAM = "decide_jobs"
ROOT = Path(__file__).resolve().parents[1]


def main(argv: list[str]) -> int:
    """Decide on what the environment tells."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args(argv)
    return cli.guarded(PROGRAM, _decide)


def _decide() -> ExitCode:
    try:
        event = json.loads(Path(os.environ["GITHUB_EVENT_PATH"]).read_text(encoding="utf-8"))
        decision = decide(os.environ["GITHUB_EVENT_NAME"], event, ROOT)
        with Path(os.environ["GITHUB_OUTPUT"]).open("a", encoding="utf-8") as file:
            file.write(f"jobs={json.dumps(decision.jobs)}\n")
    except (KeyError, OSError, ValueError, AttributeError, TypeError) as error:
        raise HarnessError(f"no event of GitHub can be read: {type(error).__name__}: {error}") from None
    print(f"{' '.join(decision.jobs) or 'no job'}: {ascii(decision.reason)[1:-1]}")
    return ExitCode.PASS


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
