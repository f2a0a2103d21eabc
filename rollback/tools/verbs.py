"""What each verb does, from arguments to exit code."""

import argparse
import json
import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from rollback.tools import drill as drills
from rollback.tools import evidence, housekeeping, rehearsal, validate
from rollback.tools.errors import ExitCode, PreconditionError, UsageError, VerificationError
from rollback.tools.evidence import BUDGET_MILLISECONDS, PASS
from rollback.tools.execute import STEPS, WAY_BACK, abandon, go_back, roll_back
from rollback.tools.git import Git
from rollback.tools.locks import only_operator
from rollback.tools.progress import Progress
from rollback.tools.release import create_tag, resolve
from rollback.tools.restoring import why_detached
from rollback.tools.settings import load_release_point, load_simulator
from rollback.tools.state import DRILL, EXECUTE, UNDER_WAY, Run, State

Arguments = argparse.Namespace


def run_validate(arguments: Arguments) -> int:
    """Check; make the tag if asked to."""
    state = _state(arguments)
    run = state.imagined_run(DRILL, **_asked(arguments))
    if arguments.create_tag and not arguments.dry_run and create_tag(run.git, run.release):
        state.progress.note(f"tag {run.release.name} made at {run.release.commit[:12]}")
    checks = validate.validate(state, run)
    failed = [check for check in checks if check.status == validate.FAILED]
    warned = [check for check in checks if check.status == validate.WARNING]
    verdict = "NOT READY" if failed else "READY"
    if arguments.json:
        print(validate.as_json(checks, verdict))
    else:
        warnings = f"{len(warned)} warning{'' if len(warned) == 1 else 's'}"
        print(f"{validate.table(checks)}\n\n{verdict}: {len(failed)} failed, {warnings}")
    if not failed:
        return ExitCode.OK
    return ExitCode.VERIFICATION if all(check.is_verification for check in failed) else ExitCode.PRECONDITION


def run_drill(arguments: Arguments) -> int:
    """Rehearse everything, in a folder of its own."""
    state = _state(arguments)
    if arguments.dry_run:
        return _print_steps(arguments, drills.STEPS)
    with _operator(state, "drill") as state:
        if under_way := _under_way(state):
            raise PreconditionError(f"{under_way.id} is {under_way.condition}: this checkout is not today's; restore")
        resolve(state.git, load_release_point(arguments.release_point))
        return _ending(arguments, state.new_run(DRILL, **_asked(arguments)), drills.drill)


def run_execute(arguments: Arguments) -> int:
    """Rehearse, then switch."""
    state = _state(arguments)
    if arguments.dry_run:
        before = _before(state, arguments)
        return _print_steps(arguments, () if before and before.condition == "rolled-back" else STEPS)
    confirm(arguments, f"switches this checkout to {arguments.release_point} and replaces its database")
    with _operator(state, "execute") as state:
        before = _before(state, arguments)
        if before and before.condition == "rolled-back":
            print(f"already rolled back, by {before.id}; the way back: restore --yes")
            return ExitCode.OK
        if before and before.condition == "rehearsing":
            abandon(before)
        resolve(state.git, load_release_point(arguments.release_point))
        return _ending(arguments, state.new_run(EXECUTE, **_asked(arguments)), roll_back)


# What `resume` does with a run in that condition, and the steps of it.
_RESUMED: dict[str, tuple[Callable[[Run], None], tuple[str, ...]]] = {
    "rehearsing": (roll_back, STEPS),
    "switching": (roll_back, STEPS),
    "restoring": (go_back, WAY_BACK),
    "drilling": (drills.drill, drills.STEPS),
}


