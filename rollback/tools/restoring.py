"""The steps of `restore`: what the journal says was begun is undone, nothing else, and the result is proved."""

from typing import Any

from rollback.tools import backup
from rollback.tools.change import branch_of
from rollback.tools.configuration import ENV_FILE
from rollback.tools.errors import VerificationError
from rollback.tools.ignored import IgnoredFiles
from rollback.tools.locks import guarded
from rollback.tools.rehearsal import compare_contents
from rollback.tools.state import SWITCH, Run
from rollback.tools.worktree import Snapshot, Worktree

Details = dict[str, Any]


def begin(run: Run) -> Details:
    """From here on the run only goes back."""
    return {"from": run.condition}


def refuse(run: Run) -> None:
    """Find what would stop the way back in its middle, before anything is done.

    Raises:
        PreconditionError: a merge or a rebase is going on, or somebody has the database open.
    """
    if run.journal.begun(SWITCH) and not run.journal.done("restore.code"):
        Worktree(run.git, run.folder).refuse_unfinished()
    if run.journal.begun("promote") and not run.journal.done("restore.database") and run.database.exists():
        with guarded(run.database, exclusive=True):
            pass


def keep(run: Run) -> Details:
    """What was edited while rolled back is kept under refs/rollback/ID/left, left-2, …; commits stay on the branch."""
    if not run.journal.begun(SWITCH):
        return {}
    run.git.await_index()
    Worktree(run.git, run.folder).keep(run.id, "left")
    return {"branch": branch_of(run), "refs": f"refs/rollback/{run.id}/left"}


def database(run: Run) -> Details:
    """Bring the database back from its backup, unless it never was replaced."""
    waiting = backup.staged(run.database, run.id)
    if not run.journal.begun("promote"):
        waiting.unlink(missing_ok=True)
        return {"replaced": False}
    run.database.touch()  # somebody may have removed it
    with guarded(run.database, exclusive=True) as guard:
        promoted = run.journal.details("stage").get("sha256")
        return {"replaced": backup.bring_back(guard, run.folder, run.id, promoted, run.progress.tick)}


def code(run: Run) -> Details:
    """Back to the commit, the branch and every uncommitted line."""
    if not run.journal.begun(SWITCH):
        return {}
    worktree = Worktree(run.git, run.folder)
    before = Snapshot.load(run.folder / "snapshot.json")
    notes = [run.git.await_index()]
    left = worktree.keep(run.id, "left")  # again: the step before may be hours ago, if something has stopped us since
    kept_trees = [snapshot.files for snapshot in (before, *left)]
    notes.append(worktree.clear(kept_trees, before.head, run.folder / "left"))
    (run.root / ENV_FILE).unlink(missing_ok=True)
    detached = worktree.switch_back(before)
    worktree.give_back(before)
    notes.append(detached)
    return {"note": "; ".join(filter(None, notes)), "detached": detached} if any(notes) else {}


def why_detached(run: Run) -> str | None:
    """That HEAD could not go back to its branch, and why; None if it could."""
    return run.journal.details("restore.code").get("detached")


def ignored(run: Run) -> Details:
    """Ignored configuration that was changed, removed or overwritten comes back from its archive."""
    if not run.journal.begun(SWITCH):
        return {}
    return {"files": IgnoredFiles(run.git, run.folder, run.progress).give_back()}


def prove(run: Run) -> Details:
    """Compare everything with what it was: commit, branch, index, files, ignored files, database."""
    if not run.journal.begun(SWITCH):
        return {"changed": False}
    snapshot = Snapshot.load(run.folder / "snapshot.json")
    Worktree(run.git, run.folder).prove(snapshot, detached=why_detached(run) is not None)
    IgnoredFiles(run.git, run.folder, run.progress).prove()
    if not run.journal.begun("promote"):
        return {"changed": True, "head": snapshot.head}
    differences, found = compare_contents(run, run.database, run.plan.python)
    if differences:
        raise VerificationError(f"{run.database}: {'; '.join(differences)}")
    return {"changed": True, "head": snapshot.head, "rows": found.rows}
