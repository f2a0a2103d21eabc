"""Run dbt commands and read back what dbt says it ran."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from navigator_orchestrator.engines.base import Job
from navigator_orchestrator.environment import ROOT
from navigator_orchestrator.errors import NavigatorError

PROJECT = ROOT / "dbt"
_LAST_LINES = 15

# dbt ends with the run, even when the run is killed: then the pipe that is its standard input ends.
_DBT = """
import os, threading
threading.Thread(target=lambda: (os.read(0, 1), os._exit(1)), daemon=True).start()
from dbt.cli.main import cli
cli()
"""


def dbt_variables(job: Job, year: int) -> dict[str, int]:
    """Variables of dbt_project.yml for one year of a job."""
    return {"simulation_year": year, "start_year": job.years.start, "random_seed": job.seed}


def dbt_environment(job: Job) -> dict[str, str]:
    """Environment of a dbt process: the run's database, no telemetry.

    The caller's DBT_* variables are options of dbt (DBT_FULL_REFRESH would drop the years before): none gets in.
    """
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("DBT_")}
    return {
        **inherited,
        "NAVIGATOR_DATABASE": str(job.database),
        "NAVIGATOR_THREADS": str(job.threads),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
    }


def project_arguments(job: Job) -> list[str]:
    """Options that keep everything dbt writes inside the job's folder."""
    folder = str(job.folder / "dbt")
    project = str(PROJECT)
    return ["--project-dir", project, "--profiles-dir", project, "--target-path", folder, "--log-path", folder]


def run_dbt_command(job: Job, year: int, *selection: str) -> dict[str, float]:
    """`dbt run` in a process of its own, as an operator would type it; returns seconds per model.

    Raises:
        NavigatorError: dbt failed; the message ends with its last lines.
    """
    command = [sys.executable, "-c", _DBT, "--quiet", "--no-use-colors", "run", *project_arguments(job)]
    command += ["--vars", json.dumps(dbt_variables(job, year)), *selection]
    finished = _run_with_us(command, dbt_environment(job))
    if finished.returncode:
        told = finished.stdout.strip() or finished.stderr.strip()  # dbt tells errors on stdout; stderr is for crashes
        tail = "\n".join(told.splitlines()[-_LAST_LINES:])
        raise NavigatorError(f"dbt failed in {year} (exit {finished.returncode}):\n{tail}")
    return model_seconds(job.folder / "dbt" / "run_results.json")


def _run_with_us(command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run `command` with the end of a pipe as its standard input that ends when we do."""
    theirs, ours = os.pipe()
    try:
        return subprocess.run(
            command, env=environment, cwd=PROJECT, stdin=theirs, capture_output=True, text=True, check=False
        )
    finally:
        os.close(theirs)
        os.close(ours)


def model_seconds(run_results: Path) -> dict[str, float]:
    """Seconds by model, from dbt's own `run_results.json`."""
    results: Mapping[str, Any] = json.loads(run_results.read_text(encoding="utf-8"))
    return {
        result["unique_id"].rsplit(".", 1)[-1]: float(result["execution_time"])
        for result in results["results"]
        if result["status"] == "success"
    }
