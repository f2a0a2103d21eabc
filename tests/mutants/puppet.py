"""A simulator on strings: it hands over results that were made before, unless PUPPET_FAULT says otherwise.

puppet.py census FILE EMPLOYEES
puppet.py run MODE DATABASE CENSUS START_YEAR END_YEAR SEED

PUPPET_STORE holds MODE.duckdb and census.parquet. PUPPET_FAULT is "MODE:fault", or several with commas between.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

RECORD = "UPDATE run_record SET"
EVENTS = "fct_yearly_events"
# What is wrong in a result that was otherwise handed over as it should be.
FAULTS = {
    "ignored switch": f"{RECORD} engine = 'optimized', optimization = 'medium'",
    "fallback": f"{RECORD} engine = 'legacy'",
    "no witness": f"{RECORD} engine = NULL",
    "other seed": f"{RECORD} seed = 43",
    "other census": f"{RECORD} census_fingerprint = 'other'",
    "other configuration": f"{RECORD} config_fingerprint = 'other'",
    "other horizon": f"{RECORD} end_year = 2026",
    "unfinished": f"{RECORD} status = 'running'",
    "same run": f"{RECORD} run_id = 'one and the same'",
    "no last year": f"DELETE FROM {EVENTS} WHERE simulation_year = 2027",
    "foreign year": f"INSERT INTO {EVENTS} SELECT * REPLACE (2028 AS simulation_year) FROM {EVENTS} "
    "WHERE simulation_year = 2027",
    "cent": f"UPDATE {EVENTS} SET amount = amount + 1 WHERE event_id = "
    f"(SELECT max(event_id) FROM {EVENTS} WHERE event_type = 'raise' AND simulation_year = 2026)",
}


def main() -> int:
    """Make a census or a result."""
    command, *arguments = sys.argv[1:]
    store = Path(os.environ["PUPPET_STORE"])
    if command == "census":
        shutil.copyfile(store / "census.parquet", arguments[0])
        return 0
    mode, database, census = arguments[0], Path(arguments[1]), Path(arguments[2])
    faults = [text.split(":") for text in os.environ.get("PUPPET_FAULT", "").split(",") if text]
    fault = next((name for struck, name in faults if struck == mode), "")
    if fault in BEFORE:
        return BEFORE[fault](database)
    hand_over(store / f"{mode}.duckdb", database, [FAULTS[fault]] if fault in FAULTS else [])
    if fault in AFTER:
        AFTER[fault](database, census)
    return 0


def hand_over(stored: Path, database: Path, statements: list[str]) -> None:
    """Bring the result, with the times of this run in it."""
    import duckdb

    shutil.copyfile(stored, database)
    now, run = datetime.now(UTC).replace(tzinfo=None), uuid4().hex
    with duckdb.connect(str(database)) as connection:
        connection.execute(f"{RECORD} run_id = ?, started_at = ?, finished_at = ?", [run, now, now])
        for statement in statements:
            connection.execute(statement)


def crash(_: Path) -> int:
    """Fall over."""
    print("Traceback: the engine fell over", file=sys.stderr)
    return 1


def hang(_: Path) -> int:
    """Never come back, nor let a child do so."""
    subprocess.Popen(["sleep", "600"])
    time.sleep(600)
    return 0


def die(_: Path) -> int:
    """End as a process does that takes too much memory."""
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


def silence(_: Path) -> int:
    """Claim success."""
    return 0


def garbage(database: Path) -> int:
    """Write anything."""
    database.write_bytes(b"no database" * 1000)
    return 0


def half(database: Path) -> int:
    """Write a part, and claim success."""
    hand_over(Path(os.environ["PUPPET_STORE"]) / "polars.duckdb", database, [])
    os.truncate(database, database.stat().st_size // 2)
    return 0


def copy(database: Path) -> int:
    """Take the result of the reference."""
    shutil.copyfile(_reference(database), database)
    return 0


def link(database: Path) -> int:
    """Take the file of the reference."""
    database.hardlink_to(_reference(database))
    return 0


def old_record(database: Path) -> int:
    """Bring a result of another day as if it were new."""
    shutil.copyfile(Path(os.environ["PUPPET_STORE"]) / "polars.duckdb", database)
    return 0


def make_stale(database: Path, _: Path) -> None:
    """Be older than the run."""
    os.utime(database, (1_700_000_000, 1_700_000_000))


def change_census(_: Path, census: Path) -> None:
    """Change what all modes share."""
    census.write_bytes(census.read_bytes() + b" ")


def change_reference(database: Path, _: Path) -> None:
    """Make the reference say what the candidate says."""
    shutil.copyfile(database, _reference(database))


def change_configuration(_: Path, __: Path) -> None:
    """Change what all modes read."""
    path = Path("settings.txt")
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")


def leave_log(database: Path, _: Path) -> None:
    """Die before the log is brought into the file."""
    child = "import duckdb, os, sys; c = duckdb.connect(sys.argv[1]); c.execute(sys.argv[2]); os.kill(os.getpid(), 9)"
    subprocess.run([sys.executable, "-c", child, str(database), f"{RECORD} shards = shards + 1"], check=False)


def keep_writing(database: Path, _: Path) -> None:
    """Leave a process behind that escapes from the group and has the result open."""
    child = (
        "import duckdb, sys, time; c = duckdb.connect(sys.argv[1]); print('open', flush=True); "
        "sys.stdout.close(); time.sleep(20)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", child, str(database)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        (Path(os.environ["PUPPET_STORE"]) / "daemon").write_text(str(process.pid), encoding="utf-8")
        os._exit(0)  # leaving the block would wait for it


def block_report(database: Path, _: Path) -> None:
    """Put a folder where the report has to be."""
    for folder in database.parents[1:3]:
        (folder / "parity_report.json").mkdir()


def random_cent(database: Path, _: Path) -> None:
    """Be another one each time."""
    import duckdb

    with duckdb.connect(str(database)) as connection:
        connection.execute(FAULTS["cent"].replace("amount + 1", f"amount + {time.time_ns() % 10**9}"))


def _reference(database: Path) -> Path:
    return database.parents[1] / "optimized" / "optimized.duckdb"


BEFORE = {
    "crash": crash, "hang": hang, "die": die, "silence": silence, "garbage": garbage, "half": half, "copy": copy,
    "link": link, "old record": old_record,
}  # fmt: skip
AFTER = {
    "stale": make_stale, "changes census": change_census, "changes reference": change_reference,
    "changes configuration": change_configuration, "leaves log": leave_log, "keeps writing": keep_writing,
    "blocks report": block_report, "random cent": random_cent,
}  # fmt: skip

if __name__ == "__main__":
    sys.exit(main())
