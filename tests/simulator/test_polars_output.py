"""The output folder: complete or refused, replaced only if it is one, and readable when there is nothing in it."""

import json
from pathlib import Path

import duckdb
import pytest

from navigator_orchestrator.errors import NavigatorError
from navigator_orchestrator.polars_events.duckdb_views import create_views
from navigator_orchestrator.polars_events.manifest import MANIFEST, read_manifest
from navigator_orchestrator.polars_events.simulation import simulate
from tests.reference.relations import COLUMNS, TABLES
from tests.simulator.test_polars_runs import SEED, assert_equal, people, relations, tables, with_value

YEARS = range(2025, 2027)


@pytest.fixture
def output(tmp_path: Path) -> Path:
    simulate(people(100), tables(YEARS), YEARS, SEED, tmp_path / "out", shards=2)
    return tmp_path / "out"


def test_the_summary_counts_the_rows_that_are_there(output: Path) -> None:
    document = json.loads((output / MANIFEST).read_text())
    found = relations(output)
    assert (
        document["total_events"]
        == len(found.events)
        == sum(document["events"]["2025"].values()) + sum(document["events"]["2026"].values())
    )
    assert document["events"]["2026"]["hire"] == sum((row[1], row[4]) == (2026, "hire") for row in found.events)
    assert document["rows"] == {table: len(getattr(found, name)) for name, table in TABLES.items()}
    summary = read_manifest(output)
    assert summary.total_events == document["total_events"]
    assert summary.events[2025][10] == sum((row[1], row[3]) == (2025, 10) for row in found.events)


def test_file_names_in_order_are_rows_in_order(output: Path) -> None:
    files = sorted(str(file) for file in (output / "fct_yearly_events").rglob("*.parquet"))
    query = f"select simulation_year, event_sequence, employee_id from read_parquet({files})"
    with duckdb.connect() as connection:
        keys = connection.execute(query).fetchall()
    assert keys == sorted(keys)
    assert keys == [(row[1], row[3], row[2]) for row in relations(output).events]


@pytest.mark.parametrize("damage", ["missing", "cut", "other version"])
def test_a_folder_without_its_manifest_is_refused(damage: str, output: Path) -> None:
    manifest = output / MANIFEST
    if damage == "missing":
        manifest.unlink()
    elif damage == "cut":
        manifest.write_text(manifest.read_text()[:100])
    else:
        manifest.write_text(manifest.read_text().replace('"schema_version": 1', '"schema_version": 2'))
    with duckdb.connect() as connection, pytest.raises(NavigatorError, match=r"not a finished output|reads 1"):
        create_views(connection, output)


def test_a_run_that_fails_leaves_no_manifest_and_can_be_repeated(output: Path) -> None:
    before = relations(output)
    broken = with_value(tables(YEARS), "percentile_slots", hire_age=200)
    with pytest.raises(Exception, match=r"bounds|invalid"):
        simulate(people(100), broken, YEARS, SEED, output)
    assert not (output / MANIFEST).exists()
    simulate(people(100), tables(YEARS), YEARS, SEED, output)
    assert_equal(relations(output), before)


def test_an_earlier_output_is_replaced_as_a_whole(output: Path) -> None:
    simulate(people(10), tables(YEARS), range(2026, 2027), SEED, output)
    assert {row[1] for row in relations(output).events} == {2026}
    assert not list(output.rglob("simulation_year=2025"))


def test_files_of_others_are_neither_removed_nor_read(output: Path) -> None:
    before = relations(output)
    stray = output / "fct_yearly_events" / "simulation_year=2025" / "e01-s00009.parquet"
    stray.write_bytes(b"not of this run")
    assert_equal(relations(output), before)
    (output / MANIFEST).unlink()
    with pytest.raises(NavigatorError, match="not empty and not an earlier output"):
        simulate(people(10), tables(YEARS), YEARS, SEED, output)
    assert stray.exists()


def test_what_killed_writers_left_is_removed(tmp_path: Path) -> None:
    left = tmp_path / "out" / "fct_yearly_events" / "simulation_year=2025" / ".e01-s00001.parquet.123.tmp"

    def leave(_progress: str) -> None:
        left.parent.mkdir(parents=True, exist_ok=True)
        left.touch()

    simulate(people(10), tables(YEARS), YEARS, SEED, tmp_path / "out", on_progress=leave)
    assert not left.exists()


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").touch()
    with pytest.raises(NavigatorError, match="is not a folder"):
        simulate(people(10), tables(YEARS), YEARS, SEED, tmp_path / "out")


def test_relations_have_their_types_when_they_have_no_rows(tmp_path: Path) -> None:
    simulate(people(10).clear(), tables(YEARS), YEARS, SEED, tmp_path / "out", shards=3)
    with duckdb.connect() as connection:
        create_views(connection, tmp_path / "out")
        for name, table in TABLES.items():
            assert {row[0]: row[1] for row in connection.sql(f"describe {table}").fetchall()} == COLUMNS[name]
        counted = connection.execute("select count(*), max(event_payload) from fct_yearly_events").fetchall()
        assert counted == [(0, None)]


def test_a_quote_in_the_path_is_no_matter(tmp_path: Path) -> None:
    simulate(people(10), tables(YEARS), YEARS, SEED, tmp_path / "o'out")
    assert relations(tmp_path / "o'out").events
