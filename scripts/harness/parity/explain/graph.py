"""The order in which the relations of a result are made."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

from harness.errors import TargetError
from harness.target import Contract

_MADE_BY_DBT = ("model", "seed", "snapshot")


@dataclass(frozen=True)
class Order:
    """Names of relations, those that are made first in front, and what the order rests on."""

    rests_on: str
    names: tuple[str, ...]
    by_graph: bool

    def place(self, name: str) -> int | None:
        """The place of a relation, with or without its schema; None if nothing is known of it."""
        for known in (name, name.rpartition(".")[2]):
            if known in self.names:
                return self.names.index(known)
        return None


def order_of_relations(contract: Contract, manifest: Path | None, present: Iterable[str]) -> Order:
    """The order of dbt's graph, or without a manifest that in which the contract names the relations.

    Raises:
        TargetError: the manifest cannot be read, or is none.
    """
    if manifest is not None:
        return Order(f"the dbt graph of {manifest.name}", _names_in(manifest), by_graph=True)
    patterns = [entry.pattern for entry in contract.ignore]
    others = sorted(
        (name for name in present if name not in contract.relations),
        key=lambda name: next((n for n, pattern in enumerate(patterns) if fnmatchcase(name, pattern)), len(patterns)),
    )
    return Order(f"the target {contract.name}", (*contract.relations, *others), by_graph=False)


def _names_in(manifest: Path) -> tuple[str, ...]:
    """The relations of a manifest, each after all that it is made from; otherwise in the manifest's own order."""
    try:
        document = json.loads(manifest.read_bytes())
        nodes = {key: node for key, node in document["nodes"].items() if node["resource_type"] in _MADE_BY_DBT}
        return tuple(dict.fromkeys(_name(nodes[key]) for key in _sorted(nodes)))
    except OSError as error:
        raise TargetError(f"{manifest}: {error.strerror}; dbt writes it with: dbt parse") from None
    except CycleError as error:
        raise TargetError(f"{manifest}: the relations depend on each other in a circle: {error.args[1]}") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise TargetError(f"{manifest}: not a manifest of dbt: {type(error).__name__}: {error}") from None


def _name(node: Mapping[str, Any]) -> str:
    return str(node.get("alias") or node["name"])


def _sorted(nodes: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The keys of the nodes; of those that could be next, always the first one in the manifest."""
    places = {key: place for place, key in enumerate(nodes)}
    # What is no relation, such as a source, is waited for by nobody. Seeds have no list of nodes.
    parents = {
        key: [parent for parent in node["depends_on"].get("nodes", ()) if parent in nodes]
        for key, node in nodes.items()
    }
    sorter = TopologicalSorter(parents)
    sorter.prepare()
    ready, order = set(sorter.get_ready()), list[str]()
    while ready:
        first = min(ready, key=places.__getitem__)
        ready.remove(first)
        order.append(first)
        sorter.done(first)
        ready.update(sorter.get_ready())
    return order
