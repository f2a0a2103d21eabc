"""Whether the results of all jobs let a change be merged."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from harness.ci.jobs import ALWAYS, DECIDES
from harness.errors import HarnessError

SUCCESS, SKIPPED = "success", "skipped"


class GateError(HarnessError):
    """The results of the jobs cannot be read."""


@dataclass(frozen=True)
class Ruling:
    """What became of one job, and whether that is good enough."""

    job: str
    result: str
    holds: bool
    reason: str


def rule(text: str) -> list[Ruling]:
    """Judge the results, given as the text of GitHub's `toJSON(needs)`.

    Raises:
        GateError: it is none.
    """
    try:
        needs = json.loads(text)
        results = {str(job): str(need["result"]) for job, need in needs.items()}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise GateError("NEEDS is not what toJSON(needs) gives: an object of jobs, each with a result") from None
    asked = _asked(needs)
    return list(_rulings(results, asked))


def _rulings(results: Mapping[str, str], asked: set[str] | None) -> Iterator[Ruling]:
    for job in dict.fromkeys((DECIDES, *ALWAYS, *sorted((asked or set()) - results.keys()), *results)):
        result = results.get(job, "absent")
        if result == SUCCESS:
            yield Ruling(job, result, holds=True, reason="succeeded")
        elif result != SKIPPED:
            yield Ruling(job, result, holds=False, reason="must succeed")
        elif job in (DECIDES, *ALWAYS):
            yield Ruling(job, result, holds=False, reason="must always run")
        elif asked is None:
            yield Ruling(job, result, holds=False, reason="nobody decided that it may be skipped")
        elif job in asked:
            yield Ruling(job, result, holds=False, reason="was asked for and did not run")
        else:
            yield Ruling(job, result, holds=True, reason="was not asked for")


def _asked(needs: Mapping[str, Any]) -> set[str] | None:
    """The jobs that had to run; None if the job that decides did not say."""
    try:
        decision = needs[DECIDES]
        jobs = json.loads(decision["outputs"]["jobs"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    if decision["result"] != SUCCESS or not isinstance(jobs, list):
        return None
    return {str(job) for job in jobs}
