"""A simulator with a known law, which can be told to go wrong: it sleeps and allocates as much as the law says.

Usage: fake_simulator.py census N FILE | run MODE CENSUS FIRST LAST SEED SHARDS FOLDER
FAKE_FAULTS holds MODE:FAULT, separated by commas, or MODE:FAULT@N for what goes wrong from the Nth run of all on.
FAKE_LOG gets a line for each run.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

FASTER = {"slow": 1.0, "fast": 3.0, "fast_sharded": 3.0}  # how many times as fast a mode is


def census(employees: str, file: str) -> None:
    """So many people."""
    Path(file).write_text("id\n" + "".join(f"{number}\n" for number in range(int(employees))))


def simulate(mode: str, people: str, first: str, last: str, seed: str, shards: str, folder: str) -> None:
    """Take the time and the memory of the law, and leave a result."""
    employees = len(Path(people).read_text().split()) - 1
    years = int(last) - int(first) + 1
    fault = dict(part.split(":") for part in os.environ.get("FAKE_FAULTS", "").split(",") if part).get(mode, "")
    if log := os.environ.get("FAKE_LOG"):
        with Path(log).open("a") as file:
            file.write(f"{mode} {employees} {years} {shards}\n")
        fault, _, first_bad = fault.partition("@")
        if len(Path(log).read_text().splitlines()) < int(first_bad or 0):
            fault = ""
    if fault in FAULTS:
        FAULTS[fault]()
    work = employees * years / 5_000
    ballast = bytearray(employees * 2000)
    time.sleep((0.05 + work) / FASTER[mode])
    out = Path(folder)
    out.mkdir()
    lines = [
        f"{year},{number},{(number * 7 + int(seed)) % 100}" for year in range(years) for number in range(employees)
    ]
    if fault == "lie":
        lines[-1] += "1"
    times = {"linear": 1e-4 * employees, "squared": 1e-8 * employees**2, "fixed": 0.05}
    write(out, lines, times, mode if fault != "ghost" else "slow")
    del ballast


def write(out: Path, lines: list[str], times: dict[str, float], mode: str) -> None:
    """The result as Parquet, by DuckDB."""
    import duckdb

    (out / "facts.csv").write_text("year,employee,amount\n" + "\n".join(lines) + "\n")
    duckdb.execute(f"copy (from '{out}/facts.csv') to '{out}/facts.parquet'")
    rows = ", ".join(f"('model', '{name}', {seconds})" for name, seconds in times.items())
    duckdb.execute(f"copy (from (values {rows}, ('stage', 'engine', {sum(times.values())})) t(kind, name, seconds)) "
                   f"to '{out}/times.parquet'")  # fmt: skip
    (out / "facts.csv").unlink()
    (out / "manifest.json").write_text(
        json.dumps({"engine": mode.removesuffix("_sharded"), "status": "complete", "census": 1})
    )


def hang() -> None:
    """Never end, with a child that ignores everything."""
    subprocess.Popen([sys.executable, "-c", "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(300)"])
    time.sleep(300)


def crash() -> None:
    """Fail."""
    sys.exit("out of luck\n" * 3)


def flood() -> None:
    """Print without end."""
    while True:
        sys.stdout.write("nothing to see here " * 1000)


def hog() -> None:
    """Take more and more memory."""
    taken = []
    while True:
        taken.append(bytearray(20_000_000))
        time.sleep(0.01)


FAULTS: dict[str, Callable[[], None]] = {"hang": hang, "crash": crash, "flood": flood, "hog": hog}

if __name__ == "__main__":
    census(*sys.argv[2:]) if sys.argv[1] == "census" else simulate(*sys.argv[2:])
