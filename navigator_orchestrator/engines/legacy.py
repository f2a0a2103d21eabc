"""The legacy engine: one dbt model per event type, state rebuilt from history, one dbt command per year."""

from collections import Counter

from navigator_orchestrator.engines.base import Job, Witness
from navigator_orchestrator.engines.dbt import run_dbt_command
from navigator_orchestrator.engines.sql_inputs import load_inputs
from navigator_orchestrator.run_record import event_counts

# A model that only this engine runs: it tells that the legacy writers wrote.
SIGNATURE = "int_hire_events"


class LegacyEngine:
    """One operating-system process per simulated year."""

    def run(self, job: Job) -> Witness:
        """Simulate `job`; see `Engine`."""
        load_inputs(job)
        seconds: Counter[str] = Counter()
        events: dict[str, int] = {}
        for year in job.years:
            job.progress.show(f"{year}  legacy: dbt run  {sum(events.values()):,} events so far")
            selection = () if year == job.years.start else ("--exclude", "path:models/staging")
            seconds.update(run_dbt_command(job, year, *selection))
            events = event_counts(job.database)
        return Witness(
            engine="legacy" if SIGNATURE in seconds else "unknown",
            shards=1,
            details={
                "dbt_commands": len(job.years),
                "model_seconds": {name: round(value, 4) for name, value in sorted(seconds.items())},
                "events": events,
            },
        )
