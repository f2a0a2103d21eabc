"""pension_sim.py with a fault: broken_sim.py FAULT run … does the same and then damages the result."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

HERE = Path(__file__).resolve().parent


def cent(folder: Path) -> None:
    """One member has paid one cent more."""
    where = "code = 'EMPLOYEE' AND member_no = '000074'"
    _edit(folder / "ledger/plan_year=2032/part-0.parquet", "employee_amount = employee_amount + 0.01", where)


def total(folder: Path) -> None:
    """One total is wrong."""
    _edit(folder / "summary.parquet", "amount = amount + 1", "plan_year = 2032 AND code = 'FEE'")


def ratio(folder: Path) -> None:
    """A DOUBLE is off by more than the order of a sum explains."""
    _edit(folder / "members.parquet", "funded = funded + 1e-9", "plan_year = 2031 AND member_no = '000111'")


def shorter(folder: Path) -> None:
    """A text id has lost its leading zeros."""
    _edit(folder / "members.parquet", "member_no = '74'", "plan_year = 2031 AND member_no = '000074'")


def missing_year(folder: Path) -> None:
    """The partition of the last year is gone."""
    shutil.rmtree(folder / "ledger" / "plan_year=2032")


def missing_manifest(folder: Path) -> None:
    """The manifest, which is written last, was never written."""
    (folder / "manifest.json").unlink()


def stale_manifest(folder: Path) -> None:
    """The manifest is that of an earlier run, by what it says and by its age."""
    _change_manifest(folder, started_at="2026-01-05T08:00:00", finished_at="2026-01-05T08:00:01")
    os.utime(folder / "manifest.json", (1_767_600_000, 1_767_600_000))


def other_census(folder: Path) -> None:
    """The run read some other census."""
    _change_manifest(folder, census_sha256="0" * 64)


def one_year(folder: Path) -> None:
    """The run stopped a year early and does not hide it."""
    missing_year(folder)
    _change_manifest(folder, last_year=2031)


FAULTS: dict[str, Callable[[Path], None]] = {
    fault.__name__: fault
    for fault in (
        cent, total, ratio, shorter, missing_year, missing_manifest, stale_manifest, other_census, one_year,
    )
}  # fmt: skip


def _edit(path: Path, change: str, where: str) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE rows AS FROM read_parquet('{path}', hive_partitioning = false)")
        edited = connection.execute(f"UPDATE rows SET {change} WHERE {where}").fetchall()
        assert edited == [(1,)], edited
        connection.execute(f"COPY rows TO '{path}' (FORMAT parquet)")


def _change_manifest(folder: Path, **content: Any) -> None:  # noqa: ANN401  whatever JSON holds
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(manifest | content), encoding="utf-8")


def main() -> None:
    """Run the simulator and break what it wrote."""
    fault, *arguments = sys.argv[1:]
    subprocess.run([sys.executable, str(HERE / "pension_sim.py"), *arguments], check=True)
    FAULTS[fault](Path(arguments[-1]))


if __name__ == "__main__":
    main()
