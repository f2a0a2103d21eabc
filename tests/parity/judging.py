"""The judge as its users run it: by its command line, on a simulator that can be told to be wrong."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SCRIPT = HERE.parents[1] / "scripts" / "parity_testing_framework.py"
TARGET = HERE / "fake_target.yaml"


@dataclass(frozen=True)
class Outcome:
    """What an invocation of the judge left behind."""

    exit_code: int
    stdout: str
    stderr: str
    report: dict[str, Any]
    markdown: str
    directory: Path

    @property
    def pairs(self) -> list[dict[str, Any]]:
        """The comparisons, one for each candidate."""
        return list(self.report["results"]["pairs"])

    @property
    def pair(self) -> dict[str, Any]:
        """The comparison of the only candidate."""
        (pair,) = self.pairs
        return pair

    @property
    def verdicts(self) -> tuple[int, str, str]:
        """Exit code, verdict and finding, which must tell the same."""
        return self.exit_code, self.report["verdict"], self.report["finding"]

    @property
    def events(self) -> dict[str, Any]:
        """The comparison of the events."""
        return self.relation("fct_yearly_events")

    def relation(self, name: str) -> dict[str, Any]:
        """The comparison of one relation."""
        (found,) = (relation for relation in self.pair["relations"] if relation["name"] == name)
        return dict(found)

    @property
    def failed_checks(self) -> dict[str, str]:
        """The preconditions that did not hold, and why."""
        found: dict[str, str] = {}
        for check in self.pair["checks"]:
            if check["status"] == "failed":
                found[check["name"]] = "; ".join(filter(None, (found.get(check["name"]), check["detail"])))
        return found


class Judge:
    """Runs the judge in a directory of its own."""

    def __init__(self, directory: Path, store: Path) -> None:
        self._directory = directory
        self._store = store
        self.output = directory / "out"

    def __call__(self, fault: str = "", *arguments: str) -> Outcome:
        """Judge the fake simulator with a fault in it."""
        process = self.start(fault, *arguments)
        stdout, stderr = process.communicate(timeout=120)
        print(stdout, stderr)  # pytest shows it when the test fails
        return self.outcome(process.returncode, stdout, stderr)

    def start(
        self, fault: str, *arguments: str, stdout: int = subprocess.PIPE, stderr: int = subprocess.PIPE
    ) -> subprocess.Popen[str]:
        """Begin to judge."""
        command = [sys.executable, str(SCRIPT), "--target", str(TARGET), "--employees", "3"]
        return subprocess.Popen(
            [*command, "--output", str(self.output), *arguments],
            cwd=self._directory,
            env=os.environ | {"FAKE_FAULT": fault, "FAKE_STORE": str(self._store)},
            stdout=stdout,
            stderr=stderr,
            text=True,
        )

    def outcome(self, exit_code: int, stdout: str, stderr: str) -> Outcome:
        """Read what the last invocation left behind."""
        report = json.loads((self.output / "parity_report.json").read_text(encoding="utf-8"))
        markdown = (self.output / "parity_report.md").read_text(encoding="utf-8")
        directory = max(self.output.glob("*Z-*"))
        return Outcome(exit_code, stdout, stderr, report, markdown, directory)
