"""Mutants: files that are damaged, incomplete, contradictory, or not results at all."""

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb

from tests.mutants.bases import RECORD
from tests.mutants.expectations import Refused, Unjudged
from tests.mutants.mutant import Planted, Staged
from tests.mutants.sql import EVENTS, SNAPSHOT, execute
from tests.mutants.stage import Arguments, Stage

AN_AMOUNT = f"SELECT quantile_disc(amount, 0.6) FROM {EVENTS} WHERE event_type = 'raise'"
DATABASE, PARQUET = "DuckDB file", "Parquet file"


def by_year(folder: Path, relation: str, order: str = "ALL") -> Path:
    """Split a relation into one Parquet file for each year, as a partitioned folder."""
    whole = folder / f"{relation}.parquet"
    years = query_parquet(f"SELECT DISTINCT simulation_year FROM '{whole}'")
    for (year,) in years:
        part = folder / relation / f"simulation_year={year}"
        part.mkdir(parents=True)
        rows = f"FROM '{whole}' WHERE simulation_year = {year} ORDER BY {order}"
        query_parquet(f"COPY ({rows}) TO '{part}/part.parquet' (FORMAT parquet)")
    whole.unlink()
    return folder / relation


def query_parquet(statement: str) -> list[tuple[object, ...]]:
    """Ask without a database."""
    return duckdb.connect().execute(statement).fetchall()


def _folder(change: Callable[[Path], object]) -> Callable[[Stage], Arguments]:
    """Compare with a folder of Parquet in which something was changed."""

    def prepare(stage: Stage) -> Arguments:
        folder = stage.candidate("parquet")
        change(folder)
        return stage.compare(candidate=folder, pair="parquet")

    return prepare


def _file(change: Callable[[Path], object]) -> Callable[[Stage], Arguments]:
    """Compare with a database whose file was changed."""

    def prepare(stage: Stage) -> Arguments:
        database = stage.candidate()
        change(database)
        return stage.compare(candidate=database)

    return prepare


def _truncated(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * 2 // 3])


def _rewritten(path: Path, select: str, options: str = "") -> None:
    """Write a Parquet file anew; {file} stands for the old one."""
    old = path.rename(path.with_name(f"old-{path.name}"))
    query_parquet(f"COPY ({select.replace('{file}', str(old))}) TO '{path}' (FORMAT parquet{options})")
    old.unlink()


def _other_type_in_a_year(folder: Path) -> None:
    part = by_year(folder, EVENTS) / "simulation_year=2027" / "part.parquet"
    _rewritten(part, "SELECT * REPLACE (level_id::VARCHAR AS level_id) FROM '{file}'")


def _other_type_in_an_empty_file(folder: Path) -> None:
    part = by_year(folder, EVENTS) / "simulation_year=2026"
    rows = f"SELECT * REPLACE (level_id::VARCHAR AS level_id) FROM '{part}/part.parquet' LIMIT 0"
    query_parquet(f"COPY ({rows}) TO '{part}/empty.parquet' (FORMAT parquet)")


def _without_a_column_in_a_year(folder: Path) -> None:
    part = by_year(folder, EVENTS) / "simulation_year=2027" / "part.parquet"
    _rewritten(part, "SELECT * EXCLUDE (rate) FROM '{file}'")


def _without_a_year(folder: Path) -> None:
    shutil.rmtree(by_year(folder, EVENTS) / "simulation_year=2026")


def _without_a_year_on_both_sides(stage: Stage) -> Arguments:
    folders = (stage.reference("parquet"), stage.candidate("parquet"))
    for folder in folders:
        _without_a_year(folder)
    return stage.compare(reference=folders[0], candidate=folders[1], pair="parquet")


def _part_twice(folder: Path) -> None:
    part = by_year(folder, EVENTS) / "simulation_year=2026"
    shutil.copyfile(part / "part.parquet", part / "part-1.parquet")


def _part_of_an_older_run(folder: Path) -> None:
    part = by_year(folder, SNAPSHOT)
    (part / "simulation_year=2024").mkdir()
    rows = f"SELECT * REPLACE (2024 AS simulation_year) FROM '{part}/simulation_year=2025/part.parquet'"
    query_parquet(f"COPY ({rows}) TO '{part}/simulation_year=2024/part.parquet' (FORMAT parquet)")


def _year_that_contradicts_its_folder(folder: Path) -> None:
    part = by_year(folder, EVENTS) / "simulation_year=2027" / "part.parquet"
    _rewritten(part, "SELECT * REPLACE (2026 AS simulation_year) FROM '{file}'")


def _one_flipped_byte(folder: Path) -> None:
    """Change one byte of an amount; uncompressed and without a checksum nothing in the file notices."""
    path = folder / f"{EVENTS}.parquet"
    _rewritten(path, "FROM '{file}'", ", COMPRESSION uncompressed, DICTIONARY_SIZE_LIMIT 1")
    ((value,),) = query_parquet(AN_AMOUNT.replace(EVENTS, f"'{path}'"))
    content = path.read_bytes()
    place = content.index(int(str(value)).to_bytes(8, "little"))
    path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])


