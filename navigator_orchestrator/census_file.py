"""Read, write and fingerprint a census. What the columns mean and when a row is refused: census_check."""

import csv
import datetime as dt
import hashlib
import mmap
import os
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import polars as pl

from navigator_orchestrator.census_check import (
    BAD,
    DECIMALS,
    FIELDS,
    FILE_COLUMNS,
    LINE,
    REQUIRED,
    SCHEMA,
    SHOWN,
    Checked,
    check,
    wrong_types,
)
from navigator_orchestrator.errors import NavigatorError

SUFFIXES = (".csv", ".parquet")

# Read and checked at a time. Polars could stream the batches itself, but `collect_batches` of 2.1 can hang.
_BATCH_ROWS = 1 << 19
_BATCH_CHARACTERS = 1 << 24
_QUOTED_BATCH_ROWS = 50_000
_HASHED = 1_000_000  # rows hashed at a time
_SIMPLY_QUOTED = r'^(?:"[^",]*"|[^",]*)(?:,(?:"[^",]*"|[^",]*))*\n?$'
_PRECISION = {2: 18, 4: 5}  # of the decimals in Parquet, by their scale


def write_census(frame: pl.DataFrame, path: Path) -> None:
    """Write a canonical census to `path`, as CSV or Parquet by its suffix.

    An old file stays until the new one is whole.

    Raises:
        NavigatorError: another suffix, or the file cannot be written.
    """
    suffix = _suffix(path)
    rows = frame.lazy().select(
        _decimal(canonical, DECIMALS[name]).alias(name) if name in DECIMALS else pl.col(canonical)
        for name, canonical in FILE_COLUMNS.items()
    )
    if not path.parent.is_dir():
        raise NavigatorError(f"{path}: there is no folder {path.parent}; create it first")
    part = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        if suffix == ".csv":
            rows.sink_csv(part)
        else:
            rows.sink_parquet(part)
        part.replace(path)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise NavigatorError(f"{path}: cannot be written ({_one_line(error)})") from error
    finally:
        part.unlink(missing_ok=True)


def _decimal(canonical: str, decimals: int) -> pl.Expr:
    """Cents or bps as an exact decimal."""
    return pl.col(canonical).cast(pl.Int128).reinterpret(dtype=pl.Decimal(_PRECISION[decimals], decimals))


