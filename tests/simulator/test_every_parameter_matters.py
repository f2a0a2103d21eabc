"""Each value in config/parameters, changed once, changes the results of the year in which it begins to hold.

The year is simulated by itself, from a census of the day before it; that is stricter than a long horizon, in which an
effect may come late, and it makes every dated and yearly value part of a horizon. In the years next to those in which a
value holds it must change nothing; this is shown on the parameter tables, which are all that the engines see.
"""

import datetime as dt
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest

from navigator_orchestrator import census
from navigator_orchestrator.census_check import SCHEMA
from navigator_orchestrator.census_file import read_census
from navigator_orchestrator.parameter_schema import Parameters
from navigator_orchestrator.parameter_tables import parameter_tables
from navigator_orchestrator.polars_events.simulation import simulate
from tests.reference.loading import EDGE_CENSUS, changed_contents, changed_parameters
from tests.simulator.parameter_leaves import LAST_YEAR, leaves

FIRST_YEAR = 2025
PARAMETERS = [(file, name) for file, content in changed_contents({}).items() for name in content]
SEED = 42


@cache
def people(year: int) -> pl.DataFrame:
    """On the day before `year`: the edge census, 2,000 generated people, and newcomers of each age band and level."""
    edge = read_census(EDGE_CENSUS, dt.date(FIRST_YEAR - 1, 12, 31), [1, 2, 3, 4, 5])
    edge = edge.with_columns(pl.col(pl.Date).dt.offset_by(f"{year - FIRST_YEAR}y"))
    generated = census.generate(2_000, 1, dt.date(year - 1, 12, 31))
    generated = generated.with_columns(pl.col("employee_id") + 2_000_000)
    newcomers = [
        {
            "employee_id": 3_000_000 + number,
            "birth_date": dt.date(year - age, 6, 1),
            "hire_date": dt.date(year - 1, 12, 10),
            "level_id": level,
            "salary": 5_000_000 * level,
            "deferral_rate": 0,
            "account_balance": 0,
        }
        for number, (age, level, _) in enumerate(
            (age, level, copy) for age in (22, 30, 40, 50, 60, 66) for level in range(1, 6) for copy in range(8)
        )
    ]
    return pl.concat([edge, generated, pl.DataFrame(newcomers, schema=SCHEMA)])


def results(parameters: Parameters, year: int) -> dict[str, bytes]:
    """The Parquet files of one simulated year."""
    with TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        years = range(year, year + 1)
        simulate(people(year), parameter_tables(parameters, years), years, SEED, out)
        return {str(path.relative_to(out)): path.read_bytes() for path in sorted(out.rglob("*.parquet"))}


@cache
def default_results(year: int) -> dict[str, bytes]:
    return results(changed_parameters({}), year)


def same_tables(parameters: Parameters, year: int) -> bool:
    """Whether a year's parameter tables are the default ones."""
    changed, default = (parameter_tables(p, range(year, year + 1)) for p in (parameters, changed_parameters({})))
    return all(changed[name].equals(default[name]) for name in default)


@pytest.mark.parametrize(("file", "parameter"), PARAMETERS)
def test_each_value_changes_the_results(file: str, parameter: str) -> None:
    found = leaves(file, parameter)
    assert found
    without_effect = [leaf.name for leaf in found if results(leaf.changed(), leaf.first) == default_results(leaf.first)]
    assert not without_effect


@pytest.mark.parametrize(("file", "parameter"), PARAMETERS)
def test_a_value_holds_only_in_its_years(file: str, parameter: str) -> None:
    for leaf in leaves(file, parameter):
        outside = {leaf.first - 1, leaf.last + 1} & set(range(FIRST_YEAR, LAST_YEAR + 1))
        if outside:
            changed = leaf.changed()
            assert [year for year in sorted(outside) if not same_tables(changed, year)] == [], leaf.name


def test_every_value_is_a_leaf() -> None:
    """As many as there are scalars in the files, counted in another way."""
    contents = changed_contents({})
    names = [leaf.name for file, parameter in PARAMETERS for leaf in leaves(file, parameter)]
    assert len(set(names)) == len(names)
    bands = [entry["bands"] for entry in contents["bands"].values()]
    values = [e["values"] for file, content in contents.items() if file != "bands" for e in content.values()]
    later_dates = [date for dated in values for date in list(dated)[1:] if isinstance(date, dt.date)]
    ages_at_hire = contents["hiring"]["hire_age_share"]["values"][dt.date(FIRST_YEAR, 1, 1)]
    assert len(names) == scalars(values) + sum(2 * len(b) - 1 for b in bands) + len(later_dates) + len(ages_at_hire)
    assert len(names) > 250


def scalars(value: object) -> int:
    if isinstance(value, dict):
        return scalars(list(value.values()))
    return sum(map(scalars, value)) if isinstance(value, list) else 1


# --- the comparison can say that nothing changed -------------------------------------------------------------


def test_without_a_change_the_results_are_the_same() -> None:
    assert results(changed_parameters({}), FIRST_YEAR) == default_results(FIRST_YEAR)


def test_a_value_of_another_year_has_no_effect() -> None:
    leaf = leaves("investment", "equity_return")[-1]
    assert leaf.first == LAST_YEAR
    assert results(leaf.changed(), FIRST_YEAR) == default_results(FIRST_YEAR)
