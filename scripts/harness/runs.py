"""Making the census once, and running one mode on it, each in a directory of its own."""

import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path

from harness.errors import RunError, TargetError
from harness.execute import Execution, Limits, execute
from harness.progress import Progress
from harness.reports.texts import clipped
from harness.side import Side
from harness.target import Command, LoadedTarget
from harness.warehouse import Warehouse
from harness.workload import Workload, fill
from harness.workspace import Workspace

LOG_LINES_SHOWN = 15
TAIL_BYTES, LINE_WIDTH = 65_536, 1_000


class FailedRunError(RunError):
    """A command that did not come to a good end."""

    def __init__(self, message: str, execution: Execution) -> None:
        super().__init__(message)
        self.execution = execution


@dataclass
class Runner:
    """Everything that the runs of one invocation share."""

    loaded: LoadedTarget
    workload: Workload
    workspace: Workspace
    limits: Limits
    progress: Progress
    tree: Path | None = None  # where the processes of the current run are noted (default: in its directory)
    config: Path | None = None  # the configuration to use in place of the target's
    inputs: dict[str, str] = field(default_factory=dict)  # SHA-256 of the configuration files that no run may change

    def __post_init__(self) -> None:
        self.inputs = self._digest_inputs()

    def make_census(self, name: str = "census") -> Path:
        """Make the input of all modes."""
        census = self.loaded.target.census
        out = self.workspace.subdirectory(name)
        path = out / census.file
        values = self._values(mode="census", sharded=False, out=out, result=path, census=path)
        self._execute("census", census, values, out)
        if not path.is_file():
            raise RunError(f"census: the command succeeded, but there is no {path} (log: {out / 'run.log'})")
        return path

    def count_employees(self, census: Path, warehouse: Warehouse) -> int | None:
        """The employees in the census; None if the target does not say how to count them."""
        count = self.loaded.target.census.count
        if count is None:
            return None
        employees = warehouse.number(fill(count, {"census": str(census).replace("'", "''")}))
        if employees != self.workload.employees:
            raise RunError(f"census: has {employees:,} employees, asked for {self.workload.employees:,}")
        return employees

    def run_mode(self, mode: str, census: Path, name: str | None = None) -> Side:
        """Run one mode from nothing; its result goes by the name of the mode, or by another."""
        name = name or mode
        target = self.loaded.target
        settings, result = target.modes[mode], target.result_of(mode)
        out = self.workspace.subdirectory(name)
        place = out / fill(result.place, {"mode": mode})
        values = self._values(mode=mode, sharded=settings.sharded, out=out, result=place, census=census)
        before = file_digest(census)
        execution = self._execute(name, settings, values, out)
        if not (place.is_file() if result.database else place.is_dir()):
            raise RunError(f"{name}: the command succeeded, but wrote no {place} (log: {execution.log})")
        if file_digest(census) != before:
            raise RunError(f"{name}: the run changed the census that all modes must share: {census}")
        changed = [path for path, digest in self._digest_inputs().items() if self.inputs.get(path) != digest]
        if changed:
            raise RunError(f"{name}: the run changed the configuration that all modes must share: {changed[0]}")
        return Side(name, place, mode, values, execution)

    def _values(self, *, mode: str, sharded: bool, out: Path, result: Path, census: Path) -> dict[str, str]:
        values = self.workload.values(mode=mode, sharded=sharded, out=out, result=result, census=census)
        config = self.config or self._configuration()
        return values | {"config": str(config)} if config else values

    def _configuration(self) -> Path | None:
        declared = self.loaded.target.oracles and self.loaded.target.oracles.configuration
        return self.loaded.working_directory / declared.folder / declared.file if declared else None

    def _digest_inputs(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for pattern in self.loaded.target.inputs:
            if Path(pattern).is_absolute():
                raise TargetError(
                    f"{self.loaded.path}: inputs: {pattern!r} is absolute; give it from working_directory"
                )
            paths = sorted(path for path in self.loaded.working_directory.glob(pattern) if path.is_file())
            if not paths:
                raise TargetError(f"{self.loaded.path}: inputs: {pattern!r} matches no file")
            found |= {str(path): file_digest(path) for path in paths}
        return found

    def _execute(self, name: str, command: Command, values: dict[str, str], out: Path) -> Execution:
        if "config" not in values and command.asks_for("config"):
            raise TargetError(f"{name}: {{config}} stands for nothing, because the target has no oracles.configuration")
        self.progress.start(f"{name}: running")
        execution = execute(
            [fill(part, values) for part in command.argv],
            cwd=self.loaded.working_directory,
            environment=_environment(command, values),
            log=out / "run.log",
            limits=self.limits,
            on_tick=self.progress.tick,
            tree=self.tree,
        )
        if execution.ending:
            raise FailedRunError(f"{name}: {execution.ending}{_tail(execution.log)}", execution)
        return execution


def file_digest(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _environment(command: Command, values: dict[str, str]) -> dict[str, str]:
    removed = set(command.environment.unset)
    inherited = {name: value for name, value in os.environ.items() if name not in removed}
    return inherited | {name: fill(value, values) for name, value in command.environment.set.items()}


def _tail(log: str) -> str:
    """The last lines of a log, of which no more is read than they take: it may be large."""
    with Path(log).open("rb") as file:
        start = max(0, file.seek(0, os.SEEK_END) - TAIL_BYTES)
        file.seek(start)
        lines = file.read().decode("utf-8", errors="replace").rstrip().splitlines()
    if not lines:
        return f"\n  it wrote nothing to its log, {log}"
    shown = [clipped(line, LINE_WIDTH) for line in lines[-LOG_LINES_SHOWN:]]
    known = f" of {len(lines)}" if start == 0 else ""
    return f"\n  the last {len(shown)}{known} lines of {log}:\n" + "\n".join(f"  | {line}" for line in shown)
