"""Load census and parameters to where `dbt seed` would put them, but of this run and not of the repository."""

import duckdb

from navigator_orchestrator.engines.base import Job
from navigator_orchestrator.workspace import STORAGE

_CENSUS = """
create table census_data as
select
    employee_id, birth_date, hire_date, termination_date, level_id,
    (salary * 0.01::decimal(3, 2))::decimal(16, 2) as gross_compensation,
    (deferral_rate * 0.0001::decimal(5, 4))::decimal(6, 4) as deferral_rate,
    enrollment_date,
    (account_balance * 0.01::decimal(3, 2))::decimal(18, 2) as account_balance
from read_parquet($file)
"""


def load_inputs(job: Job) -> None:
    """Create the run's database with `census_data` and one table per parameter table."""
    frames = {"census_data": job.census, **job.tables}
    with duckdb.connect(str(job.database), config=dict(STORAGE)) as connection:
        for name, frame in frames.items():
            # By way of a file: handing frames over in memory would import pyarrow, which costs more than the rest.
            file = job.folder / f"{name}.parquet"
            frame.write_parquet(file, compression="uncompressed")
            select = _CENSUS if name == "census_data" else f'create table "{name}" as from read_parquet($file)'
            connection.execute(select, {"file": str(file)})
            file.unlink()
