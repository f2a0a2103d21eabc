"""`drill`: the whole rollback and its way back, in a throw-away clone on a copy of the database, within one folder."""

import shutil
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

from rollback.tools import backup, rehearsal, simulation
from rollback.tools.backup import Original
from rollback.tools.errors import PreconditionError, VerificationError
from rollback.tools.execute import OUTAGE, REHEARSAL, RESTORING, WAY_BACK, change_over
from rollback.tools.files import copy
from rollback.tools.git import Git
from rollback.tools.locks import guarded
from rollback.tools.state import LAST, Run
from rollback.tools.steps import Step, run_steps

BULK = (
    "sandbox",
    "release",
    "rehearsal",
    "verification",
    "reference",
    "data",
    "backup.duckdb",
    "left.duckdb",
    "census.parquet",
)
_ON_THE_ORIGINAL = ("preflight", "backup", "release", "environment", "verify_backup", "rehearse", "check_rehearsal")
STEPS = (
    *(*_ON_THE_ORIGINAL, "sandbox", "reference", "parity", "snapshot", "stage"),
    *(*OUTAGE, LAST, "untouched", *WAY_BACK),
)

Details = dict[str, Any]


def drill(run: Run) -> None:
    """Every step that is not done yet, to the end."""
    box = sandboxed(run)
    steps = dict(REHEARSAL)
    first: list[Step] = [(name, steps[name]) for name in _ON_THE_ORIGINAL]
    run_steps(run, first)
    run_steps(run, [("sandbox", partial(make_sandbox, box=box)), ("reference", partial(simulate_today, box=box))])
    run_steps(run, [("parity", partial(compare, box=box))])
    run_steps(box, [("snapshot", steps["snapshot"]), ("stage", steps["stage"])])
    change_over(box)
    run_steps(run, [("untouched", untouched)])
    run_steps(box, RESTORING)
    discard(run)


def sandboxed(run: Run) -> Run:
    """The same run, on a checkout and a database of its own."""
    root = run.folder / "sandbox"
    return replace(
        run,
        plan=replace(run.plan, snapshot_dirty=True),
        root=root,
        database=root / run.simulator.database,
        git=Git(root, run.git.inherited),
    )


def make_sandbox(run: Run, box: Run) -> Details:
    """Clone today's commit, with a copy of the database and some uncommitted work, which must come back."""
    shutil.rmtree(box.root, ignore_errors=True)
    run.git("clone", "--quiet", "--shared", "--no-checkout", run.git.root, box.root)
    box.git("checkout", "--quiet", "-B", "drill", str(run.git.commit_of("HEAD")))
    with (box.root / run.simulator.configuration).open("a", encoding="utf-8") as file:
        file.write("# an uncommitted line of the drill\n")
    (box.root / "uncommitted-by-the-drill.txt").write_text(f"{run.id}\n", encoding="utf-8")
    box.database.parent.mkdir(parents=True, exist_ok=True)
    copy(run.folder / backup.NAME, box.database, run.progress.tick)
    return {"original": asdict(backup.describe_copy(box.database, run.folder, run.progress.tick))}


def simulate_today(run: Run, box: Run) -> Details:
    """Today's code simulates the same scenario with its legacy writers."""
    database = _reference(run)
    simulation.start_afresh(database)
    scenario = rehearsal.scenario_of(run)
    simulation.simulate(run, scenario, run.plan.python, box.root, database, "reference.log")
    return {}


def compare(run: Run, box: Run) -> Details:
    """The parity judge must find the release point's result equal to that of today's legacy writers."""
    return {"headline": simulation.parity(run, run.plan.python, _reference(run), rehearsal.rehearsed(run), box.root)}


def untouched(run: Run) -> Details:
    """The operator's database must be as it was, unless its own writers have changed it meanwhile.

    Raises:
        VerificationError: it is not.
    """
    original = Original(**run.journal.details("sandbox")["original"])
    try:
        with guarded(run.database, exclusive=False) as guard:
            same = backup.is_original(guard, original, run.progress.tick)
    except PreconditionError as error:
        return {"note": str(error)}
    if not same:
        raise VerificationError(f"{run.database}: was written during the drill")
    return {"sha256": original.sha256}


def discard(run: Run) -> None:
    """Remove what is large; journal, evidence and logs stay."""
    for name in BULK:
        path = run.folder / name
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _reference(run: Run) -> Path:
    return run.folder / "reference" / "simulation.duckdb"
