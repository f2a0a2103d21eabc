"""Checks of the inputs that need several of them at once."""

import shutil
from pathlib import Path

import pytest
import yaml

from navigator_orchestrator.cli import build_parser
from navigator_orchestrator.errors import NavigatorError
from navigator_orchestrator.settings import DEFAULT_CONFIG, load_settings
from navigator_orchestrator.simulation import load_inputs

CENSUS = "employee_id,birth_date,hire_date,gross_compensation\n1,1930-05-01,1990-01-01,50000.00\n"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """The default scenario with yearly parameters up to 2060, and a census of one person born in 1930."""
    shutil.copytree(DEFAULT_CONFIG.parent / "parameters", tmp_path / "parameters")
    for path in (tmp_path / "parameters").glob("*.yaml"):
        content = yaml.safe_load(path.read_text())
        for parameter in content.values():
            values = parameter.get("values", {})
            if 2034 in values:
                values.update(dict.fromkeys(range(2035, 2061), values[2034]))
        path.write_text(yaml.safe_dump(content))
    (tmp_path / "people.csv").write_text(CENSUS)
    shutil.copy(DEFAULT_CONFIG, tmp_path / "config.yaml")
    return tmp_path / "config.yaml"


@pytest.mark.parametrize("end", ["2050", "2051"])
def test_a_horizon_beyond_the_age_bands_is_refused(config: Path, end: str) -> None:
    arguments = ["--config", config, "--census", config.parent / "people.csv", "--years", "2025", end]
    settings = load_settings(build_parser().parse_args(["run", *map(str, arguments), "--database", "x.duckdb"]), {})
    if end == "2050":  # 120 in that year
        assert load_inputs(settings).employees == 1
    else:
        with pytest.raises(NavigatorError, match=r"somebody born in 1930 would be over 120 in 2051; end in 2050"):
            load_inputs(settings)


def test_raises_that_pass_64_bits_are_refused_before_anything_runs(config: Path) -> None:
    path = config.parent / "parameters" / "compensation.yaml"
    content = yaml.safe_load(path.read_text())
    content["merit_rate"]["values"] = {"2025-01-01": dict.fromkeys(range(1, 6), 10_000)}
    content["rating_factor"]["values"] = {"2025-01-01": dict.fromkeys(range(1, 6), 1_000_000)}
    path.write_text(yaml.safe_dump(content).replace("'2025-01-01'", "2025-01-01"))
    arguments = ["--config", config, "--census", config.parent / "people.csv", "--years", "2025", "2034"]
    settings = load_settings(build_parser().parse_args(["run", *map(str, arguments), "--database", "x.duckdb"]), {})
    # 375,000 USD grow 1.21 x 101.01-fold a year: 6.8e13 cents in 2027, and times 1,010,000 bps that is above 9.2e18.
    with pytest.raises(NavigatorError, match=r"an amount of 2027 may not fit into 64 bits"):
        load_inputs(settings)


def test_a_hire_age_without_a_band_is_refused(config: Path) -> None:
    path = config.parent / "parameters" / "hiring.yaml"
    path.write_text(path.read_text().replace("22: 8", "150: 8"))
    arguments = ["--config", config, "--years", "2025", "--employees", "5", "--database", "x.duckdb"]
    settings = load_settings(build_parser().parse_args(["run", *map(str, arguments)]), {})
    with pytest.raises(NavigatorError, match=r"hiring\.yaml: hire_age_share\.values\.2025-01-01\.150"):
        load_inputs(settings)
