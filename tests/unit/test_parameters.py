"""Wrong parameters are refused with file, key and what is valid, before anything is written."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from navigator_orchestrator.errors import NavigatorError
from navigator_orchestrator.parameters import check_horizon, load_parameters
from tests.conftest import ROOT, Navigator

PARAMETERS = ROOT / "config" / "parameters"
DEFAULTS = {path.name: path.read_text() for path in PARAMETERS.iterdir()}
Change = Callable[[str, str, str], Path]

# (file, what stands there, what is to stand there, what is said)
WRONG = {
    "a misspelt key": (
        "workforce.yaml",
        "growth_rate:",
        "grow_rate:",
        "unknown key 'grow_rate'; valid keys: growth_rate, new_hire_termination_rate, retirement_age,",
    ),
    "an unknown key beside the others": (
        "workforce.yaml",
        "growth_rate:\n",
        "colour: red\ngrowth_rate:\n",
        "unknown key 'colour'; valid keys: growth_rate, new_hire_termination_rate, retirement_age,",
    ),
    "an unknown key of a parameter": (
        "workforce.yaml",
        "values: {2025-01-01: 300}",
        "values: {2025-01-01: 300}\n  value: 300",
        "unknown key 'growth_rate.value'; valid keys: description, unit, reference, values",
    ),
    "an unknown key of a band": (
        "bands.yaml",
        'name: "<25", min: 0',
        'name: "<25", from: 0, min: 0',
        "unknown key 'age_bands.bands.0.from'; valid keys: name, min, max",
    ),
    "an unknown key of a match tier": (
        "retirement_plan.yaml",
        "up_to: 300,",
        "up_to: 300, from: 0,",
        "unknown key 'match_tiers.values.2025-01-01.0.from'; valid keys: up_to, match",
    ),
    "a missing key": (
        "hiring.yaml",
        "  unit: percent\n  reference: Planning assumption\n  values:\n    2025-01-01: {22",
        "  unit: percent\n  values:\n    2025-01-01: {22",
        "missing key 'hire_age_share.reference'",
    ),
    "a key that stands twice": (
        "compensation.yaml",
        "2025-01-01: 125, 2026-01-01: 140",
        "2025-01-01: 125, 2025-01-01: 140",
        "not valid YAML: key '2025-01-01' stands twice; keep one in ",
    ),
    "a probability above one": (
        "workforce.yaml",
        "{2025-01-01: 1200}",
        "{2025-01-01: 10001}",
        "termination_base_rate.values.2025-01-01: Input should be less than or equal to 10000 (found 10001)",
    ),
    "a probability above one in a band": (
        "retirement_plan.yaml",
        '"<25": 1600',
        '"<25": 10001',
        "opt_out_rate.values.2025-01-01.<25: Input should be less than or equal to 10000 (found 10001)",
    ),
    "a negative factor": (
        "workforce.yaml",
        "1: 11000",
        "1: -1",
        "termination_level_factor.values.2025-01-01.1: Input should be greater than or equal to 0 (found -1)",
    ),
    "a wrong type": (
        "workforce.yaml",
        "{2025-01-01: 65}",
        "{2025-01-01: 65.5}",
        "retirement_age.values.2025-01-01: Input should be a valid integer",
    ),
    "a truth value for a number": (
        "workforce.yaml",
        "{2025-01-01: 65}",
        "{2025-01-01: yes}",
        "retirement_age.values.2025-01-01: Input should be a valid integer (found True)",
    ),
    "a unit that does not exist": (
        "workforce.yaml",
        "unit: years",
        "unit: decades",
        "retirement_age.unit: Input should be 'bps', 'USD', 'days', 'years', 'percent',",
    ),
    "no value at all": (
        "workforce.yaml",
        "{2025-01-01: 65}",
        "{}",
        "retirement_age.values: Dictionary should have at least 1 item after validation",
    ),
    "overlapping bands": (
        "bands.yaml",
        'name: "25-34", min: 25',
        'name: "25-34", min: 24',
        "age_bands: bands '<25' and '25-34' overlap: '25-34' must begin at 25",
    ),
    "bands with a gap": (
        "bands.yaml",
        'name: "2-4", min: 2',
        'name: "2-4", min: 3',
        "tenure_bands: bands '<2' and '2-4' leave a gap: '2-4' must begin at 2",
    ),
    "bands that end early": (
        "bands.yaml",
        "min: 65, max: 121",
        "min: 65, max: 100",
        "age_bands: the bands must cover 0 to 120",
    ),
    "an empty band": ("bands.yaml", "min: 25, max: 35}", "min: 25, max: 25}", "age_bands: bands '25-34' and '35-44'"),
    "two bands of one name": ("bands.yaml", '"25-34"', '"<25"', "age_bands: band names must differ"),
    "an unknown band": (
        "workforce.yaml",
        '"25-34": 11500',
        '"25-35": 11500',
        "termination_age_factor.values.2025-01-01: keys must be <25, 25-34, 35-44, 45-54, 55-64, 65+; found <25, 25-35",
    ),
    "a missing level": (
        "workforce.yaml",
        ", 5: 8500",
        "",
        "termination_level_factor.values.2025-01-01: keys must be 1, 2, 3, 4, 5; found 1, 2, 3, 4",
    ),
    "a promotion from the highest level": (
        "compensation.yaml",
        "4: 5000}",
        "4: 5000, 5: 1}",
        "promotion_level_factor.values.2025-01-01: keys must be 1, 2, 3, 4; found 1, 2, 3, 4, 5",
    ),
    "shares that do not add up": (
        "hiring.yaml",
        "{22: 8,",
        "{22: 7,",
        "hire_age_share.values.2025-01-01: shares must add up to 100; they add up to 99",
    ),
    "a promotion after the raise": (
        "compensation.yaml",
        '{2025-01-01: "02-01"}',
        '{2025-01-01: "08-01"}',
        "merit_date on 2025-01-01: must not lie before promotion_date 08-01",
    ),
    "a promotion after the raise in a later year": (
        "compensation.yaml",
        '{2025-01-01: "02-01"}',
        '{2025-01-01: "02-01", 2026-06-30: "08-01"}',
        "merit_date on 2027-01-01: must not lie before promotion_date 08-01",
    ),
    "29 February": (
        "compensation.yaml",
        '{2025-01-01: "02-01"}',
        '{2025-01-01: "02-29"}',
        "promotion_date.values.2025-01-01: must be a day of every year as MM-DD (found '02-29')",
    ),
    "a date that does not exist": (
        "compensation.yaml",
        "{2025-01-01: 125,",
        "{2025-02-30: 125,",
        "not valid YAML: 2025-02-30 is not a day of the calendar in ",
    ),
    "a rating without a factor": (
        "compensation.yaml",
        ", 5: 18000",
        "",
        "rating_factor on 2025-01-01: keys must be 1, 2, 3, 4, 5",
    ),
    "a raise that could be negative": (
        "compensation.yaml",
        "{2025-01-01: 300}",
        "{2025-01-01: 1300}",
        "promotion_raise_spread on 2025-01-01: must not be above a promotion_raise, 1200",
    ),
    "minimum salaries that descend": (
        "compensation.yaml",
        "2: 73000, 3: 102000",
        "2: 102000, 3: 73000",
        "level_minimum_salary on 2027-01-01: must ascend with the level; found [102000, 73000,",
    ),
    "offers upside down": (
        "hiring.yaml",
        "{1: 66000,",
        "{1: 47999,",
        "hire_salary_to on 2025-01-01: level 1 must be at least hire_salary_from 48000",
    ),
    "a deferral rate above one": (
        "retirement_plan.yaml",
        "2025-01-01: 100}\nwhole",
        "2025-01-01: 2276}\nwhole",
        "voluntary_deferral_rate on 2025-01-01: must not be above 10000 at the highest level",
    ),
    "match tiers that descend": (
        "retirement_plan.yaml",
        "up_to: 500",
        "up_to: 200",
        "match_tiers.values.2025-01-01: tiers must ascend in 'up_to' from above 0; found [300, 200]",
    ),
    "broken YAML": ("investment.yaml", "unit: bps", "unit: [bps", "not valid YAML: while parsing a flow sequence in "),
    "a list for a mapping": (
        "irs_limits.yaml",
        DEFAULTS["irs_limits.yaml"],
        "- 1\n",
        "expected keys elective_deferral_limit,",
    ),
    "an empty file": ("irs_limits.yaml", DEFAULTS["irs_limits.yaml"], "", "expected keys elective_deferral_limit,"),
    "a key that is a list": (
        "investment.yaml",
        "equity_return:",
        "? [a]\n: 1\nequity_return:",
        "not valid YAML: key '…' is not a",
    ),
}


@pytest.fixture
def change(tmp_path: Path) -> Change:
    """A copy of the parameters with one change."""

    def make(file: str, old: str, new: str) -> Path:
        folder = tmp_path / "parameters"
        shutil.copytree(PARAMETERS, folder)
        text = DEFAULTS[file]
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1))
        return folder

    return make


def refusal(folder: Path, years: range = range(2025, 2027)) -> str:
    with pytest.raises(NavigatorError) as refused:
        check_horizon(folder, load_parameters(folder), years)
    return str(refused.value)


def test_the_parameters_of_the_repository_are_right_for_ten_years() -> None:
    check_horizon(PARAMETERS, load_parameters(PARAMETERS), range(2025, 2035))


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_parameter_is_refused(change: Change, case: str) -> None:
    file, old, new, said = WRONG[case]
    folder = change(file, old, new)
    message = refusal(folder)
    assert message.startswith(f"{folder / file}: {said}")
    assert "\n" not in message


@pytest.mark.parametrize(
    ("file", "old", "key", "said"),
    [
        (
            "irs_limits.yaml",
            "2026: 24500, ",
            "elective_deferral_limit",
            "no value for 2026; years listed: 2025, 2027, 2028,",
        ),
        (
            "workforce.yaml",
            "2025-01-01: 65",
            "retirement_age",
            "no value on 2025-01-01; the first one is effective 2025-01-02",
        ),
    ],
)
def test_a_year_without_a_value_is_refused(change: Change, file: str, old: str, key: str, said: str) -> None:
    folder = change(file, old, old.replace("2025-01-01", "2025-01-02") if "-" in old else "")
    assert refusal(folder).startswith(f"{folder / file}: {key}.values: {said}")


def test_an_unknown_file_and_a_missing_one_are_refused(change: Change) -> None:
    folder = change("bands.yaml", "age_bands", "age_bands")
    (folder / "growth.yaml").write_text("")
    valid = "bands.yaml, workforce.yaml, hiring.yaml, compensation.yaml, retirement_plan.yaml,"
    assert refusal(folder).startswith(f"{folder / 'growth.yaml'}: unknown file; valid: {valid}")
    (folder / "growth.yaml").unlink()
    (folder / "hiring.yaml").unlink()
    assert refusal(folder) == f"{folder / 'hiring.yaml'}: cannot be read (No such file or directory)"
    shutil.rmtree(folder)
    assert refusal(folder).startswith(f"{folder}: no such folder; it must hold {valid}")


def test_the_command_line_says_it_in_one_line_and_writes_nothing(change: Change, navigator: Navigator) -> None:
    folder = change(*WRONG["a probability above one"][:3])
    config = (ROOT / "config" / "simulation_config.yaml").read_text()
    (navigator.folder / "config.yaml").write_text(config)
    before = sorted(navigator.folder.rglob("*"))
    message = navigator.refusal("run", "--config", "config.yaml", "--database", "x.duckdb")
    assert message == f"parameters/workforce.yaml: {WRONG['a probability above one'][3]}"
    assert folder.is_dir()
    assert sorted(navigator.folder.rglob("*")) == before
