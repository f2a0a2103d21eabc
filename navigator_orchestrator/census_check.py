"""What a census may hold: its columns, how each value is read, and why a row is refused.

A batch is a piece of the file: the file's columns (all text from CSV, typed from Parquet), `LINE`, the number
to name the row by, and from CSV `FIELDS`, the number of fields of the line.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import polars as pl

LINE = ":line"
FIELDS = ":fields"
BAD = ":bad"
SHOWN = 20  # rows named in a refusal

Type = pl.DataType | type[pl.DataType]

# The canonical census, sorted by employee_id: money in cents, rates in bps; without a level the pay decides.
SCHEMA: dict[str, Type] = {
    "employee_id": pl.Int64,
    "birth_date": pl.Date,
    "hire_date": pl.Date,
    "termination_date": pl.Date,
    "level_id": pl.Int32,
    "salary": pl.Int64,
    "deferral_rate": pl.Int32,
    "enrollment_date": pl.Date,
    "account_balance": pl.Int64,
}
# Column of the file and canonical column.
FILE_COLUMNS = {"gross_compensation" if name == "salary" else name: name for name in SCHEMA}
REQUIRED = ("employee_id", "birth_date", "hire_date", "gross_compensation")
DATES = ("birth_date", "hire_date", "termination_date", "enrollment_date")
# Decimals, and the largest value in the file's unit.
DECIMALS = {"gross_compensation": 2, "deferral_rate": 4, "account_balance": 2}
LARGEST = {"gross_compensation": 40_000_000, "deferral_rate": 1, "account_balance": 1_000_000_000}
LARGEST_ID = 8_000_000_000_000
YOUNGEST_AT_HIRE = 14
OLDEST = 100

_ROUGHLY = 10**13  # anything beyond is out of range and would overflow
_DECIMAL_WORDS = {2: "two", 4: "four"}


class Checked(NamedTuple):
    """A batch read: the canonical columns with LINE and BAD, and (line, reason) of its first bad rows."""

    frame: pl.DataFrame
    reasons: list[tuple[int, str]]


def wrong_types(schema: Mapping[str, pl.DataType]) -> list[str]:
    """What is wrong with the column types of a Parquet file."""
    return [
        f"{name} has type {dtype}, expected {_expected_type(name)}"
        for name, dtype in schema.items()
        if not _fits(name, dtype)
    ]


def check(batch: pl.DataFrame, as_of: dt.date, levels: Sequence[int]) -> Checked:
    """Read and judge each row of a batch."""
    names = [name for name in FILE_COLUMNS if name in batch.columns]
    frame = batch.rename({name: _raw(name) for name in names}).with_columns(
        (_value(name, batch.schema[name]) if name in names else pl.lit(None)).cast(SCHEMA[canonical]).alias(canonical)
        for name, canonical in FILE_COLUMNS.items()
    )
    rules = [*_reading_rules(names, levels, batch), *_range_rules(names, levels), *_date_rules(as_of)]
    frame = frame.with_columns(pl.any_horizontal(broken for broken, _ in rules).fill_null(False).alias(BAD))
    reasons: list[tuple[int, str]] = []
    if frame[BAD].any():
        first = frame.filter(BAD).sort(LINE).head(SHOWN)
        told = pl.coalesce(pl.when(broken).then(reason) for broken, reason in rules)
        reasons = first.select(LINE, told.alias("reason")).rows()
    kept = frame.select(*SCHEMA, LINE, BAD)
    return Checked(kept.with_columns(pl.col("deferral_rate", "account_balance").fill_null(0)), reasons)


# --- reading values -----------------------------------------------------------------------------------------


def _raw(name: str) -> str:
    return f":{name}"


def _value(name: str, dtype: pl.DataType) -> pl.Expr:
    """The canonical value, null where the raw one is missing or cannot be read."""
    raw = pl.col(_raw(name))
    if dtype == pl.Null:
        return raw
    if name in DECIMALS:
        return _scaled_text(raw, DECIMALS[name]) if dtype == pl.String else _scaled(raw, dtype, DECIMALS[name])
    if name in DATES:
        return _date_text(raw) if dtype == pl.String else _date(raw, dtype)
    if dtype == pl.String:
        raw = pl.when(raw.str.contains(r"^\d{1,18}$")).then(raw)
    whole = raw.cast(pl.Int64, strict=False)
    if dtype == pl.Float64:
        whole = pl.when(whole == raw).then(whole)
    lowest, highest = (1, LARGEST_ID) if name == "employee_id" else (0, 2**31 - 1)
    return pl.when(whole.is_between(lowest, highest)).then(whole)


def _date_text(raw: pl.Expr) -> pl.Expr:
    """YYYY-MM-DD only; the parser alone would take 2023-2-3 too."""
    return pl.when(raw.str.len_bytes() == 10).then(raw.str.to_date("%Y-%m-%d", strict=False))


def _date(raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """Dates, and timestamps at midnight."""
    if dtype == pl.Date:
        return raw
    date = raw.cast(pl.Date)
    return pl.when(date.cast(dtype) == raw).then(date)


def _scaled_text(raw: pl.Expr, decimals: int) -> pl.Expr:
    """Decimal text times 10^decimals; further zeros are allowed, exponents are not."""
    plain = rf"^-?(?:\d{{1,15}}(?:\.\d{{0,{decimals}}}0*)?|\.\d{{1,{decimals}}}0*)$"
    return pl.when(raw.str.contains(plain)).then(_unscaled(raw.str.to_decimal(scale=decimals)))


def _scaled(raw: pl.Expr, dtype: pl.DataType, decimals: int) -> pl.Expr:
    """Number times 10^decimals, if that is whole; of a double, whole up to the error of a few operations."""
    unit = int(10**decimals)
    if isinstance(dtype, pl.Decimal):
        exact = raw.cast(pl.Decimal(38, decimals), strict=False)
        return pl.when(exact == raw).then(_unscaled(exact))
    near = pl.when(raw.is_between(-_ROUGHLY, _ROUGHLY)).then(raw)
    if dtype.is_integer():
        return near.cast(pl.Int64) * unit
    scaled = near * unit
    whole = scaled.round(0)
    return pl.when((scaled - whole).abs() <= 1e-6 + whole.abs() * 1e-14).then(whole.cast(pl.Int64, strict=False))


def _unscaled(decimal: pl.Expr) -> pl.Expr:
    return decimal.to_physical().cast(pl.Int64, strict=False)


def _fits(name: str, dtype: pl.DataType) -> bool:
    if dtype == pl.Null:
        return True
    if name in DATES:
        return dtype == pl.Date or (isinstance(dtype, pl.Datetime) and dtype.time_zone is None)
    if name in DECIMALS:
        return dtype.is_integer() or dtype.is_decimal() or dtype == pl.Float64
    return dtype.is_integer() or (name == "level_id" and dtype == pl.Float64)


def _expected_type(name: str) -> str:
    if name in DATES:
        return "a date (or a timestamp without time zone, at midnight)"
    return "a decimal, a double or an integer" if name in DECIMALS else "an integer"


# --- rules: (where it is broken, what to say), the first broken one is told ---------------------------------

Rule = tuple[pl.Expr, pl.Expr]


def _reading_rules(names: Sequence[str], levels: Sequence[int], batch: pl.DataFrame) -> list[Rule]:
    """Fields of the line, required values, and values that cannot be read."""
    rules: list[Rule] = []
    if FIELDS in batch.columns:
        count = pl.col(FIELDS)
        width = len(batch.columns) - 2
        rules.append((count != width, pl.format("has {} fields where the header has {}", count, pl.lit(width))))
    for name in names:
        raw, value = pl.col(_raw(name)), pl.col(FILE_COLUMNS[name])
        if name in REQUIRED:
            rules.append((raw.is_null(), pl.lit(f"{name} is missing")))
        rules.append((raw.is_not_null() & value.is_null(), _said(name, _unreadable(name, levels))))
    return rules


def _unreadable(name: str, levels: Sequence[int]) -> pl.Expr:
    """Why the raw value could not be read."""
    if name in DATES:
        return pl.lit("is not a calendar date; expected YYYY-MM-DD")
    if name == "level_id":
        return pl.lit(_not_a_level(levels))
    if name == "employee_id":
        return pl.lit(f"is not a whole number from 1 to {LARGEST_ID:,}")
    text, decimals = pl.col(_raw(name)).cast(pl.String), DECIMALS[name]
    more = rf"^-?[0-9]*\.[0-9]{{{decimals},}}[1-9][0-9]*$|^-?[0-9.]+e-"
    example = "0.06" if name == "deferral_rate" else "60000.00"
    return (
        pl.when(text.str.contains(more))
        .then(pl.lit(f"has more than {_DECIMAL_WORDS[decimals]} decimals"))
        .when(text.str.contains(r"^-?[0-9]+\.?[0-9]*$"))
        .then(pl.lit(f"is out of range; expected 0 to {LARGEST[name]:,}"))
        .otherwise(pl.lit(f"is not a number like {example}"))
    )


def _not_a_level(levels: Sequence[int]) -> str:
    return f"is not a level; valid: {', '.join(map(str, levels))}"


def _range_rules(names: Sequence[str], levels: Sequence[int]) -> list[Rule]:
    """Values that were read and are outside their range."""
    rules: list[Rule] = []
    if "level_id" in names:
        unknown = ~pl.col("level_id").is_in(list(levels))
        rules.append((unknown, _said("level_id", pl.lit(_not_a_level(levels)))))
    for name in [name for name in DECIMALS if name in names]:
        value, largest = pl.col(FILE_COLUMNS[name]), LARGEST[name] * 10 ** DECIMALS[name]
        if name == "deferral_rate":
            outside = pl.lit("is outside 0 to 1; write 6 % as 0.06")
            rules.append((~value.is_between(0, largest), _said(name, outside)))
        else:
            rules.append((value < 0, _said(name, pl.lit("is negative"))))
            rules.append((value > largest, _said(name, pl.lit(f"is above {LARGEST[name]:,}"))))
    return rules


def _said(name: str, what: pl.Expr) -> pl.Expr:
    """The column, its value as it stands in the file, and what is wrong with it."""
    raw = pl.col(_raw(name)).cast(pl.String)
    clipped = pl.when(raw.str.len_chars() > 40).then(raw.str.head(37) + "...").otherwise(raw)
    return pl.format(f"{name} '{{}}' {{}}", clipped.str.replace_all(r"[\s\p{C}]+", " "), what)


def _date_rules(as_of: dt.date) -> list[Rule]:
    """The order of the dates of an employee, and of the census date."""
    birth, hire = pl.col("birth_date"), pl.col("hire_date")
    left, enrolled = pl.col("termination_date"), pl.col("enrollment_date")
    day = pl.lit(as_of)
    too_old, too_young = _age(birth, day) > OLDEST * 10_000, _age(birth, hire) < YOUNGEST_AT_HIRE * 10_000
    return [
        (too_old, pl.format(f"birth_date {{}} is more than {OLDEST} years before {as_of}", birth)),
        (hire > day, pl.format(f"hire_date {{}} is after {as_of}, the day of the census", hire)),
        (
            too_young,
            pl.format(f"hire_date {{}} is before the age of {YOUNGEST_AT_HIRE} (born {{}})", hire, birth),
        ),
        (left < hire, pl.format("termination_date {} is before hire_date {}", left, hire)),
        (left > day, pl.format(f"termination_date {{}} is after {as_of}, the day of the census", left)),
        (enrolled < hire, pl.format("enrollment_date {} is before hire_date {}", enrolled, hire)),
        (
            enrolled > day,
            pl.format(f"enrollment_date {{}} is after {as_of}, the day of the census", enrolled),
        ),
    ]


def _age(birth: pl.Expr, day: pl.Expr) -> pl.Expr:
    """Age on a day as a number whose ten-thousands are whole years (YYYYMMDD - YYYYMMDD)."""

    def number(date: pl.Expr) -> pl.Expr:
        return date.dt.year() * 10_000 + date.dt.month().cast(pl.Int32) * 100 + date.dt.day().cast(pl.Int32)

    return number(day) - number(birth)
