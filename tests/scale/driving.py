"""The scale judge as its users run it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SCRIPT = HERE.parents[1] / "scripts" / "scale_testing_framework.py"
TARGET = HERE / "fake_target.yaml"
SMALL = ("--employees", "20", "--years", "1", "--shards", "1", "--iterations", "1")


@dataclass(frozen=True)
class Outcome:
    """What an invocation left behind."""

    exit_code: int
    stdout: str
    stderr: str
    output: Path

    def results(self, mode: str) -> dict[str, Any]:
        """The result file of a mode."""
        return dict(json.loads((self.output / f"scale_results_{mode}.json").read_text(encoding="utf-8")))

    def judged(self, mode: str) -> dict[str, dict[str, Any]]:
        """The verdicts of a mode by their question."""
        return {line["question"]: line for line in self.results(mode)["results"]["judged"]}

    def statuses(self, mode: str) -> list[str]:
        """The status of each cell of a mode."""
        return [cell["status"] for cell in self.results(mode)["results"]["cells"]]

    @property
    def session(self) -> Path:
        """The directory of the newest session."""
        return max(path.parent for path in self.output.glob("*/plan.json"))


@dataclass(frozen=True)
class Judge:
    """Runs the judge with a folder for temporary files, and so with a lease, of its own."""

    directory: Path
    environment: dict[str, str] = field(default_factory=dict)
    target: Path = TARGET

    @property
    def output(self) -> Path:
        """Where the reports appear."""
        return self.directory / "out"

    @property
    def log(self) -> Path:
        """One line for each run of the fake simulator."""
        return self.directory / "runs.log"

    def __call__(self, *arguments: str, faults: str = "", target: str = "") -> Outcome:
        """Judge, and wait for the end."""
        process = self.start(*arguments, faults=faults, target=target)
        stdout, stderr = process.communicate(timeout=600)
        print(stdout, stderr)  # pytest shows it when the test fails
        return Outcome(process.returncode, stdout, stderr, self.output)

    def start(
        self, *arguments: str, faults: str = "", target: str = "", stdout: int = subprocess.PIPE
    ) -> subprocess.Popen[str]:
        """Begin to judge."""
        temporary = self.directory / "tmp"
        temporary.mkdir(exist_ok=True)
        own = {"TMPDIR": str(temporary), "FAKE_FAULTS": faults, "FAKE_LOG": str(self.log)}
        return subprocess.Popen(
            [
                sys.executable,
                str(SCRIPT),
                "--target",
                target or str(self.target),
                "--output",
                str(self.output),
                *arguments,
            ],
            env=os.environ | own | self.environment,
            stdout=stdout,
            stderr=subprocess.PIPE,
            text=True,
        )


@contextmanager
def left_by_its_reader() -> Iterator[int]:
    """A pipe that nobody reads any more, as `| head -1` leaves one behind."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        yield writer
    finally:
        os.close(writer)
