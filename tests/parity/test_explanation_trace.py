"""Where a difference begins: the order of relations, the first that differs, the history of the first person."""

from pathlib import Path

from harness.parity.explain.trace import trace
from harness.parity.explanation import RelationStep
from harness.parity.results import Drift, Finding, RelationResult
from harness.relation import Relation, Tolerance
from harness.target import Mode, Provenance, Result, Witness
from tests.parity.explaining import SIDES, Lab, write_manifest
from tests.parity.tracing import (
    EVENT_TYPES,
    EVENTS,
    HAPPENED,
    STATE,
    STATE_TYPES,
    STATES,
    contract_of,
    diverging,
    traced,
)


def test_equal_relations_have_no_explanation(lab: Lab) -> None:
    lab.fill(EVENT_TYPES, HAPPENED, HAPPENED, "events")
    lab.fill(STATE_TYPES, STATE, STATE, "states")
    assert traced(lab, contract_of()) is None


def test_the_model_that_broke_is_named_and_not_its_victims(lab: Lab, tmp_path: Path) -> None:
    diverging(lab)
    lab.warehouse.rows("CREATE TABLE theirs.int_new AS SELECT 1 AS one")
    nodes = {"states": ["events"], "events": ["int_rates", "int_base"], "int_base": [], "int_rates": ["int_base"],
             "int_new": ["events"]}  # fmt: skip
    found = traced(lab, contract_of(), write_manifest(tmp_path, nodes))
    assert found is not None
    assert found.first_relation == "int_rates"
    assert (found.first_year, found.entity) == (None, {"employee_id": 2})  # it has no year
    assert found.steps == (
        RelationStep("int_base", "same", declared=False, detail="2 rows"),
        RelationStep("int_rates", "different", declared=False, detail="2 rows, not the same"),
        RelationStep("events", "different", declared=True, detail="5 rows changed (v 5×)", first_year=2025),
        RelationStep("states", "different", declared=True, detail="2 rows changed (salary 2×)", first_year=2026),
        RelationStep("int_new", "one side only", declared=False, detail="only in theirs"),
        RelationStep("run_record", "not compared", declared=False, detail="no part of the dbt graph"),
    )
    assert found.words == (
        "int_rates is an intermediate step: 2 rows, not the same.",
        "1 relation made before it is the same.",
        "After it differ: events, states.",
        "The first to diverge is employee_id 2: events, y 2025, s 2: v changed.",
    )


def test_what_one_side_alone_makes_the_differing_event_type_in_is_named(lab: Lab, tmp_path: Path) -> None:
    """One engine has a model for each event type, the other has one for all: they meet in the events."""
    theirs = [(y, k, s, e, v + ((y, k, s) >= (2025, 2, 2))) for y, k, s, e, v in HAPPENED]
    lab.fill(EVENT_TYPES, HAPPENED, theirs, "events")
    lab.fill(STATE_TYPES, STATE, STATE, "states")
    makers = {"int_raises": "raise", "int_hires": "hire", "int_more_raises": "raise", "int_later": "raise"}
    for name, event_type in makers.items():
        lab.warehouse.rows(f"CREATE TABLE ours.{name} AS SELECT '{event_type}' AS e")
    lab.warehouse.rows("CREATE TABLE theirs.int_all AS SELECT 1 AS e_of_another_kind")
    lab.warehouse.rows("CREATE TABLE theirs.int_codes AS SELECT 1 AS e")
    lab.warehouse.rows("CREATE TABLE theirs.gone AS SELECT 'raise' AS e")
    lab.warehouse.rows("CREATE VIEW theirs.int_view AS FROM theirs.gone")
    lab.warehouse.rows("DROP TABLE theirs.gone")
    before = ["int_raises", "int_hires", "int_more_raises", "int_all", "int_codes", "int_view"]
    nodes: dict[str, list[str]] = {
        **{name: [] for name in before},
        "events": before,
        "states": ["events"],
        "int_later": ["events"],
    }
    found = traced(lab, contract_of(), write_manifest(tmp_path, nodes))
    assert found is not None
    assert found.first_relation == "events"
    assert "Before it, raise is made in int_raises, int_more_raises (only in ours)." in found.words
    assert not [words for words in found.words if "hire" in words or "int_later" in words or "int_all" in words]


