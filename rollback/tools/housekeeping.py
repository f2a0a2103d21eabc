"""`status` and `prune`: what there is, and what may go."""

import shutil
from dataclasses import dataclass
from typing import Any

from rollback.tools import backup
from rollback.tools.change import branch_of
from rollback.tools.evidence import gather
from rollback.tools.restoring import why_detached
from rollback.tools.state import CONDITIONS, DRILL, UNDER_WAY, Run, State
from rollback.tools.worktree import Snapshot, Worktree

_NEXT = {
    "rehearsing": "execute --yes starts again; resume --yes goes on",
    "switching": "resume --yes, or restore --yes",
    "rolled-back": "restore --yes leads back",
    "restoring": "resume --yes",
    "drilling": "resume --yes, or drill again",
}


@dataclass(frozen=True)
class Removal:
    """A run that may go, what it occupies, and what of it is work that stands nowhere else."""

    run: Run
    bytes: int
    work: list[str]


def status_json(state: State) -> dict[str, Any]:
    """All runs, newest last, each with its evidence."""
    return {"schema_version": "1.0", "state": str(state.folder), "runs": [gather(run) for run in state.runs()]}


def status_text(state: State) -> str:
    """All runs, newest last; what to do about the newest."""
    runs = state.runs()
    if not runs:
        return "no run yet; begin with: rollback_plan.sh validate"
    lines = []
    for run in runs:
        evidence = gather(run)
        seconds, outage = evidence["total_ms"] / 1000, evidence["outage_ms"] / 1000
        lines.append(
            f"{run.id}  {run.plan.kind:<8} {run.condition:<12} {evidence['verdict']:<11}"
            f"{seconds:8.1f} s, outage {outage:.2f} s  {run.plan.release_point}"
        )
    last = runs[-1]
    failed = [step for step in gather(last)["results"]["steps"] if step["status"] == "failed"]
    if failed:
        lines.append(f"last failure: {failed[-1]['step']}: {failed[-1]['details']['error']}")
    detached = why_detached(last) if last.condition == "restored" else None
    exception = f", but {detached}" if detached else ""
    lines.append(f"{last.id} is {last.condition}: {CONDITIONS[last.condition]}{exception}")
    lines.append(f"checkout: {last.plan.root}, database: {last.plan.database}")
    if last.condition in _NEXT:
        lines.append(f"next: rollback_plan.sh {_NEXT[last.condition]}")
    lines.append(f"evidence: {last.folder}/evidence.json")
    return "\n".join(lines)


def removable(state: State, keep: int, *, discard_left: bool) -> tuple[list[Removal], list[Removal]]:
    """What is older than the newest runs that have a backup, and what of that is spared for the work in it.

    Never a run whose backup is needed.
    """
    runs = state.runs()
    newest = [run for run in runs if run.journal.done("backup")][-keep:]
    candidates = runs[: runs.index(newest[0])] if newest else []
    old = [Removal(run, _size(run), work_in(run)) for run in candidates if run.condition not in UNDER_WAY]
    spared = [] if discard_left else [removal for removal in old if removal.work]
    return [removal for removal in old if removal not in spared], spared


def work_in(run: Run) -> list[str]:
    """Where a run holds what somebody did while rolled back; a drill's checkout was nobody's."""
    if run.plan.kind == DRILL:
        return []
    files = [run.folder / "left", *sorted(run.folder.glob("left*.duckdb"))]
    return [*_refs_with_work(run), *(str(path) for path in files if path.exists())]


def _refs_with_work(run: Run) -> list[str]:
    """Of the checkout as `resume` and `restore` found it: what is neither the state before nor the rolled-back one."""
    worktree = Worktree(run.git, run.folder)
    names = [name for name in ("left", "interrupted") if worktree.kept(name)]
    if not names:
        return []
    before = Snapshot.load(run.folder / "snapshot.json")
    release, rolled_back = run.plan.release_commit, run.journal.details("flag").get("files")
    trees = {before.index, before.files, run.git("rev-parse", f"{release}^{{tree}}").strip(), rolled_back}
    heads = {before.head, release, run.git.commit_of(_branch(run))}
    return [
        f"refs/rollback/{run.id}/{name}"
        for name in names
        if any({found.index, found.files} - trees or found.head not in heads for found in worktree.kept(name))
    ]


def remove(removal: Removal) -> None:
    """Remove a run: refs and branch first, so that a killed prune leaves a run that prune finds again."""
    run = removal.run
    for ref in run.git("for-each-ref", "--format=%(refname)", f"refs/rollback/{run.id}").split():
        run.git("update-ref", "-d", ref)
    branch = _branch(run)
    if run.git.commit_of(branch) == run.plan.release_commit:  # nobody has committed on it
        run.git("update-ref", "-d", branch)
    backup.staged(run.database, run.id).unlink(missing_ok=True)
    (run.folder / "plan.json").rename(run.folder / "pruned.json")
    shutil.rmtree(run.folder, ignore_errors=True)


def remove_remains(state: State) -> None:
    """Folders of runs that were killed before they began, or while they were pruned."""
    for folder in state.folder.glob("runs/*"):
        if not (folder / "plan.json").exists():
            shutil.rmtree(folder, ignore_errors=True)


def _branch(run: Run) -> str:
    return f"refs/heads/{branch_of(run)}"


def _size(run: Run) -> int:
    return sum(path.stat().st_size for path in run.folder.rglob("*") if path.is_file() and not path.is_symlink())
