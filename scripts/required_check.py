#!/usr/bin/env python3
"""Decide whether a change may be merged: the step of the job `required`, the only check that a ruleset names.

Reads NEEDS, the text of GitHub's `toJSON(needs)`. Every job must have succeeded; one that `changes` did not ask for may
have been skipped, but for those that always run. Prints what became of each.
Exit code: 0 it may be merged, 1 it may not, 2 NEEDS cannot be read.
"""

import argparse
import os
import sys

from harness import cli
from harness.ci.gate import GateError, rule
from harness.errors import ExitCode
from harness.reports.tables import aligned
from harness.reports.texts import visible

PROGRAM = "required"


def main(argv: list[str]) -> int:
    """Judge what the environment tells."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args(argv)
    return cli.guarded(PROGRAM, _check)


def _check() -> ExitCode:
    needs = os.environ.get("NEEDS")
    if needs is None:
        raise GateError("NEEDS is not set; give it ${{ toJSON(needs) }}")
    rulings = rule(needs)
    rows = [(visible(each.job), visible(each.result), "ok" if each.holds else "NO", each.reason) for each in rulings]
    print("\n".join(aligned([("job", "result", "", ""), *rows])))
    failed = [visible(each.job) for each in rulings if not each.holds]
    print(f"\n{'MAY NOT BE MERGED: ' + ', '.join(failed) if failed else 'MAY BE MERGED'}")
    return ExitCode.FAIL if failed else ExitCode.PASS


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