def _both_file_and_folder(folder: Path) -> None:
    part = by_year(folder, EVENTS)
    shutil.copyfile(part / "simulation_year=2025" / "part.parquet", folder / f"{EVENTS}.parquet")


def _missing(stage: Stage) -> Arguments:
    return stage.compare(candidate=stage.folder / "wrong" / "path.duckdb")


def _new_database(stage: Stage) -> Arguments:
    execute(stage.folder / "new.duckdb", ["SELECT 1"])
    return stage.compare(candidate=stage.folder / "new.duckdb")


def _empty_folder(stage: Stage) -> Arguments:
    (stage.folder / "empty").mkdir()
    return stage.compare(candidate=stage.folder / "empty")


def _unreadable(text: str = "candidate") -> Unjudged:
    return Unjudged(text=text, finding="ERROR")


A_RAISE = f"event_type = 'raise' AND amount = ({AN_AMOUNT})"
ELSEWHERE = "columns of a file of candidate"  # where a column drifts in some files only


def _rows(name: str, change: Callable[[Path], object], where: str, becomes: str, column: str = "") -> Planted:
    """Rows of the events are others."""
    columns = (column,) if column else ()
    return Planted(name, PARQUET, "", where, columns=columns, becomes=becomes, prepare=_folder(change))


def _drift(name: str, change: Callable[[Path], object], column: str) -> Planted:
    """A column of the events is another one in some file."""
    return Planted(name, PARQUET, "", drift=((ELSEWHERE, column),), prepare=_folder(change))


FILES: list[Staged | Planted] = [
    Staged("a truncated database", DATABASE, _file(_truncated), Unjudged("witness", "candidate", "enough bytes")),
    Staged("a database of no bytes", DATABASE, _file(lambda path: path.write_bytes(b"")), _unreadable()),
    Staged("garbage", DATABASE, _file(lambda path: path.write_bytes(b"no database" * 1000)), _unreadable()),
    Staged("the path of nothing", DATABASE, _missing, Refused("there is no", "ERROR")),
    Staged("a new database", DATABASE, _new_database, Unjudged("relations", EVENTS, "missing from candidate")),
    Staged("truncated Parquet", PARQUET, _folder(lambda folder: _truncated(folder / f"{EVENTS}.parquet")),
           _unreadable()),
    Staged("Parquet of no bytes", PARQUET, _folder(lambda folder: (folder / f"{EVENTS}.parquet").write_bytes(b"")),
           _unreadable()),
    Staged("a folder without Parquet", PARQUET, _empty_folder, _unreadable("holds no Parquet")),
    Staged("a relation without a file", PARQUET, _folder(lambda folder: (folder / f"{SNAPSHOT}.parquet").unlink()),
           Unjudged("relations", SNAPSHOT, "missing from candidate")),
    Staged("no record of the run", PARQUET, _folder(lambda folder: (folder / f"{RECORD}.parquet").unlink()),
           Unjudged("witness", "candidate", RECORD)),
    _drift("a file of another type", _other_type_in_a_year, "level_id"),
    _drift("an empty file of another type", _other_type_in_an_empty_file, "level_id"),
    Staged("a file without a column", PARQUET, _folder(_without_a_column_in_a_year), _unreadable("rate")),
    _rows("no file for a year", _without_a_year, "simulation_year = 2026", "missing"),
    Staged("no file for a year on both sides", PARQUET, _without_a_year_on_both_sides,
           Unjudged("years", EVENTS, "2026")),
    _rows("the same part twice", _part_twice, "simulation_year = 2026", "duplicate_key"),
    Planted("a part of an older run", PARQUET, "", relation=SNAPSHOT, becomes="extra",
            root=f"SELECT 2024, employee_id FROM {SNAPSHOT} WHERE simulation_year = 2025",
            prepare=_folder(_part_of_an_older_run)),
    Planted("a year that contradicts its folder", PARQUET, "", becomes=None,
            root=f"SELECT 2026, employee_id FROM {EVENTS} WHERE simulation_year = 2027",
            prepare=_folder(_year_that_contradicts_its_folder)),
    _rows("one flipped byte", _one_flipped_byte, A_RAISE, "changed", "amount"),
    Staged("a file and a folder of the same relation", PARQUET, _folder(_both_file_and_folder),
           _unreadable("both as a file and as a folder")),
]  # fmt: skip
