"""Looks into one DuckDB file. A short process of its own, run by the interpreter whose DuckDB is asked.

The fingerprint of a table does not depend on row order or threads: count, sum and XOR of a hash of each row. The sum
shows duplicates, which cancel in an XOR. `hash()` changed between releases of DuckDB, so it serves only to compare what
one version reads; the portable fingerprint takes MD5 instead, and about fifty times as long.
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
    parser.add_argument("--census-rows", type=int, metavar="N", help="the first N of it only")
    parser.add_argument("--portable", action="store_true", help="fingerprints that every version of DuckDB agrees on")
    parser.add_argument("--only", nargs="+", metavar="RELATION")
    arguments = parser.parse_args(argv)
    try:
        if arguments.absorb:
            with duckdb.connect(str(arguments.database)) as connection:
                connection.execute("force checkpoint")
        with duckdb.connect(str(arguments.database), read_only=True) as connection:
            connection.execute("set threads = 2")
            connection.execute("set memory_limit = '2GB'")
            print(json.dumps(_describe(connection, arguments), default=str))
    except duckdb.Error as error:
        print(f"{arguments.database}: {' '.join(str(error).split())}", file=sys.stderr)
        return 1
    return 0


def _describe(connection: duckdb.DuckDBPyConnection, asked: argparse.Namespace) -> dict[str, Any]:
    relations = connection.execute(_RELATIONS).fetchall()
    names = {name for _, name in relations}
    if asked.census and "census_data" in names:
        quoted = str(asked.census).replace("'", "''")
        rows = "from census_data order by employee_id" + (f" limit {asked.census_rows}" if asked.census_rows else "")
        connection.execute(f"copy ({rows}) to '{quoted}' (format parquet)")
    return {
        "duckdb": duckdb.__version__,
        "portable": asked.portable,
        "relations": {
            f"{schema}.{name}": _fingerprint(connection, schema, name, portable=asked.portable)
            for schema, name in relations
            if asked.only is None or name in asked.only
        },
        "run_record": _run_record(connection) if "run_record" in names else None,
    }


def _fingerprint(connection: duckdb.DuckDBPyConnection, schema: str, name: str, *, portable: bool) -> list[str]:
    """Rows, sum, XOR and columns."""
    columns = connection.execute(_COLUMNS, [schema, name]).fetchall()
    if portable:
        texts = ", ".join(f"coalesce({_quoted(column)}::varchar, chr(30))" for column, _ in columns)
        row = f"concat_ws(chr(31), {texts})"
        summed, folded = f"md5_number_lower({row})", f"md5_number_upper({row})"
    else:
        summed = f"hash({', '.join(_quoted(column) for column, _ in columns)})"
        folded = f"hash({summed})"  # of the hash: columns are combined by XOR, which a second XOR would cancel
    found = connection.execute(
        f"select count(*), coalesce(sum(({summed})::hugeint), 0)::varchar,"
        f" coalesce(bit_xor({folded}), 0)::varchar from {_quoted(schema)}.{_quoted(name)}"
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
