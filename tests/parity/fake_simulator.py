"""A tiny simulator to judge: two modes that agree, unless FAKE_FAULT names a fault.

fake_simulator.py census --out FILE --employees N
fake_simulator.py run --mode MODE --database FILE --census FILE --years START END --seed N

FAKE_FAULT is "fault" for the candidate, "both:fault" for all modes, "mode:fault" for one.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

EVENTS = """
create table fct_yearly_events as
select
    y::integer as simulation_year,
    e::bigint as employee_id,
    s::bigint as event_sequence,
    case s when 1 then 'hire' else 'raise' end as event_type,
    (e * 1000 + s * 100 + y - 2000)::bigint as amount,
    case s when 1 then null else 250 end::integer as rate,
    (e - 1) * 0.5::double as noise
from range({start}, {end} + 1) years(y), range(1, {employees} + 1) people(e), range(1, 3) sequences(s)
order by y, e, s
"""
STATES = """
create table fct_workforce_snapshot as
select simulation_year, employee_id, sum(amount)::bigint as current_salary, now()::timestamp as written_at
from fct_yearly_events group by all order by all;
create view employee_state_by_year as select * from fct_workforce_snapshot;
"""
RECORD = """
create table run_record as
select $1 as run_id, $2 as engine, 42 as seed, $3 as census_fingerprint, 'complete' as status
"""
FIRST = "simulation_year = 2025 and employee_id = 1 and event_sequence = 1"
LAST_OF_2025 = "simulation_year = 2025 and employee_id = 3 and event_sequence = 2"
LAST = "simulation_year = 2026 and employee_id = 3 and event_sequence = 2"
AGAIN = "insert into fct_yearly_events select * from fct_yearly_events where"
AS_ANOTHER = "create or replace table fct_yearly_events as select"

# What each fault does to a result that is otherwise right. With three employees the last row is
# (2026, 3, 2, 'raise', 3226, 250, 1.0) and the first is (2025, 1, 1, 'hire', 1125, NULL, 0.0).
FAULTS = {
    "reordered": f"{AS_ANOTHER} * from fct_yearly_events order by employee_id desc, event_sequence desc",
    "cent": f"update fct_yearly_events set amount = amount + 1 where {LAST}",
    "missing row": f"delete from fct_yearly_events where {LAST}",
    "extra row": "insert into fct_yearly_events values (2026, 4, 1, 'hire', 4126, null, 0.0)",
    "duplicated row": f"{AGAIN} {LAST}",
    "first duplicated": f"{AGAIN} {FIRST}",
    "another duplicated": f"{AGAIN} {LAST_OF_2025}",
    "zero for null": f"update fct_yearly_events set rate = 0 where {FIRST}",
    "negative zero": f"{AS_ANOTHER} * replace (case when {FIRST} then '-0.0'::double else noise end as noise) "
    "from fct_yearly_events",
    "other people": "update fct_yearly_events set employee_id = 9 where employee_id = 2 and simulation_year = 2026",
    "type": f"{AS_ANOTHER} * replace (amount::varchar as amount) from fct_yearly_events",
    "type and value": f"update fct_yearly_events set amount = amount + 1 where {LAST}; "
    f"{AS_ANOTHER} * replace (amount::double as amount) from fct_yearly_events",
    "column order": f"{AS_ANOTHER} * exclude (rate), rate from fct_yearly_events",
    "spelling": "alter table fct_yearly_events rename column amount to Amount",
    "missing column": "alter table fct_yearly_events drop column rate",
    "missing key": "alter table fct_yearly_events drop column event_sequence",
    "missing relation": "drop view employee_state_by_year",
    "undeclared relation": "create table fct_bonus as select 1 as one",
    "empty": "delete from fct_yearly_events",
    "missing year": "delete from fct_yearly_events where simulation_year = 2026",
    "foreign year": "insert into fct_yearly_events values (2027, 1, 1, 'hire', 0, null, 0.0)",
    "missing event type": "delete from fct_yearly_events where event_type = 'raise'",
    "renamed event type": "update fct_yearly_events set event_type = 'rise' where event_type = 'raise'",
    "ignored switch": "update run_record set engine = 'reference'",
    "other census": "update run_record set census_fingerprint = 'other'",
    "other seed": "update run_record set seed = 43",
    "unfinished": "update run_record set status = 'running'",
    "two records": "insert into run_record select * from run_record",
    "same run": "update run_record set run_id = 'one and the same'",
    "broken view": "create table gone as select 1 as one; create or replace view employee_state_by_year as "
    "select s.* from fct_workforce_snapshot as s, gone; drop table gone",
}  # fmt: skip
BEHAVIOURS = ("crash", "silence", "hang", "stale", "copy", "garbage", "changes census", "leaves a daemon")


def main() -> int:
    """Make a census or a result."""
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=["census", "run"])
    parser.add_argument("--out", type=Path)
    parser.add_argument("--mode")
    parser.add_argument("--database", type=Path)
    parser.add_argument("--census", type=Path)
    parser.add_argument("--employees", type=int)
    parser.add_argument("--years", type=int, nargs=2)
    arguments = parser.parse_args()
    if arguments.command == "census":
        arguments.out.write_text(json.dumps({"employees": arguments.employees}), encoding="utf-8")
        return 0
    return simulate(arguments, _fault(arguments.mode))


def simulate(arguments: argparse.Namespace, fault: str) -> int:
    """Write a result, with the fault in it."""
    if fault in ("crash", "hang", "silence", "garbage", "copy"):
        return misbehave(fault, arguments.database)
    good = Path(os.environ["FAKE_STORE"]) / f"{arguments.mode}.duckdb"
    if not good.exists():
        write(arguments, good)
    if fault == "changes census":
        arguments.census.write_text(json.dumps({"employees": 3, "note": "mine"}), encoding="utf-8")
    shutil.copyfile(good, arguments.database)
    if fault in FAULTS:
        damage(arguments.database, FAULTS[fault])
    if fault == "leaves a daemon":
        daemon = subprocess.Popen(["sleep", "600"], start_new_session=True)
        (arguments.database.parent / "pids").write_text(str(daemon.pid), encoding="utf-8")
    if fault == "stale":
        os.utime(arguments.database, (1_700_000_000, 1_700_000_000))
    return 0


def misbehave(fault: str, database: Path) -> int:
    """Do anything but simulate."""
    if fault == "crash":
        print("reading the census\nTraceback: the engine fell over", file=sys.stderr)
        return 3
    if fault == "hang":
        child = subprocess.Popen(["sleep", "600"])
        (database.parent / "pids").write_text(f"{os.getpid()} {child.pid}", encoding="utf-8")
        time.sleep(600)
    if fault == "garbage":
        database.write_bytes(b"no database" * 1000)
    if fault == "copy":
        shutil.copyfile(database.parents[1] / "reference" / "reference.duckdb", database)
    return 0


def write(arguments: argparse.Namespace, database: Path) -> None:
    """Write the result that is right; once for all tests, because importing duckdb is what takes time."""
    import duckdb

    census = arguments.census.read_bytes()
    employees = json.loads(census)["employees"]
    start, end = arguments.years
    with duckdb.connect(str(database)) as connection:
        connection.execute(EVENTS.format(start=start, end=end, employees=employees))
        connection.execute(STATES)
        fingerprint = hashlib.sha256(census).hexdigest()
        connection.execute(RECORD, [f"run of {arguments.mode}", arguments.mode, fingerprint])


def damage(database: Path, fault: str) -> None:
    """Put a fault into a result."""
    import duckdb

    with duckdb.connect(str(database)) as connection:
        connection.execute(fault)


def _fault(mode: str) -> str:
    """The fault that strikes this mode."""
    for wanted in os.environ.get("FAKE_FAULT", "").split(","):
        struck, _, fault = wanted.rpartition(":")
        if fault and fault not in FAULTS and fault not in BEHAVIOURS:
            raise SystemExit(f"no such fault: {fault}")
        if (struck or "candidate") in (mode, "both"):
            return fault
    return ""


if __name__ == "__main__":
    sys.exit(main())
