"""Making the census once, and running one mode on it, each in a directory of its own."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.errors import RunError
from harness.execute import Execution, execute
from harness.progress import Progress
from harness.target import Command, LoadedTarget
from harness.workload import Workload, fill
from harness.workspace import Workspace

LOG_LINES_SHOWN = 15


@dataclass(frozen=True)
class Run:
    """A mode that ran to its end and left a database."""

    mode: str
    database: Path
    execution: Execution
    values: Mapping[str, str]


@dataclass(frozen=True)
class Runner:
    """Everything that the runs of one invocation share."""

    loaded: LoadedTarget
    workload: Workload
    workspace: Workspace
    timeout: float
    progress: Progress

    def make_census(self) -> Path:
        """Make the input of all modes."""
        census = self.loaded.target.census
        out = self.workspace.subdirectory("census")
        path = out / census.file
        values = self._values("census", sharded=False, out=out, database=path, census=path)
        self._execute("census", census, values, out)
        if not path.is_file():
            raise RunError(f"census: the command succeeded, but there is no {path} (log: {out / 'run.log'})")
        return path

    def run_mode(self, mode: str, census: Path) -> Run:
        """Run one mode from nothing."""
        settings = self.loaded.target.modes[mode]
        out = self.workspace.subdirectory(mode)
        database = out / fill(self.loaded.target.result.database, {"mode": mode})
        values = self._values(mode, sharded=settings.sharded, out=out, database=database, census=census)
        before = file_digest(census)
        execution = self._execute(mode, settings, values, out)
        if not database.is_file():
            raise RunError(f"{mode}: the command succeeded, but wrote no {database} (log: {execution.log})")
        if file_digest(census) != before:
            raise RunError(f"{mode}: the run changed the census that all modes must share: {census}")
        return Run(mode, database, execution, values)

    def _values(self, mode: str, *, sharded: bool, out: Path, database: Path, census: Path) -> dict[str, str]:
        return self.workload.values(mode=mode, sharded=sharded, out=out, database=database, census=census)

    def _execute(self, name: str, command: Command, values: dict[str, str], out: Path) -> Execution:
        self.progress.start(f"{name}: running")
        execution = execute(
            [fill(part, values) for part in command.argv],
            cwd=self.loaded.working_directory,
            environment=_environment(command, values),
            log=out / "run.log",
            timeout=self.timeout,
            on_tick=self.progress.tick,
        )
        if execution.timed_out:
            raise RunError(f"{name}: ended after the --timeout of {self.timeout:g} s{_tail(execution.log)}")
        if execution.exit_code != 0:
            raise RunError(f"{name}: {_ending(execution.exit_code)}{_tail(execution.log)}")
        return execution


def file_digest(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _environment(command: Command, values: dict[str, str]) -> dict[str, str]:
    removed = set(command.environment.unset)
    inherited = {name: value for name, value in os.environ.items() if name not in removed}
    return inherited | {name: fill(value, values) for name, value in command.environment.set.items()}


def _ending(exit_code: int) -> str:
    return f"killed by signal {-exit_code}" if exit_code < 0 else f"failed with exit code {exit_code}"


def _tail(log: str) -> str:
    lines = Path(log).read_text(encoding="utf-8", errors="replace").rstrip().splitlines()
    if not lines:
        return f"\n  it wrote nothing to its log, {log}"
    shown = lines[-LOG_LINES_SHOWN:]
    return f"\n  the last {len(shown)} of {len(lines)} lines of {log}:\n" + "\n".join(f"  | {line}" for line in shown)
