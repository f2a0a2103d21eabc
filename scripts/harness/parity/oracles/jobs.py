"""The runs that oracles need: each made once, however many ask for it, and dropped after the last of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from harness.errors import RunError
from harness.expressions import quoted
from harness.parity.judge import Judge
from harness.runs import Runner
from harness.side import Side
from harness.target import Target
from harness.workload import Workload


@dataclass(frozen=True)
class Job:
    """One run. Equal jobs are the same run, so the name is that of whoever asks first."""

    mode: str
    workload: Workload
    census: Path
    config: Path | None = None
    repetition: int = 1
    name: str = field(default="", compare=False)


@dataclass(frozen=True)
class Plan:
    """What all runs are variations of: the workload that was asked for, on one census."""

    runner: Runner
    census: Path

    @property
    def workload(self) -> Workload:
        """The workload that was asked for."""
        return self.runner.workload

    @property
    def target(self) -> Target:
        """What is run."""
        return self.runner.loaded.target

    def job(self, mode: str, suffix: str = "", **changes: int) -> Job:
        """A run of a mode, with another workload than the one asked for."""
        if not self.target.modes[mode].sharded:
            changes["shards"] = 1  # so that two runs that only seem to differ are one
        return Job(mode, replace(self.workload, **changes), self.census, name=f"{mode}_{suffix}" if suffix else mode)

    def single(self, mode: str, suffix: str, **changes: int) -> Job:
        """A run in one shard and one thread: the cheapest. That both make no difference, other oracles show."""
        return self.job(mode, suffix, shards=1, threads=1, **changes)


@dataclass
class Runs:
    """The results of jobs. The judge holds them open until nobody needs them any more."""

    runner: Runner
    judge: Judge
    keep: bool = False
    _users: dict[Job, set[str]] = field(default_factory=dict)
    _outcomes: dict[Job, Side | RunError] = field(default_factory=dict)
    _names: dict[Job, str] = field(default_factory=dict)

    def made(self, jobs: Iterable[Job]) -> tuple[str, ...]:
        """The names under which jobs were run."""
        return tuple(self._names[job] for job in jobs if job in self._names)

    def expect(self, user: str, jobs: Iterable[Job]) -> None:
        """Announce who will need which results."""
        for job in jobs:
            self._users.setdefault(job, set()).add(user)

    def side(self, job: Job) -> Side:
        """The result of a job.

        Raises:
            RunError: there is none; a run that failed is not tried again.
        """
        if job not in self._outcomes:
            self._names[job] = job.name
            self._outcomes[job] = self._run(job)
        outcome = self._outcomes[job]
        if isinstance(outcome, RunError):
            raise outcome
        return outcome

    def release(self, user: str, jobs: Iterable[Job]) -> None:
        """Say that a user is done; a result that nobody else needs is dropped."""
        for job in jobs:
            waiting = self._users.get(job, set())
            waiting.discard(user)
            if not waiting:
                self._drop(job)

    def hold(self, jobs: Iterable[Job]) -> None:
        """Keep results for whoever wants to see what is wrong with them."""
        self.expect("", jobs)

    def _run(self, job: Job) -> Side | RunError:
        try:
            return replace(self.runner, workload=job.workload, config=job.config).run_mode(
                job.mode, job.census, job.name
            )
        except RunError as error:
            return error

    def _drop(self, job: Job) -> None:
        outcome = self._outcomes.get(job)
        if self.keep or not isinstance(outcome, Side):
            return
        del self._outcomes[job]
        if self.judge.attached.pop(outcome.name, None):
            self.judge.warehouse.rows(f"DETACH {quoted(outcome.name)}")
        place = self.runner.workspace.directory / outcome.name
        self.runner.workspace.drop(*(path for path in place.iterdir() if path.name != "run.log"))