def run_resume(arguments: Arguments) -> int:
    """Go on where the newest run was stopped, forwards or backwards."""
    state = _state(arguments)
    run = _to_resume(state)
    if arguments.dry_run:
        _, steps = _RESUMED.get(run.condition, (None, ()))
        return _print_steps(arguments, _to_do(run, steps))
    confirm(arguments, f"goes on with {run.id}, which is {run.condition}")
    with _operator(state, "resume") as state:
        run = _to_resume(state)
        if run.condition not in _RESUMED:
            print(f"nothing to resume: {run.id} is {run.condition}")
            return ExitCode.OK
        return _ending(arguments, run, _RESUMED[run.condition][0])


def run_restore(arguments: Arguments) -> int:
    """Undo the newest rollback."""
    state = _state(arguments)
    if arguments.dry_run:
        return _print_steps(arguments, _to_do(_to_restore(state), WAY_BACK))
    confirm(arguments, "brings back branch, uncommitted work, configuration and database from before the rollback")
    with _operator(state, "restore") as state:
        run = _to_restore(state)
        if run.condition == "restored":
            print(f"already restored: {run.id}")
            return ExitCode.OK
        return _ending(arguments, run, go_back)


def run_status(arguments: Arguments) -> int:
    """Tell what there is."""
    state = _state(arguments)
    document = housekeeping.status_json(state) if arguments.json else None
    print(json.dumps(document, indent=2, ensure_ascii=False) if document else housekeeping.status_text(state))
    return ExitCode.OK


def run_prune(arguments: Arguments) -> int:
    """Remove old runs."""
    state = _state(arguments)
    removals, spared = housekeeping.removable(state, arguments.keep, discard_left=arguments.discard_left)
    if not arguments.dry_run:
        confirm(arguments, f"removes {len(removals)} runs with their backups")
        with _operator(state, "prune") as state:
            removals, spared = housekeeping.removable(state, arguments.keep, discard_left=arguments.discard_left)
            for removal in removals:
                housekeeping.remove(removal)
            housekeeping.remove_remains(state)
    word = "would remove" if arguments.dry_run else "removed"
    if arguments.json:
        sizes = {removal.run.id: removal.bytes for removal in removals}
        work = {removal.run.id: removal.work for removal in spared}
        print(json.dumps({word.replace(" ", "_"): sizes, "kept_for_its_work": work}, indent=2))
    else:
        for removal in removals:
            print(f"{word} {removal.run.id}  {removal.bytes / 1e6:,.1f} MB")
        for removal in spared:
            print(f"kept {removal.run.id}: holds work done while rolled back: {', '.join(removal.work)}")
        print(f"{word} {len(removals)} runs{'; --discard-left: those with such work, too' if spared else ''}")
    return ExitCode.OK


VERBS: dict[str, Callable[[Arguments], int]] = {
    "validate": run_validate,
    "drill": run_drill,
    "execute": run_execute,
    "resume": run_resume,
    "restore": run_restore,
    "status": run_status,
    "prune": run_prune,
}


