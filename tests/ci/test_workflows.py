"""What the workflows, the noxfile and the ruleset promise each other."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.ci.expressions import filled
from tests.ci.workflows import (
    COMMENT,
    GATE,
    MAIN,
    NO_SESSION,
    ROOT,
    Workflow,
    faults,
    injections,
    loose_pins,
    sessions_called,
    workflow,
)

BIN = Path(sys.executable).parent
MAIN_TEXT = MAIN.read_text(encoding="utf-8")
NEED = "      - parity\n"


def sessions() -> set[str]:
    command = [sys.executable, "-m", "nox", "--list-sessions", "--json", "-f", str(ROOT / "noxfile.py")]
    listing = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return {session["name"] for session in json.loads(listing)}


def pull_request_sessions() -> list[str]:
    tree = ast.parse((ROOT / "noxfile.py").read_text(encoding="utf-8"))
    (value,) = (
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "PULL_REQUEST"
    )
    return list(ast.literal_eval(value))


# --- the workflows keep the rules ---------------------------------------------------------------------------


def test_the_main_workflow_has_no_fault() -> None:
    assert list(faults(workflow(MAIN))) == []


def test_every_job_runs_the_session_of_its_name_and_no_other_job_runs_one() -> None:
    main = workflow(MAIN)
    called = {job: sessions_called(main.lines(job)) for job in main.jobs}
    assert called == {job: [] if job in NO_SESSION else [job] for job in main.jobs}
    assert main.jobs.keys() - NO_SESSION <= sessions()


def test_make_ci_runs_what_a_pull_request_runs_in_the_same_order() -> None:
    main = workflow(MAIN)
    assert pull_request_sessions() == [job for job in main.jobs if job not in {*NO_SESSION, "scale", "compare"}]


def test_what_ci_runs_on_a_submission_are_sessions_of_a_pull_request() -> None:
    targets = re.findall(r"^make (\w+)$", (ROOT / ".ci" / "run").read_text(encoding="utf-8"), re.MULTILINE)
    called = []
    for target in targets:
        plan = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        called += sessions_called(plan.splitlines())
    assert called == ["tests", "parity"]
    assert set(called) <= set(pull_request_sessions())


@pytest.mark.parametrize("path", [MAIN, COMMENT], ids=lambda path: path.stem)
def test_actions_are_pinned_and_scripts_get_no_expression(path: Path) -> None:
    assert [*loose_pins(workflow(path)), *injections(workflow(path))] == []


def test_the_same_action_is_pinned_to_one_commit_everywhere() -> None:
    pins = re.findall(r"uses: *([\w/-]+)@(\w+) # (\S+)", MAIN_TEXT + COMMENT.read_text(encoding="utf-8"))
    assert len(set(pins)) == len({action for action, *_ in pins}) == 4


def test_the_comment_runs_no_code_of_the_pull_request() -> None:
    comment = workflow(COMMENT)
    assert list(comment.events) == ["workflow_run"]
    assert comment.events["workflow_run"]["workflows"] == [workflow(MAIN).data["name"]]
    assert comment.data["permissions"] == {}
    (job,) = comment.jobs.values()
    assert job["permissions"] == {"actions": "read", "contents": "read", "pull-requests": "write"}
    checkouts = [step for step in job["steps"] if step.get("uses", "").startswith("actions/checkout@")]
    assert [step["with"] for step in checkouts] == [{"persist-credentials": False}]  # no `ref`: the default branch
    programs = {found for step in job["steps"] for found in re.findall(r"\S+/\S+\.py", step.get("run", ""))}
    assert programs == {"scripts/render_summary.py"}
    downloads = [step["with"]["path"] for step in job["steps"] if "download" in step.get("uses", "")]
    assert downloads == ["${{ runner.temp }}/artifacts"]  # not over the code that runs


def test_nobody_may_write_but_the_two_jobs_that_must() -> None:
    granted = {
        (job, name)
        for path in (MAIN, COMMENT)
        for job, content in workflow(path).jobs.items()
        for name, level in content["permissions"].items()
        if level != "read"
    }
    assert granted == {("degradation", "issues"), ("comment", "pull-requests")}


def test_the_ruleset_demands_the_gate_and_nothing_else() -> None:
    ruleset = json.loads((ROOT / ".github" / "rulesets" / "main.json").read_text(encoding="utf-8"))
    (rule,) = (rule for rule in ruleset["rules"] if rule["type"] == "required_status_checks")
    checks = [check["context"] for check in rule["parameters"]["required_status_checks"]]
    pushed = {"github": {"event": {"action": "synchronize"}}}
    assert checks == [filled(workflow(MAIN).jobs[GATE]["name"], pushed, {})] == ["required"]
    assert ruleset["enforcement"] == "active"
    assert ruleset["bypass_actors"] == []


# --- and each known fault is found --------------------------------------------------------------------------


def without(text: str) -> Callable[[str], str]:
    return lambda main: replaced(main, text, "")


def replaced(main: str, old: str, new: str) -> str:
    assert old in main
    return main.replace(old, new)


CALL = ".venv/bin/python -m nox -s parity"
OTHER_CALL = f"parity: the step of the session is not exactly {{'run': '{CALL}'}}"
FAULTS: dict[str, tuple[Callable[[str], str], str]] = {
    "missing need": (without(NEED), "the gate does not need parity"),
    "unpinned action": (
        lambda main: re.sub(r"actions/checkout@\w+ # \S+", "actions/checkout@v7", main, count=1),
        "not pinned by commit and version: actions/checkout@v7",
    ),
    "short pin": (
        lambda main: re.sub(r"(checkout@\w{12})\w+", r"\1", main, count=1),
        "not pinned by commit and version: actions/checkout@3d3c42e5aac5 # v7.0.1",
    ),
    "paths on the required workflow": (
        lambda main: replaced(main, "  pull_request:\n", "  pull_request:\n    paths: [dbt/**]\n"),
        "pull_request: paths would leave the required check pending for ever",
    ),
    "template injection": (
        lambda main: replaced(main, "- run: make setup", '- run: echo "${{ github.head_ref }}"; make setup'),
        "lint: an expression in `run`; pass it by `env`",
    ),
    "a gate that is skipped": (
        without("    if: always()\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n"),
        "the gate is skipped when a job fails, and a skipped check counts as passed",
    ),
    "a gate that takes skipped for success": (
        lambda main: replaced(
            main, "run: python3 scripts/required_check.py", 'run: grep -v failure <<< "$NEEDS" > /dev/null'
        ),
        "the gate does not judge what became of its needs",
    ),
    "a failure that is let pass": (
        lambda main: replaced(main, "  parity:\n", "  parity:\n    continue-on-error: true\n"),
        "parity: goes on after an error, which counts as success",
    ),
    "another session": (
        lambda main: replaced(main, "nox -s parity\n", "nox -s determinism\n"),
        "parity: runs ['determinism'] instead of the session parity",
    ),
    "a session that never runs": (
        lambda main: re.sub(r"run: (\S+ -m nox -s parity\n)", r"if: false\n        run: \1", main),
        OTHER_CALL,
    ),
    "another shell": (
        lambda main: replaced(main, "shell: bash", "shell: bash -c 'bash {0}; true'"),
        "the shell or the variables of all steps are others",
    ),
    "tests that are only listed": (
        lambda main: replaced(main, "  tests:\n", "  tests:\n    env: {PYTEST_ADDOPTS: --collect-only}\n"),
        "tests: the session runs in surroundings of its own",
    ),
    "no timeout": (without("    timeout-minutes: 60\n"), "tests: no timeout below GitHub's own"),
    "all permissions": (
        lambda main: replaced(main, "permissions: {}\n", "permissions: write-all\n"),
        "permissions are not empty at the top",
    ),
    "no artifact after a failure": (
        lambda main: re.sub(r"      - if: always\(\)\n(?=        uses)", "      -\n", main, count=1),
        "lint: its result is not always uploaded",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_workflow_with_a_known_fault_is_rejected(name: str) -> None:
    plant, told = FAULTS[name]
    assert told in list(faults(Workflow(plant(MAIN_TEXT))))


@pytest.mark.parametrize(
    "call",
    [
        f"{CALL} -- --collect-only || exit 0",
        f"{CALL} || echo flaky",
        f"{CALL} -- -k one_cent",
        f"{CALL} -- --employees 1 || exit 0",
        f'"set +e; {CALL}; true"',
        f"{CALL} &",
        "make parity",
    ],
)
def test_a_session_that_is_called_in_any_other_way_is_rejected(call: str) -> None:
    assert OTHER_CALL in list(faults(Workflow(replaced(MAIN_TEXT, f"run: {CALL}\n", f"run: {call}\n"))))


def lint_findings(folder: Path) -> Iterator[str]:
    """What the two linters of `nox -s lint` say of the workflows of a repository."""
    for command in (
        [str(BIN / "zizmor"), "--offline", "--quiet", "--strict-collection", "--no-progress", ".github"],
        [str(BIN / "actionlint"), "-no-color", "-shellcheck", str(BIN / "shellcheck")],
    ):
        finished = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if finished.returncode:
            yield finished.stdout + finished.stderr


@pytest.mark.parametrize(
    ("name", "told"),
    [("unpinned action", "unpinned-uses"), ("template injection", "template-injection")],
)
def test_the_linters_reject_it_too(tmp_path: Path, name: str, told: str) -> None:
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    planted = tmp_path / ".github" / "workflows" / "ci.yml"
    planted.parent.mkdir(parents=True)
    planted.write_text(MAIN_TEXT, encoding="utf-8")
    assert list(lint_findings(tmp_path)) == []
    planted.write_text(FAULTS[name][0](MAIN_TEXT), encoding="utf-8")
    assert told in "".join(lint_findings(tmp_path))
