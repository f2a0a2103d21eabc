"""The parity judge as its users run it, and what an invocation leaves behind."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts" / "parity_testing_framework.py"
REPORT = "parity_report.json"

Document = dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What an invocation left behind; the report is empty if there is none."""

    exit_code: int
    stdout: str
    stderr: str
    report: Document
    junit: str

    @property
    def finding(self) -> str:
        """The finding of the report; without one, that it was refused before it began."""
        return str(self.report.get("finding", "no report"))

    @property
    def pair(self) -> Document:
        """The comparison with the first candidate; empty if it did not come to that."""
        pairs = self.report.get("results", {}).get("pairs", [])
        return dict(pairs[0]) if pairs else {}

    @property
    def relations(self) -> dict[str, Document]:
        """The relations that were compared."""
        return {relation["name"]: relation for relation in self.pair.get("relations", [])}

    def checks(self, status: str) -> list[Document]:
        """The preconditions with that status."""
        return [check for check in self.pair.get("checks", []) if check["status"] == status]

    @property
    def junit_is_red(self) -> bool | None:
        """Whether the JUnit report would fail a build; None without one."""
        if not self.junit:
            return None
        suites = ET.fromstring(self.junit).iter("testsuite")  # noqa: S314  written by the judge itself
        return any(int(suite.get("failures", "0")) + int(suite.get("errors", "0")) for suite in suites)

    @property
    def summary(self) -> str:
        """The ending in a few words."""
        return f"{self.exit_code} {self.finding}"


def run_judge(output: Path, arguments: Sequence[str | Path], environment: Mapping[str, str]) -> Outcome:
    """Judge what the arguments say."""
    finished = subprocess.run(
        [sys.executable, str(SCRIPT), *map(str, arguments), "--output", str(output)],
        cwd=output.parent,
        env=os.environ | dict(environment),
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    print(finished.stdout, finished.stderr, sep="\n")  # pytest shows it when the test fails
    report = _text(output / REPORT)
    document = json.loads(report) if report else {}
    return Outcome(finished.returncode, finished.stdout, finished.stderr, document, _text(output / "parity_report.xml"))


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""
