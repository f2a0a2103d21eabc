"""A small pension simulator to judge. It shares nothing with the simulator of this repository.

pension_sim.py census FILE                                              make the input
pension_sim.py run --census FILE --from YEAR --to YEAR --into FOLDER    make a result

PENSION_ENGINE chooses the engine, batch or stream. Any other name is ignored without a word, and batch runs.
"""

import argparse
import csv
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

MEMBERS = 12
RATES = {"EMPLOYEE": Decimal("0.061"), "EMPLOYER": Decimal("0.035"), "INTEREST": Decimal("0.027")}
FEE = Decimal("-12.50")
CENT = Decimal("0.01")
LEDGER = """plan_year INTEGER, member_no VARCHAR, code VARCHAR, posted_on DATE, employee_amount DECIMAL(14, 2),
    employer_amount DECIMAL(14, 2), interest_amount DECIMAL(14, 2), fee_amount DECIMAL(14, 2),
    balance_after DECIMAL(14, 2), created_at TIMESTAMP, row_uuid UUID"""
MEMBER_YEARS = """plan_year INTEGER, member_no VARCHAR, salary DECIMAL(14, 2), balance DECIMAL(14, 2),
    funded DOUBLE, created_at TIMESTAMP"""
AMOUNTS = ("employee_amount", "employer_amount", "interest_amount", "fee_amount")
SUMMARY = f"""SELECT plan_year, code, count(*) AS entries, sum(coalesce({", ".join(AMOUNTS)})) AS amount
    FROM ledger GROUP BY ALL ORDER BY ALL"""
Row = list[Any]


@dataclass
class Member:
    """Someone who saves for a pension."""

    number: str
    salary: Decimal
    balance: Decimal

    def simulate(self, year: int, add: Callable[[list[float]], float]) -> tuple[list[Row], Row]:
        """The ledger and the state of a year; `add` sums floats in the order that is natural to the engine."""
        amounts = self._amounts()
        ledger = []
        for place, (code, amount) in enumerate(amounts.items()):
            self.balance += amount
            columns = [amount if place == column else None for column in range(len(AMOUNTS))]
            posted = date(year, 12, 28 + place)
            ledger.append([year, self.number, code, posted, *columns, self.balance, _now(), uuid4()])
        funded = add([float(amount) / float(self.salary) for amount in amounts.values()])
        return ledger, [year, self.number, self.salary, self.balance, funded, _now()]

    def _amounts(self) -> dict[str, Decimal]:
        bases = {"EMPLOYEE": self.salary, "EMPLOYER": self.salary, "INTEREST": self.balance}
        amounts = {code: (base * RATES[code]).quantize(CENT) for code, base in bases.items()}
        return amounts | {"FEE": FEE}


def batch(members: list[Member], years: range) -> Iterator[tuple[list[Row], Row]]:
    """Year by year."""
    for year in years:
        for member in members:
            yield member.simulate(year, sum)


def stream(members: list[Member], years: range) -> Iterator[tuple[list[Row], Row]]:
    """Member by member, from the last to the first."""
    for member in reversed(members):
        for year in years:
            yield member.simulate(year, lambda parts: sum(reversed(parts)))


ENGINES = {"batch": batch, "stream": stream}


def make_census(path: Path) -> None:
    """Write a census; it has one size only."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["member_no", "salary", "balance"])
        writer.writerows([f"{n * 37:06}", f"{30_000 + n * 1234.56:.2f}", f"{n * 789.01:.2f}"] for n in range(MEMBERS))


def run(census: Path, years: range, folder: Path) -> None:
    """Write a result: three relations and then the manifest."""
    started, name = _now(), os.environ.get("PENSION_ENGINE", "")
    engine = name if name in ENGINES else "batch"
    with census.open(newline="", encoding="utf-8") as file:
        members = [
            Member(row["member_no"], Decimal(row["salary"]), Decimal(row["balance"])) for row in csv.DictReader(file)
        ]
    entries, states = zip(*ENGINES[engine](members, years), strict=True)
    folder.mkdir()
    write([row for part in entries for row in part], list(states), folder)
    manifest = {
        "status": "complete",
        "engine": engine,
        "run_id": str(uuid4()),
        "census_sha256": hashlib.sha256(census.read_bytes()).hexdigest(),
        "first_year": years[0],
        "last_year": years[-1],
        "started_at": started.isoformat(),
        "finished_at": _now().isoformat(),
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")


def write(entries: list[Row], states: list[Row], folder: Path) -> None:
    """Write ledger/plan_year=YEAR/part-0.parquet, members.parquet and summary.parquet."""
    import duckdb  # here, because the census needs none

    with duckdb.connect() as connection:
        for name, columns, rows in (("ledger", LEDGER, entries), ("members", MEMBER_YEARS, states)):
            connection.execute(f"CREATE TABLE {name} ({columns})")
            connection.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(rows[0]))})", rows)
        connection.execute(f"CREATE TABLE summary AS {SUMMARY}")
        parts = "PARTITION_BY (plan_year), FILENAME_PATTERN 'part-{i}'"
        connection.execute(f"COPY ledger TO '{folder / 'ledger'}' (FORMAT parquet, {parts})")
        for name in ("members", "summary"):
            connection.execute(f"COPY {name} TO '{folder / name}.parquet' (FORMAT parquet)")


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def main() -> None:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(required=True, dest="command")
    commands.add_parser("census").add_argument("file", type=Path)
    running = commands.add_parser("run")
    for option, kind in (("--census", Path), ("--from", int), ("--to", int), ("--into", Path)):
        running.add_argument(option, type=kind, required=True, dest=option.strip("-"))
    arguments = vars(parser.parse_args())
    if arguments["command"] == "census":
        make_census(arguments["file"])
    else:
        run(arguments["census"], range(arguments["from"], arguments["to"] + 1), arguments["into"])


if __name__ == "__main__":
    main()