def test_without_a_manifest_the_first_year_decides_and_nothing_begins_in_what_is_ignored(lab: Lab) -> None:
    diverging(lab)
    provenance = Provenance(sql="SELECT * FROM run_record", finished={"x": 1}, equal=["x"])
    found = traced(lab, contract_of(provenance=provenance))
    assert found is not None
    assert (found.first_relation, found.first_year, found.entity) == ("events", 2025, {"employee_id": 2})
    by_name = {step.name: step for step in found.steps}
    assert (by_name["int_rates"].status, by_name["int_rates"].ignored) == ("different", True)
    assert by_name["run_record"].status == "not compared"
    assert by_name["run_record"].detail == "it is provenance"
    assert found.words[0] == "After it differs: states."


def test_what_a_witness_reads_is_no_step(lab: Lab) -> None:
    diverging(lab)
    mode = Mode(
        argv=["x"], witness=Witness(sql="SELECT x FROM int_rates", expected={"x": 1}), result=Result(database="x")
    )
    found = traced(lab, contract_of(modes={"a": mode}))
    assert found is not None
    assert {step.name: step.status for step in found.steps}["int_rates"] == "not compared"


def test_intermediates_that_cannot_be_compared_do_not_stop_the_explanation(lab: Lab) -> None:
    diverging(lab)
    for side in SIDES:
        lab.warehouse.rows(
            f"CREATE TABLE {side}.gone AS SELECT 1 AS one; CREATE VIEW {side}.int_view AS FROM {side}.gone"
        )
        lab.warehouse.rows(f"DROP TABLE {side}.gone")
    lab.warehouse.rows(
        "CREATE TABLE ours.int_schema AS SELECT 1 AS one; CREATE TABLE theirs.int_schema AS SELECT '1' AS one"
    )
    lab.warehouse.rows("""CREATE TABLE ours.int_json AS SELECT '{"a": 1, "b": 2}'::JSON AS j""")
    lab.warehouse.rows("""CREATE TABLE theirs.int_json AS SELECT '{"b":2,"a":1}'::JSON AS j""")
    found = traced(lab, contract_of())
    assert found is not None
    steps = {step.name: (step.status, step.detail) for step in found.steps}
    assert steps["int_view"][0] == "not compared"
    assert "gone" in steps["int_view"][1]
    assert steps["int_schema"] == ("different", "type of 'one' (INTEGER → VARCHAR)")
    assert steps["int_json"] == ("same", "1 row")


def test_columns_that_are_volatile_anywhere_are_so_in_intermediates(lab: Lab) -> None:
    diverging(lab)
    lab.fill({"x": "INTEGER", "at": "INTEGER"}, [(1, 5)], [(1, 6)], "int_timed")
    volatile = STATES.model_copy(update={"volatile": {"at": "it is the time"}})
    for contract, status in ((contract_of(), "different"), (contract_of(relations={"states": volatile}), "same")):
        found = traced(lab, contract)
        assert found is not None
        assert {step.name: step.status for step in found.steps}["int_timed"] == status


def test_the_history_merges_events_and_states_and_marks_the_first_difference(lab: Lab) -> None:
    diverging(lab)
    found = traced(lab, contract_of(relations={"events": EVENTS, "states": STATES}))
    assert found is not None
    assert found.entity == {"employee_id": 2}
    assert [(m.relation, *m.key.values(), m.status, m.columns, m.first_difference) for m in found.history] == [
        ("events", 2025, 2, 1, "same", (), False),
        ("events", 2025, 2, 2, "changed", ("v",), True),
        ("states", 2025, 2, "same", (), False),
        ("events", 2026, 2, 1, "changed", ("v",), False),
        ("events", 2026, 2, 2, "changed", ("v",), False),
        ("states", 2026, 2, "changed", ("salary",), False),
    ]
    first = found.history[1]
    assert (first.reference, first.candidate) == (
        {"y": 2025, "employee_id": 2, "s": 2, "e": "raise", "v": 202},
        {"y": 2025, "employee_id": 2, "s": 2, "e": "raise", "v": 203},
    )


def test_events_come_before_states_whatever_the_order_of_the_target(lab: Lab) -> None:
    diverging(lab)
    found = traced(lab, contract_of())
    assert found is not None
    assert [(moment.relation, moment.key["y"]) for moment in found.history] == [
        *[("events", 2025), ("events", 2025), ("states", 2025)],
        *[("events", 2026), ("events", 2026), ("states", 2026)],
    ]


