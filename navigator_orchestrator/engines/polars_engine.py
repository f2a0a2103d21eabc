"""The polars engine: a vectorized factory writes Parquet, DuckDB reads it through views."""

import duckdb

from navigator_orchestrator.engines.base import Job, Witness
from navigator_orchestrator.polars_events.duckdb_views import create_views
from navigator_orchestrator.polars_events.simulation import simulate
from navigator_orchestrator.workspace import STORAGE


class PolarsEngine:
    """No dbt; `threads` are worker processes."""

    def run(self, job: Job) -> Witness:
        """Simulate `job`; see `Engine`."""
        summary = simulate(
            job.census,
            job.tables,
            job.years,
            job.seed,
            job.folder / "data",
            shards=job.shards,
            workers=job.threads,
            on_progress=lambda text: job.progress.show(f"polars: {text}"),
        )
        # Views hold absolute paths, so the files move to their final place before the views are made.
        job.data.parent.mkdir(exist_ok=True)
        (job.folder / "data").rename(job.data)
        with duckdb.connect(str(job.database), config=dict(STORAGE)) as connection:
            create_views(connection, job.data)
        events: dict[str, int] = {}
        for by_type in summary.events_by_type.values():
            for name, rows in by_type.items():
                events[name] = events.get(name, 0) + rows
        return Witness(
            engine="polars",
            shards=summary.shards,
            details={"files": len(summary.files), "rows": summary.rows, "events": events},
        )
