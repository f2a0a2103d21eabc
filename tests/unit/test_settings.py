"""Flag over environment over configuration, and what each of them may say."""

from pathlib import Path

import pytest

from navigator_orchestrator.cli import build_parser
from navigator_orchestrator.environment import ROLLBACK_FILE
from navigator_orchestrator.errors import NavigatorError
from navigator_orchestrator.settings import DEFAULT_CONFIG, Settings, load_settings

CONFIG = DEFAULT_CONFIG.read_text()


def settings(*arguments: str | Path, **environment: str) -> Settings:
    return load_settings(build_parser().parse_args(["run", *map(str, arguments)]), environment)


def rolled_back(value: str, *arguments: str | Path, **environment: str) -> Settings:
    rollback_file = {"FEATURE_FLAG_LEGACY_EVENTS": value, "ROLLBACK_ID": "x"}
    return load_settings(build_parser().parse_args(["run", *map(str, arguments)]), environment, rollback_file)


def config_with(folder: Path, old: str, new: str) -> Path:
    assert old in CONFIG
    path = folder / "config.yaml"
    path.write_text(CONFIG.replace(old, new))
    return path


def test_the_defaults_are_those_of_the_configuration() -> None:
    default = settings()
    assert (default.optimization, default.forced_legacy_by) == ("medium", None)
    assert (default.years, default.employees, default.seed) == (range(2025, 2030), 1000, 42)
    assert default.database == DEFAULT_CONFIG.parent.parent / "dbt" / "simulation.duckdb"
    assert default.parameters == DEFAULT_CONFIG.parent / "parameters"


def test_a_flag_wins_over_the_environment_and_that_over_the_configuration(tmp_path: Path) -> None:
    config = config_with(tmp_path, "employees: 1000 ", "employees: 30 ")
    assert settings("--config", config).employees == 30
    assert settings("--config", config, DBT_DEV_EMPLOYEE_LIMIT="40").employees == 40
    assert settings("--config", config, "--employees", "50", DBT_DEV_EMPLOYEE_LIMIT="40").employees == 50


@pytest.mark.parametrize(
    ("arguments", "limit", "expected"),
    [(["--census", "x.csv"], None, None), (["--census", "x.csv"], "5", 5), ([], None, 1000)],
)
def test_a_census_of_ones_own_is_taken_whole_unless_limited(
    arguments: list[str], limit: str | None, expected: int | None
) -> None:
    assert settings(*arguments, **({"DBT_DEV_EMPLOYEE_LIMIT": limit} if limit else {})).employees == expected


def test_the_mode_of_the_flag_wins_over_that_of_the_environment() -> None:
    assert settings("--optimization", "legacy", DBT_OPTIMIZATION_MODE="nonsense").optimization == "legacy"
    with pytest.raises(
        NavigatorError, match=r"^DBT_OPTIMIZATION_MODE: unknown mode 'nonsense'; valid: legacy, medium, high, polars$"
    ):
        settings(DBT_OPTIMIZATION_MODE="nonsense")
    with pytest.raises(NavigatorError, match=r"^--optimization: unknown mode ''"):
        settings("--optimization", "")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("--optimization legacy --shards 8", ("legacy", 1)),
        ("--optimization medium --shards 8", ("medium", 1)),
        ("--optimization high", ("high", 4)),
        ("--optimization high --shards 8", ("high", 8)),
        ("--optimization polars", ("polars", None)),
        ("--optimization polars --shards 8", ("polars", 8)),
    ],
)
def test_legacy_and_medium_run_in_one_shard(arguments: str, expected: tuple[str, int | None]) -> None:
    decided = settings(*arguments.split())
    assert (decided.optimization, decided.shards) == expected


def test_the_configuration_names_an_engine_and_the_flag_a_mode(tmp_path: Path) -> None:
    polars = config_with(tmp_path, "mode: optimized", "mode: polars")
    assert settings("--config", polars).optimization == "polars"
    legacy = config_with(
        tmp_path, "events: true\nevent_generation_mode: optimized", "events: false\nevent_generation_mode: legacy"
    )
    assert settings("--config", legacy).optimization == "legacy"
    with pytest.raises(NavigatorError, match=r"^--optimization: unknown mode 'optimized'; valid: legacy, medium"):
        settings("--optimization", "optimized")


