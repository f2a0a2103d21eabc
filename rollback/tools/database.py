"""Looks into one DuckDB file. A short process of its own, run by the interpreter whose DuckDB is asked.

The fingerprint of a table is independent of row order, threads and DuckDB's version: `hash()` changed between
releases, MD5 cannot. The sum shows duplicates, in which XOR alone cancels.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import duckdb

_RELATIONS = """
select schema_name, table_name from duckdb_tables() where not internal and not temporary
union all
select schema_name, view_name from duckdb_views()
where not internal and exists (from duckdb_views() where not internal and sql ilike '%read_parquet(%')
order by all
"""
_COLUMNS = """
select column_name, data_type from duckdb_columns() where schema_name = ? and table_name = ? order by column_index
"""


def main(argv: list[str]) -> int:
    """Print what is in the file, as JSON; with --absorb, fold its write-ahead log in first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database", type=Path)
    parser.add_argument("--absorb", action="store_true")
    parser.add_argument("--census", type=Path, metavar="FILE", help="export the census there, if there is one")
    parser.add_argument("--only", nargs="+", metavar="RELATION")
    arguments = parser.parse_args(argv)
    try:
        if arguments.absorb:
            with duckdb.connect(str(arguments.database)) as connection:
                connection.execute("force checkpoint")
        with duckdb.connect(str(arguments.database), read_only=True) as connection:
            connection.execute("set threads = 2")
            connection.execute("set memory_limit = '2GB'")
            print(json.dumps(_describe(connection, arguments.only, arguments.census), default=str))
    except duckdb.Error as error:
        print(f"{arguments.database}: {' '.join(str(error).split())}", file=sys.stderr)
        return 1
    return 0


def _describe(connection: duckdb.DuckDBPyConnection, only: list[str] | None, census: Path | None) -> dict[str, Any]:
    relations = connection.execute(_RELATIONS).fetchall()
    names = {name for _, name in relations}
    if census and "census_data" in names:
        quoted = str(census).replace("'", "''")
        connection.execute(f"copy (from census_data order by employee_id) to '{quoted}' (format parquet)")
    return {
        "duckdb": duckdb.__version__,
        "relations": {
            f"{schema}.{name}": _fingerprint(connection, schema, name)
            for schema, name in relations
            if only is None or name in only
        },
        "run_record": _run_record(connection) if "run_record" in names else None,
    }


def _fingerprint(connection: duckdb.DuckDBPyConnection, schema: str, name: str) -> list[str]:
    """Rows, sum, XOR and columns."""
    columns = connection.execute(_COLUMNS, [schema, name]).fetchall()
    texts = ", ".join(f"coalesce({_quoted(column)}::varchar, chr(30))" for column, _ in columns)
    row = f"concat_ws(chr(31), {texts})"
    found = connection.execute(
        f"select count(*), coalesce(sum(md5_number_lower({row})::hugeint), 0)::varchar,"
        f" coalesce(bit_xor(md5_number_upper({row})), 0)::varchar from {_quoted(schema)}.{_quoted(name)}"
    ).fetchone()
    return [*map(str, found or ()), ", ".join(f"{column} {kind}" for column, kind in columns)]


def _run_record(connection: duckdb.DuckDBPyConnection) -> dict[str, Any] | None:
    """What made the database, by its own account."""
    rows = connection.execute("from run_record").fetchall()
    names = [column[0] for column in connection.description or ()]
    return dict(zip(names, rows[-1], strict=True)) if rows else None


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
