"""What decides a run, seen from the command line; every refusal is one line with what is wrong and what is valid."""

import pytest

from tests.conftest import ROOT, Navigator

CONFIG = (ROOT / "config" / "simulation_config.yaml").read_text()


def test_a_dry_run_tells_what_it_would_do_and_writes_nothing(navigator: Navigator) -> None:
    choice = ("--years", "2025", "2027", "--employees", "9", "--seed", "7", "--database", "new/x.duckdb")
    finished = navigator("run", "--dry-run", *choice)
    database = navigator.folder / "new" / "x.duckdb"
    told = f"dry run: medium, 9 employees, 2025-2027, seed 7; would write {database}\n"
    assert (finished.returncode, finished.stdout, finished.stderr) == (0, told, "")
    assert list(navigator.folder.iterdir()) == []


def test_a_configuration_elsewhere_counts_from_its_own_folder(navigator: Navigator) -> None:
    folder = navigator.folder / "scenario" / "config"
    folder.mkdir(parents=True)
    parameters = ROOT / "config" / "parameters"
    config = CONFIG.replace("parameters: parameters ", f"parameters: {parameters} ").replace("1000 ", "30 ")
    (folder / "mine.yaml").write_text(config)
    finished = navigator("run", "--dry-run", "--config", "scenario/config/mine.yaml", "--years", "2025")
    database = navigator.folder / "scenario" / "dbt" / "simulation.duckdb"
    assert finished.stdout == f"dry run: medium, 30 employees, 2025-2025, seed 42; would write {database}\n"


def test_forcing_the_legacy_writers_is_said_on_stderr(navigator: Navigator) -> None:
    finished = navigator("run", "--dry-run", "--employees", "9", FEATURE_FLAG_LEGACY_EVENTS="true")
    assert finished.returncode == 0
    assert finished.stderr == (
        "navigator: FEATURE_FLAG_LEGACY_EVENTS=true: the legacy writers write, whatever was asked for\n"
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--optimization", "fast"], ["--optimization: unknown mode 'fast'; valid: legacy"]),
        (
            ["--years", "2034", "2035"],
            ["parameters/irs_limits.yaml: elective_deferral_limit.values: no value for 2035; years listed: 2025, 2026"],
        ),
        (["--years", "2024"], ["config/parameters/", "no value on 2024-01-01; the first one is effective 2025-01-01"]),
        (["--employees", "0"], ["argument --employees: must be 1 or more; found 0; see ", " run --help"]),
        (["--census", "people.csv"], ["people.csv", "no such file"]),
        (["--config", "none.yaml"], ["none.yaml: cannot be read (No such file or directory)"]),
        (["--data", "x"], ["unrecognized arguments: --data x"]),
    ],
)
def test_a_refusal_is_one_line_on_stderr_and_nothing_is_written(
    navigator: Navigator, arguments: list[str], said: list[str]
) -> None:
    message = navigator.refusal("run", "--database", "x.duckdb", *arguments)
    assert "\n" not in message
    assert [part for part in said if part not in message] == []
    assert list(navigator.folder.iterdir()) == []


def test_an_unknown_key_of_the_configuration_is_named_with_file_and_valid_keys(navigator: Navigator) -> None:
    path = navigator.folder / "config.yaml"
    path.write_text(CONFIG + "treads: 4\n")
    message = navigator.refusal("run", "--config", path)
    assert message.startswith(f"{path}: unknown key 'treads'; valid keys: start_year, end_year, employees, ")
    assert list(navigator.folder.iterdir()) == [path]


@pytest.mark.parametrize("name", ["folder", "notes.txt", "notes.txt/below/x.duckdb"])
def test_a_database_path_that_cannot_be_one_is_refused(navigator: Navigator, name: str) -> None:
    (navigator.folder / "folder").mkdir()
    (navigator.folder / "notes.txt").write_text("keep these notes\n")
    valid = "Not a directory" if "below" in name else "--database names the DuckDB file to write"
    assert valid in navigator.refusal("run", "--database", name, "--employees", "9")
    assert (navigator.folder / "notes.txt").read_text() == "keep these notes\n"
    assert sorted(path.name for path in navigator.folder.iterdir()) == ["folder", "notes.txt"]
