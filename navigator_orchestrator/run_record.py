"""`run_record`: one row that tells what made a database (docs/model.md section 12)."""

import datetime as dt
import hashlib
import json
import platform
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

import duckdb
import polars as pl

from navigator_orchestrator import __version__

_LIBRARIES = ("duckdb", "polars", "pyarrow", "dbt-core", "dbt-duckdb")


@dataclass(frozen=True)
class RunRecord:
    """One run, in the column order of the table."""

    run_id: str
    engine: str
    optimization: str
    witness: str
    seed: int
    start_year: int
    end_year: int
    employees: int
    shards: int
    threads: int
    config_fingerprint: str
    census_fingerprint: str
    versions: str
    started_at: dt.datetime
    finished_at: dt.datetime
    status: str


_CREATE = """
create table run_record (
    run_id varchar, engine varchar, optimization varchar, witness varchar, seed bigint,
    start_year integer, end_year integer, employees bigint, shards integer, threads integer,
    config_fingerprint varchar, census_fingerprint varchar, versions varchar,
    started_at timestamp, finished_at timestamp, status varchar
)
"""


def write_run_record(database: Path, record: RunRecord) -> None:
    """Create `run_record` with its one row and fold the write-ahead log into the file."""
    values = asdict(record)
    with duckdb.connect(str(database)) as connection:
        connection.execute(_CREATE)
        connection.execute(f"insert into run_record values ({', '.join('?' * len(values))})", list(values.values()))
        connection.execute("force checkpoint")


def event_counts(database: Path) -> dict[str, int]:
    """Events by type."""
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute(
            "select event_type, count(*) from fct_yearly_events group by event_type order by event_type"
        ).fetchall()
    return dict(rows)


def config_fingerprint(tables: dict[str, pl.DataFrame], years: range, seed: int) -> str:
    """SHA-256 of everything but the census that decides the result; engine, shards and threads must not."""
    content = {name: frame.write_json() for name, frame in sorted(tables.items())}
    content |= {"years": f"{years.start}-{years.stop - 1}", "seed": str(seed)}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def library_versions() -> str:
    """JSON of the versions of everything that computes."""
    versions = {name: version(name) for name in _LIBRARIES}
    return json.dumps({"navigator": __version__, "python": platform.python_version(), **versions}, sort_keys=True)
