"""Two small relations whose difference is to be explained, without a command line around them."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from harness.expressions import literal, quoted
from harness.parity.explain.difference import explain
from harness.parity.explanation import Difference
from harness.parity.fingerprint import take_fingerprint
from harness.parity.pairing import pair_up
from harness.relation import Relation
from harness.warehouse import Warehouse

SIDES = ("ours", "theirs")
Rows = Sequence[Sequence[Any]]


class Lab:
    """Compares tables of two databases in memory."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.warehouse = warehouse
        for side in SIDES:
            warehouse.rows(f"ATTACH ':memory:' AS {side}")

    def fill(self, types: Mapping[str, str], ours: Rows, theirs: Rows, name: str = "t") -> None:
        """Make a table with these columns and rows on either side."""
        columns = ", ".join(f"{quoted(column)} {type_}" for column, type_ in types.items())
        for side, rows in zip(SIDES, (ours, theirs), strict=True):
            self.warehouse.rows(f"CREATE OR REPLACE TABLE {side}.{name} ({columns})")
            if rows:
                values = ", ".join(f"({', '.join(map(_sql, row, types.values()))})" for row in rows)
                self.warehouse.rows(f"INSERT INTO {side}.{name} VALUES {values}")

    def explain(self, relation: Relation, sample: int = 5, name: str = "t") -> Difference:
        """Explain the difference of a table that is known to differ."""
        sources = (f"ours.main.{name}", f"theirs.main.{name}")
        columns = (self.warehouse.columns(sources[0]), self.warehouse.columns(sources[1]))
        pairing = pair_up(name, relation, sources, columns, ())
        fingerprints = (
            take_fingerprint(self.warehouse, pairing, sources[0]),
            take_fingerprint(self.warehouse, pairing, sources[1]),
        )
        cells = fingerprints[0].differing(fingerprints[1])
        return explain(self.warehouse, pairing, fingerprints, cells, modes=SIDES, sample=sample)


def write_manifest(folder: Path, nodes: dict[str, list[str]], **kinds: str) -> Path:
    """A manifest in which each relation is made from others; `model_of_` in front of a name is not in its alias."""
    path = folder / "manifest.json"
    path.write_text(
        json.dumps(
            {
                "nodes": {
                    f"model.p.{name}": {
                        "resource_type": kinds.get(name, "model"),
                        "name": name,
                        "alias": name.removeprefix("model_of_"),
                        "depends_on": {"macros": [], "nodes": [f"model.p.{parent}" for parent in parents]},
                    }
                    for name, parents in nodes.items()
                }
            }
        ),
        encoding="utf-8",
    )
    return path


def _sql(content: object, type_: str) -> str:
    return "NULL" if content is None else f"CAST({literal(str(content))} AS {type_})"
