"""Mutants: two results that are not what they are taken for, compared as they lie there."""

import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.mutants.bases import RECORD
from tests.mutants.expectations import Unjudged
from tests.mutants.mutant import Staged
from tests.mutants.sql import execute
from tests.mutants.stage import Arguments, Stage

FAMILY, WRITER = "provenance", "writer"
# Says when it has the database open, and ends when its input does.
HOLDER = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1])
connection.execute(sys.argv[2])
print("open", flush=True)
sys.stdin.read()
"""


def _record(name: str, change: str, expected: Unjudged) -> Staged:
    """The candidate says something else of itself."""
    sql = f"UPDATE {RECORD} SET {change}"
    return Staged(name, FAMILY, lambda stage: stage.compare(candidate=stage.candidate("plain", sql)), expected)


def _with(change: Callable[[Path, Path], object]) -> Callable[[Stage], Arguments]:
    """The candidate is made from the reference."""

    def prepare(stage: Stage) -> Arguments:
        candidate, reference = stage.folder / "candidate.duckdb", stage.bases.pair("plain").reference
        change(candidate, reference)
        return stage.compare(candidate=candidate)

    return prepare


def _saved_anew(candidate: Path, reference: Path) -> None:
    execute(candidate, [f"ATTACH '{reference}' AS r (READ_ONLY)", "COPY FROM DATABASE r TO candidate"])


def _with_extra_bytes(candidate: Path, reference: Path) -> None:
    shutil.copyfile(reference, candidate)
    execute(candidate, ["CREATE TABLE stg_nothing AS SELECT 1 AS one", "CHECKPOINT"])


def _copied_folder(stage: Stage) -> Arguments:
    folder = shutil.copytree(stage.bases.pair("parquet").reference, stage.folder / "copy")
    return stage.compare(candidate=folder, pair="parquet")


def _linked_folder(stage: Stage) -> Arguments:
    """All files of the candidate's own but one, which is the reference's."""
    folder, reference = stage.candidate("parquet"), stage.bases.pair("parquet").reference
    path = folder / "fct_yearly_events.parquet"
    path.unlink()
    path.hardlink_to(reference / path.name)
    return stage.compare(candidate=folder, pair="parquet")


def _other_run(*arguments: str) -> Callable[[Stage], Arguments]:
    """Compare with another run of the simulator."""
    return lambda stage: stage.compare(
        candidate=stage.simulate("--years", "2025", "2027", "--json", "--optimization", "polars", *arguments).database
    )


def _same_twice(stage: Stage) -> Arguments:
    return stage.compare(candidate=stage.bases.pair("plain").reference)


def _held(statement: str) -> Callable[[Stage], Arguments]:
    """A live process has the candidate open."""

    def prepare(stage: Stage) -> Arguments:
        database = stage.candidate()
        holder = _holder(database, statement)
        stage.closing.callback(_end, holder)
        return stage.compare(candidate=database)

    return prepare


def _left_log(stage: Stage) -> Arguments:
    """The writer was killed before it could bring its log into the file."""
    database = stage.candidate()
    holder = _holder(database, f"UPDATE {RECORD} SET shards = shards + 1")
    holder.send_signal(signal.SIGKILL)
    _end(holder)
    assert database.with_name(f"{database.name}.wal").exists()
    return stage.compare(candidate=database)


def _holder(database: Path, statement: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", HOLDER, str(database), statement]
    holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "open\n"
    return holder


def _end(holder: subprocess.Popen[str]) -> None:
    with holder:
        pass  # closes its input and waits for it


def _silent(stage: Stage) -> Arguments:
    """Neither result says anything of itself, and nobody says what they should be."""
    drop = f"DROP TABLE {RECORD}"
    arguments = stage.both(drop)
    return (*arguments[: arguments.index("--reference")], "--require-provenance")


TWO = "two-results"
PROVENANCE = [
    Staged("the same file twice", FAMILY, _same_twice, Unjudged(TWO, text="same file")),
    Staged("a copy of the reference", FAMILY, _with(lambda ours, theirs: shutil.copyfile(theirs, ours)),
           Unjudged(TWO, text="copy")),
    Staged("a hard link to the reference", FAMILY, _with(lambda ours, theirs: ours.hardlink_to(theirs)),
           Unjudged(TWO, text="same file")),
    Staged("a symbolic link to the reference", FAMILY, _with(lambda ours, theirs: ours.symlink_to(theirs)),
           Unjudged(TWO, text="same file")),
    Staged("a copy of the reference's folder", FAMILY, _copied_folder, Unjudged(TWO, text="copy")),
    Staged("a hard link among the files of a folder", FAMILY, _linked_folder, Unjudged(TWO, text="same file")),
    Staged("the reference saved anew", FAMILY, _with(_saved_anew), Unjudged("own-run", text="run_id")),
    Staged("the reference with something added", FAMILY, _with(_with_extra_bytes), Unjudged("own-run", text="run_id")),
    Staged("another census", FAMILY, _other_run("--employees", "250"),
           Unjudged("same-inputs", text="census_fingerprint")),
    Staged("another seed", FAMILY, _other_run("--employees", "300", "--seed", "43"),
           Unjudged("same-inputs", text="fingerprint")),
    _record("another configuration", "config_fingerprint = 'other'",
            Unjudged("same-inputs", text="config_fingerprint")),
    _record("a configuration of which nothing is known", "config_fingerprint = NULL",
            Unjudged("same-inputs", text="config_fingerprint")),
    _record("another seed on the same census", "seed = 43", Unjudged("same-inputs", text="seed is 42")),
    _record("another horizon", "end_year = 2029", Unjudged("same-inputs", text="end_year is 2027")),
    _record("an unfinished run", "status = 'running'", Unjudged("finished", "candidate", "running")),
    _record("a failed run", "status = NULL", Unjudged("finished", "candidate", "None")),
    _record("another engine wrote it", "engine = 'optimized', optimization = 'medium'",
            Unjudged("witness", "candidate", "engine=optimized")),
    _record("a silent fallback", "engine = 'legacy'", Unjudged("witness", "candidate", "engine=legacy")),
    Staged("two records of a run", FAMILY, lambda stage: stage.compare(
        candidate=stage.candidate("plain", f"INSERT INTO {RECORD} FROM {RECORD}")),
        Unjudged("witness", "candidate", "2 rows")),
    Staged("results that say nothing of themselves, where that is demanded", FAMILY, _silent,
           Unjudged("finished", "candidate", "cannot be verified")),
    Staged("a live writer", WRITER, _held("SELECT 1"), Unjudged("closed", "candidate", "open for writing")),
    Staged("a live writer with a log", WRITER, _held(f"UPDATE {RECORD} SET shards = shards + 1"),
           Unjudged("closed", "candidate", ".wal")),
    Staged("a log that a dead writer left", WRITER, _left_log, Unjudged("closed", "candidate", ".wal")),
]  # fmt: skip
