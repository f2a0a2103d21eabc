"""Sessions whose truth is known: runs are drawn from a law, and everything after them is the judge's own code."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.scale.cells import Cell, Matrix, matrix_of
from harness.scale.document import Report, document_of
from harness.scale.judging.analysis import analyse
from harness.scale.outcome import Outcome, Status
from harness.scale.plan import PlannedRun, make_plan
from harness.scale.settings import read_settings
from harness.scale.statistics.limits import CONFIDENCE
from harness.supervisor.measurement import Io, Measurement, Memory, Noise, Observer
from harness.target import Target
from harness.target_file import load_target
from harness.workspace import as_json

NAVIGATOR = load_target("navigator").target

Law = Callable[[Cell], float]


def linear(cell: Cell) -> float:
    """Three seconds, and half a millisecond for each employee and year; the baseline takes three times as long."""
    return (3.0 + 0.0005 * cell.employees * cell.years) * (3.0 if cell.mode == "baseline" else 1.0)


def quadratic(cell: Cell) -> float:
    """One that gets out of hand."""
    return 3.0 + 1e-7 * cell.employees**2


@dataclass
class Synthetic:
    """What a session is drawn from. `faults` says which cells end otherwise than well."""

    wall: Law = linear
    memory: Law = field(default=lambda cell: 3e8 + 8_000.0 * cell.employees)
    noise: float = 0.02
    seed: int = 1
    target: Target = NAVIGATOR
    parts: Callable[[Cell], dict[str, dict[str, float]]] = field(default=lambda _: {})
    faults: dict[Cell, Status] = field(default_factory=dict)
    disturbed: frozenset[int] = frozenset()  # positions
    answers: Callable[[Cell], str] = field(default=lambda cell: f"{cell.employees} x {cell.years}")

    def report(
        self,
        matrix: Matrix | None = None,
        iterations: int = 3,
        confidence: float = CONFIDENCE,
        **context: Any,  # noqa: ANN401
    ) -> Report:
        """A session that went through its plan."""
        matrix = matrix or matrix_of(
            ["baseline", "optimized"], [5_000, 20_000, 50_000], [1, 5], [1, 4], exact_sizes=False
        )
        draw = random.Random(self.seed)
        subject = {"target": "navigator", "target_sha256": "0" * 64, "start_year": 2025, "seed": 42, "threads": 2}
        subject |= {"tree": "a" * 40, "machine_fingerprint": "m" * 16}
        plan = make_plan(matrix.cells(self.target), iterations, self.seed, subject, CONTEXT | context)
        outcomes = [self.outcome(run, draw) for run in plan.runs]
        budgets = read_settings(None).budgets
        return Report(
            analysis=analyse(plan, outcomes, self.target, budgets, confidence),
            outcomes=tuple(outcomes),
            session={
                "id": f"20261126T000000Z-{self.seed}",
                "directory": "/nowhere",
                "started_at": "2026-11-26T00:00:00+00:00",
                "ended_at": "2026-11-26T01:00:00+00:00",
                "order_seed": self.seed,
                "blocks": iterations,
                "redone": 0,
                "subject_digest": plan.subject_digest,
            },
            subject=plan.subject,
            matrix={name: list(getattr(matrix, name)) for name in matrix.__dataclass_fields__},
            budgets=budgets.model_dump(),
            context=CONTEXT | context,
            unsharded=("baseline",),
        )

    def outcome(self, run: PlannedRun, draw: random.Random) -> Outcome:
        """One run."""
        status = self.faults.get(run.cell, Status.OK)
        wall = self.wall(run.cell) * draw.lognormvariate(0, self.noise)
        peak = round(self.memory(run.cell) * draw.lognormvariate(0, 0.001))
        good = status is Status.OK
        return Outcome(
            run=run,
            attempt=1,
            status=status,
            detail="" if good else "as planted",
            measurement=measurement(wall, peak, exit_code=0 if good else 7),
            answer={"fct_yearly_events": self.answers(run.cell)} if good else {},
            parts=self.parts(run.cell) | {"stage": {"engine": wall * 0.8}} if good else {},
            contaminated=("foreign CPU 40% > 10%",) if run.position in self.disturbed else (),
            log="/nowhere/run.log",
            series="",
        )


def measurement(wall: float, peak: int, exit_code: int = 0) -> Measurement:
    """What the supervisor would have written."""
    return Measurement(
        argv=("simulate",),
        exit_code=exit_code,
        killed_by=None,
        problem=None,
        started_at="2026-11-26T00:00:00+00:00",
        ended_at="2026-11-26T00:00:10+00:00",
        wall_seconds=wall,
        cpu_seconds=wall * 1.1,
        cpu_user_seconds=wall,
        cpu_system_seconds=wall * 0.1,
        memory=Memory(peak, round(peak * 1.05), peak, round(peak * 1.2), peak, wall / 2, 5, "proc"),
        io=Io(0, 1_000_000, 1_000_000, 2_000_000),
        noise=Noise(0.01, 0.02, 0.0, 0.01, 0.0, 0.0, 0, 20_000_000_000),
        observer=Observer(100, 0.05, 0.05, 0.005, 12_000_000, 4),
        stragglers=0,
        survivors=(),
    )


CONTEXT: dict[str, Any] = {
    "argv": ["scripts/scale_testing_framework.py"],
    "commit": "c" * 40,
    "tree": "a" * 40,
    "dirty": False,
    "lock_sha256": "l" * 64,
    "machine": {"system": "Linux", "processors": 2, "processor": "a processor", "memory_bytes": 25_000_000_000},
    "machine_fingerprint": "m" * 16,
    "python": "3.11.0",
    "libraries": {"duckdb": "2.0.0", "polars": "2.1.0"},
}


def cells(report: Report, mode: str) -> Sequence[Cell]:
    """The cells of a mode."""
    return [cell for cell in report.analysis.samples.cells if cell.mode == mode]


def write(report: Report, folder: Path) -> Path:
    """The result files of a session, as the judge leaves them."""
    folder.mkdir(parents=True, exist_ok=True)
    for mode in report.modes:
        (folder / f"scale_results_{mode}.json").write_text(as_json(document_of(report, mode)), encoding="utf-8")
    return folder
