"""A simulator with navigator's command line that copies databases made beforehand: a run takes milliseconds.

toy.json says where they lie; `old` marks the release point, which has the legacy engine only.
"""

import argparse
import json
import os
import shutil
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
TOY = json.loads((ROOT / "toy.json").read_text())
FORCED = {"FEATURE_FLAG_LEGACY_EVENTS=true", "feature_flag_legacy_events: true"}


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=["run", "census"])
    parser.add_argument("--years", nargs=2)
    for name in ("--employees", "--census", "--seed", "--database", "--optimization", "--out"):
        parser.add_argument(name)
    arguments = parser.parse_args(argv)
    if arguments.command == "census":
        Path(arguments.out).write_text("a census\n")
        return 0
    if "fail" in TOY:
        print("toy: planted failure", file=sys.stderr)
        return 2
    if "TOY_SLEEP" in os.environ:
        Path(os.environ["TOY_SLEEP"]).write_text(str(os.getpid()))
        time.sleep(60)
    size = arguments.employees or ("all" if arguments.census else "1000")
    name = f"{engine(arguments.optimization)}-{size}{TOY.get('variant', '')}.duckdb"
    database = Path(arguments.database)
    shutil.copyfile(Path(TOY["databases"]) / name, database.with_name("toy.part"))
    database.with_name("toy.part").replace(database)
    return 0


def engine(asked: str | None) -> str:
    """The flag in the environment, in .env.rollback or in the configuration wins over the command line."""
    told = [f"{name}={value}" for name, value in os.environ.items()]
    for path in (ROOT / ".env.rollback", ROOT / "config" / "simulation_config.yaml"):
        told += path.read_text().splitlines() if path.exists() else []
    forced = any(line.split("#")[0].strip() in FORCED for line in told)
    return "legacy" if TOY.get("old") or forced else asked or "optimized"


sys.exit(main(sys.argv[1:]))