def read_census(path: Path, as_of: dt.date, levels: Sequence[int]) -> pl.DataFrame:
    """The canonical census in `path` (census_check.SCHEMA), sorted by employee_id.

    Raises:
        NavigatorError: the file cannot be read, or rows are wrong; the message names the first 20 and why.
    """
    batches, row_name = _open(path)
    try:
        checked = [check(batch, as_of, levels) for batch in batches]
    except UnicodeDecodeError as error:
        raise _not_utf8(path) from error
    except (OSError, csv.Error, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise _unreadable(path, error) from error
    frame = pl.concat([part.frame for part in checked]) if checked else pl.DataFrame()
    if frame.is_empty():
        raise NavigatorError(f"{path}: holds no employees")
    if not frame["employee_id"].is_sorted():
        frame = frame.sort("employee_id", LINE)
    _refuse_bad_rows(path, frame, checked, row_name)
    if frame["termination_date"].null_count() == 0:
        raise NavigatorError(f"{path}: nobody is still employed, every row has a termination_date; leave some empty")
    return frame.select(*SCHEMA)


def census_fingerprint(frame: pl.DataFrame) -> str:
    """SHA-256 of the canonical values, the same for any order of the rows.

    What is hashed is CSV text sorted by employee_id, lines ending in LF: the canonical names, then integers
    (cents, bps, days since 1970-01-01) with nothing between the commas for a missing value.
    """
    if not frame["employee_id"].is_sorted():
        frame = frame.sort("employee_id")
    digest = hashlib.sha256(",".join(SCHEMA).encode() + b"\n")
    for rows in frame.select(*SCHEMA).iter_slices(_HASHED):
        text = rows.with_columns(pl.col(pl.Date).to_physical()).write_csv(include_header=False)
        digest.update(text.encode())
    return digest.hexdigest()


def _refuse_bad_rows(path: Path, frame: pl.DataFrame, checked: list[Checked], row_name: str) -> None:
    """Raise for the rows that `check` found wrong and for ids that stand twice; `frame` is sorted by id."""
    twice = pl.col("employee_id") == pl.col("employee_id").shift(1)
    again = frame.filter(twice & ~pl.col(BAD)).sort(LINE)
    bad = int(frame[BAD].sum()) + again.height
    if not bad:
        return
    shown = again.head(SHOWN)["employee_id"]
    first = frame.filter(pl.col("employee_id").is_in(shown.implode())).group_by("employee_id").agg(pl.col(LINE).min())
    lines = dict(first.iter_rows())
    reasons = [reason for part in checked for reason in part.reasons]
    for employee, line in again.head(SHOWN).select("employee_id", LINE).iter_rows():
        reasons.append((line, f"employee_id {employee} stands already in {row_name} {lines[employee]}"))
    listed = [f"  {row_name} {line}: {reason}" for line, reason in sorted(reasons)[:SHOWN]]
    if bad > SHOWN:
        listed.append(f"  and {bad - SHOWN:,} more")
    raise NavigatorError("\n".join([f"{path}: wrong rows: {bad:,} of {frame.height:,}", *listed]))


# --- opening: batches of raw rows, and what a row is called -------------------------------------------------


def _open(path: Path) -> tuple[Iterator[pl.DataFrame], str]:
    """Batches for `check`, after what can be said of the file as a whole."""
    suffix = _suffix(path)
    if path.is_dir():
        raise NavigatorError(f"{path}: is a folder; give a file ending in {_suffixes()}")
    try:
        if path.stat().st_size == 0:
            raise NavigatorError(f"{path}: is empty; expected columns {', '.join(FILE_COLUMNS)}")
        return (_open_csv(path), "line") if suffix == ".csv" else (_open_parquet(path), "row")
    except UnicodeDecodeError as error:
        raise _not_utf8(path) from error
    except FileNotFoundError as error:
        raise NavigatorError(f"{path}: there is no such file") from error
    except (OSError, csv.Error, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise _unreadable(path, error) from error


def _open_parquet(path: Path) -> Iterator[pl.DataFrame]:
    rows = pl.scan_parquet(path, glob=False)
    schema = rows.collect_schema()
    _check_columns(path, schema.names())
    wrong = wrong_types(schema)
    if wrong:
        raise NavigatorError(f"{path}: {'; '.join(wrong)}")
    height = int(rows.select(pl.len()).collect().item())
    pieces = (rows.slice(start, _BATCH_ROWS).collect() for start in range(0, height, _BATCH_ROWS))
    return (piece.with_row_index(LINE, offset=1 + number * _BATCH_ROWS) for number, piece in enumerate(pieces))


def _open_csv(path: Path) -> Iterator[pl.DataFrame]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        header = [name.strip() for name in next(csv.reader(file, strict=True), [])]
    _check_columns(path, header)
    return _plain_batches(path, header) if _is_plain(path) else _quoted_batches(path, header)


def _check_columns(path: Path, names: list[str]) -> None:
    """Each column at most once, the required ones there, no others."""
    valid = f"valid columns: {', '.join(FILE_COLUMNS)}"
    twice = sorted({name for name in names if names.count(name) > 1})
    unknown = [name for name in names if name not in FILE_COLUMNS]
    missing = [name for name in REQUIRED if name not in names]
    problems = [f"column {name!r} stands twice" for name in twice]
    if unknown:
        problems.append(f"unknown column {', '.join(map(repr, unknown))}")
    if missing:
        problems.append(f"missing column {', '.join(missing)}")
    if problems:
        hint = "; fields are separated by commas" if len(names) == 1 else ""
        raise NavigatorError(f"{path}: {'; '.join(problems)} ({valid}{hint})")


def _is_plain(path: Path) -> bool:
    """Whether quotes, if there are any, only surround whole fields without commas or line breaks."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data.find(b'"') < 0:
            return True
    return all(batch["text"].str.contains(_SIMPLY_QUOTED).all() for batch in _lines(path))


def _lines(path: Path) -> Iterator[pl.DataFrame]:
    """Batches of `text` and LINE, without the header."""
    with path.open(encoding="utf-8-sig") as file:
        file.readline()
        first = 2
        while lines := file.readlines(_BATCH_CHARACTERS):
            yield pl.DataFrame({"text": lines}).with_row_index(LINE, offset=first)
            first += len(lines)


def _plain_batches(path: Path, header: list[str]) -> Iterator[pl.DataFrame]:
    """Lines are rows and commas separate; blank lines are skipped."""
    line = pl.col("text").str.replace_all('"', "", literal=True)
    for batch in _lines(path):
        rows = batch.filter(line.str.strip_chars(", \t\n") != "").select(
            line.str.split_exact(",", len(header) - 1).struct.rename_fields(header).struct.unnest(),
            pl.col(LINE),
            (line.str.count_matches(",", literal=True) + 1).alias(FIELDS),
        )
        yield _cleaned(rows, header)


def _quoted_batches(path: Path, header: list[str]) -> Iterator[pl.DataFrame]:
    """Quotes may hold commas and line breaks: slower, and still with the line that a row begins on."""
    schema = dict.fromkeys(header, pl.String()) | {LINE: pl.UInt32(), FIELDS: pl.UInt32()}
    rows = _quoted_rows(path, len(header))
    while batch := list(islice(rows, _QUOTED_BATCH_ROWS)):
        columns = dict(zip(schema, zip(*batch, strict=True), strict=True))
        yield _cleaned(pl.DataFrame(columns, schema=schema), header)


def _quoted_rows(path: Path, width: int) -> Iterator[list[str | int]]:
    """`width` fields, the line and the number of fields found."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, strict=True)
        line = 1
        try:
            for fields in reader:
                if line > 1 and any(field.strip() for field in fields):
                    yield [*fields[:width], *[""] * (width - len(fields)), line, len(fields)]
                line = reader.line_num + 1
        except csv.Error as error:
            raise NavigatorError(
                f"{path}: line {line}: wrong quotes ({error}); a quote in a field is doubled"
            ) from error


def _cleaned(batch: pl.DataFrame, header: list[str]) -> pl.DataFrame:
    """Without spaces around fields; empty fields are null."""
    stripped = (pl.col(name).str.strip_chars() for name in header)
    return batch.with_columns(stripped).with_columns(pl.when(pl.col(header) != "").then(pl.col(header)))


def _suffix(path: Path) -> str:
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise NavigatorError(f"{path}: a census ends in {_suffixes()}, not in {path.suffix!r}")
    return suffix


def _suffixes() -> str:
    return " or ".join(SUFFIXES)


def _not_utf8(path: Path) -> NavigatorError:
    """The refusal of a file with other bytes, with the first line that has them."""
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode()
            except UnicodeDecodeError as error:
                found = f"line {number} is not UTF-8 (byte 0x{line[error.start]:02x})"
                return NavigatorError(f"{path}: {found}; save it as CSV in UTF-8")
    return NavigatorError(f"{path}: is not UTF-8; save it as CSV in UTF-8")


def _unreadable(path: Path, error: BaseException) -> NavigatorError:
    if path.suffix.lower() == ".csv" and "utf" in str(error).lower():
        return _not_utf8(path)
    what = "a CSV" if path.suffix.lower() == ".csv" else "a whole Parquet"
    return NavigatorError(f"{path}: is not {what} file that can be read ({_one_line(error)})")


def _one_line(error: BaseException) -> str:
    return getattr(error, "strerror", None) or " ".join(str(error).split())
