"""`polars_event_factory.py` as a user runs it: by path, from a folder of his own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from navigator_orchestrator.polars_events.duckdb_views import create_views
from tests.simulator.test_polars_runs import assert_equal, people, relations, simulated, tables

ROOT = Path(__file__).resolve().parents[2]
FACTORY = ROOT / "navigator_orchestrator" / "polars_event_factory.py"


def factory(folder: Path, *arguments: str | Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")} | environment
    return subprocess.run(
        [sys.executable, str(FACTORY), *map(str, arguments)],
        cwd=folder,
        env=inherited,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_it_writes_years_of_events_and_one_line(tmp_path: Path) -> None:
    done = factory(tmp_path, *("--start", "2025", "--end", "2026", "--out", "events", "--employees", "200"))
    assert (done.returncode, done.stderr) == (0, "")
    total = json.loads((tmp_path / "events" / "generation_summary.json").read_text())["total_events"]
    assert done.stdout.startswith(f"polars: 2025-2026, {total:,} events in ")
    assert done.stdout.count("\n") == 1
    years = range(2025, 2027)
    assert_equal(relations(tmp_path / "events"), simulated(people(200), tables(years), years, tmp_path / "own"))


def test_workers_start_from_the_script_too(tmp_path: Path) -> None:
    arguments = ("--start", "2025", "--end", "2025", "--out", "events", "--employees", "200", "--threads", "2")
    done = factory(tmp_path, *arguments, "--shards", "2", "--seed", "7")
    assert (done.returncode, done.stderr) == (0, "")
    with duckdb.connect() as connection:
        create_views(connection, tmp_path / "events")
        assert connection.execute("select count(*) > 0 from fct_yearly_events").fetchall() == [(True,)]


def test_the_modules_of_the_package_shadow_nothing(tmp_path: Path) -> None:
    # Run by path, Python would look for every module in the package's folder first: `simulation`, `census`, …
    (tmp_path / "sitecustomize.py").write_text(
        "import atexit, sys\natexit.register(lambda: print(*sys.path, sep='\\n', file=sys.stderr))\n"
    )
    arguments = ("--start", "2025", "--end", "2025", "--out", "events", "--employees", "10")
    path = factory(tmp_path, *arguments, PYTHONPATH=str(tmp_path)).stderr.splitlines()
    assert path[0] == str(ROOT)
    assert str(FACTORY.parent) not in path


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--start", "2026", "--end", "2025", "--out", "new"], "must be 1950 <= start <= end <= 2150"),
        (["--start", "2025", "--end", "2050", "--out", "new"], "irs_limits.yaml"),
        (["--start", "2025", "--end", "2025", "--out", "."], "not empty and not an earlier output"),
        (["--start", "2025", "--end", "2025", "--out", "new", "--census", "none.csv"], "none.csv"),
        (["--start", "2025", "--end", "2025", "--out", "new", "--shards", "0"], "must be from 1 to 1024; found 0"),
        (["--start", "2025", "--end", "2025", "--out", "new", "--seed", "x"], "must be a whole number; found 'x'"),
    ],
    ids=["years", "horizon", "folder", "census", "shards", "seed"],
)
def test_bad_input_is_refused_and_nothing_is_written(arguments: list[str], says: str, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").touch()
    done = factory(tmp_path, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
