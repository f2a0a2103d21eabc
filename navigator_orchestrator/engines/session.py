"""dbt inside this process: one import and one parse serve all years of a run."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, Self

from navigator_orchestrator.engines.base import Job
from navigator_orchestrator.engines.dbt import dbt_environment, dbt_variables, project_arguments
from navigator_orchestrator.engines.manifest_cache import cached_manifest
from navigator_orchestrator.errors import NavigatorError

if TYPE_CHECKING:  # importing dbt takes seconds and reads the environment
    from dbt.cli.main import dbtRunnerResult
    from dbt.contracts.graph.manifest import Manifest

# Nobody reads what dbt would print and log here; its results are returned.
_QUIET = ["--quiet", "--no-print", "--no-write-json", "--log-level", "none", "--log-level-file", "none"]
_QUIET += ["--no-version-check", "--no-populate-cache"]


class DbtSession:
    """A parsed project with the variables of one job; the database is closed when the session ends.

    Args:
        job: what is simulated.
        engine: whose models run, `legacy` or `optimized`.
        shards: parts in which the fused model is filled.
    """

    def __init__(self, job: Job, engine: str, shards: int = 1) -> None:
        self._job, self._engine, self._shards = job, engine, shards
        environment = dbt_environment(job)
        os.environ.clear()
        os.environ.update(environment)

    def __enter__(self) -> Self:
        """Import dbt, which reads the environment, and get the parsed project."""
        from dbt.cli.main import dbtRunner

        self._runner = dbtRunner(manifest=cached_manifest(self._engine, self._job.database, self._parse))
        return self

    def __exit__(self, *error: object) -> None:
        """Close the database: dbt keeps its instance open, and the file is about to be read and renamed."""
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager

        DuckDBConnectionManager.close_all_connections()

    def run(self, year: int, *selection: str) -> dict[str, float]:
        """`dbt run` for one year; returns seconds by model.

        Raises:
            NavigatorError: a model failed.
        """
        results = _checked(self._runner.invoke([*self._command("run", year), *selection]), str(year))
        return {result.node.name: float(result.execution_time) for result in results}

    def _parse(self) -> Manifest:
        from dbt.cli.main import dbtRunner

        return _checked(dbtRunner().invoke(self._command("parse", self._job.years.start)), "parsing")

    def _command(self, verb: str, year: int) -> list[str]:
        variables = {**dbt_variables(self._job, year), "engine": self._engine, "shards": self._shards}
        return [*_QUIET, verb, *project_arguments(self._job), "--vars", json.dumps(variables)]


def _checked(outcome: dbtRunnerResult, what: str) -> Any:  # noqa: ANN401 (it depends on the command)
    """Result of a dbt command.

    Raises:
        NavigatorError: it failed; the message names the models.
    """
    if isinstance(outcome.exception, KeyboardInterrupt | SystemExit):  # a signal to us, not a failure of dbt
        raise outcome.exception
    if not outcome.success:
        results = getattr(outcome.result, "results", [])
        failed = [f"{result.node.name}: {result.message}" for result in results if result.status == "error"]
        raise NavigatorError(f"dbt failed in {what}: {'; '.join(failed) or outcome.exception}")
    return outcome.result
