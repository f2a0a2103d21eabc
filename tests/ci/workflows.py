"""The workflows as data, and what would be wrong with one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".github" / "workflows"
MAIN, COMMENT = FOLDER / "scale_parity_tests.yml", FOLDER / "comment.yml"
GATE = "required"
NO_SESSION = {"changes", GATE, "degradation"}  # jobs that run a script instead
MOST_MINUTES = 360  # GitHub's own limit on hosted runners
REPORT = ' --report "$RUNNER_TEMP/nox_report.json"'
ARGUMENTS = {  # of the sessions that have any
    "lint": REPORT,
    "tests": REPORT,
    "scale": " -- --mode baseline optimized --employees 5000 20000 50000 --years 2 5 --shards 4",
    "compare": (
        " -- --baseline scale_test_results --baseline-mode baseline"
        " --optimized scale_test_results --optimized-mode optimized"
        " --output scale_test_results/comparison/performance_comparison.md"
        " --history scale_test_results/history/history.jsonl --csv scale_test_results/history/history.csv"
    ),
}
VARIABLES = {"parity_mutants": {"PARITY_MUTANTS_OUTPUT": "parity_mutants_results"}}

Job = dict[str, Any]
_PIN = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")


@dataclass(frozen=True)
class Workflow:
    """A workflow, as text and as data."""

    text: str

    @cached_property
    def data(self) -> dict[Any, Any]:
        """The content; YAML 1.1 takes the key `on` for True."""
        return dict(yaml.safe_load(self.text))

    @property
    def events(self) -> dict[str, Any]:
        """What starts it."""
        return dict(self.data[True])

    @property
    def jobs(self) -> dict[str, Job]:
        """The jobs by their id."""
        return dict(self.data["jobs"])

    def needs(self, job: str) -> list[str]:
        """The jobs that a job waits for."""
        needs = self.jobs[job].get("needs", [])
        return [needs] if isinstance(needs, str) else list(needs)

    def lines(self, job: str) -> list[str]:
        """What the steps of a job run."""
        return [step["run"] for step in self.jobs[job]["steps"] if "run" in step]


def workflow(path: Path) -> Workflow:
    """Read a workflow."""
    return Workflow(path.read_text(encoding="utf-8"))


def sessions_called(lines: list[str]) -> list[str]:
    """The nox sessions that lines run, whatever way they are called."""
    calls = (re.findall(r"\bnox\b.*?(?:-s|--sessions?|-e)[ =]([\w ]+)", line) for line in lines)
    return [name for found in calls for names in found for name in names.split()]


def faults(main: Workflow) -> Iterator[str]:
    """What is wrong with the workflow whose gate is required."""
    yield from _faults_of_events(main)
    yield from _faults_of_the_gate(main)
    yield from loose_pins(main)
    yield from _faults_of_jobs(main)
    yield from injections(main)


def loose_pins(any_workflow: Workflow) -> Iterator[str]:
    """Actions that are not pinned by commit, with the version behind it."""
    for used in re.findall(r"uses: *(.+)", any_workflow.text):
        if not _PIN.fullmatch(used.strip()):
            yield f"not pinned by commit and version: {used}"


def injections(any_workflow: Workflow) -> Iterator[str]:
    """Expressions in a script: their values would be run."""
    for job, content in any_workflow.jobs.items():
        for step in content["steps"]:
            if "${{" in step.get("run", ""):
                yield f"{job}: an expression in `run`; pass it by `env`"


def _faults_of_events(main: Workflow) -> Iterator[str]:
    if not {"pull_request", "merge_group"} <= main.events.keys():
        yield "does not run for pull requests and the merge queue"
    for event, options in main.events.items():
        for key in ("paths", "paths-ignore", "branches", "branches-ignore"):
            if key in (options if isinstance(options, dict) else {}):
                yield f"{event}: {key} would leave the required check pending for ever"


def _faults_of_the_gate(main: Workflow) -> Iterator[str]:
    gate = main.jobs.get(GATE)
    if gate is None:
        yield f"there is no job {GATE}"
        return
    if gate.get("if") != "always()":
        yield "the gate is skipped when a job fails, and a skipped check counts as passed"
    for job in main.jobs.keys() - {GATE} - set(main.needs(GATE)):
        yield f"the gate does not need {job}"
    steps = [step for step in gate["steps"] if step.get("run") == "python3 scripts/required_check.py"]
    if [step.get("env") for step in steps] != [{"NEEDS": "${{ toJSON(needs) }}"}]:
        yield "the gate does not judge what became of its needs"
    if any(step.get("continue-on-error") for step in gate["steps"]) or gate.get("continue-on-error"):
        yield "the gate goes on after an error"


def _faults_of_jobs(main: Workflow) -> Iterator[str]:
    if main.data.get("permissions") != {}:
        yield "permissions are not empty at the top"
    if main.data.get("defaults") != {"run": {"shell": "bash"}} or "env" in main.data:
        yield "the shell or the variables of all steps are others"
    for name, job in main.jobs.items():
        if not 0 < job.get("timeout-minutes", MOST_MINUTES) < MOST_MINUTES:
            yield f"{name}: no timeout below GitHub's own"
        if job.get("continue-on-error"):
            yield f"{name}: goes on after an error, which counts as success"
        if name in NO_SESSION:
            continue
        called = sessions_called(main.lines(name))
        if called != [name]:
            yield f"{name}: runs {called} instead of the session {name}"
        yield from _faults_of_the_session(name, job)
        yield from _faults_of_evidence(name, job)


def _faults_of_the_session(name: str, job: Job) -> Iterator[str]:
    """A session that is called in any other way may do less, or end well whatever it says."""
    expected: Job = {"run": f".venv/bin/python -m nox -s {name}{ARGUMENTS.get(name, '')}"}
    if name in VARIABLES:
        expected["env"] = VARIABLES[name]
    if [step for step in job["steps"] if "nox " in step.get("run", "")] != [expected]:
        yield f"{name}: the step of the session is not exactly {expected}"
    if job.keys() & {"env", "defaults", "container", "strategy"}:
        yield f"{name}: the session runs in surroundings of its own"


def _faults_of_evidence(name: str, job: Job) -> Iterator[str]:
    always = [step for step in job["steps"] if step.get("if") == "always()"]
    if not any(step.get("uses", "").startswith("actions/upload-artifact@") for step in always):
        yield f"{name}: its result is not always uploaded"
    if not any("scripts/render_summary.py" in step.get("run", "") for step in always):
        yield f"{name}: writes no summary"
    if any("|| true" in step.get("run", "") or step.get("continue-on-error") for step in job["steps"]):
        yield f"{name}: a step may fail unnoticed"
