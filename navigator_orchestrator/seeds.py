"""`dbt/seeds/*.csv`: the parameter tables and the default census, for those who use the dbt project by itself."""

import datetime as dt
import tempfile
from pathlib import Path

from navigator_orchestrator import census
from navigator_orchestrator.census_file import write_census
from navigator_orchestrator.environment import ROOT
from navigator_orchestrator.errors import NavigatorError
from navigator_orchestrator.parameter_tables import parameter_tables
from navigator_orchestrator.parameters import check_horizon, load_parameters
from navigator_orchestrator.settings import DEFAULT_CONFIG, SimulationConfig
from navigator_orchestrator.yaml_files import read_yaml

SEEDS = ROOT / "dbt" / "seeds"


def write_seeds(folder: Path = SEEDS) -> str:
    """Write all seeds of the default scenario; returns what was done in one line."""
    config = read_yaml(DEFAULT_CONFIG, SimulationConfig)
    parameters_folder = DEFAULT_CONFIG.parent / config.parameters
    parameters = load_parameters(parameters_folder)
    years = range(config.start_year, config.end_year + 1)
    check_horizon(parameters_folder, parameters, years)
    tables = parameter_tables(parameters, years)
    for name, frame in tables.items():
        frame.write_csv(folder / f"{name}.csv")
    people = census.generate(config.employees, config.census_seed, dt.date(config.start_year - 1, 12, 31))
    write_census(people, folder / "census_data.csv")
    return f"wrote {len(tables) + 1} seeds to {folder}"


def check_seeds() -> str:
    """Compare the seeds with what the parameters give.

    Raises:
        NavigatorError: naming the seeds that differ and the command that writes them.
    """
    with tempfile.TemporaryDirectory() as scratch:
        write_seeds(Path(scratch))
        wanted = {path.name: path.read_bytes() for path in Path(scratch).glob("*.csv")}
    found = {path.name: path.read_bytes() for path in SEEDS.glob("*.csv")}
    stale = sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))
    if stale:
        raise NavigatorError(
            f"dbt/seeds: {', '.join(stale)} differ from config/parameters;"
            " write them: python -m navigator_orchestrator parameters --write"
        )
    return f"{len(found)} seeds agree with config/parameters"
