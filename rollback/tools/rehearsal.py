"""The steps that come before anything is changed, of `execute` and of `drill`."""

import shutil
from pathlib import Path
from typing import Any

from rollback.tools import backup, simulation
from rollback.tools.contents import Contents, look_into
from rollback.tools.environments import find_environment, make_environment, refuse_incomplete
from rollback.tools.errors import PreconditionError, VerificationError, first_few
from rollback.tools.files import beside, copy, digest, free_bytes, move, sync
from rollback.tools.ignored import IgnoredFiles
from rollback.tools.release import resolve
from rollback.tools.simulation import SCENARIO, Scenario
from rollback.tools.state import DRILL, EXECUTE, Run
from rollback.tools.worktree import Worktree

# Of the database, at the same time: the backup, what is rehearsed on, what is written there, and what waits; in a drill
# also a database of its own, today's result, and what is restored.
COPIES = {EXECUTE: 4, DRILL: 7}
SMALL_YEARS = 2  # of a drill that is asked to be small; each year of dbt takes seconds, however few the employees
SPARE_BYTES = 64 << 20  # for everything else

Details = dict[str, Any]


def preflight(run: Run) -> Details:
    """Everything that can be known to be wrong before anything is done."""
    resolve(run.git, run.release)
    refuse_incomplete(run.plan.python, run.progress)
    worktree = Worktree(run.git, run.folder)
    worktree.refuse_unfinished()
    worktree.refuse_overlooked()
    backup.refuse_if_open(run.database)
    refuse_if_full(run)
    return {"release_commit": run.plan.release_commit}


def snapshot(run: Run) -> Details:
    """Keep uncommitted work under named refs, and ignored configuration in an archive."""
    note = run.git.await_index()
    worktree = Worktree(run.git, run.folder)
    worktree.keep_excludes()
    changes = worktree.changes()
    in_the_way = worktree.in_the_way(run.plan.release_commit)
    if (changes or in_the_way) and not run.plan.snapshot_dirty:
        listed = [*changes, *(f"!! {name} (ignored, but tracked by {run.release.name})" for name in in_the_way)]
        raise PreconditionError(
            f"uncommitted work ({first_few(listed)}): commit it, or add --snapshot-dirty to keep it"
        )
    found = worktree.snapshot(run.id)
    ignored = IgnoredFiles(run.git, run.folder, run.progress).keep(*in_the_way)
    found.save(run.folder / "snapshot.json")
    counts = {"changes": len(changes), "ignored": len(ignored)}
    return {"head": found.head, "branch": found.branch, **counts, **({"note": note} if note else {})}


def take_backup(run: Run) -> Details:
    """Copy the database while no writer can be there."""
    manifest = backup.take(run.database, run.folder, run.plan.python, run.progress.tick, run.plan.employees)
    contents = Contents.load(run.folder / "contents.json")
    return {"bytes": manifest.bytes, "rows": contents.rows, "sha256": manifest.sha256, "duckdb": contents.duckdb}


def check_out_release(run: Run) -> Details:
    """The release point in a throw-away clone within the run's folder; it shares the repository's objects."""
    target = release_folder(run)
    shutil.rmtree(target, ignore_errors=True)
    run.git("clone", "--quiet", "--shared", "--no-checkout", run.git.root, target)
    run.git("-C", target, "checkout", "--quiet", "--detach", run.plan.release_commit)
    return {}


def prepare_environment(run: Run) -> Details:
    """The interpreter that the release point's lock asks for."""
    wanted = find_environment(run.git, run.plan.release_commit, run.folder.parents[1], run.plan.python)
    make_environment(wanted, run.plan.python, run.folder / "environment.log", run.progress)
    return {"python": wanted.python, "pins_that_differ": len(wanted.differences)}


def verify_backup(run: Run) -> Details:
    """The release point's own DuckDB must read the backup, and find in it what today's has found."""
    backup.check(run.folder, run.progress.tick)
    differences, found = compare_contents(run, run.folder / backup.NAME, release_python(run))
    if differences:
        raise VerificationError(f"DuckDB {found.duckdb} reads the backup differently: {'; '.join(differences)}")
    return {"duckdb": found.duckdb}


