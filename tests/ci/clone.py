"""A clean clone with a commit of its own, and the steps of a job in it as a runner of GitHub conducts them."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.ci.expressions import condition, filled
from tests.ci.simulation import status_of
from tests.ci.workflows import ROOT, Job, Workflow

STAND_INS = Path(__file__).resolve().parent / "stand_ins"
BIN = Path(sys.executable).parent
REAL = ("shellcheck", "shfmt", "actionlint", "zizmor")
SHELL = ["bash", "--noprofile", "--norc", "-eo", "pipefail"]  # what `shell: bash` means
FILES = ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_ENV", "GITHUB_PATH")


def clone(folder: Path) -> Path:
    """What git tracks or would add, committed in a repository of its own."""
    listing = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    names = subprocess.run(listing, cwd=ROOT, capture_output=True, check=True, text=True).stdout.split("\0")
    for name in names:
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)  # with its time, so that make finds the lock as old as it is
    for command in (("init", "--quiet"), ("add", "--all"), ("commit", "--quiet", "--message", "all")):
        who = ("-c", "user.name=t", "-c", "user.email=t@example.org")
        subprocess.run(["git", *who, *command], cwd=folder, check=True)
    return folder


@dataclass
class Runner:
    """A machine of GitHub with a checkout, on which a job's steps run one after the other."""

    folder: Path
    github: dict[str, Any]
    needs: dict[str, Any] = field(default_factory=dict)
    outputs: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)  # of the steps
    uploads: list[str] = field(default_factory=list)
    failed: bool = False

    def __post_init__(self) -> None:
        self.checkout = clone(self.folder / "checkout")
        self.temporary = self.folder / "temp"
        self.stand_in = self.folder / "stand_in"
        for path in (self.temporary, self.stand_in, self.folder / "bin"):
            path.mkdir()
        for name in FILES:
            (self.folder / name).touch()
        (self.folder / "event.json").write_text(json.dumps(self.github["event"]), encoding="utf-8")
        venv = self.checkout / ".venv"
        (venv / "bin").mkdir(parents=True)
        shutil.copy(STAND_INS / "python.sh", venv / "bin" / "python")
        (venv / "bin" / "python").chmod(0o755)
        for name in REAL:
            (venv / "bin" / name).symlink_to(BIN / name)
        (venv / "requirements-installed").touch()  # newer than the lock: `make setup` has nothing to do
        (self.folder / "bin" / "python3").symlink_to(Path(sys.executable).resolve())
        gh = self.folder / "bin" / "gh"
        gh.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{STAND_INS / "gh.py"}" "$@"\n', encoding="utf-8")
        gh.chmod(0o755)

    def conduct(self, job: str, workflow: Workflow) -> list[subprocess.CompletedProcess[str]]:
        """Run the steps; a step that fails ends those after it that are not always run."""
        content = workflow.jobs[job]
        return [finished for step in content["steps"] if (finished := self._step(step, content)) is not None]

    def run(self, script: str, told: dict[str, str]) -> subprocess.CompletedProcess[str]:
        """Run a script in the checkout, with more variables."""
        path = self.folder / "step.sh"
        path.write_text(script, encoding="utf-8")
        return subprocess.run(
            [*SHELL, path],
            cwd=self.checkout,
            env=self._environment() | told,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    def write(self, name: str, text: str) -> None:
        """Change a file of the checkout."""
        (self.checkout / name).write_text(text, encoding="utf-8")

    def text(self, name: str) -> str:
        """What was written into one of GitHub's files."""
        return (self.folder / name).read_text(encoding="utf-8")

    def calls(self) -> list[str]:
        """What the interpreter of the clone was called with."""
        return (self.stand_in / "calls").read_text(encoding="utf-8").splitlines()

    def written(self) -> list[dict[str, str]]:
        """What was written to GitHub."""
        path = self.stand_in / "written.jsonl"
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []

    def _step(self, step: Job, job: Job) -> subprocess.CompletedProcess[str] | None:
        contexts = {
            "github": {"token": "t0ken", **self.github},
            "needs": self.needs,
            "runner": {"temp": str(self.temporary)},
            "steps": self.outputs,
        }
        status = status_of(["failure" if self.failed else "success"])
        if not condition(step.get("if", "success()"), contexts, status):
            return None
        given = {name: filled(str(text), contexts, status) for name, text in step.get("with", {}).items()}
        if "uses" in step:
            self._use(step["uses"].partition("@")[0], given)
            return None
        told = {**job.get("env", {}), **step.get("env", {})}
        finished = self.run(step["run"], {name: filled(text, contexts, status) for name, text in told.items()})
        self.failed |= finished.returncode != 0
        if "id" in step:
            lines = (line.partition("=") for line in self.text("GITHUB_OUTPUT").splitlines())
            self.outputs[step["id"]] = {"outputs": {name: value for name, _, value in lines}}
        return finished

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}",
            "HOME": str(self.folder),
            "GITHUB_REPOSITORY": self.github["repository"],
            "GITHUB_EVENT_NAME": self.github["event_name"],
            "GITHUB_EVENT_PATH": str(self.folder / "event.json"),
            **{name: str(self.folder / name) for name in FILES},
            "RUNNER_TEMP": str(self.temporary),
            "STAND_IN": str(self.stand_in),
            "REAL_PYTHON": sys.executable,
        }

    def _use(self, action: str, given: dict[str, str]) -> None:
        if action == "actions/upload-artifact":
            missing = [path for path in given["path"].split() if not (self.checkout / path).exists()]
            assert self.failed or not missing, f"{given['name']}: nothing to upload in {missing}"
            self.uploads += [] if missing else [given["name"]]  # for GitHub, that is only a warning
        elif action == "actions/download-artifact":
            for name, target in self._artifacts(given):
                shutil.copytree(self.stand_in / "results" / name, self.checkout / target, dirs_exist_ok=True)
        else:
            assert action in ("actions/checkout", "actions/setup-python")

    def _artifacts(self, given: dict[str, str]) -> Iterator[tuple[str, str]]:
        """The results that an artifact holds, and where they go."""
        if "name" in given:
            yield given["name"].removeprefix("results-"), given["path"]
            return
        assert given["pattern"] == "results-*"
        for folder in (self.stand_in / "results").iterdir():
            yield folder.name, f"{given['path']}/results-{folder.name}"
