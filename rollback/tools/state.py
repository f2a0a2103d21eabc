"""Where runs are kept: in git's common folder, outside every work tree, untouched by switching and cleaning."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rollback.tools.errors import PreconditionError, StepError
from rollback.tools.files import existing_parent, read_json, sync, write_json
from rollback.tools.git import Git
from rollback.tools.journal import Journal
from rollback.tools.progress import Progress
from rollback.tools.settings import ReleasePoint, Simulator, load_release_point, load_simulator

EXECUTE, DRILL = "execute", "drill"
SWITCH, LAST = "switch", "verify"  # steps of `execute`: the point of no return, and the end
RESTORE, RESTORED = "restore.begin", "restore.prove"
ABANDONED = "abandoned"
UNDER_WAY = {"switching", "rolled-back", "restoring"}  # only the run's backup leads back


@dataclass(frozen=True)
class Plan:
    """What a run was asked for; written once, before anything is done."""

    id: str
    kind: str
    root: str
    database: str
    release_point: str
    release_commit: str
    python: str
    started_at: str
    employees: int | None
    census: str | None
    snapshot_dirty: bool


@dataclass
class Run:
    """One rollback, rehearsed or real: its plan, its folder, and the checkout and database that it works on."""

    plan: Plan
    folder: Path
    root: Path  # the checkout that is switched: the operator's, or a throw-away one
    database: Path  # the database that is replaced: the operator's, or a copy
    git: Git
    progress: Progress
    simulator: Simulator = field(default_factory=load_simulator)

    def __post_init__(self) -> None:
        self.journal = Journal(self.folder / "journal.jsonl")
        self.release: ReleasePoint = load_release_point(self.plan.release_point)

    @property
    def id(self) -> str:
        """Sorts by age, whatever the clock says."""
        return self.plan.id

    @property
    def condition(self) -> str:
        """How far the run has come, in one word; see CONDITIONS."""
        return condition(self.plan.kind, self.journal)


# Of `execute`: rehearsing -> switching -> rolled-back -> restoring -> restored. Rehearsing may end as abandoned.
CONDITIONS = {
    "rehearsing": "nothing has been changed yet",
    "switching": "between the old and the new state: resume, or restore",
    "rolled-back": "the legacy writers write",
    "restoring": "on the way back: resume",
    "restored": "everything is as it was before",
    "abandoned": "given up before anything was changed",
    "drilling": "a drill that has not ended",
    "drilled": "a drill that has ended",
}


def condition(kind: str, journal: Journal) -> str:
    """Derive from the journal how far a run has come."""
    if journal.done(ABANDONED):
        return "abandoned"
    if kind == DRILL:
        return "drilled" if journal.done(RESTORED) else "drilling"
    if journal.begun(RESTORE):
        return "restored" if journal.done(RESTORED) else "restoring"
    if journal.done(LAST):
        return "rolled-back"
    return "switching" if journal.begun(SWITCH) else "rehearsing"


@dataclass(frozen=True)
class State:
    """All runs of a repository."""

    root: Path
    folder: Path
    git: Git
    progress: Progress

    @property
    def lock(self) -> Path:
        """Held by the one command that runs."""
        return self.folder / "lock"

    def runs(self) -> list[Run]:
        """Every run, oldest first. A folder without a plan is one that was killed before it began."""
        return [self._open(plan.parent) for plan in sorted(self.folder.glob("runs/*/plan.json"))]

    def latest(self, accept: Callable[[Run], bool]) -> Run | None:
        """The newest run that is accepted."""
        return next(filter(accept, reversed(self.runs())), None)

    def new_run(self, kind: str, **asked: Any) -> Run:  # noqa: ANN401  the fields of Plan
        """Make a run's folder and plan."""
        run = self.imagined_run(kind, **asked)
        try:
            run.folder.mkdir(0o700, parents=True)  # copies of .env and of the database are as private as these
            write_json(run.folder / "plan.json", asdict(run.plan))
            sync(run.folder.parent)
        except OSError as error:
            where = existing_parent(run.folder)
            raise PreconditionError(f"{where}: cannot be written ({error.strerror}); nothing was done") from error
        return run

    def imagined_run(self, kind: str, **asked: Any) -> Run:  # noqa: ANN401  the fields of Plan
        """The run that `new_run` would make."""
        ids = [path.name for path in self.folder.glob("runs/*")]
        number = 1 + max((int(name[:4]) for name in ids if name[:4].isdecimal()), default=0)
        now = datetime.now(UTC)
        identity = f"{number:04d}-{now:%Y%m%dT%H%M%SZ}"
        plan = Plan(id=identity, kind=kind, root=str(self.root), started_at=f"{now:%FT%TZ}", **asked)
        return self._made(plan, self.folder / "runs" / identity)

    def _open(self, folder: Path) -> Run:
        try:
            return self._made(Plan(**read_json(folder / "plan.json")), folder)
        except (StepError, TypeError) as error:
            raise PreconditionError(
                f"{folder}: its plan.json is unreadable; put that right, or move the folder away if it is not needed"
            ) from error

    def _made(self, plan: Plan, folder: Path) -> Run:
        root = Path(plan.root)
        return Run(plan, folder, root, Path(plan.database), Git(root, self.git.inherited), self.progress)
