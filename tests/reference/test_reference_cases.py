"""Every engine meets the cases computed by hand, and equals the oracle row for row on the edge census."""

from pathlib import Path

import pytest
import yaml

from tests.reference.differences import row_differences
from tests.reference.expectations import differences
from tests.reference.loading import (
    CASE_FILES,
    EDGE_CENSUS,
    HERE,
    engine_run,
    oracle_run,
    read_case_file,
    stored_keys,
    stored_schema,
    write_parameters,
)
from tests.reference.relations import COLUMNS

ENGINES = ("legacy",)
SCENARIOS = yaml.safe_load((HERE / "scenarios.yaml").read_text())


@pytest.mark.parametrize("path", CASE_FILES, ids=lambda path: path.stem)
@pytest.mark.parametrize("engine", ENGINES)
def test_the_engine_meets_the_cases_computed_by_hand(engine: str, path: Path, tmp_path: Path) -> None:
    file = read_case_file(path)
    parameters = write_parameters(file.parameters, tmp_path / "parameters")
    found = engine_run(engine, file.census, parameters, file.years, tmp_path / engine)
    complaints = differences(engine, file, found)
    assert not complaints, "\n" + "\n".join(complaints)


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("engine", ENGINES)
def test_the_engine_equals_the_oracle_on_the_edge_census(engine: str, scenario: str, tmp_path: Path) -> None:
    census, years = EDGE_CENSUS.read_text(), range(2025, 2028)
    parameters = write_parameters(SCENARIOS[scenario], tmp_path / "parameters")
    found = engine_run(engine, census, parameters, years, tmp_path / engine)
    complaints = row_differences(f"{engine} · {scenario}", oracle_run(census, parameters, years), found)
    assert not complaints, "\n" + "\n".join(complaints)
    database = tmp_path / engine / "simulation.duckdb"
    # Names, types and their order as in section 1 of the model; then the order in which rows are stored.
    assert {name: list(columns.items()) for name, columns in stored_schema(database).items()} == {
        name: list(columns.items()) for name, columns in COLUMNS.items()
    }
    for relation, keys in stored_keys(database).items():
        assert keys == sorted(keys), f"{engine} · {scenario} · {relation} is not stored in the order of its key"