def confirm(arguments: Arguments, what: str) -> None:
    """Ask on a terminal; elsewhere only --yes will do.

    Raises:
        UsageError: neither.
    """
    if arguments.yes:
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(f"{arguments.verb} {what}; add --yes")
    print(f"{arguments.verb} {what}. Type yes to go on: ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip() != "yes":
        raise UsageError("not confirmed; nothing was done")


def _state(arguments: Arguments) -> State:
    git = Git(arguments.root)
    common = git("rev-parse", "--path-format=absolute", "--git-common-dir").strip()
    return State(arguments.root, Path(common) / "rollback", git, Progress())


@contextmanager
def _operator(state: State, verb: str) -> Iterator[State]:
    """Be the only one; git commands inherit the lock."""
    try:
        state.folder.mkdir(parents=True, exist_ok=True)
        holding = only_operator(state.lock, verb)
        with holding as descriptor:
            yield replace(state, git=Git(state.root, descriptor))
    except PermissionError as error:
        raise PreconditionError(f"{error.filename}: {error.strerror}") from error


def _under_way(state: State) -> Run | None:
    """The rollback that has changed something and was not undone."""
    return state.latest(lambda run: run.condition in UNDER_WAY)


def _before(state: State, arguments: Arguments) -> Run | None:
    """The newest rollback.

    Raises:
        PreconditionError: it forbids another, or is that of another checkout or database than is asked for.
    """
    run = state.latest(lambda run: run.plan.kind == EXECUTE)
    if run and run.condition in {"switching", "restoring"}:
        raise PreconditionError(f"{run.id} is {run.condition}: resume it, or restore")
    asked = _asked(arguments)["database"]
    if run and run.condition == "rolled-back" and (run.plan.root, run.plan.database) != (str(state.root), asked):
        raise PreconditionError(
            f"{run.plan.root}: is the checkout that is rolled back, by {run.id}, with {run.plan.database}; "
            f"{state.root} with {asked} is not: restore --yes first"
        )
    return run


def _to_restore(state: State) -> Run:
    run = state.latest(lambda run: run.plan.kind == EXECUTE and run.condition != "abandoned")
    if run is None:
        raise PreconditionError("there is no rollback to restore from")
    return run


def _to_do(run: Run, steps: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(step for step in steps if not run.journal.done(step))


def _to_resume(state: State) -> Run:
    run = _under_way(state) or state.latest(lambda run: run.condition != "abandoned")
    if run is None:
        raise PreconditionError("there is no run to resume")
    return run


def _asked(arguments: Arguments) -> dict[str, Any]:
    """The fields of a plan that the command line decides."""
    root: Path = arguments.root
    census: Path | None = getattr(arguments, "census", None)
    if census and not census.is_file():
        raise UsageError(f"--census {census}: there is no such file")
    return {
        "database": str((arguments.database or root / load_simulator().database).resolve()),
        "release_point": arguments.release_point,
        "release_commit": load_release_point(arguments.release_point).commit,
        "python": sys.executable,
        "employees": getattr(arguments, "employees", None),
        "census": str(census.resolve()) if census else None,
        "snapshot_dirty": getattr(arguments, "snapshot_dirty", False),
    }


def _ending(arguments: Arguments, run: Run, action: Callable[[Run], None]) -> int:
    """Act, and leave evidence behind however that ends."""
    try:
        action(run)
    finally:
        run.progress.clear()
        found = _publish(run)
    if arguments.json:
        print(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        print(_headline(run, found))
    if found["verdict"] != PASS:
        raise VerificationError(f"{run.id}: took longer than {BUDGET_MILLISECONDS // 1000} s")
    return ExitCode.OK


def _publish(run: Run) -> dict[str, Any]:
    try:
        return evidence.publish(run)
    except OSError:  # a full disk; the journal says the same
        return evidence.gather(run)


def _headline(run: Run, found: dict[str, Any]) -> str:
    total, outage = found["total_ms"] / 1000, found["outage_ms"] / 1000
    script = run.folder.parents[1] / "rollback_plan.sh"
    detached = why_detached(run)
    branch = f", but {detached}; " if detached else ": branch, "
    again = shlex.join(rehearsal.simulation_again(run)) if run.condition == "rolled-back" else ""
    lines = {
        "drilled": f"DRILL PASSED: {total:.1f} s of {BUDGET_MILLISECONDS // 1000} s, outage {outage:.2f} s",
        "rolled-back": f"ROLLED BACK to {run.plan.release_point}: {total:.1f} s, outage {outage:.2f} s\n"
        f"branch: rollback/{run.id}\n"
        f"simulate: {again}\n"
        f"way back: {script} restore --yes",
        "restored": f"RESTORED{branch}uncommitted work, configuration and database are as they were before",
    }
    return f"{lines.get(run.condition, run.id)}\nevidence: {run.folder / 'evidence.json'}"


def _print_steps(arguments: Arguments, steps: tuple[str, ...]) -> int:
    if arguments.json:
        print(json.dumps({"would_do": steps}, indent=2))
    else:
        print("\n".join(f"would do: {step}" for step in steps) or "would do nothing")
    return ExitCode.OK