def test_the_legacy_writers_are_forced_by_the_environment_or_else_by_the_configuration(tmp_path: Path) -> None:
    config = config_with(tmp_path, "legacy_events: false", "legacy_events: true")
    assert settings(FEATURE_FLAG_LEGACY_EVENTS="true").forced_legacy_by == "FEATURE_FLAG_LEGACY_EVENTS=true"
    assert settings("--config", config).forced_legacy_by == "feature_flag_legacy_events: true"
    assert settings("--config", config, FEATURE_FLAG_LEGACY_EVENTS="false").forced_legacy_by is None


def test_the_file_of_a_rollback_lies_below_the_environment_and_above_the_configuration(tmp_path: Path) -> None:
    forced = rolled_back("true", "--optimization", "polars")
    assert (forced.optimization, forced.shards) == ("legacy", 1)
    assert forced.forced_legacy_by == f"FEATURE_FLAG_LEGACY_EVENTS=true in {ROLLBACK_FILE}"
    config = config_with(tmp_path, "legacy_events: false", "legacy_events: true")
    assert rolled_back("false", "--config", config).forced_legacy_by is None
    assert rolled_back("true", FEATURE_FLAG_LEGACY_EVENTS="false").forced_legacy_by is None
    named = rolled_back("false", FEATURE_FLAG_LEGACY_EVENTS="true").forced_legacy_by
    assert named == "FEATURE_FLAG_LEGACY_EVENTS=true"


@pytest.mark.parametrize("value", ["1", "TRUE", "yes", " true", ""])
def test_the_legacy_flag_is_true_or_false(value: str) -> None:
    with pytest.raises(NavigatorError, match="only 'true' or 'false' are accepted"):
        settings(FEATURE_FLAG_LEGACY_EVENTS=value)


@pytest.mark.parametrize("value", ["0", "-5", "ten", "1e3", "5 "])
def test_the_employee_limit_is_a_whole_number_above_zero(value: str) -> None:
    with pytest.raises(NavigatorError, match=r"^DBT_DEV_EMPLOYEE_LIMIT=.*: must be a whole number above 0$"):
        settings(DBT_DEV_EMPLOYEE_LIMIT=value)


def test_years_are_a_start_and_perhaps_an_end() -> None:
    assert settings("--years", "2025").years == range(2025, 2026)
    assert settings("--years", "2026", "2028").years == range(2026, 2029)


@pytest.mark.parametrize(
    ("years", "said"),
    [
        ("2026 2025", "--years: 2026 2025 is not START END with 1950 <= START <= END <= 2150"),
        ("2025 2151", "--years: 2025 2151 is not START END"),
        ("2025 2026 2027", "--years: give START or START END; found 3 values"),
    ],
)
def test_other_years_are_refused(years: str, said: str) -> None:
    with pytest.raises(NavigatorError) as refused:
        settings("--years", *years.split())
    assert str(refused.value).startswith(said)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("start_year: 2025", "start_year: 2030", ": start_year, end_year: 2030 2029 is not START END"),
        ("employees: 1000 ", "employees: 0 ", ": employees: Input should be greater than or equal to 1 (found 0)"),
        ("employees: 1000 ", "employees: '9' ", ": employees: Input should be a valid integer (found '9')"),
        (
            "mode: optimized",
            "mode: fast",
            ": event_generation_mode: Input should be 'legacy', 'optimized' or 'polars' (found 'fast')",
        ),
        (
            "optimized_events: true",
            "optimized_events: false",
            ": use_optimized_events: false contradicts event_generation_mode: optimized; use false with legacy,",
        ),
        ("shards: null", "shards: 1025", ": shards: Input should be less than or equal to 1024 (found 1025)"),
        ("random_seed: 42 ", "", ": missing key 'random_seed'"),
    ],
)
def test_a_wrong_configuration_is_refused_with_file_and_key(tmp_path: Path, old: str, new: str, said: str) -> None:
    config = config_with(tmp_path, old, new)
    with pytest.raises(NavigatorError) as refused:
        settings("--config", config)
    assert str(refused.value).startswith(f"{config}{said}")


@pytest.mark.parametrize(
    "arguments",
    [
        "--employees 0",
        "--employees 1.5",
        "--seed -1",
        f"--seed {2**63}",
        "--shards 0",
        "--threads 1025",
        "--years soon",
    ],
)
def test_a_number_out_of_range_is_refused(capsys: pytest.CaptureFixture[str], arguments: str) -> None:
    with pytest.raises(SystemExit) as refused:
        settings(*arguments.split())
    said = capsys.readouterr().err
    assert (refused.value.code, said.count("\n")) == (2, 1)
    flag, value = arguments.split()
    assert f"argument {flag}: must " in said
    assert f"found {value}" in said.replace("'", "")
