"""Taking one run of the plan: in a directory of its own, on an empty database, watched by the supervisor."""

from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from harness.errors import DatabaseError, InternalError, RunError
from harness.execute import Execution, Limits
from harness.progress import Progress
from harness.runs import FailedRunError, Runner
from harness.scale.answer import MEMORY_LIMIT, Answer, read_answer
from harness.scale.cells import Cell, mode_of
from harness.scale.outcome import Outcome, Status
from harness.scale.plan import PlannedRun
from harness.scale.settings import NoiseLimits
from harness.side import Side
from harness.supervisor.measurement import Measurement
from harness.target import LoadedTarget
from harness.warehouse import Warehouse
from harness.workload import Workload
from harness.workspace import Workspace

KEPT = ("run.log", "run.json", "run.csv")  # what the supervisor wrote; the results of a run are large
STATUS_BY_KILLER = {
    "timeout": Status.TIMEOUT,
    "memory": Status.MEMORY,
    "machine memory": Status.MEMORY,
    "output": Status.OUTPUT,
}


@dataclass
class Measurer:
    """What all runs of a session share."""

    loaded: LoadedTarget
    workspace: Workspace
    limits: Limits
    noise: NoiseLimits
    start_year: int
    seed: int
    threads: int
    tree: Path
    keep_databases: bool = False
    progress: Progress = field(default_factory=lambda: Progress("scale"))
    _censuses: dict[int, Path] = field(default_factory=dict)

    def measure(self, run: PlannedRun, attempt: int) -> Outcome:
        """Run it, and look at what it left behind. Only the judge's own troubles are raised."""
        runner = self._runner(run.cell)
        census = self._census(runner)
        name = f"{run.position:04}-{attempt}-{run.cell.mode}"
        self._drop(name)
        try:
            side = runner.run_mode(mode_of(self.loaded.target, run.cell), census, name)
        except FailedRunError as error:
            return self._failed(run, attempt, error)
        except RunError as error:
            return Outcome(run, attempt, Status.NO_RESULT, str(error), None)
        if side.execution is None:
            raise InternalError(f"{name}: ran, but was not measured")
        return self._looked_at(run, attempt, side, side.execution)

    def _looked_at(self, run: PlannedRun, attempt: int, side: Side, execution: Execution) -> Outcome:
        status, detail = Status.OK, ""
        answer = Answer({}, {})
        try:
            answer = read_answer(self.loaded.target, side, self.workspace.directory / "spill")
        except DatabaseError as error:
            status, detail = Status.NO_RESULT, str(error)
        if answer.objection:
            status, detail = Status.NOT_WITNESSED, answer.objection
        if not self.keep_databases:
            folder = self.workspace.directory / side.name
            self.workspace.drop(*(path for path in folder.iterdir() if path.name not in KEPT))
        return Outcome(
            run=run,
            attempt=attempt,
            status=status,
            detail=detail,
            measurement=execution.measurement,
            answer=answer.digests,
            parts=answer.parts,
            contaminated=self.noise.objections(execution.measurement.noise),
            log=execution.log,
            series=_series(execution),
        )

    def _failed(self, run: PlannedRun, attempt: int, error: FailedRunError) -> Outcome:
        execution = error.execution
        status = _status(execution.measurement)
        return Outcome(
            run=run,
            attempt=attempt,
            status=status,
            detail=str(error).partition(": ")[2],
            measurement=execution.measurement,
            log=execution.log,
            series=_series(execution),
        )

    def _runner(self, cell: Cell) -> Runner:
        workload = Workload(
            employees=cell.employees,
            start_year=self.start_year,
            end_year=self.start_year + cell.years - 1,
            seed=self.seed,
            shards=cell.shards,
            threads=self.threads,
        )
        return Runner(self.loaded, workload, self.workspace, self.limits, self.progress, self.tree)

    def _census(self, runner: Runner) -> Path:
        """The input of all runs of a size, made once in a session."""
        size = runner.workload.employees
        if size not in self._censuses:
            name = f"census-{size}"
            self._drop(name)
            census = runner.make_census(name)
            with closing(Warehouse(self.workspace.directory / "spill", MEMORY_LIMIT)) as warehouse:
                runner.count_employees(census, warehouse)
            self._censuses[size] = census
        return self._censuses[size]

    def _drop(self, name: str) -> None:
        """Remove what an interrupted session left under a name."""
        self.workspace.drop(self.workspace.directory / name)


def _status(measurement: Measurement) -> Status:
    return STATUS_BY_KILLER.get(measurement.killed_by or "", Status.EXIT)


def _series(execution: Execution) -> str:
    return str(Path(execution.log).with_suffix(".csv"))