def compare_contents(run: Run, database: Path, python: str) -> tuple[list[str], Contents]:
    """What the DuckDB of an interpreter finds different from what was found at the backup, and all that it finds."""
    before, found = Contents.load(run.folder / "contents.json"), look_into(database, python, run.progress.tick)
    if not before.comparable(found):
        before = look_into(run.folder / backup.NAME, run.plan.python, run.progress.tick, "--portable")
        found = look_into(database, python, run.progress.tick, "--portable")
    return before.differences(found), found


def rehearse(run: Run) -> Details:
    """The release point simulates the database's scenario, in place of a copy of the database."""
    scenario = scenario_of(run)
    database = rehearsed(run)
    simulation.start_afresh(database)
    copy(run.folder / backup.NAME, database, run.progress.tick)
    python = release_python(run)
    simulation.simulate(run, scenario, python, release_folder(run), database, "rehearsal.log")
    return {"seed": scenario.seed, "years": [scenario.start_year, scenario.end_year]}


def check_rehearsal(run: Run) -> Details:
    """The result must be legacy, finished, of the same scenario; the short run must come out as recorded."""
    python = release_python(run)
    contents = look_into(rehearsed(run), python, run.progress.tick)
    simulation.refuse_unless_legacy(contents)
    before = Contents.load(run.folder / "contents.json")
    if before.run_record and run.plan.employees is None:
        asked, found = before.recorded(SCENARIO), contents.recorded(SCENARIO)
        wrong = [f"{name} {found[name]}, was {value}" for name, value in asked.items() if found[name] != value]
        if wrong:
            raise VerificationError(f"not the scenario of {run.database}: {'; '.join(wrong)}; name its --census FILE")
    verified = run.folder / "verification" / "release.duckdb"
    simulation.start_afresh(verified)
    simulation.verify_code(run, python, release_folder(run), verified, flag=True)
    contents.save(run.folder / "rehearsed.json")
    return {"rows": contents.rows}


def stage(run: Run) -> Details:
    """Put the rehearsed database where one rename makes it the database."""
    waiting = backup.staged(run.database, run.id)
    source = rehearsed(run)
    if source.exists():
        move(source, waiting, run.progress.tick)
    waiting.chmod(run.database.stat().st_mode & 0o7777)
    sync(waiting)
    return {"sha256": digest(waiting, run.progress.tick)}


def scenario_of(run: Run) -> Scenario:
    """The scenario of the database, by its own record, on the census that it holds or that is named or generated."""
    record = Contents.load(run.folder / "contents.json").run_record
    verification = run.release.verification
    values = record or vars(verification)
    census = Path(run.plan.census) if run.plan.census else run.folder / "census.parquet"
    if not census.exists():
        employees = run.plan.employees or int(values["employees"])
        simulation.export_census(run, run.plan.python, employees, verification.seed, census)
    start, end = int(values["start_year"]), int(values["end_year"])
    return Scenario(
        seed=int(values["seed"]),
        start_year=start,
        end_year=min(end, start + SMALL_YEARS - 1) if run.plan.employees else end,
        census=census,
        employees=run.plan.employees,
    )


def simulation_again(run: Run) -> list[str]:
    """The command that simulates the database's own scenario anew; any other would replace it by another's results."""
    return scenario_of(run).fill(run.simulator.run, release_python(run), run.database)


def release_python(run: Run) -> str:
    """The interpreter that runs the release point, as prepared."""
    return str(run.journal.details("environment")["python"])


def release_folder(run: Run) -> Path:
    """Where the release point is checked out."""
    return run.folder / "release"


def rehearsed(run: Run) -> Path:
    """The database that the rehearsal makes."""
    return run.folder / "rehearsal" / "simulation.duckdb"


def refuse_if_full(run: Run) -> None:
    """Refuse to begin what the disks cannot hold.

    Raises:
        PreconditionError: saying how much is missing where.
    """
    size = run.database.stat().st_size
    data = sum(path.stat().st_size for path in beside(run.database, ".data").rglob("*") if path.is_file())
    for place, copies in ((run.folder, COPIES[run.plan.kind]), (run.database.parent, 1)):
        needed = copies * size + data + SPARE_BYTES
        free = free_bytes(place)
        if free < needed:
            raise PreconditionError(f"{place}: {free >> 20:,} MB free, {needed >> 20:,} MB needed; make room")
