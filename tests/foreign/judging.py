"""The judge on a simulator that is not ours, run as its users run it."""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from tests.foreign.broken_sim import FAULTS

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SCRIPT = ROOT / "scripts" / "parity_testing_framework.py"
TARGET = HERE / "pension.yaml"
YEARS = ("--start-year", "2031", "--end-year", "2032")

Document = dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What an invocation left behind; without a report if it was refused before it began."""

    exit_code: int
    stdout: str
    stderr: str
    reports: dict[str, str] = field(default_factory=dict)  # by the ending of the file

    @cached_property
    def report(self) -> Document:
        """The report that programs read."""
        return dict(json.loads(self.reports["json"]))

    @property
    def markdown(self) -> str:
        """The report for a comment."""
        return self.reports["md"]

    @property
    def verdicts(self) -> tuple[int, str, str]:
        """Exit code, verdict and finding, which must tell the same."""
        return self.exit_code, self.report["verdict"], self.report["finding"]

    @property
    def pair(self) -> Document:
        """The comparison of the only candidate."""
        (pair,) = self.report["results"]["pairs"]
        return dict(pair)

    @property
    def relations(self) -> dict[str, Document]:
        """The relations that were compared."""
        return {relation["name"]: relation for relation in self.pair["relations"]}

    def checks(self, status: str) -> list[tuple[str, str]]:
        """The preconditions with that status, and the details of them."""
        return [(check["name"], check["detail"]) for check in self.pair["checks"] if check["status"] == status]

    def named(self, status: str) -> set[str]:
        """The names of the preconditions with that status."""
        return {name for name, _ in self.checks(status)}

    @property
    def refusals(self) -> list[str]:
        """The lines on stderr that say why nothing was judged, one for each reason."""
        assert self.exit_code == 2, self
        assert self.stderr.startswith("parity: "), self.stderr
        return self.stderr.removeprefix("parity: ").splitlines()


class Judge:
    """Runs the judge in a directory of its own."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def __call__(self, *arguments: str | Path) -> Outcome:
        """Judge what the arguments say."""
        output = self.directory / "out"
        finished = subprocess.run(
            [sys.executable, str(SCRIPT), *map(str, arguments), "--output", str(output)],
            cwd=self.directory,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        print(finished.stdout, finished.stderr)  # pytest shows it when the test fails
        reports = {path.suffix[1:]: path.read_text(encoding="utf-8") for path in output.glob("parity_report.*")}
        return Outcome(finished.returncode, finished.stdout, finished.stderr, reports)

    def run(self, *arguments: str | Path, target: Path = TARGET) -> Outcome:
        """Run the modes of the target for two years and judge them."""
        return self("--target", target, *YEARS, *arguments)

    def compare(self, results: tuple[Path, Path], *arguments: str | Path) -> Outcome:
        """Judge two results of the target that exist already."""
        return self("--target", TARGET, "--compare", *results, *arguments)

    def broken(self, **faults: str) -> Path:
        """The target with a fault in some of its modes."""
        content = read_target()
        for mode, fault in faults.items():
            settings = content["modes"][mode]
            content["modes"][mode] = settings | {"argv": ["{python}", "broken_sim.py", fault, *settings["argv"][2:]]}
        return self.write_target(content)

    def write_target(self, content: Document) -> Path:
        """A target beside the real one, as a file of its own."""
        path = self.directory / "target.yaml"
        path.write_text(yaml.safe_dump(content | {"working_directory": str(HERE)}), encoding="utf-8")
        return path

    def damaged(self, result: Path, *faults: str) -> Path:
        """A copy of a result with faults in it."""
        copy = self.directory / "-".join(("damaged", *faults))
        shutil.copytree(result, copy)
        for fault in faults:
            FAULTS[fault](copy)
        return copy


def read_target() -> Document:
    """The content of the target's file; what YAML shares between modes is copied, so that it can be changed."""
    shared = yaml.safe_load(TARGET.read_text(encoding="utf-8"))
    return dict(json.loads(json.dumps(shared)))
