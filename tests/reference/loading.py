"""Read the reference cases and the census, make parameter sets, and run the oracle or an engine on them."""

import copy
import csv
import datetime as dt
import io
import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import yaml

from navigator_orchestrator.census_file import read_census as read_census_file
from navigator_orchestrator.parameter_schema import Parameters
from navigator_orchestrator.parameter_tables import parameter_tables
from navigator_orchestrator.parameters import check_consistency, load_parameters
from tests.conftest import Navigator
from tests.engines import run_engine
from tests.reference.oracle import simulate
from tests.reference.oracle_inputs import Row
from tests.reference.relations import TABLES, Relations

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "tests" / "reference"
PARAMETERS = ROOT / "config" / "parameters"
SIMULATION_CONFIG = ROOT / "config" / "simulation_config.yaml"
CASE_FILES = sorted((HERE / "cases").glob("*.yaml"))
EDGE_CENSUS = HERE / "edge_census.csv"
SEED = 42


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


def changed_contents(overrides: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Contents of config/parameters by file, with `file.parameter: value` replaced.

    A value takes the place of all values of the parameter; a mapping by date (or by year, where the
    parameter is yearly) is taken as it is. Bands are replaced by a list of bands.
    """
    contents: dict[str, dict[str, Any]] = pickle.loads(_default_contents())  # noqa: S301 (our own; the fastest deep copy)
    for key, value in overrides.items():
        file, parameter = key.split(".")
        entry = contents[file][parameter]
        if "bands" in entry:
            entry["bands"] = value
        else:
            entry["values"] = _new_values(entry["values"], value)
    return contents


def changed_parameters(overrides: Mapping[str, Any]) -> Parameters:
    """`changed_contents`, checked as when they are loaded from files."""
    return checked_parameters(changed_contents(overrides))


def checked_parameters(contents: Mapping[str, Any]) -> Parameters:
    """Parameters from the contents of their files, checked as when they are loaded."""
    parameters = Parameters.model_validate(contents)
    check_consistency(Path("parameters"), parameters)
    return parameters


@cache
def _default_contents() -> bytes:
    return pickle.dumps({path.stem: yaml.safe_load(path.read_text()) for path in sorted(PARAMETERS.glob("*.yaml"))})


def write_parameters(overrides: Mapping[str, Any], folder: Path) -> Path:
    """Write `changed_contents` to `folder`."""
    folder.mkdir(parents=True)
    for name, content in changed_contents(overrides).items():
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


def engine_run(engine: str, census: str, parameters: Path, years: range, folder: Path) -> Path:
    """Run an engine on census and parameters in this process; returns the database."""
    folder.mkdir(parents=True, exist_ok=True)
    census_file = folder / "census.csv"
    census_file.write_text(census)
    loaded = load_parameters(parameters)
    people = read_census_file(census_file, dt.date(years.start - 1, 12, 31), loaded.levels())
    return run_engine(engine, people, parameter_tables(loaded, years), years, SEED, folder / "run")


def command_run(engine: str, census: str, parameters: Path, years: range, folder: Path) -> Path:
    """Run the command line in `folder` as a user would; returns the database."""
    folder.mkdir(parents=True, exist_ok=True)
    census_file, config, database = folder / "census.csv", folder / "config.yaml", folder / "simulation.duckdb"
    census_file.write_text(census)
    settings = yaml.safe_load(SIMULATION_CONFIG.read_text())
    config.write_text(yaml.safe_dump({**settings, "parameters": str(parameters)}))
    inputs = ("--census", census_file, "--config", config, "--seed", str(SEED))
    when = ("--years", str(years[0]), str(years[-1]))
    done = Navigator(folder)("run", "--optimization", engine, *when, *inputs, "--database", database)
    assert done.returncode == 0, done
    return database


def read_relations(database: Path) -> Relations:
    """Rows of the three relations in the order in which they are stored."""
    with duckdb.connect(str(database), read_only=True) as connection:
        return Relations(*(connection.sql(f"select * from {table}").fetchall() for table in TABLES.values()))


def stored_schema(database: Path) -> dict[str, dict[str, str]]:
    """Column names and types of the three relations, in stored order."""
    with duckdb.connect(str(database), read_only=True) as connection:
        return {
            relation: {row[0]: row[1] for row in connection.sql(f"describe {table}").fetchall()}
            for relation, table in TABLES.items()
        }
