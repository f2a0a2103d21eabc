"""A shuffled census has the same rows with the same types in another order, or there is none."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from harness.parity.oracles.shuffling import shuffle
from harness.warehouse import Warehouse

CSV = b"id,name\n" + b"".join(b"%d,name %d\n" % (number, number) for number in range(50))


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    with closing(Warehouse(tmp_path / "spill", "1GB")) as opened:
        yield opened


def shuffled(warehouse: Warehouse, directory: Path, content: bytes, name: str = "census.csv") -> tuple[str, bytes]:
    """What was said, and what was written."""
    census, into = directory / name, directory / f"shuffled-{name}"
    census.write_bytes(content)
    problem = shuffle(warehouse, census, into)
    return problem, into.read_bytes() if into.is_file() else b""


@pytest.mark.parametrize(
    "content", [CSV, CSV.rstrip(b"\n"), CSV.replace(b"\n", b"\r\n"), CSV.replace(b"\n", b"\r\n")[:-2]]
)
def test_lines_are_put_into_another_order_below_the_header(
    content: bytes, warehouse: Warehouse, tmp_path: Path
) -> None:
    problem, written = shuffled(warehouse, tmp_path, content)
    before, after = content.split(), written.split()
    assert problem == ""
    assert written.splitlines()[0] == b"id,name"
    assert written.splitlines()[1:] != content.splitlines()[1:]
    assert sorted(before) == sorted(after)
    assert written.count(b"\r") == (51 if b"\r" in content else 0)


def test_the_order_is_the_same_in_every_invocation(warehouse: Warehouse, tmp_path: Path) -> None:
    assert shuffled(warehouse, tmp_path, CSV) == shuffled(warehouse, tmp_path, CSV)


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("census.csv", b"id\n1\n", "the order of the 1 rows of the census cannot be changed"),
        ("census.csv", b"id\n1\n1\n1\n", "the order of the 3 rows of the census cannot be changed"),
        ("census.csv", b"", "the order of the 0 rows of the census cannot be changed"),
        ("census.csv", b'id,note\n1,"two\nlines"\n2,\n', "the rows of census.csv cannot be shuffled line by line"),
        ("census.json", b"{}", "the rows of census.json cannot be shuffled: the judge knows .parquet, .csv, .tsv"),
    ],
)
def test_what_cannot_be_shuffled_is_told(
    name: str, content: bytes, problem: str, warehouse: Warehouse, tmp_path: Path
) -> None:
    assert problem in shuffled(warehouse, tmp_path, content, name)[0]


COLUMNS = """
    range AS id, range % 3 = 0 AS flag, CAST(range AS DECIMAL(18, 2)) / 7 AS money, range / 3.0 AS share,
    DATE '2020-01-01' + CAST(range AS INTEGER) AS day, TIMESTAMP '2020-01-01 01:02:03.000004' AS moment,
    CASE WHEN range % 2 = 0 THEN 'é' END AS name, CAST(range AS UTINYINT) AS small, [range, NULL] AS list,
    {'a': range} AS struct, CAST('\\x00\\xff' AS BLOB) AS bytes, uuid() AS uuid, CAST('-0.0' AS DOUBLE) AS zero
"""


def test_parquet_keeps_its_rows_and_types(warehouse: Warehouse, tmp_path: Path) -> None:
    census, into = tmp_path / "census.parquet", tmp_path / "other" / "census.parquet"
    into.parent.mkdir()
    with duckdb.connect() as connection:
        connection.execute(f"COPY (SELECT {COLUMNS} FROM range(200)) TO '{census}' (FORMAT parquet)")
        assert shuffle(warehouse, census, into) == ""
        before, after = (connection.execute(f"FROM '{path}'").fetchall() for path in (census, into))
        types = [connection.execute(f"DESCRIBE FROM '{path}'").fetchall() for path in (census, into)]
    assert types[0] == types[1]
    assert before != after
    assert sorted(map(repr, before)) == sorted(map(repr, after))


@pytest.mark.parametrize("rows", [0, 1])
def test_parquet_with_nothing_to_shuffle_is_told(rows: int, warehouse: Warehouse, tmp_path: Path) -> None:
    census = tmp_path / "census.parquet"
    warehouse.rows(f"COPY (SELECT range AS id FROM range({rows})) TO '{census}' (FORMAT parquet)")
    assert "cannot be changed" in shuffle(warehouse, census, tmp_path / "shuffled.parquet")
