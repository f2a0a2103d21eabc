"""A tiny simulator for the oracles: right unless ORACLES_FAULT names a fault.

oracles_simulator.py census --out FILE --employees N
oracles_simulator.py run --mode MODE --database FILE --census FILE --config FILE --years START END --seed N …
"""

import argparse
import csv
import hashlib
import os
import sys
import uuid
from pathlib import Path
from typing import Any

FAULT = os.environ.get("ORACLES_FAULT", "")
EVENTS = "year integer, employee_id bigint, kind varchar, amount bigint, written uuid"
STATES = "year integer, employee_id bigint, salary bigint, active boolean"
RECORD = "run_id varchar, mode varchar, seed bigint, shards integer, census varchar, config varchar, status varchar"
People = list[dict[str, Any]]
Rows = list[tuple[Any, ...]]


def main() -> int:
    """Make a census or a result."""
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=["census", "run"])
    for kind, names in (
        (Path, ["out", "database", "census", "config"]),
        (int, ["employees", "seed", "shards", "threads"]),
    ):
        for name in names:
            parser.add_argument(f"--{name}", type=kind)
    parser.add_argument("--mode")
    parser.add_argument("--years", type=int, nargs=2)
    arguments = parser.parse_args()
    if arguments.command == "census":
        lines = [f"{number},{4000 + 10 * number}\n" for number in range(1, arguments.employees + 1)]
        arguments.out.write_text("employee_id,salary\n" + "".join(lines), encoding="utf-8")
        return 0
    if FAULT in ("crash", f"crash with {arguments.threads} threads"):
        print("the engine fell over")
        return 3
    write(arguments, *simulate(arguments, read_census(arguments.census), read_config(arguments.config)))
    return 0


def read_census(path: Path) -> People:
    """The employees; in the order of the file only if that is the fault."""
    with path.open(encoding="utf-8", newline="") as file:
        people: People = [
            {"id": int(row["employee_id"]), "salary": int(row["salary"]), "place": place}
            for place, row in enumerate(csv.DictReader(file))
        ]
    return sorted(people, key=lambda person: int(person["id"]))


def read_config(path: Path) -> dict[str, int]:
    """The parameters of the folder."""
    import yaml

    main, pay = (
        yaml.safe_load(file.read_text(encoding="utf-8")) for file in (path, path.parent / "rates" / "pay.yaml")
    )
    return {"leave": main["leave"]["percent"], "raise": pay["raise"][2025], "unused": pay["unused"]}


def simulate(arguments: argparse.Namespace, people: People, config: dict[str, int]) -> tuple[Rows, Rows]:
    """Events and states: everybody gets a raise of random size, some leave, and who stays has a birthday."""
    events: Rows = []
    states: Rows = []
    first, last = arguments.years
    for year in range(first, last + 1):
        for person in people:
            seed = 0 if FAULT == "forgets the seed" else arguments.seed
            leaves = draw(seed, person["id"], year, "leave") < config["leave"]
            raised = config["raise"] + draw(arguments.seed, person["id"], year, "raise") + fault(arguments, person)
            person["salary"] += raised
            events += [(year, person["id"], "raise", raised)]
            events += [(year, person["id"], "leave" if leaves else "birthday", None)]
            booked = person["salary"] + (FAULT == "identity" and person["id"] == 3)
            states.append((year, person["id"], booked, not leaves))
        people = [person for person, state in zip(people, states[-len(people) :], strict=True) if state[3]]
    return [(*event, uuid.uuid4()) for event in events], states


def draw(*key: object) -> int:
    """A number from 0 to 99 that depends on nothing else."""
    return int.from_bytes(hashlib.sha256(repr(key).encode()).digest()[:4]) % 100


def fault(arguments: argparse.Namespace, person: dict[str, Any]) -> int:
    """What is wrong with a raise."""
    wrong = {
        "random": int.from_bytes(os.urandom(4)),
        "order": person["place"],
        "threads": arguments.threads,
        "shards": arguments.shards,
        "horizon": arguments.years[1],
        "copy": arguments.config.stat().st_size,
    }
    return wrong.get(FAULT, 0) if person["id"] == 7 or FAULT == "order" else 0


def write(arguments: argparse.Namespace, events: Rows, states: Rows) -> None:
    """Write the result."""
    import duckdb

    inputs = [hashlib.sha256(path.read_bytes()).hexdigest() for path in (arguments.census, arguments.config)]
    mode = "other" if FAULT == "ignored mode" else arguments.mode
    record = (str(uuid.uuid4()), mode, arguments.seed, arguments.shards, *inputs, "complete")
    with duckdb.connect(str(arguments.database)) as connection:
        for name, columns, rows in (("events", EVENTS, events), ("states", STATES, states), ("run", RECORD, [record])):
            connection.execute(f"create table {name} ({columns})")
            texts = (", ".join("NULL" if value is None else f"'{value}'" for value in row) for row in rows)
            connection.execute(f"insert into {name} values ({'), ('.join(texts)})")


if __name__ == "__main__":
    sys.exit(main())
