"""`census` writes what `run --census` takes; what is wrong is refused with its rows, and nothing is written."""

from pathlib import Path

import polars as pl
import pytest

from tests.conftest import Navigator


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_a_census_is_written_in_the_format_of_its_name(navigator: Navigator, suffix: str) -> None:
    path = navigator.folder / f"people{suffix}"
    finished = navigator("census", "--employees", "12", "--seed", "7", "--out", path.name)
    assert (finished.returncode, finished.stderr) == (0, "")
    assert finished.stdout == f"census: 12 employees on 2024-12-31, seed 7 -> {path.name}\n"
    frame = pl.read_csv(path) if suffix == ".csv" else pl.read_parquet(path)
    assert frame["employee_id"].to_list() == list(range(1, 13))


def test_a_run_takes_a_census_of_the_user_and_its_first_rows(navigator: Navigator) -> None:
    navigator("census", "--employees", "12", "--out", "people.parquet")
    whole = navigator("run", "--dry-run", "--census", "people.parquet")
    assert "dry run: medium, 12 employees" in whole.stdout
    part = navigator("run", "--dry-run", "--census", "people.parquet", DBT_DEV_EMPLOYEE_LIMIT="5")
    assert "dry run: medium, 5 employees" in part.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["--employees", "5", "--out", "people.xlsx"],
            "people.xlsx: a census ends in .csv or .parquet, not in '.xlsx'",
        ),
        (["--employees", "5", "--out", "none/people.csv"], "none/people.csv: there is no folder none; create it first"),
        (["--employees", "5"], "the following arguments are required: --out"),
        (
            ["--employees", "5", "--out", "x.csv", "--as-of", "2024-02-30"],
            "argument --as-of: must be a date as YYYY-MM-DD; found '2024-02-30'",
        ),
    ],
)
def test_a_census_that_cannot_be_written_is_refused(navigator: Navigator, arguments: list[str], said: str) -> None:
    message = navigator.refusal("census", *arguments)
    assert message.startswith(said)
    assert "\n" not in message
    assert list(navigator.folder.iterdir()) == []


def test_wrong_rows_are_listed_with_their_lines_and_nothing_is_written(navigator: Navigator, tmp_path: Path) -> None:
    census = tmp_path / "mine.csv"
    census.write_text(
        "employee_id,birth_date,hire_date,gross_compensation\n"
        "1,1980-05-05,2010-01-01,60000\n"
        "1,1981-05-05,2011-01-01,60000\n"
        "2,1985-02-30,2011-01-01,60000\n"
        "3,1985-02-03,2011-01-01,-5\n"
    )
    said = navigator.refusal("run", "--census", census, "--database", "x.duckdb").splitlines()
    assert said[0] == f"{census}: wrong rows: 3 of 4"
    assert [line.split(":")[0] for line in said[1:]] == ["  line 3", "  line 4", "  line 5"]
    assert list(tmp_path.iterdir()) == [census]
