"""The optimized engine: fused models, state carried over, one dbt process and one parse for all years."""

from collections import Counter

from navigator_orchestrator.engines.base import Job, Witness
from navigator_orchestrator.engines.session import DbtSession
from navigator_orchestrator.engines.sql_inputs import load_inputs
from navigator_orchestrator.run_record import event_counts

# A model that only this engine runs: it tells that the optimized writers wrote.
SIGNATURE = "int_employee_year"
# Made in the first year and not again.
ONCE = ("path:models/staging", "employee_state_by_year")


class OptimizedEngine:
    """`shards` bound the memory of the fused model, `threads` are DuckDB's."""

    def run(self, job: Job) -> Witness:
        """Simulate `job`; see `Engine`."""
        load_inputs(job)
        shards = job.shards or 1
        seconds: Counter[str] = Counter()
        job.progress.show("optimized: reading the dbt project")
        with DbtSession(job, "optimized", shards) as session:
            for year in job.years:
                job.progress.show(f"{year}  optimized: dbt run")
                selection = () if year == job.years.start else ("--exclude", *ONCE)
                seconds.update(session.run(year, *selection))
        return Witness(
            engine="optimized" if SIGNATURE in seconds else "unknown",
            shards=shards,
            details={
                "dbt_commands": len(job.years),
                "model_seconds": {name: round(value, 4) for name, value in sorted(seconds.items())},
                "events": event_counts(job.database),
            },
        )
