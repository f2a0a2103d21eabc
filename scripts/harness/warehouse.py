"""Reading result databases: all attached read-only to one in-memory connection with bounded memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from harness.errors import DatabaseError
from harness.expressions import literal, quoted

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Column:
    """A column as the database describes it."""

    name: str
    type: str


class Warehouse:
    """The databases of one invocation, each under the name of its mode."""

    def __init__(self, temporary: Path, memory_limit: str) -> None:
        self._connection = duckdb.connect()
        try:
            self._connection.execute(f"SET memory_limit = {literal(memory_limit)}")
        except duckdb.Error as error:
            raise DatabaseError(f"--memory-limit: {error}") from None
        self._connection.execute(f"SET temp_directory = {literal(str(temporary))}")
        # A positional proof needs scans to return rows in stored order.
        self._connection.execute("SET preserve_insertion_order = true")
        self._connection.execute("SET TimeZone = 'UTC'")

    def close(self) -> None:
        """Let go of all databases."""
        self._connection.close()

    def attach(self, name: str, path: Path) -> None:
        """Open a database for reading under a name."""
        self.rows(f"ATTACH {literal(str(path))} AS {quoted(name)} (READ_ONLY)")

    def rows(self, sql: str) -> list[Row]:
        """The rows that a query returns."""
        try:
            return self._connection.execute(sql).fetchall()
        except duckdb.Error as error:
            raise DatabaseError(str(error).strip()) from error

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

    @contextmanager
    def _using(self, database: str, schema: str) -> Iterator[None]:
        self.rows(f"USE {quoted(database, schema)}")
        try:
            yield
        finally:
            self.rows("USE memory.main")
