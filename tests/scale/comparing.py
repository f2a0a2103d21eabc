"""Pairs of sessions with a known truth, and the comparison of them as users call it."""

import io
import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from compare_scale_results import main

from harness.scale.cells import Cell, Matrix, matrix_of
from harness.scale.outcome import Status
from tests.scale.synthetic import NAVIGATOR, Synthetic, linear, write

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "compare_scale_results.py"
BOTH = matrix_of(["baseline", "optimized"], [5_000, 20_000], [1, 2], [1, 4], exact_sizes=True)
ONE = matrix_of(["optimized"], [5_000, 20_000], [1, 2], [1], exact_sizes=True)
BASELINE = [cell for cell in BOTH.cells(NAVIGATOR) if cell.mode == "baseline"]
SMALL, LARGE = Cell("optimized", 5_000, 1, 1), Cell("optimized", 20_000, 1, 1)

Document = dict[str, Any]


@dataclass
class Session:
    """A session of one mode whose code takes `factor` times as long as that of the others."""

    seed: int
    factor: float = 1.0
    commit: str = "a"
    noise: float = 0.01
    matrix: Matrix = field(default_factory=lambda: ONE)
    iterations: int = 3
    slow: Mapping[Cell, float] = field(default_factory=dict)  # factors of single cells
    faults: Mapping[Cell, Status] = field(default_factory=dict)
    answer: Callable[[Cell], str] = field(default=lambda cell: f"{cell.employees} x {cell.years}")
    memory: float = 1.0
    context: Mapping[str, Any] = field(default_factory=dict)

    def write(self, folder: Path) -> Path:
        """The result files of it."""
        synthetic = Synthetic(
            wall=lambda cell: linear(cell) * self.factor * self.slow.get(cell, 1.0),
            memory=lambda cell: (3e8 + 8_000.0 * cell.employees) * self.memory,
            noise=self.noise,
            seed=self.seed,
            faults=dict(self.faults),
            answers=self.answer,
        )
        code = {"tree": self.commit * 40, "commit": self.commit * 40}
        return write(synthetic.report(self.matrix, self.iterations, **(code | dict(self.context))), folder)


def result_file(folder: Path, mode: str = "optimized") -> Path:
    """Where a folder has the result of a mode."""
    return folder / f"scale_results_{mode}.json"


def changed(folder: Path, change: Callable[[Document], object], mode: str = "optimized") -> None:
    """Change a result file by hand."""
    path = result_file(folder, mode)
    document = json.loads(path.read_text())
    change(document)
    path.write_text(json.dumps(document))


def command(
    cwd: Path, *arguments: str | Path, stdout: int = subprocess.PIPE, stderr: int = subprocess.PIPE
) -> subprocess.CompletedProcess[str]:
    """The script, as a user starts it."""
    return subprocess.run(
        [sys.executable, str(SCRIPT), *map(str, arguments)],
        cwd=cwd,
        stdout=stdout,
        stderr=stderr,
        text=True,
        check=False,
        timeout=60,
    )


@dataclass
class Compared:
    """How a comparison within this process ended."""

    code: int
    markdown: str
    document: Document
    stdout: str
    stderr: str

    @property
    def words(self) -> dict[str, str]:
        """The verdict of each question."""
        lines = self.document["results"]["comparison"]["lines"]
        return {line["question"].partition(",")[0]: line["word"] for line in lines}

    def line(self, question: str) -> Document:
        """The line whose question begins so."""
        lines = self.document["results"]["comparison"]["lines"]
        found: Document = next(line for line in lines if line["question"].startswith(question))
        return found


def compared(folder: Path, *arguments: str | Path) -> Compared:
    """The same within this process, which is faster; the reports go to a folder."""
    output = folder / "report.md"
    stdout, stderr = io.StringIO(), io.StringIO()
    with redirect_stdout(stdout), redirect_stderr(stderr):
        code = main([*map(str, arguments), "--output", str(output)])
    document = json.loads(output.with_suffix(".json").read_text())
    return Compared(code, output.read_text(), document, stdout.getvalue(), stderr.getvalue())


def sides(baseline: Path, optimized: Path) -> tuple[str | Path, ...]:
    """The arguments that name two folders."""
    return "--baseline", baseline, "--optimized", optimized
