"""Two small relations of one simulation, events and states, whose difference is traced to where it begins."""

from pathlib import Path

from harness.parity.explain.trace import trace
from harness.parity.explanation import Explanation
from harness.parity.results import Count, Finding, RelationResult
from harness.relation import EventTypes, Ignored, Relation
from harness.target import Contract
from tests.parity.explaining import SIDES, Lab, Rows

EVENTS = Relation(
    key=["y", "employee_id", "s"],
    year="y",
    order=["y", "s", "employee_id"],
    event_types=EventTypes(column="e", required=["hire"]),
)
STATES = Relation(key=["y", "employee_id"], year="y")
EVENT_TYPES = {"y": "INTEGER", "employee_id": "BIGINT", "s": "INTEGER", "e": "VARCHAR", "v": "BIGINT"}
STATE_TYPES = {"y": "INTEGER", "employee_id": "BIGINT", "salary": "BIGINT"}
HAPPENED: Rows = [(y, k, s, "raise", 100 * k + s) for y in (2025, 2026) for k in (1, 2) for s in (1, 2)]
STATE: Rows = [(y, k, 1000) for y in (2025, 2026) for k in (1, 2)]


def contract_of(**changes: object) -> Contract:
    """The two relations, and what is ignored."""
    relations = {"states": STATES, "events": EVENTS}
    ignore = [Ignored(pattern="int_*", reason="a step"), Ignored(pattern="run_record", reason="it is provenance")]
    return Contract(name="fake", relations=relations, ignore=ignore).model_copy(update=changes)


def traced(lab: Lab, contract: Contract, manifest: Path | None = None) -> Explanation | None:
    """Explain what differs of the declared relations, then trace it."""
    found = (lab.warehouse.relations("ours", "main"), lab.warehouse.relations("theirs", "main"))
    results = []
    for name, relation in contract.relations.items():
        rows = [sorted(lab.warehouse.rows(f"SELECT * FROM {side[name]}"), key=repr) for side in found]
        different = rows[0] != rows[1]
        finding = Finding.DIFFERENT if different else Finding.EQUAL_EXACT
        difference = lab.explain(relation, name=name) if different else None
        counts = tuple(Count(row[0], None, 1, 1) for row in rows[0] if relation.year)
        numbers = len(rows[0]), len(rows[1])
        results.append(RelationResult(name, finding, *numbers, None, 0.0, counts=counts, difference=difference))
    return trace(lab.warehouse, contract, manifest, SIDES, tuple(results), found)


def diverging(lab: Lab) -> None:
    """From 2025, 2, 2 on person 2 earns more; the raises of person 1 in 2026 follow."""
    theirs = [(y, k, s, e, v + ((y, k, s) >= (2025, 2, 2))) for y, k, s, e, v in HAPPENED]
    lab.fill(EVENT_TYPES, HAPPENED, theirs, "events")
    lab.fill(STATE_TYPES, STATE, [(y, k, v + (y == 2026)) for y, k, v in STATE], "states")
    lab.fill({"x": "INTEGER"}, [(1,), (2,)], [(1,), (3,)], "int_rates")
    lab.fill({"x": "INTEGER"}, [(1,), (2,)], [(2,), (1,)], "int_base")
    lab.fill({"x": "INTEGER"}, [(1,)], [(2,)], "run_record")
