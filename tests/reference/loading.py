"""Read the reference cases and the census, write parameter sets, and run the oracle or an engine on them."""

import copy
import csv
import datetime as dt
import io
import os
import subprocess
import sys
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import yaml

from navigator_orchestrator.parameter_tables import parameter_tables
from navigator_orchestrator.parameters import load_parameters
from tests.reference.oracle import simulate
from tests.reference.oracle_inputs import Row
from tests.reference.relations import KEYS, TABLES, Relations

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "tests" / "reference"
PARAMETERS = ROOT / "config" / "parameters"
SIMULATION_CONFIG = ROOT / "config" / "simulation_config.yaml"
CASE_FILES = sorted((HERE / "cases").glob("*.yaml"))
EDGE_CENSUS = HERE / "edge_census.csv"
SEED = 42
# What would change a run from outside.
FOREIGN_SWITCHES = ("FEATURE_FLAG_LEGACY_EVENTS", "DBT_DEV_EMPLOYEE_LIMIT")


@dataclass(frozen=True)
class CaseFile:
    """One parameter set, one small census, and the cases that are expected of them.

    `draws` are the drawn numbers that the cases write out, as employee, stream, hi, lo in the first year.
    """

    name: str
    years: range
    parameters: dict[str, Any]
    census: str
    cases: list[dict[str, Any]]
    draws: list[list[int]]


def read_case_file(path: Path) -> CaseFile:
    content = yaml.safe_load(path.read_text())
    first, last = content["years"][0], content["years"][-1]
    return CaseFile(
        name=path.stem,
        years=range(first, last + 1),
        parameters=content["parameters"],
        census=content["census"],
        cases=content["cases"],
        draws=content.get("draws", []),
    )


# --- census -------------------------------------------------------------------------------------------------


def read_census(text: str) -> list[Row]:
    """Rows of a census file as the oracle wants them: cents, basis points, dates."""
    return [_canonical(row) for row in csv.DictReader(io.StringIO(text))]


def _canonical(row: dict[str, str]) -> Row:
    return {
        "employee_id": int(row["employee_id"]),
        "birth_date": dt.date.fromisoformat(row["birth_date"]),
        "hire_date": dt.date.fromisoformat(row["hire_date"]),
        "termination_date": _date(row["termination_date"]),
        "level_id": int(row["level_id"]) if row["level_id"] else None,
        "salary": _scaled(row["gross_compensation"], 100),
        "deferral_rate": _scaled(row["deferral_rate"], 10_000),
        "enrollment_date": _date(row["enrollment_date"]),
        "account_balance": _scaled(row["account_balance"], 100),
    }


def _date(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _scaled(text: str, unit: int) -> int:
    value = Decimal(text) * unit
    if value != int(value):
        raise ValueError(f"{text} is no whole number of 1/{unit}")
    return int(value)


# --- parameters ---------------------------------------------------------------------------------------------


def write_parameters(overrides: dict[str, Any], folder: Path) -> Path:
    """Write config/parameters with `file.parameter: value` replaced into `folder`.

    A value takes the place of all values of the parameter; a mapping by date (or by year, where the
    parameter is yearly) is taken as it is.
    """
    contents = {path.stem: yaml.safe_load(path.read_text()) for path in PARAMETERS.glob("*.yaml")}
    for key, value in overrides.items():
        file, parameter = key.split(".")
        entry = contents[file][parameter]
        entry["values"] = _new_values(entry["values"], value)
    folder.mkdir(parents=True)
    for name, content in contents.items():
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(content, sort_keys=False))
    return folder


def _new_values(old: dict[Any, Any], value: object) -> dict[Any, Any]:
    dated = isinstance(next(iter(old)), dt.date)
    if isinstance(value, dict) and all(isinstance(key, dt.date) if dated else key in old for key in value):
        return copy.deepcopy(value)
    return {dt.date(2025, 1, 1): value} if dated else dict.fromkeys(old, value)


def tables_of(parameters: Path, years: range) -> dict[str, list[Row]]:
    """The parameter tables, which are the input of the model (docs/model.md section 13)."""
    frames = parameter_tables(load_parameters(parameters), years)
    return {name: frame.to_dicts() for name, frame in frames.items()}


# --- runs ---------------------------------------------------------------------------------------------------


def oracle_run(census: str, parameters: Path, years: range, seed: int = SEED) -> Relations:
    return simulate(read_census(census), tables_of(parameters, years), years, seed)


def engine_run(engine: str, census: str, parameters: Path, years: range, folder: Path) -> Relations:
    """Run the command line in `folder` as a user would, and read what it stored."""
    folder.mkdir(parents=True, exist_ok=True)
    census_file, config, database = (
        folder / "census.csv",
        folder / "config.yaml",
        folder / "simulation.duckdb",
    )
    census_file.write_text(census)
    settings = yaml.safe_load(SIMULATION_CONFIG.read_text()) if SIMULATION_CONFIG.exists() else {}
    config.write_text(yaml.safe_dump({**settings, "parameters": str(parameters)}))
    command = [
        *(sys.executable, "-m", "navigator_orchestrator", "run", "--optimization", engine),
        *("--years", str(years[0]), str(years[-1]), "--seed", str(SEED)),
        *("--census", str(census_file), "--config", str(config), "--database", str(database)),
    ]
    environment = {name: value for name, value in os.environ.items() if name not in FOREIGN_SWITCHES}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=900)
    if done.returncode:
        raise AssertionError(f"{engine}: exit {done.returncode} of {' '.join(command)}\n{done.stderr[-3000:]}")
    return read_relations(database)


def read_relations(database: Path) -> Relations:
    """Rows of the three relations, sorted by key."""
    with duckdb.connect(str(database), read_only=True) as connection:
        return Relations(
            *(
                connection.sql(f"select * from {table} order by {', '.join(KEYS[relation])}").fetchall()
                for relation, table in TABLES.items()
            )
        )


def stored_schema(database: Path) -> dict[str, dict[str, str]]:
    """Column names and types of the three relations, in stored order."""
    with duckdb.connect(str(database), read_only=True) as connection:
        return {
            relation: {row[0]: row[1] for row in connection.sql(f"describe {table}").fetchall()}
            for relation, table in TABLES.items()
        }


def stored_keys(database: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Keys of the three relations in the order in which the rows are stored."""
    with duckdb.connect(str(database), read_only=True) as connection:
        return {
            relation: connection.sql(f"select {', '.join(KEYS[relation])} from {table}").fetchall()
            for relation, table in TABLES.items()
        }
