"""The steps that change the checkout and the database, with every writer held off."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rollback.tools import backup, simulation
from rollback.tools.configuration import ENV_FILE, edit_configuration, write_env_file
from rollback.tools.errors import PreconditionError, VerificationError
from rollback.tools.files import digest, write_whole
from rollback.tools.ignored import IgnoredFiles
from rollback.tools.locks import DatabaseGuard, guarded
from rollback.tools.rehearsal import release_python
from rollback.tools.state import SWITCH, Run
from rollback.tools.worktree import Snapshot, Worktree

Details = dict[str, Any]
SCRIPT = "rollback/rollback_plan.sh"
_STUB = b"""#!/bin/sh
# The release point has no rollback script; this leads to the copy that rolled back to it.
root=$(git -C "$(dirname "$0")" rev-parse --show-toplevel)
state=$(git -C "$root" rev-parse --path-format=absolute --git-common-dir)/rollback
exec "$state/rollback_plan.sh" --from-copy "$root" "$@"
"""


@contextmanager
def writers_held_off(run: Run) -> Iterator[DatabaseGuard]:
    """Guard the database, which must still be the one that was backed up, or the rehearsed one that replaced it."""
    with guarded(run.database, exclusive=True) as guard:
        if backup.staged(run.database, run.id).exists():
            backup.refuse_if_changed(guard, backup.Manifest.load(run.folder).original, run.progress.tick)
        yield guard


def switch(run: Run) -> Details:
    """Take uncommitted work away, and switch to branch rollback/ID at the release point."""
    worktree = Worktree(run.git, run.folder)
    snapshot = Snapshot.load(run.folder / "snapshot.json")
    note = worktree.clear([snapshot.files], run.plan.release_commit, run.folder / "aside")
    worktree.switch_to_branch(branch_of(run), run.plan.release_commit)
    return {"branch": branch_of(run), **({"note": note} if note else {})}


def promote(run: Run, guard: DatabaseGuard) -> Details:
    """Make the rehearsed database the database, by one rename."""
    original = backup.Manifest.load(run.folder).original
    sha256 = run.journal.details("stage")["sha256"]
    backup.promote(guard, backup.staged(run.database, run.id), original, sha256, run.progress.tick)
    return {"sha256": sha256}


def set_flag(run: Run) -> Details:
    """Tell the simulator, in .env.rollback and in the configuration, that the legacy writers write."""
    write_env_file(run.root, run.id, run.simulator.legacy_flag)
    edit_configuration(run.root / run.simulator.configuration, run.simulator.rolled_back)
    script = run.root / SCRIPT
    if not script.exists():
        script.parent.mkdir(exist_ok=True)
        write_whole(script, _STUB, 0o755)
    files = Worktree(run.git, run.folder).tree()  # what differs from it later is somebody's work
    return {ENV_FILE: "written", run.simulator.configuration: "edited", "files": files}


def verify(run: Run) -> Details:
    """The checkout as it is now must make the recorded result without a flag; the database must be the rehearsed."""
    head = run.git.commit_of("HEAD")
    if head != run.plan.release_commit:
        raise VerificationError(f"{run.root}: HEAD is {head}, must be {run.plan.release_commit}")
    found = digest(run.database, run.progress.tick)
    if found != run.journal.details("stage")["sha256"]:
        raise VerificationError(f"{run.database}: is not the rehearsed database; it was written meanwhile")
    database = run.folder / "verification" / "live.duckdb"
    simulation.start_afresh(database)
    contents = simulation.verify_code(run, release_python(run), run.root, database, flag=False)
    for folder in ("release", "rehearsal", "verification"):
        shutil.rmtree(run.folder / folder, ignore_errors=True)
    return {"rows": contents.rows}


def refresh_snapshot(run: Run) -> None:
    """The rehearsal took minutes: what was edited meanwhile is kept, too, and so is ignored configuration.

    Raises:
        PreconditionError: something was edited or committed, and nobody has allowed that; or a merge is going on.
    """
    worktree = Worktree(run.git, run.folder)
    worktree.refuse_unfinished()
    if note := run.git.await_index():
        run.progress.note(note)
    if run.journal.begun(SWITCH):  # an interrupted switch; what there is now may be half of each
        worktree.keep(run.id, "interrupted")
        return
    before = Snapshot.load(run.folder / "snapshot.json")
    now = worktree.snapshot(run.id)
    in_the_way = worktree.in_the_way(run.plan.release_commit)
    if now.head != before.head or ((now != before or in_the_way) and not run.plan.snapshot_dirty):
        raise PreconditionError(
            f"{run.root}: was edited during the rehearsal; nothing was changed; execute again with --snapshot-dirty"
        )
    IgnoredFiles(run.git, run.folder, run.progress).keep(*in_the_way)
    now.save(run.folder / "snapshot.json")


def branch_of(run: Run) -> str:
    """The branch of the rolled-back state."""
    return f"rollback/{run.id}"
