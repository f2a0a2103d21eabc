"""Every engine meets the cases computed by hand, and equals the oracle row for row on the edge census.

The engines run in this process; that the command does the same is shown once, for the engine whose years are commands.
"""

from pathlib import Path

import pytest
import yaml

from tests.reference.differences import row_differences, schema_differences
from tests.reference.expectations import differences
from tests.reference.loading import (
    CASE_FILES,
    EDGE_CENSUS,
    HERE,
    command_run,
    engine_run,
    oracle_run,
    read_case_file,
    read_relations,
    stored_schema,
    write_parameters,
)
from tests.reference.relations import KEYS, records

ENGINES = ("legacy", "medium", "polars")
SCENARIOS = yaml.safe_load((HERE / "scenarios.yaml").read_text())


@pytest.mark.parametrize("path", CASE_FILES, ids=lambda path: path.stem)
@pytest.mark.parametrize("engine", ENGINES)
def test_the_engine_meets_the_cases_computed_by_hand(engine: str, path: Path, tmp_path: Path) -> None:
    file = read_case_file(path)
    parameters = write_parameters(file.parameters, tmp_path / "parameters")
    found = read_relations(engine_run(engine, file.census, parameters, file.years, tmp_path / engine))
    complaints = differences(engine, file, found)
    assert not complaints, "\n" + "\n".join(complaints)


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("engine", ENGINES)
def test_the_engine_equals_the_oracle_on_the_edge_census(engine: str, scenario: str, tmp_path: Path) -> None:
    census, years = EDGE_CENSUS.read_text(), range(2025, 2028)
    parameters = write_parameters(SCENARIOS[scenario], tmp_path / "parameters")
    _check_against_oracle(
        f"{engine} · {scenario}", census, parameters, years, engine_run(engine, census, parameters, years, tmp_path)
    )


def test_the_legacy_command_equals_the_oracle_on_the_edge_census(tmp_path: Path) -> None:
    census, years = EDGE_CENSUS.read_text(), range(2025, 2027)
    parameters = write_parameters(SCENARIOS["stress"], tmp_path / "parameters")
    _check_against_oracle(
        "legacy command", census, parameters, years, command_run("legacy", census, parameters, years, tmp_path)
    )


def _check_against_oracle(who: str, census: str, parameters: Path, years: range, database: Path) -> None:
    found = read_relations(database)
    complaints = row_differences(who, oracle_run(census, parameters, years), found)
    complaints += schema_differences(who, stored_schema(database))
    assert not complaints, "\n" + "\n".join(complaints)
    for relation, columns in KEYS.items():
        keys = [tuple(row[column] for column in columns) for row in records(found, relation)]
        assert keys == sorted(keys), f"{who} · {relation} is not stored in the order of its key"
