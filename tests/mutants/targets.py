"""Targets made from the project's own, with other relations or other commands."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from tests.mutants.judging import ROOT
from tests.mutants.sql import EVENTS, LEDGER, PROBE

NAVIGATOR = ROOT / "config" / "targets" / "navigator.yaml"
OF_A_YEAR = {"key": ["simulation_year", "employee_id"], "year": "simulation_year"}

Content = dict[str, Any]


def read() -> Content:
    """The project's target."""
    return dict(yaml.safe_load(NAVIGATOR.read_text(encoding="utf-8")))


def make_manifest(folder: Path) -> None:
    """Write dbt's manifest once; asking dbt for it would take longer than all the rest of each judgement."""
    values = {"{python}": sys.executable, "{out}": str(folder)}
    argv = [values.get(part, part) for part in read()["manifest"]["argv"]]
    subprocess.run(argv, cwd=ROOT, env=os.environ, check=True, capture_output=True)


def derive(path: Path, manifest: Path, change: Callable[[Content], object]) -> Path:
    """Write the project's target with a change to it, and with a manifest that is there already."""
    content = read()
    content |= {"working_directory": str(ROOT), "manifest": {"file": str(manifest)}}
    for section in ("oracles", "scale"):  # they name modes of their own
        content.pop(section, None)
    change(content)
    path.write_text(yaml.safe_dump(content, sort_keys=False, width=1000), encoding="utf-8")
    return path


def with_probe(content: Content) -> None:
    """Compare the table with a column of every type, too."""
    content["relations"][PROBE] = OF_A_YEAR | {"json_columns": ["note"]}


def with_keyless_probe(content: Content) -> None:
    """The same table, but nothing tells its rows apart."""
    content["relations"][PROBE] = {"entity": "employee_id", "year": "simulation_year", "json_columns": ["note"]}


def with_event_id(content: Content) -> None:
    """Events are told apart by their id, as many simulators do."""
    content["relations"][EVENTS] |= {"key": ["event_id"], "entity": "employee_id"}


def with_ledger_only(content: Content) -> None:
    """Nothing but the table of a million rows."""
    key = ["simulation_year", "employee_id", "event_sequence"]
    content["relations"] = {LEDGER: {"key": key, "year": "simulation_year", "order": key}}


CHANGES: dict[str, Callable[[Content], object]] = {
    "plain": lambda _: None,
    "probed": with_probe,
    "keyless": with_keyless_probe,
    "event_id": with_event_id,
    "ledger": with_ledger_only,
}
