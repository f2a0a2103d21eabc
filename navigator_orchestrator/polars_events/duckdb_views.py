"""Views of a finished output folder, so that the same SQL works on it as on the tables of the other engines."""

from collections.abc import Sequence
from pathlib import Path

import duckdb

from navigator_orchestrator.polars_events.manifest import RELATIONS, WrittenFile, read_manifest


def create_views(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Create (or replace) the relations of docs/model.md section 1 as views of the files of `folder`.

    The files are listed one by one from the manifest: nothing else that may lie in the folder is read, and an
    unsorted scan gives the documented order. The paths are absolute.

    Raises:
        NavigatorError: `folder` is not a finished output.
    """
    folder = folder.resolve()
    files = read_manifest(folder).files
    for relation in RELATIONS:
        of_relation = [file for file in files if file.relation == relation]
        connection.execute(f"create or replace view {relation} as select * from {_scan(folder, of_relation)}")
    connection.execute("create or replace view employee_state_by_year as select * from fct_workforce_snapshot")


def _scan(folder: Path, files: Sequence[WrittenFile]) -> str:
    # A file without rows is read only where there is no other to take the types from.
    used = [file for file in files if file.rows] or files[:1]
    paths = ", ".join("'" + str(folder / file.path).replace("'", "''") + "'" for file in used)
    # The year is in the files too; taken from the path it lets a query on one year skip the other files.
    by_year = ", hive_partitioning = true, hive_types = {'simulation_year': INTEGER}"
    partitioned = "simulation_year=" in used[0].path
    return f"read_parquet([{paths}]{by_year if partitioned else ', hive_partitioning = false'})"
