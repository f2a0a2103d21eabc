"""Where a difference begins, and what a history shows, at their edges."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from harness.parity.explain.graph import Order
from harness.parity.explain.history import tell_history
from harness.parity.explain.trace import trace
from harness.parity.explanation import Explanation, Moment, RelationStep
from harness.parity.pairing import Pairing
from harness.parity.results import Drift, Finding, RelationResult
from harness.relation import EventTypes, Ignored, Relation
from harness.target import Contract, Provenance
from tests.parity.explaining import SIDES, Lab, Rows, write_manifest

PERSON = {"k": 1}
TYPES = {"y": "INTEGER", "k": "BIGINT", "e": "VARCHAR", "s": "INTEGER"}
KEYED = Relation(key=["y", "k", "s"], year="y")


def _pairing(lab: Lab, relation: Relation, types: Mapping[str, str], ours: Rows, theirs: Rows, name: str) -> Pairing:
    lab.fill(types, ours, theirs, name)
    columns = lab.warehouse.columns(f"ours.main.{name}")
    return Pairing(name, relation, f"ours.main.{name}", f"theirs.main.{name}", columns)


def _history(lab: Lab, relation: Relation, ours: Rows, theirs: Rows | None = None) -> tuple[Moment, ...]:
    pairing = _pairing(lab, relation, TYPES, ours, ours if theirs is None else theirs, "t")
    return tell_history(lab.warehouse, [pairing], PERSON)


# histories


@pytest.mark.parametrize(
    ("relation", "order"),
    [
        (Relation(key=["y", "k", "s"], year="y", order=["y", "e"]), [2, 1]),
        (KEYED, [1, 2]),
        (Relation(year="y", entity="k"), [2, 1]),  # by content, whose first other column is e
    ],
)
def test_a_history_is_told_in_the_declared_order_or_that_of_the_key(
    lab: Lab, relation: Relation, order: list[int]
) -> None:
    told = _history(lab, relation, [(2025, 1, "b", 1), (2025, 1, "a", 2), (2025, 2, "a", 3)])
    assert [moment.reference["s"] for moment in told if moment.reference] == order


def test_rows_without_a_year_come_last(lab: Lab) -> None:
    told = _history(lab, KEYED, [(None, 1, "a", 1), (2026, 1, "a", 1), (2025, 1, "a", 1)])
    assert [moment.key["y"] for moment in told] == [2025, 2026, None]


def test_relations_of_a_year_are_told_one_after_the_other(lab: Lab) -> None:
    rows = [(2025, 1, "a", 1), (2025, 1, "a", 2)]
    pairings = [
        _pairing(lab, KEYED, TYPES, rows, rows, "one"),
        _pairing(lab, KEYED, TYPES, [(y, k, "z", s) for y, k, _, s in rows], rows, "two"),
    ]
    told = tell_history(lab.warehouse, pairings, PERSON)
    assert [(moment.relation, moment.key["s"]) for moment in told] == [("one", 1), ("one", 2), ("two", 1), ("two", 2)]


def test_only_the_first_difference_is_marked(lab: Lab) -> None:
    rows = [(2025, 1, "a", s) for s in range(4)]
    assert [moment.first_difference for moment in _history(lab, KEYED, rows)] == [False] * 4
    theirs = [(y, k, "a" if s == 0 else "b", s) for y, k, _, s in rows]
    assert [moment.first_difference for moment in _history(lab, KEYED, rows, theirs)] == [False, True, False, False]


@pytest.mark.parametrize(("different", "shown"), [(0, range(60)), (30, range(60)), (99, range(40, 100))])
def test_a_history_that_is_cut_is_as_long_as_it_may_be(lab: Lab, different: int, shown: range) -> None:
    rows = [(2025, 1, "a", s) for s in range(100)]
    theirs = [(y, k, "b" if s == different else e, s) for y, k, e, s in rows]
    assert [moment.key["s"] for moment in _history(lab, KEYED, rows, theirs)] == [*shown]


def test_rows_that_are_all_key_have_a_history(lab: Lab) -> None:
    relation = Relation(key=["y", "k"], year="y")
    pairing = _pairing(lab, relation, {"y": "INTEGER", "k": "BIGINT"}, [(2025, 1), (2026, 1)], [(2025, 1)], "t")
    assert [moment.status for moment in tell_history(lab.warehouse, [pairing], PERSON)] == ["same", "missing"]


# steps and words


def _trace(lab: Lab, contract: Contract, manifest: Path | None = None) -> Explanation:
    """What differs of the declared relations, traced."""
    found = (lab.warehouse.relations("ours", "main"), lab.warehouse.relations("theirs", "main"))
    results = []
    for name, relation in contract.relations.items():
        counts = [lab.warehouse.number(f"SELECT count(*) FROM {side}.{name}") for side in SIDES]
        unequal = lab.warehouse.number(f"SELECT count(*) FROM (FROM ours.{name} EXCEPT FROM theirs.{name})")
        finding = Finding.DIFFERENT if unequal else Finding.EQUAL_EXACT
        difference = lab.explain(relation, name=name) if unequal else None
        results.append(RelationResult(name, finding, counts[0], counts[1], None, 0.0, difference=difference))
    traced = trace(lab.warehouse, contract, manifest, SIDES, tuple(results), found)
    assert traced is not None
    return traced


def _contract(*same: str, steps: str = "int_*") -> Contract:
    """The relation t, behind others that are the same."""
    relations = {**dict.fromkeys(same, KEYED), "t": KEYED}
    return Contract(name="fake", relations=relations, ignore=[Ignored(pattern=steps, reason="a step")])


def _differs(lab: Lab, *same: str) -> None:
    lab.fill(TYPES, [(2025, 1, "a", 1)], [(2025, 1, "b", 1)], "t")
    for name in same:
        lab.fill(TYPES, [(2025, 1, "a", 1)], [(2025, 1, "a", 1)], name)


def test_relations_that_are_the_same_are_counted(lab: Lab) -> None:
    _differs(lab, "one", "two")
    traced = _trace(lab, _contract("one", "two"))
    assert traced.order == "the target fake"
    assert traced.steps == (
        RelationStep("one", "same", declared=True, detail="1 row"),
        RelationStep("two", "same", declared=True, detail="1 row"),
        RelationStep("t", "different", declared=True, detail="1 row changed (e 1×)", first_year=2025),
    )
    assert traced.words[0] == "2 relations made before it are the same."


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (1, "After it differs: int_1."),
        (8, "After it differ: int_1, int_2, int_3, int_4, int_5, int_6, int_7, int_8."),
        (9, "After it differ: int_1, int_2, int_3, int_4, int_5, int_6, int_7, int_8 and 1 more."),
    ],
)
def test_relations_that_differ_afterwards_are_listed_up_to_a_number(
    lab: Lab, tmp_path: Path, more: int, sentence: str
) -> None:
    _differs(lab)
    names = [f"int_{number}" for number in range(1, more + 1)]
    for name in names:
        lab.fill({"x": "INTEGER"}, [(1,)], [(2,)], name)
    manifest = write_manifest(tmp_path, {"t": [], **{name: ["t"] for name in names}})
    assert _trace(lab, _contract(), manifest).words[0] == sentence


def test_steps_that_nobody_declared_are_told_as_such(lab: Lab, tmp_path: Path) -> None:
    _differs(lab)
    lab.fill({"x": "INTEGER"}, [(1,), (2,)], [(1,), (2,), (3,)], "int_longer")
    for side, types in zip(SIDES, ("1 AS one, 2 AS two", "1 AS one, '2' AS two, 3 AS three"), strict=True):
        lab.warehouse.rows(f"CREATE TABLE {side}.int_types AS SELECT {types}")
        lab.warehouse.rows(
            f"CREATE TABLE {side}.gone AS SELECT 1 AS x; CREATE VIEW {side}.int_view AS FROM {side}.gone"
        )
        lab.warehouse.rows(f"DROP TABLE {side}.gone")
    lab.warehouse.rows("CREATE TABLE ours.int_ours AS SELECT 1 AS x")
    names = ["int_longer", "int_types", "int_ours", "int_view"]
    manifest = write_manifest(tmp_path, {"t": [], **{name: ["t"] for name in names}})
    steps = {step.name: step for step in _trace(lab, _contract(), manifest).steps}
    drift = "extra column 'three' (absent → INTEGER); type of 'two' (INTEGER → VARCHAR)"
    assert steps["int_longer"] == RelationStep("int_longer", "different", declared=False, detail="2 → 3 rows")
    assert steps["int_types"] == RelationStep("int_types", "different", declared=False, detail=drift)
    assert steps["int_ours"] == RelationStep("int_ours", "one side only", declared=False, detail="only in ours")
    assert steps["int_view"] == RelationStep(
        "int_view", "not compared", declared=False, detail=steps["int_view"].detail
    )


def test_what_tells_how_a_result_was_made_is_no_step(lab: Lab) -> None:
    _differs(lab)
    lab.fill({"x": "INTEGER"}, [(1,)], [(2,)], "made")
    provenance = Provenance(sql="SELECT * FROM made", finished={"x": 1}, equal=["x"])
    steps = _trace(lab, _contract().model_copy(update={"provenance": provenance})).steps
    assert steps[-1] == RelationStep("made", "not compared", declared=False, detail="it says how the result was made")


def test_every_drift_of_a_relation_is_told(lab: Lab) -> None:
    _differs(lab)
    drift = (Drift("type of", "e", "VARCHAR", "INTEGER"), Drift("extra column", "x", None, "DATE"))
    result = RelationResult("t", Finding.DIFFERENT, 1, 1, None, 0.0, drift)
    traced = trace(lab.warehouse, _contract(), None, SIDES, (result,), ({"t": "ours.t"}, {"t": "theirs.t"}))
    assert traced is not None
    assert traced.steps[0].detail == "type of 'e' (VARCHAR → INTEGER); extra column 'x' (absent → DATE)"


def test_the_first_to_diverge_is_told_with_all_that_changed(lab: Lab) -> None:
    relation = Relation(key=["k"], year="y")
    lab.fill(TYPES, [(2025, 1, "a", 1)], [(2025, 1, "b", 2)], "t")
    traced = _trace(lab, Contract(name="fake", relations={"t": relation}))
    assert traced.words == ("The first to diverge is k 1: t: e, s changed.",)


def test_a_history_leaves_out_relations_that_have_no_year_and_goes_on(lab: Lab) -> None:
    _differs(lab, "early", "late")
    lab.warehouse.rows("ALTER TABLE theirs.late ADD COLUMN more INTEGER")
    events = KEYED.model_copy(update={"event_types": EventTypes(column="e", required=["a"])})
    relations = {"early": Relation(key=["k"]), "late": events, "t": KEYED}
    found = (lab.warehouse.relations("ours", "main"), lab.warehouse.relations("theirs", "main"))
    difference = lab.explain(KEYED)
    result = RelationResult("t", Finding.DIFFERENT, 1, 1, None, 0.0, difference=difference)
    contract = Contract(name="fake", relations=relations)
    traced = trace(lab.warehouse, contract, None, SIDES, (result,), found)
    assert traced is not None
    assert [moment.relation for moment in traced.history] == ["late", "t"]
    assert set(traced.history[0].reference or {}) == set(TYPES)


@pytest.mark.parametrize(("name", "place"), [("b", 1), ("raw.b", 1), ("db.raw.b", 1), ("b.c", None), ("raw.x", None)])
def test_a_relation_has_its_place_with_or_without_its_schema(name: str, place: int | None) -> None:
    assert Order("a test", ("a", "b"), by_graph=False).place(name) == place