def test_history_tells_of_rows_that_one_side_lacks_and_of_copies(lab: Lab) -> None:
    ours = [(2025, 1, 1, "hire", 5), (2025, 1, 2, "raise", 7), (2025, 1, 2, "raise", 7)]
    theirs = [(2025, 1, 2, "raise", 7), (2026, 1, 1, "raise", None)]
    lab.fill(EVENT_TYPES, ours, theirs, "events")
    found = traced(lab, contract_of(relations={"events": EVENTS}))
    assert found is not None
    assert [(m.key["y"], m.key["s"], m.status, m.first_difference) for m in found.history] == [
        (2025, 1, "missing", True),
        (2025, 2, "same", False),
        (2025, 2, "missing", False),
        (2026, 1, "extra", False),
    ]
    assert (found.history[0].candidate, found.history[3].reference) == (None, None)
    assert found.words == ("The first to diverge is employee_id 1: events, y 2025, s 1: missing.",)


def test_a_view_of_a_relation_is_not_told_twice_and_tolerated_values_are_the_same(lab: Lab) -> None:
    diverging(lab)
    for side in SIDES:
        lab.warehouse.rows(f"CREATE VIEW {side}.latest AS FROM {side}.states")
    tolerant = STATES.model_copy(update={"tolerances": {"salary": Tolerance(abs_tol=1, reason="a test")}})
    found = traced(lab, contract_of(relations={"events": EVENTS, "states": tolerant, "latest": tolerant}))
    assert found is not None
    assert {moment.relation for moment in found.history} == {"events", "states"}
    assert {moment.status for moment in found.history if moment.relation == "states"} == {"same"}


def test_a_long_history_is_cut_around_its_first_difference(lab: Lab) -> None:
    ours = [(2025, 1, s, "raise", s) for s in range(1, 201)]
    lab.fill(EVENT_TYPES, ours, [(y, k, s, e, v + (s == 100)) for y, k, s, e, v in ours], "events")
    found = traced(lab, contract_of(relations={"events": EVENTS}))
    assert found is not None
    numbers = [moment.key["s"] for moment in found.history]
    assert numbers == list(range(56, 116))
    assert [moment.key["s"] for moment in found.history if moment.first_difference] == [100]


def test_relations_without_a_year_or_the_column_are_no_part_of_the_history(lab: Lab) -> None:
    diverging(lab)
    lab.fill({"y": "INTEGER", "n": "INTEGER"}, [(2025, 1)], [(2025, 1)], "plan")
    lab.fill({"employee_id": "INTEGER"}, [(2,)], [(2,)], "people")
    relations = {"events": EVENTS, "plan": Relation(key=["y"], year="y"), "people": Relation(key=["employee_id"])}
    found = traced(lab, contract_of(relations=relations))
    assert found is not None
    assert {moment.relation for moment in found.history} == {"events"}


def test_rows_without_a_key_have_a_history_too(lab: Lab) -> None:
    diverging(lab)
    found = traced(lab, contract_of(relations={"events": EVENTS, "states": Relation(year="y", entity="employee_id")}))
    assert found is not None
    states = [(m.key, m.status) for m in found.history if m.relation == "states"]
    assert states == [({}, "same"), ({}, "missing"), ({}, "extra")]


def test_a_schema_that_differs_has_neither_year_nor_person(lab: Lab) -> None:
    lab.fill(STATE_TYPES, STATE, STATE, "states")
    drift = (Drift("type of", "salary", "BIGINT", "DOUBLE"),)
    result = RelationResult("states", Finding.DIFFERENT, 4, 4, None, 0.0, drift)
    names = {"states": "ours.main.states"}, {"states": "theirs.main.states"}
    found = trace(lab.warehouse, contract_of(), None, SIDES, (result,), names)
    assert found is not None
    assert (found.first_relation, found.first_year, found.entity, found.history) == ("states", None, None, ())
    assert found.steps[0].detail == "type of 'salary' (BIGINT → DOUBLE)"


def test_relations_that_were_not_asked_for_are_said_to_be_so(lab: Lab) -> None:
    diverging(lab)
    found = (lab.warehouse.relations("ours", "main"), lab.warehouse.relations("theirs", "main"))
    result = RelationResult("states", Finding.DIFFERENT, 4, 4, None, 0.0, difference=lab.explain(STATES, name="states"))
    explanation = trace(lab.warehouse, contract_of(), None, SIDES, (result,), found)
    assert explanation is not None
    assert explanation.steps[1] == RelationStep("events", "not compared", declared=True, detail="not asked for")
