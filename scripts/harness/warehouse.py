"""Reading results: all attached read-only to one in-memory connection with bounded memory."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from harness.errors import DatabaseError, UsageError
from harness.expressions import listed, literal, quoted

Row = tuple[Any, ...]
INTERRUPTED = "Query interrupted"  # DuckDB's RuntimeError in the place of what a signal's handler raised


@dataclass(frozen=True)
class Column:
    """A column as the database describes it."""

    name: str
    type: str


class Warehouse:
    """The results of one invocation, each under the name of its side."""

    def __init__(self, temporary: Path, memory_limit: str) -> None:
        self._connection = duckdb.connect()
        self._memory_limit = memory_limit
        try:
            self._connection.execute(f"SET memory_limit = {literal(memory_limit)}")
        except duckdb.Error as error:
            raise UsageError(f"--memory-limit: {error}") from None
        self._connection.execute(f"SET temp_directory = {literal(str(temporary))}")
        # A positional proof needs scans to return rows in stored order.
        self._connection.execute("SET preserve_insertion_order = true")
        self._connection.execute("SET TimeZone = 'UTC'")

    def close(self) -> None:
        """Let go of all results."""
        self._connection.close()

    def attach(self, name: str, place: Path, schema: str = "main") -> None:
        """Open a DuckDB file, or a folder of Parquet, for reading under a name."""
        if place.is_dir():
            self._attach_folder(name, place, schema)
        else:
            self.rows(f"ATTACH {literal(str(place))} AS {quoted(name)} (READ_ONLY)")

    def rows(self, sql: str) -> list[Row]:
        """The rows that a query returns."""
        try:
            return self._connection.execute(sql).fetchall()
        except duckdb.Error as error:
            raise DatabaseError(_in_one_line(error)) from error
        except RuntimeError as error:
            if str(error) == INTERRUPTED:
                raise KeyboardInterrupt from error
            raise

    def row(self, sql: str) -> Row:
        """The only row that a query returns."""
        (row,) = self.rows(sql)
        return row

    def number(self, sql: str) -> int:
        """The number that a query returns."""
        return int(self.row(sql)[0] or 0)

    def pairs(self, sql: str) -> list[tuple[Any, Any]]:
        """The rows of a query that returns two columns."""
        return [(first, second) for first, second in self.rows(sql)]

    def share_done(self) -> float | None:
        """How much of the running query is done, 0 to 1; None if that is not known."""
        percent = self._connection.query_progress()
        return percent / 100 if percent > 0 else None

    def named_rows(self, sql: str, *, database: str, schema: str) -> list[dict[str, Any]]:
        """The rows of a query that names its tables as someone would who has opened only that database."""
        with self._using(database, schema):
            rows = self.rows(sql)
            names = [column[0] for column in self._connection.description or []]
        return [dict(zip(names, row, strict=True)) for row in rows]

    def relations(self, database: str, schema: str) -> dict[str, str]:
        """Each table and view of a database with its SQL name; those outside the schema carry theirs."""
        found = self.rows(
            "SELECT schema_name, table_name FROM duckdb_tables() "
            f"WHERE database_name = {literal(database)} AND NOT internal "
            "UNION ALL SELECT schema_name, view_name FROM duckdb_views() "
            f"WHERE database_name = {literal(database)} AND NOT internal ORDER BY ALL"
        )
        return {
            table if inside == schema else f"{inside}.{table}": quoted(database, inside, table)
            for inside, table in found
        }

    def columns(self, source: str) -> tuple[Column, ...]:
        """The columns of a relation, as a query on it would return them."""
        described = self.rows(f"DESCRIBE SELECT * FROM {source}")
        return tuple(Column(name, type_) for name, type_, *_ in described)

    def uneven_files(self, folder: Path, relation: str) -> tuple[str, str] | None:
        """A column that a Parquet file of a relation has otherwise than the first file, and how; None if they agree.

        A scan brings every file to the types of the first, so that another type would never be seen.
        """
        rows = self.rows(
            "SELECT file_name, list(concat_ws(' ', name, type, converted_type, logical_type) ORDER BY column_id) "
            f"FROM parquet_schema({literal(_pattern(folder, relation))}) GROUP BY file_name ORDER BY file_name"
        )
        for file, columns in rows[1:]:
            _, *ours = rows[0][1]  # the first entry is the schema itself, whose name depends on the writer
            _, *theirs = columns
            if ours != theirs:
                column = min({*ours} ^ {*theirs}, default=theirs[0])
                return column.partition(" ")[
                    0
                ], f"{column}: not the same in {Path(file).name} as in {Path(rows[0][0]).name}"
        return None

    def _attach_folder(self, name: str, folder: Path, schema: str) -> None:
        self.rows(f"ATTACH ':memory:' AS {quoted(name)}")
        self.rows(f"CREATE SCHEMA IF NOT EXISTS {quoted(name, schema)}")
        for relation in _relations_in(folder):
            files = literal(_pattern(folder, relation))
            source = f"read_parquet({files}, {self._hive_options(folder, relation, files)})"
            self.rows(f"CREATE VIEW {quoted(name, schema, relation)} AS SELECT * FROM {source}")

    def _hive_options(self, folder: Path, relation: str, files: str) -> str:
        """What the files say of themselves counts: DuckDB would put the folder's name over a column of that name."""
        partitions = {path.name.partition("=")[0] for path in (folder / relation).rglob("*=*") if path.is_dir()}
        stored = self.columns(f"read_parquet({files}, hive_partitioning = false)") if partitions else ()
        if partitions <= {column.name for column in stored}:
            return "hive_partitioning = false"
        types = listed(f"{literal(c.name)}: {c.type}" for c in stored if c.name in partitions)
        return f"hive_partitioning = true{f', hive_types = {{{types}}}' if types else ''}"

    @contextmanager
    def at_most(self, memory: str) -> Iterator[None]:
        """Work in no more memory than this, even if the limit allows it: DuckDB fills what it has with what it read."""
        current = "parse_formatted_bytes(current_setting('memory_limit'))"
        (is_less,) = self.row(f"SELECT parse_formatted_bytes({literal(memory)}) < {current}")
        if is_less:
            self.rows(f"SET memory_limit = {literal(memory)}")
        try:
            yield
        finally:
            self.rows(f"SET memory_limit = {literal(self._memory_limit)}")

    @contextmanager
    def _using(self, database: str, schema: str) -> Iterator[None]:
        self.rows(f"USE {quoted(database, schema)}")
        try:
            yield
        finally:
            self.rows("USE memory.main")


def _relations_in(folder: Path) -> list[str]:
    """A relation is a Parquet file, or a folder that holds some, however deep."""
    files = [path.stem for path in folder.glob("*.parquet")]
    folders = [path.name for path in folder.iterdir() if path.is_dir() and any(path.rglob("*.parquet"))]
    twice = sorted(set(files) & set(folders))
    if twice:
        raise DatabaseError(f"{folder}: {twice[0]} is there both as a file and as a folder")
    if not files and not folders:
        raise DatabaseError(f"{folder}: holds no Parquet; expected RELATION.parquet or RELATION/*.parquet")
    return sorted([*files, *folders])


def _pattern(folder: Path, relation: str) -> str:
    """The files of a relation, as DuckDB looks for them; what would be a wildcard in a name stands for itself."""
    plain = re.sub(r"([*?\[])", r"[\1]", f"{folder}/{relation}")
    return f"{plain}/**/*.parquet" if (folder / relation).is_dir() else f"{plain}.parquet"


def _in_one_line(error: duckdb.Error) -> str:
    """What DuckDB says, without the excerpt of the query, whose mark needs a line of its own."""
    return " ".join(str(error).partition("\nLINE ")[0].split())
