"""A census that cannot be used is refused with every bad row named by its line."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from navigator_orchestrator.census_file import read_census
from navigator_orchestrator.errors import NavigatorError

AS_OF = dt.date(2024, 12, 31)
LEVELS = [1, 2, 3]
COLUMNS = (
    "employee_id,birth_date,hire_date,termination_date,level_id,gross_compensation,deferral_rate,"
    "enrollment_date,account_balance"
)
GOOD = {
    "employee_id": "7",
    "birth_date": "1980-05-17",
    "hire_date": "2010-03-01",
    "termination_date": "",
    "level_id": "2",
    "gross_compensation": "80000.50",
    "deferral_rate": "0.06",
    "enrollment_date": "2011-01-01",
    "account_balance": "1234.56",
}

Refusal = Callable[[str | bytes], str]


def line(**values: str) -> str:
    return ",".join((GOOD | values).values())


@pytest.fixture
def refusal(tmp_path: Path) -> Refusal:
    """The message for a CSV file of this content, without the path."""

    def read(content: str | bytes) -> str:
        path = tmp_path / "census.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        with pytest.raises(NavigatorError) as caught:
            read_census(path, AS_OF, LEVELS)
        return str(caught.value).removeprefix(f"{path}: ")

    return read


def parquet_refusal(tmp_path: Path, **columns: list[Any]) -> str:
    """The message for a Parquet file of two employees with these columns, without the path."""
    good = {
        "employee_id": [1, 2],
        "birth_date": [dt.date(1980, 5, 17)] * 2,
        "hire_date": [dt.date(2010, 3, 1)] * 2,
        "gross_compensation": [80_000.5, 90_000.0],
    }
    path = tmp_path / "census.parquet"
    pl.DataFrame(good | columns).write_parquet(path)
    with pytest.raises(NavigatorError) as caught:
        read_census(path, AS_OF, LEVELS)
    return str(caught.value).removeprefix(f"{path}: ")


ROWS = {
    "id missing": ({"employee_id": ""}, "employee_id is missing"),
    "id text": ({"employee_id": "E7"}, "employee_id 'E7' is not a whole number from 1 to 8,000,000,000,000"),
    "id fraction": ({"employee_id": "7.5"}, "employee_id '7.5' is not a whole number from 1 to 8,000,000,000,000"),
    "id zero": ({"employee_id": "0"}, "employee_id '0' is not a whole number from 1 to 8,000,000,000,000"),
    "id too large": (
        {"employee_id": "8000000000001"},
        "employee_id '8000000000001' is not a whole number from 1 to 8,000,000,000,000",
    ),
    "birth missing": ({"birth_date": ""}, "birth_date is missing"),
    "hire missing": ({"hire_date": ""}, "hire_date is missing"),
    "day that is none": (
        {"birth_date": "1980-02-30"},
        "birth_date '1980-02-30' is not a calendar date; expected YYYY-MM-DD",
    ),
    "other date form": (
        {"hire_date": "3/1/2010"},
        "hire_date '3/1/2010' is not a calendar date; expected YYYY-MM-DD",
    ),
    "short date": (
        {"termination_date": "2011-1-1"},
        "termination_date '2011-1-1' is not a calendar date; expected YYYY-MM-DD",
    ),
    "too young": (
        {"birth_date": "1996-03-02"},
        "hire_date 2010-03-01 is before the age of 14 (born 1996-03-02)",
    ),
    "too old": ({"birth_date": "1924-12-30"}, "birth_date 1924-12-30 is more than 100 years before 2024-12-31"),
    "hired later": ({"hire_date": "2025-01-01"}, "hire_date 2025-01-01 is after 2024-12-31, the day of the census"),
    "left before": (
        {"termination_date": "2010-02-28"},
        "termination_date 2010-02-28 is before hire_date 2010-03-01",
    ),
    "left later": (
        {"termination_date": "2025-01-01"},
        "termination_date 2025-01-01 is after 2024-12-31, the day of the census",
    ),
    "enrolled before": (
        {"enrollment_date": "2010-02-28"},
        "enrollment_date 2010-02-28 is before hire_date 2010-03-01",
    ),
    "enrolled later": (
        {"enrollment_date": "2025-01-01"},
        "enrollment_date 2025-01-01 is after 2024-12-31, the day of the census",
    ),
    "pay missing": ({"gross_compensation": ""}, "gross_compensation is missing"),
    "pay negative": ({"gross_compensation": "-1"}, "gross_compensation '-1' is negative"),
    "pay text": ({"gross_compensation": "$80k"}, "gross_compensation '$80k' is not a number like 60000.00"),
    "pay exponent": ({"gross_compensation": "8e4"}, "gross_compensation '8e4' is not a number like 60000.00"),
    "pay decimals": ({"gross_compensation": "1.005"}, "gross_compensation '1.005' has more than two decimals"),
    "pay large": ({"gross_compensation": "40000000.01"}, "gross_compensation '40000000.01' is above 40,000,000"),
    "pay huge": (
        {"gross_compensation": "9" * 30},
        f"gross_compensation '{'9' * 30}' is out of range; expected 0 to 40,000,000",
    ),
    "rate above 1": ({"deferral_rate": "6"}, "deferral_rate '6' is outside 0 to 1; write 6 % as 0.06"),
    "rate negative": ({"deferral_rate": "-0.01"}, "deferral_rate '-0.01' is outside 0 to 1; write 6 % as 0.06"),
    "rate percent": ({"deferral_rate": "6%"}, "deferral_rate '6%' is not a number like 0.06"),
    "rate decimals": ({"deferral_rate": "0.06001"}, "deferral_rate '0.06001' has more than four decimals"),
    "balance negative": ({"account_balance": "-0.01"}, "account_balance '-0.01' is negative"),
    "level unknown": ({"level_id": "4"}, "level_id '4' is not a level; valid: 1, 2, 3"),
    "level text": ({"level_id": "two"}, "level_id 'two' is not a level; valid: 1, 2, 3"),
}


@pytest.mark.parametrize(("values", "reason"), ROWS.values(), ids=ROWS)
@pytest.mark.parametrize("quoted", [False, True])
def test_a_bad_row_is_named_by_its_line(refusal: Refusal, values: dict[str, str], reason: str, quoted: bool) -> None:
    rows = [line(employee_id="1"), line(**values), line(employee_id="9")]
    if quoted:
        rows = [",".join(f'"{field}"' for field in row.split(",")) for row in rows]
    assert refusal("\n".join([COLUMNS, *rows, ""])) == f"wrong rows: 1 of 3\n  line 3: {reason}"


def test_a_value_on_each_border_is_accepted(tmp_path: Path) -> None:
    path = tmp_path / "census.csv"
    borders = {
        "employee_id": "8000000000000",
        "birth_date": "1924-12-31",
        "hire_date": "1938-12-31",
        "enrollment_date": "1938-12-31",
        "gross_compensation": "40000000",
        "deferral_rate": "1",
    }
    today = {"hire_date": "2024-12-31", "termination_date": "2024-12-31", "enrollment_date": "2024-12-31"}
    path.write_text("\n".join([COLUMNS, line(**borders), line(**today)]))
    assert read_census(path, AS_OF, LEVELS)["employee_id"].to_list() == [7, 8_000_000_000_000]


def test_an_id_that_stands_twice_names_the_first_line(refusal: Refusal) -> None:
    rows = [line(employee_id=number) for number in ("5", "9", "3", "9", "9")]
    assert refusal("\n".join([COLUMNS, *rows])) == (
        "wrong rows: 2 of 5\n"
        "  line 5: employee_id 9 stands already in line 3\n"
        "  line 6: employee_id 9 stands already in line 3"
    )


def test_twenty_rows_are_named_in_the_order_of_the_file_and_the_others_counted(refusal: Refusal) -> None:
    good = [line(employee_id=str(number)) for number in range(1000, 1005)]
    bad = [line(employee_id=str(number), level_id="9") for number in range(30, 0, -1)]
    message = refusal("\n".join([COLUMNS, *good, *bad[:12], good[0], *bad[12:]])).splitlines()
    assert message[0] == "wrong rows: 31 of 36"
    assert [row.split(":")[0] for row in message[1:-1]] == [f"  line {number}" for number in range(7, 27)]
    assert message[13] == "  line 19: employee_id 1000 stands already in line 2"
    assert message[-1] == "  and 11 more"


@pytest.mark.parametrize("level", ["9", '"9"', '"1,9"'])
def test_blank_lines_count_as_lines_but_not_as_rows(refusal: Refusal, level: str) -> None:
    text = f"{COLUMNS}\r\n{line(employee_id='1')}\r\n\r\n,,,,,,,,\r\n{line(level_id=level)}\r\n\r\n"
    assert refusal(text).startswith(f"wrong rows: 1 of 2\n  line 5: level_id '{level.strip(chr(34))}'")


def test_line_breaks_within_quotes_do_not_shift_the_lines(refusal: Refusal) -> None:
    broken = line(employee_id="1", level_id='"2\n"')
    text = f"{COLUMNS}\n{broken}\n{line(level_id='9')}\n"
    assert refusal(text) == "wrong rows: 1 of 2\n  line 4: level_id '9' is not a level; valid: 1, 2, 3"


@pytest.mark.parametrize(("row", "fields"), [(line()[:-8], 8), (line() + ",", 10)])
def test_a_row_that_is_cut_or_too_long_is_named(refusal: Refusal, row: str, fields: int) -> None:
    expected = f"wrong rows: 1 of 2\n  line 3: has {fields} fields where the header has 9"
    assert refusal(f"{COLUMNS}\n{line(employee_id='1')}\n{row}") == expected


FILES = {
    "empty": ("", f"is empty; expected columns {COLUMNS.replace(',', ', ')}"),
    "header only": (COLUMNS, "holds no employees"),
    "header and blank line": (COLUMNS + "\n\n", "holds no employees"),
    "missing": (
        COLUMNS.replace("hire_date", "level_id", 1).replace("level_id,g", "g") + "\n" + line(),
        f"missing column hire_date (valid columns: {COLUMNS.replace(',', ', ')})",
    ),
    "unknown": (
        COLUMNS.replace("level_id", "grade") + "\n" + line(),
        f"unknown column 'grade' (valid columns: {COLUMNS.replace(',', ', ')})",
    ),
    "twice": (
        COLUMNS.replace("level_id", "hire_date") + "\n" + line(),
        f"column 'hire_date' stands twice (valid columns: {COLUMNS.replace(',', ', ')})",
    ),
    "all have left": (
        COLUMNS + "\n" + line(termination_date="2024-12-31"),
        "nobody is still employed, every row has a termination_date; leave some empty",
    ),
    "not UTF-8": (
        f"{COLUMNS}\n{line()}\n".encode() + b"\xe9",
        "line 3 is not UTF-8 (byte 0xe9); save it as CSV in UTF-8",
    ),
    "UTF-16": ((COLUMNS + "\n" + line()).encode("utf-16"), "line 1 is not UTF-8 (byte 0xff); save it as CSV in UTF-8"),
    "open quote": (
        f'{COLUMNS}\n{line()}\n"8,1980-01-01\n',
        "line 3: wrong quotes (unexpected end of data); a quote in a field is doubled",
    ),
}


@pytest.mark.parametrize(("content", "message"), FILES.values(), ids=FILES)
def test_a_file_that_is_no_census_is_refused(refusal: Refusal, content: str | bytes, message: str) -> None:
    assert refusal(content) == message


def test_semicolons_are_explained(refusal: Refusal) -> None:
    assert "fields are separated by commas" in refusal(COLUMNS.replace(",", ";") + "\n" + line().replace(",", ";"))


def test_a_path_that_is_no_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    cases = {
        "none.csv": "there is no such file",
        "folder.csv": "is a folder; give a file ending in .csv or .parquet",
        "census.xlsx": "a census ends in .csv or .parquet, not in '.xlsx'",
    }
    for name, reason in cases.items():
        with pytest.raises(NavigatorError) as caught:
            read_census(tmp_path / name, AS_OF, LEVELS)
        assert str(caught.value) == f"{tmp_path / name}: {reason}"


@pytest.mark.parametrize("content", [b"PAR1", b"employee_id,birth_date\n", b"PAR1" + b"\0" * 100 + b"PAR1"])
def test_a_broken_parquet_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "census.parquet"
    path.write_bytes(content)
    with pytest.raises(NavigatorError, match="is not a whole Parquet file that can be read"):
        read_census(path, AS_OF, LEVELS)


def test_wrong_parquet_types_are_refused_together(tmp_path: Path) -> None:
    message = parquet_refusal(tmp_path, employee_id=["1", "2"], birth_date=["1980-05-17"] * 2, level_id=[True, False])
    assert message == (
        "employee_id has type String, expected an integer; "
        "birth_date has type String, expected a date (or a timestamp without time zone, at midnight); "
        "level_id has type Boolean, expected an integer"
    )


PARQUET = {
    "id": ({"employee_id": [1, -2]}, "employee_id '-2' is not a whole number from 1 to 8,000,000,000,000"),
    "double": ({"gross_compensation": [1.0, 80_000.125]}, "gross_compensation '80000.125' has more than two decimals"),
    "not a number": (
        {"gross_compensation": [1.0, float("nan")]},
        "gross_compensation 'NaN' is not a number like 60000.00",
    ),
    "large integer": (
        {"account_balance": [1, 2**62]},
        f"account_balance '{2**62}' is out of range; expected 0 to 1,000,000,000",
    ),
    "decimal": (
        {"gross_compensation": [Decimal("1.000"), Decimal("80000.125")]},
        "gross_compensation '80000.125' has more than two decimals",
    ),
    "level": ({"level_id": [1.0, 1.5]}, "level_id '1.5' is not a level; valid: 1, 2, 3"),
    "twice": ({"employee_id": [5, 5]}, "employee_id 5 stands already in row 1"),
    "time of day": (
        {"hire_date": [dt.datetime(2010, 3, 1), dt.datetime(2010, 3, 1, 9)]},  # noqa: DTZ001
        "hire_date '2010-03-01 09:00:00.000000' is not a calendar date; expected YYYY-MM-DD",
    ),
}


@pytest.mark.parametrize(("columns", "reason"), PARQUET.values(), ids=PARQUET)
def test_a_bad_parquet_row_is_named_by_its_number(tmp_path: Path, columns: dict[str, list[Any]], reason: str) -> None:
    assert parquet_refusal(tmp_path, **columns) == f"wrong rows: 1 of 2\n  row 2: {reason}"
