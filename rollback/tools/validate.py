"""`validate`: read-only; everything that can be known now about a rollback that may be needed tonight."""

import json
import shutil
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from rollback.tools import backup, simulation
from rollback.tools.contents import look_into
from rollback.tools.environments import find_environment, refuse_incomplete
from rollback.tools.errors import RollbackError, StepError, VerificationError, first_few
from rollback.tools.evidence import PASS, gather
from rollback.tools.files import free_bytes
from rollback.tools.rehearsal import refuse_if_full
from rollback.tools.release import refuse_if_unrelated, resolve
from rollback.tools.state import DRILL, UNDER_WAY, Run, State
from rollback.tools.worktree import Worktree

OK, WARNING, FAILED = "ok", "warning", "FAILED"
FRESH_DAYS = 7  # a drill that is older says little about today's code


@dataclass(frozen=True)
class Check:
    """One line of the table."""

    name: str
    status: str
    detail: str
    is_verification: bool = False


Answer = tuple[str, str]  # status and detail


def validate(state: State, run: Run) -> list[Check]:
    """Make every check, whatever the ones before it have said. The run is one that is never written."""
    checks: dict[str, Callable[[], Answer]] = {
        "release point": lambda: _release_point(run),
        "ancestor": lambda: _ancestor(run),
        "environment": lambda: _environment(state, run),
        "database": lambda: _database(state, run),
        "disk": lambda: _disk(state, run),
        "uncommitted work": lambda: _uncommitted(run),
        "runs": lambda: _runs(state),
        "last drill": lambda: _last_drill(state),
        "legacy run": lambda: _legacy_run(run),
    }
    found = []
    for name, check in checks.items():
        run.progress.start(name)
        found.append(_answer(name, check))
    run.progress.clear()
    return found


def table(checks: list[Check]) -> str:
    """For people."""
    return "\n".join(f"{check.name:<17} {check.status:<8} {check.detail}" for check in checks)


def as_json(checks: list[Check], verdict: str) -> str:
    """For programs."""
    results = [{"check": check.name, "status": check.status, "detail": check.detail} for check in checks]
    return json.dumps({"schema_version": "1.0", "verdict": verdict, "results": results}, indent=2, ensure_ascii=False)


def _answer(name: str, check: Callable[[], Answer]) -> Check:
    try:
        return Check(name, *check())
    except RollbackError as error:
        return Check(name, FAILED, str(error), isinstance(error, VerificationError))
    except OSError as error:
        return Check(name, FAILED, f"{error.filename or ''}: {error.strerror}")


def _release_point(run: Run) -> Answer:
    where = resolve(run.git, run.release)
    hint = "" if where == "tag" else "; no tag of that name, --create-tag makes it"
    return OK, f"{run.release.name} = {run.release.commit[:12]}, release {run.release.release}, by {where}{hint}"


def _ancestor(run: Run) -> Answer:
    refuse_if_unrelated(run.git, run.release)
    behind = run.git("rev-list", "--count", f"{run.release.commit}..HEAD").strip()
    return OK, f"{behind} commits between it and HEAD"


def _environment(state: State, run: Run) -> Answer:
    refuse_incomplete(run.plan.python, run.progress)
    found = find_environment(run.git, run.release.commit, state.folder, run.plan.python)
    if not found.differences:
        return OK, f"both locks pin the same packages: {found.python} serves"
    named = f"{len(found.differences)} pins differ"
    if found.ready:
        return OK, f"{named}; its own is ready: {found.python}"
    return WARNING, f"{named}; its own is not made yet, a drill makes it (minutes that execute would need)"


def _database(state: State, run: Run) -> Answer:
    backup.refuse_if_open(run.database)
    refuse_incomplete(run.plan.python, run.progress)
    environment = find_environment(run.git, run.release.commit, state.folder, run.plan.python)
    python = environment.python if environment.ready else run.plan.python
    contents = look_into(run.database, python, run.progress.tick)
    size = f"{run.database}: {run.database.stat().st_size / 1e6:,.1f} MB, {contents.rows:,} rows, nobody writes"
    if not environment.ready:
        return WARNING, f"{size}; whether the release point's DuckDB can open it is not known yet"
    if contents.run_record is None:
        return WARNING, f"{size}; it has no run_record, so the scenario of the verification run is rehearsed"
    return OK, f"{size}; the release point's DuckDB {contents.duckdb} opens it"


def _disk(state: State, run: Run) -> Answer:
    refuse_if_full(run)
    return OK, f"{free_bytes(state.folder) / 1e9:,.1f} GB free"


def _uncommitted(run: Run) -> Answer:
    worktree = Worktree(run.git, run.folder)
    worktree.refuse_unfinished()
    worktree.refuse_overlooked()
    found = [*worktree.changes(), *(f"!! {name}" for name in worktree.in_the_way(run.release.commit))]
    if not found:
        return OK, "none"
    return WARNING, f"{len(found)}: {first_few(found, 10)}; execute needs --snapshot-dirty"


def _runs(state: State) -> Answer:
    open_ones = [run for run in state.runs() if run.condition in UNDER_WAY]
    if open_ones:
        return WARNING, f"{open_ones[-1].id} is {open_ones[-1].condition}; see status"
    return OK, "no rollback is under way"


def _last_drill(state: State) -> Answer:
    last = state.latest(lambda run: run.plan.kind == DRILL)
    if last is None:
        return WARNING, "there was none; a plan that was never drilled is a hope"
    evidence = gather(last)
    days = (datetime.now(UTC) - datetime.fromisoformat(last.plan.started_at)).days
    detail = f"{last.id}: {evidence['verdict']}, {days} days ago, {evidence['total_ms'] / 1000:.1f} s of 600 s"
    return (OK if evidence["verdict"] == PASS and days <= FRESH_DAYS else WARNING), detail


def _legacy_run(run: Run) -> Answer:
    refuse_incomplete(run.plan.python, run.progress)
    folder = Path(tempfile.mkdtemp(prefix="rollback-validate-"))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder)
        try:
            simulation.verify_code(
                replace(run, folder=folder),
                run.plan.python,
                run.root,
                folder / "legacy.duckdb",
                flag=True,
                other_engine=True,
            )
        except StepError:  # it names the log, which stays
            stack.pop_all()
            raise
    flag, count = run.simulator.legacy_flag, run.release.verification.employees
    return OK, f"{flag}=true is honoured; {count} employees give the recorded result"
