"""The polars engine against the oracle of tests/reference, row by row in stored order; and what its tests share."""

import datetime as dt
from collections.abc import Callable
from concurrent.futures import Executor
from pathlib import Path
from typing import TypedDict, Unpack

import duckdb
import polars as pl
import pytest
import yaml

from navigator_orchestrator.census import generate
from navigator_orchestrator.census_check import SCHEMA
from navigator_orchestrator.parameter_tables import parameter_tables
from navigator_orchestrator.parameters import load_parameters
from navigator_orchestrator.polars_events.duckdb_views import create_views
from navigator_orchestrator.polars_events.simulation import simulate
from tests.reference import oracle
from tests.reference.loading import EDGE_CENSUS, HERE, PARAMETERS, read_census, write_parameters
from tests.reference.relations import COLUMNS, TABLES, Relations

SEED = 42
SCENARIOS = yaml.safe_load((HERE / "scenarios.yaml").read_text())

Tables = dict[str, pl.DataFrame]


class Options(TypedDict, total=False):
    """Those of `simulate` that may not change what it finds."""

    shards: int | None
    workers: int
    executor: Executor
    on_progress: Callable[[str], None]


def people(count: int) -> pl.DataFrame:
    """A generated census on 31 December 2024."""
    return generate(count, SEED, dt.date(2024, 12, 31))


def tables(years: range, parameters: Path = PARAMETERS) -> Tables:
    """The parameter tables of a folder of parameters."""
    return parameter_tables(load_parameters(parameters), years)


def with_value(changed: Tables, table: str, **values: int) -> Tables:
    """The tables with columns of one of them set to a constant."""
    columns = [pl.lit(value).cast(changed[table].schema[name]).alias(name) for name, value in values.items()]
    return changed | {table: changed[table].with_columns(columns)}


def relations(folder: Path) -> Relations:
    """Rows of an output as the views give them, unsorted."""
    with duckdb.connect() as connection:
        create_views(connection, folder)
        rows = {name: connection.sql(f"select * from {table}").fetchall() for name, table in TABLES.items()}
    return Relations(**rows)


def simulated(
    census: pl.DataFrame, with_tables: Tables, years: range, out: Path, **options: Unpack[Options]
) -> Relations:
    """Rows of a run."""
    simulate(census, with_tables, years, SEED, out, **options)
    return relations(out)


def expected(census: pl.DataFrame, with_tables: Tables, years: range) -> Relations:
    """Rows of the oracle."""
    rows = {name: table.to_dicts() for name, table in with_tables.items()}
    found = oracle.simulate(census.to_dicts(), rows, years, SEED)
    return Relations(*([tuple(row) for row in relation] for relation in found))


def assert_equal(found: Relations, wanted: Relations) -> None:
    """Say the first row that differs, not thousands of them."""
    for name in TABLES:
        for number, (left, right) in enumerate(zip(getattr(found, name), getattr(wanted, name), strict=False)):
            assert left == right, f"{name}, row {number}"
        assert len(getattr(found, name)) == len(getattr(wanted, name)), name


def test_300_people_over_4_years_equal_the_oracle(tmp_path: Path) -> None:
    years = range(2025, 2029)
    found = simulated(people(300), tables(years), years, tmp_path / "out", shards=3)
    assert_equal(found, expected(people(300), tables(years), years))
    assert {event[3] for event in found.events} == set(range(1, 12))


@pytest.mark.parametrize("shards", [1, 5])
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_edge_census_equals_the_oracle(scenario: str, shards: int, tmp_path: Path) -> None:
    years = range(2025, 2028)
    census = pl.DataFrame(read_census(EDGE_CENSUS.read_text()), schema=SCHEMA).sort("employee_id")
    of_scenario = tables(years, write_parameters(SCENARIOS[scenario], tmp_path / "parameters"))
    found = simulated(census, of_scenario, years, tmp_path / "out", shards=shards)
    assert_equal(found, expected(census, of_scenario, years))


def test_a_leap_year_equals_the_oracle(tmp_path: Path) -> None:
    years = range(2028, 2029)
    census = people(200).with_columns(hire_date=pl.col("hire_date").dt.offset_by("3y"))
    found = simulated(census, tables(years), years, tmp_path / "out")
    assert_equal(found, expected(census, tables(years), years))


def test_names_types_and_order_of_columns_are_those_of_the_model(tmp_path: Path) -> None:
    years = range(2025, 2027)
    simulate(people(50), tables(years), years, SEED, tmp_path / "out")
    with duckdb.connect() as connection:
        create_views(connection, tmp_path / "out")
        for name, table in [*TABLES.items(), ("snapshot", "employee_state_by_year")]:
            described = {row[0]: row[1] for row in connection.sql(f"describe {table}").fetchall()}
            assert list(described.items()) == list(COLUMNS[name].items())


def test_the_files_alone_hold_the_columns_of_the_model(tmp_path: Path) -> None:
    years = range(2025, 2026)
    simulate(people(50), tables(years), years, SEED, tmp_path / "out")
    for name, table in TABLES.items():
        for file in (tmp_path / "out" / table).rglob("*.parquet"):
            with duckdb.connect() as connection:
                described = connection.execute(f"describe from read_parquet('{file}', hive_partitioning=false)")
                assert [(row[0], row[1]) for row in described.fetchall()] == list(COLUMNS[name].items())
