"""A run of the main workflow as GitHub would conduct it: which jobs start, and what the gate gets to see."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.ci.expressions import condition, filled
from tests.ci.workflows import GATE, MAIN, workflow

Event = dict[str, Any]
PUSHED: Event = {
    "action": "synchronize",
    "pull_request": {"number": 7, "labels": [], "base": {"ref": "main"}},
    "repository": {"default_branch": "main"},
}


@dataclass(frozen=True)
class Run:
    """What became of each job, and of the gate."""

    results: dict[str, str]
    needs: str
    check: str  # the name under which the gate reports
    judged: bool  # whether the step that judges ran

    @property
    def ran(self) -> set[str]:
        """The jobs that were not skipped."""
        return {job for job, result in self.results.items() if result != "skipped"}


def simulate(name: str, event: Event, asked: Sequence[str] | None, outcomes: Mapping[str, str] | None = None) -> Run:
    """Conduct a run in which `changes` says `asked` (None: it fails), and each job that starts ends as told."""
    main, results = workflow(MAIN), dict[str, str]()
    github = {"event_name": name, "event": event}
    told = {"changes": "failure" if asked is None else "success"} | dict(outcomes or {})
    outputs = {} if asked is None else {"jobs": json.dumps(list(asked))}
    for job, content in main.jobs.items():
        needs: dict[str, dict[str, Any]] = {need: {"result": results[need], "outputs": {}} for need in main.needs(job)}
        if "changes" in needs:
            needs["changes"]["outputs"] = outputs
        contexts = {"github": github, "needs": needs}
        status = status_of([need["result"] for need in needs.values()])
        if job == GATE:
            steps = [step for step in content["steps"] if "run" in step]
            first = status_of([])  # of a step, success() asks for the steps before it
            judged = [condition(step.get("if", "success()"), contexts, first) for step in steps]
            check = filled(content["name"], contexts, status)
            return Run(results, json.dumps(needs), check, all(judged))
        starts = condition(content.get("if", "success()"), contexts, status)
        results[job] = told.get(job, "success") if starts else "skipped"
    raise AssertionError("the gate is the last job")


def status_of(results: Sequence[str]) -> dict[str, bool]:
    """What the functions of status answer after these results."""
    return {
        "always": True,
        "cancelled": False,  # that is the run, not a job of it
        "failure": "failure" in results,
        "success": all(result == "success" for result in results),
    }
