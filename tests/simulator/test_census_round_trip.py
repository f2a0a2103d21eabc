"""What is written is read back; what others write in the same format is understood."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from navigator_orchestrator import census, census_file
from navigator_orchestrator.census_check import SCHEMA
from navigator_orchestrator.census_file import census_fingerprint, read_census, write_census
from navigator_orchestrator.errors import NavigatorError

AS_OF = dt.date(2024, 12, 31)
LEVELS = [1, 2, 3, 4, 5]
SUFFIXES = (".csv", ".parquet")


def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, size in {"_BATCH_ROWS": 1_000, "_BATCH_CHARACTERS": 100_000, "_QUOTED_BATCH_ROWS": 1_000}.items():
        monkeypatch.setattr(census_file, name, size)


@st.composite
def employees(draw: st.DrawFn) -> dict[str, object]:
    """One valid canonical row without its id."""
    birth = draw(st.dates(dt.date(1925, 1, 1), dt.date(2009, 1, 1)))
    hire = draw(st.dates(birth.replace(year=birth.year + 15, day=1), AS_OF))
    return {
        "birth_date": birth,
        "hire_date": hire,
        "termination_date": draw(st.none() | st.dates(hire, AS_OF)),
        "level_id": draw(st.none() | st.sampled_from(LEVELS)),
        "salary": draw(st.integers(0, 4_000_000_000)),
        "deferral_rate": draw(st.integers(0, 10_000)),
        "enrollment_date": draw(st.none() | st.dates(hire, AS_OF)),
        "account_balance": draw(st.integers(0, 100_000_000_000)),
    }


@st.composite
def censuses(draw: st.DrawFn) -> pl.DataFrame:
    ids = draw(st.lists(st.integers(1, 8_000_000_000_000), min_size=1, max_size=8, unique=True))
    rows = [{"employee_id": number} | draw(employees()) for number in sorted(ids)]
    rows[-1]["termination_date"] = None
    return pl.DataFrame(rows, schema=SCHEMA)


@pytest.mark.parametrize("suffix", SUFFIXES)
@settings(max_examples=60, deadline=None)
@given(people=censuses())
def test_any_census_comes_back_as_it_was(suffix: str, people: pl.DataFrame) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"census{suffix}"
        write_census(people, path)
        back = read_census(path, AS_OF, LEVELS)
    assert back.schema == people.schema
    assert back.rows() == people.rows()


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_rows_in_any_order_and_in_many_batches_give_the_same(
    tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = census.generate(30_000, 5, AS_OF)
    path = tmp_path / f"census{suffix}"
    write_census(people.sample(fraction=1, shuffle=True, seed=1), path)
    small_batches(monkeypatch)
    back = read_census(path, AS_OF, LEVELS)
    assert back.equals(people)
    assert census_fingerprint(back) == census_fingerprint(people)


def test_lines_are_counted_over_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small_batches(monkeypatch)
    path = tmp_path / "census.csv"
    write_census(census.generate(30_000, 5, AS_OF), path)
    for before, after in (("", ""), ('"', '"'), ('"', '\n"')):
        lines = path.read_text().splitlines()
        lines[29_999] = lines[29_999].replace(lines[29_999].split(",")[1], f"{before}2023-02-30{after}")
        path.write_text("\n".join(lines))
        with pytest.raises(NavigatorError, match=r"wrong rows: 1 of 30,000\n  line 30000: birth_date '2023-02-30'"):
            read_census(path, AS_OF, LEVELS)
        write_census(census.generate(30_000, 5, AS_OF), path)


def test_rows_are_counted_over_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small_batches(monkeypatch)
    path = tmp_path / "census.parquet"
    levels = pl.when(pl.col("employee_id") == 4_321).then(9).otherwise("level_id").alias("level_id")
    write_census(census.generate(5_000, 5, AS_OF).with_columns(levels), path)
    with pytest.raises(NavigatorError, match=r"wrong rows: 1 of 5,000\n  row 4321: level_id '9'"):
        read_census(path, AS_OF, LEVELS)


def test_csv_holds_dollars_and_fractions(tmp_path: Path) -> None:
    row = (7, dt.date(1980, 5, 17), dt.date(2010, 3, 1), None, 2, 8_000_050, 625, dt.date(2011, 1, 1), 9)
    write_census(pl.DataFrame([row], schema=SCHEMA, orient="row"), tmp_path / "census.csv")
    assert (tmp_path / "census.csv").read_text().splitlines()[1] == (
        "7,1980-05-17,2010-03-01,,2,80000.50,0.0625,2011-01-01,0.09"
    )


def test_parquet_holds_exact_decimals(tmp_path: Path) -> None:
    people = census.generate(10, 1, AS_OF)
    write_census(people, tmp_path / "census.parquet")
    table = pq.read_table(tmp_path / "census.parquet")
    types = {name: str(table.schema.field(name).type) for name in table.column_names}
    assert types["gross_compensation"] == types["account_balance"] == "decimal128(18, 2)"
    assert types["deferral_rate"] == "decimal128(5, 4)"
    assert table["gross_compensation"][0].as_py() == Decimal(people["salary"][0]) / 100


CSV_FORMS = {
    "plain": "employee_id,birth_date,hire_date,gross_compensation\n7,1980-05-17,2010-03-01,80000.5\n",
    "byte order mark, CRLF": (
        "\ufeffemployee_id,birth_date,hire_date,gross_compensation\r\n7,1980-05-17,2010-03-01,80000.5\r\n"
    ),
    "quotes": '"employee_id","birth_date","hire_date","gross_compensation"\n"7","1980-05-17","2010-03-01","80000.50"\n',
    "mark and quotes": (
        '\ufeff"employee_id","birth_date","hire_date","gross_compensation"\r\n7,"1980-05-17",2010-03-01,80000.5\r\n'
    ),
    "other order, no line end": "gross_compensation,hire_date,birth_date,employee_id\n80000.5,2010-03-01,1980-05-17,7",
    "spaces": "employee_id, birth_date, hire_date, gross_compensation\n 7 , 1980-05-17 , 2010-03-01 , 80000.500\n",
    "CR alone": "employee_id,birth_date,hire_date,gross_compensation\r7,1980-05-17,2010-03-01,80000.5\r",
}


@pytest.mark.parametrize("text", CSV_FORMS.values(), ids=CSV_FORMS)
def test_other_forms_of_csv_are_understood(tmp_path: Path, text: str) -> None:
    path = tmp_path / "people [1].CSV"
    path.write_text(text, encoding="utf-8", newline="")
    row = (7, dt.date(1980, 5, 17), dt.date(2010, 3, 1), None, None, 8_000_050, 0, None, 0)
    frame = read_census(path, AS_OF, LEVELS)
    assert frame.schema == pl.Schema(SCHEMA)
    assert frame.rows() == [row]


def test_doubles_timestamps_and_small_integers_in_parquet_are_understood(tmp_path: Path) -> None:
    path = tmp_path / "people [1].PARQUET"
    columns = {
        "employee_id": pl.Series([9, 4], dtype=pl.UInt8),
        "birth_date": pl.Series([dt.date(1980, 5, 17)] * 2).cast(pl.Datetime("ns")),
        "hire_date": [dt.date(2010, 3, 1)] * 2,
        "termination_date": [None, None],
        "level_id": [None, 3.0],
        "gross_compensation": [80_000.29, 39_999_999.99],
        "deferral_rate": [0.07, 0.0],
        "account_balance": pl.Series([0, 200], dtype=pl.UInt16),
    }
    pl.DataFrame(columns).write_parquet(path)
    birth, hire = dt.date(1980, 5, 17), dt.date(2010, 3, 1)
    assert read_census(path, AS_OF, LEVELS).rows() == [
        (4, birth, hire, None, 3, 3_999_999_999, 0, None, 20_000),
        (9, birth, hire, None, None, 8_000_029, 700, None, 0),
    ]


def test_every_cent_and_basis_point_survives_as_a_double(tmp_path: Path) -> None:
    path = tmp_path / "census.parquet"
    cents = pl.Series([*range(20_000), *range(3_999_990_000, 4_000_000_001)])
    days = {"birth_date": dt.date(1980, 5, 17), "hire_date": dt.date(2010, 3, 1)}
    frame = pl.DataFrame({"employee_id": range(1, cents.len() + 1), "gross_compensation": cents / 100})
    rates = (pl.col("employee_id") % 10_001 / 10_000).alias("deferral_rate")
    frame.with_columns(rates, **{name: pl.lit(day) for name, day in days.items()}).write_parquet(path)
    people = read_census(path, AS_OF, LEVELS)
    assert people["salary"].to_list() == cents.to_list()
    assert (people["deferral_rate"] == people["employee_id"] % 10_001).all()


def test_an_unknown_suffix_or_a_missing_folder_writes_nothing(tmp_path: Path) -> None:
    people = census.generate(10, 1, AS_OF)
    for name, reason in {
        "census.xlsx": "a census ends in .csv or .parquet, not in '.xlsx'",
        "none/census.csv": f"there is no folder {tmp_path / 'none'}; create it first",
    }.items():
        with pytest.raises(NavigatorError) as caught:
            write_census(people, tmp_path / name)
        assert str(caught.value) == f"{tmp_path / name}: {reason}"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_failed_write_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_part: Path, _path: Path) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / f"census{suffix}"
    write_census(census.generate(10, 1, AS_OF), path)
    before = path.read_bytes()
    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(NavigatorError, match=r"cannot be written \(No space left on device\)"):
        write_census(census.generate(10, 2, AS_OF), path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_reading_changes_nothing_on_disk(tmp_path: Path) -> None:
    path = tmp_path / "census.csv"
    path.write_text("employee_id\n1\n")
    with pytest.raises(NavigatorError):
        read_census(path, AS_OF, LEVELS)
    assert [(entry.name, entry.read_text()) for entry in tmp_path.iterdir()] == [("census.csv", "employee_id\n1\n")]


def test_the_fingerprint_moves_with_every_value() -> None:
    people = census.generate(50, 1, AS_OF)
    changes = [
        *(pl.col(name) + 1 for name in SCHEMA if people[name].dtype.is_integer()),
        *(pl.col(name).dt.offset_by("1d") for name in ("birth_date", "hire_date", "enrollment_date")),
        pl.col("level_id").replace(1, None),
        pl.lit(AS_OF).alias("termination_date"),
        pl.col("enrollment_date").fill_null(dt.date(1970, 1, 1)),
    ]
    prints = {census_fingerprint(people.with_columns(change)) for change in changes}
    assert len(prints | {census_fingerprint(people)}) == len(changes) + 1
    assert all(len(text) == 64 for text in prints)


def test_a_missing_value_is_not_zero() -> None:
    people = census.generate(50, 1, AS_OF)
    without, zero = (people.with_columns(level_id=pl.lit(value, pl.Int32)) for value in (None, 0))
    assert census_fingerprint(without) != census_fingerprint(zero)


def test_the_fingerprint_does_not_know_order_chunks_or_further_columns() -> None:
    people = census.generate(5_000, 1, AS_OF)
    same = [
        people.reverse(),
        pl.concat([people.head(10), people.tail(-10)], rechunk=False),
        people.select(reversed(people.columns)),
        people.with_row_index("note"),
    ]
    assert {census_fingerprint(frame) for frame in same} == {census_fingerprint(people)}
