"""`status` and `prune`: what there is, and what may go."""

import shutil
from dataclasses import dataclass
from typing import Any

from rollback.tools import backup
from rollback.tools.evidence import gather
from rollback.tools.restoring import why_detached
from rollback.tools.state import CONDITIONS, UNDER_WAY, Run, State

_NEXT = {
    "rehearsing": "execute --yes starts again; resume --yes goes on",
    "switching": "resume --yes, or restore --yes",
    "rolled-back": "restore --yes leads back",
    "restoring": "resume --yes",
    "drilling": "resume --yes, or drill again",
}


@dataclass(frozen=True)
class Removal:
    """A run that may go, and what it occupies."""

    run: Run
    bytes: int


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


def removable(state: State, keep: int) -> list[Removal]:
    """All but the newest runs; never one whose backup is needed."""
    candidates = state.runs()[: -keep or None]
    return [Removal(run, _size(run)) for run in candidates if run.condition not in UNDER_WAY]


def remove(removal: Removal) -> None:
    """Remove a run: refs and branch first, so that a killed prune leaves a run that prune finds again."""
    run = removal.run
    for ref in run.git("for-each-ref", "--format=%(refname)", f"refs/rollback/{run.id}").split():
        run.git("update-ref", "-d", ref)
    branch = f"refs/heads/rollback/{run.id}"
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


def _size(run: Run) -> int:
    return sum(path.stat().st_size for path in run.folder.rglob("*") if path.is_file() and not path.is_symlink())
