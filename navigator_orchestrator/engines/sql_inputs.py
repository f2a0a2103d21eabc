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
from census_frame
"""


def load_inputs(job: Job) -> None:
    """Create the run's database with `census_data` and one table per parameter table."""
    with duckdb.connect(str(job.database), config=dict(STORAGE)) as connection:
        connection.register("census_frame", job.census.to_arrow())
        connection.execute(_CENSUS)
        for name, frame in job.tables.items():
            connection.register(f"{name}_frame", frame.to_arrow())
            connection.execute(f'create table "{name}" as select * from "{name}_frame"')
