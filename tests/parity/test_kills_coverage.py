"""What is said of results that do not hold what was asked for, and which of it can be excused."""

from collections.abc import Iterator

import pytest

from harness.errors import UsageError
from harness.parity.checks import PRECONDITIONS, Check, Status, Waiver, check
from harness.parity.coverage import check_all_columns, check_columns, check_coverage, check_relations, ignored_because
from harness.parity.results import Count, Finding, RelationResult
from harness.relation import EventTypes, Ignored, Relation, Tolerance
from harness.target import Contract
from harness.warehouse import Column, Warehouse
from tests.parity.test_kills_common import two_sides

PASSED, FAILED = Status.PASSED, Status.FAILED
SIDES = ("ours", "theirs", "third")


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    with two_sides(tmp_path_factory.mktemp("spill")) as opened:
        yield opened


def _contract(**relations: Relation) -> Contract:
    ignore = [Ignored(pattern="stg_*", reason="made on the way"), Ignored(pattern="*", reason="of no interest")]
    return Contract(name="test", relations=dict(relations), ignore=ignore[:1])


def _relations(contract: Contract, *found: str) -> list[Check]:
    """The checks where each side has the relations whose names stand in its text."""
    return list(check_relations(contract, SIDES[: len(found)], tuple({n: n for n in names.split()} for names in found)))


# relations


def test_a_relation_on_every_side_is_there() -> None:
    assert _relations(_contract(a=Relation()), "a", "a") == [Check("relations", "a", PASSED, "in ours and theirs")]


def test_a_relation_that_is_missing_somewhere_is_told_with_the_sides_that_lack_it() -> None:
    contract = _contract(a=Relation(may_be_absent="optional"))
    assert _relations(contract, "a", "") == [Check("relations", "a", FAILED, "missing from theirs")]
    assert _relations(contract, "", "a", "") == [Check("relations", "a", FAILED, "missing from ours and third")]


def test_only_a_declared_absence_from_all_sides_is_excused() -> None:
    excused = _contract(a=Relation(may_be_absent="optional"))
    detail = "missing from ours and theirs, as declared: optional"
    assert _relations(excused, "", "") == [Check("relations", "a", PASSED, detail)]
    detail = "missing from ours and theirs"
    assert _relations(_contract(a=Relation()), "", "") == [Check("relations", "a", FAILED, detail)]


def test_a_relation_that_nobody_declared_is_told_with_the_sides_that_have_it() -> None:
    hint = "but the target does not know it; declare it under relations, or under ignore with a reason"
    assert _relations(_contract(a=Relation()), "a z", "a c", "a z stg_x") == [
        Check("relations", "a", PASSED, "in ours and theirs and third"),
        Check("relations", "c", FAILED, f"exists in theirs, {hint}"),
        Check("relations", "z", FAILED, f"exists in ours and third, {hint}"),
    ]


def test_a_pattern_says_why_a_relation_is_ignored() -> None:
    contract = _contract(a=Relation())
    assert ignored_because(contract, "stg_a") == "made on the way"
    assert ignored_because(contract, "STG_a") is None
    assert ignored_because(contract, "a") is None


@pytest.mark.parametrize("found", [({"a": "a"},), ({"a": "a"}, {"a": "a"}, {"a": "a"}), ({}, {"a": "a"}, {})])
def test_every_side_must_have_its_list_of_relations(found: tuple[dict[str, str], ...]) -> None:
    with pytest.raises(ValueError, match="zip"):
        list(check_relations(_contract(), ("ours", "theirs"), found))
    with pytest.raises(ValueError, match="zip"):
        list(check_relations(_contract(a=Relation()), ("ours", "theirs"), found))


# columns


def _named() -> Relation:
    return Relation(
        key=["k"],
        year="y",
        order=["o", "k"],
        volatile={"v": "a time"},
        tolerances={"d": Tolerance(abs_tol=0.1, reason="rounding")},
    )


def _columns(**types: str) -> list[Column]:
    return [Column(name, type_) for name, type_ in types.items()]


def test_every_column_that_the_target_names_must_exist() -> None:
    complete = _columns(k="INTEGER", y="INTEGER", o="INTEGER", v="TIMESTAMP", d="DOUBLE", other="BLOB")
    assert list(check_columns("t", _named(), complete)) == [Check("columns", "t", PASSED, "complete")]
    missing = "k, y, o, v, d exist on neither side; correct the target or the exclusions"
    assert list(check_columns("t", _named(), _columns(other="BLOB"))) == [Check("columns", "t", FAILED, missing)]


def test_exclusions_must_leave_something_to_compare() -> None:
    relation = Relation(key=["k"], volatile={"v": "a time"})
    complete = Check("columns", "t", PASSED, "complete")
    detail = "every column but those that tell rows apart is excluded: nothing would be compared"
    assert list(check_columns("t", relation, _columns(k="INTEGER", v="TIMESTAMP"))) == [
        complete,
        Check("columns", "t", FAILED, detail),
    ]
    assert list(check_columns("t", relation, _columns(k="INTEGER", v="TIMESTAMP", d="DOUBLE"))) == [complete]
    assert list(check_columns("t", Relation(key=["k"]), _columns(k="INTEGER"))) == [complete]


@pytest.mark.parametrize("type_", ["DOUBLE", "FLOAT", "DECIMAL(18,2)", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT"])
def test_a_number_can_have_a_tolerance(type_: str) -> None:
    columns = _columns(k="INTEGER", y="INTEGER", o="INTEGER", v="TIMESTAMP", d=type_)
    assert [made.status for made in check_columns("t", _named(), columns)] == [PASSED]


@pytest.mark.parametrize("type_", ["VARCHAR", "DATE", "BOOLEAN", "INTEGER[]"])
def test_what_is_no_number_cannot_have_a_tolerance(type_: str) -> None:
    columns = _columns(k="INTEGER", y="INTEGER", o="INTEGER", v="TIMESTAMP", d=type_)
    detail = "d have a tolerance, but are no numbers: it could never apply"
    assert list(check_columns("t", _named(), columns)) == [
        Check("columns", "t", PASSED, "complete"),
        Check("columns", "t", FAILED, detail),
    ]


def test_a_column_may_exist_on_either_side(warehouse: Warehouse) -> None:
    warehouse.rows("CREATE TABLE ours.t AS SELECT 1 AS k")
    warehouse.rows("CREATE TABLE theirs.t AS SELECT 1 AS y")
    contract = _contract(t=Relation(key=["k"], year="y"), nowhere=Relation(key=["x"]), u=Relation(key=["x"]))
    relations = ({"t": "ours.t"}, {"t": "theirs.t", "u": "theirs.t"})
    missing = "x exist on neither side; correct the target or the exclusions"
    assert list(check_all_columns(warehouse, contract, relations)) == [
        Check("columns", "t", PASSED, "complete"),
        Check("columns", "u", FAILED, missing),
    ]


# years and event types


def _result(*counts: tuple[object, int, int], types: tuple[str, ...] = ()) -> RelationResult:
    return RelationResult(
        "t",
        Finding.EQUAL_EXACT,
        sum(ours for _, ours, _ in counts),
        sum(theirs for _, _, theirs in counts),
        None,
        0.0,
        counts=tuple(Count(year, None, *rows) for year, *rows in counts),
        event_types=tuple(Count(2025, kind, 1, 1) for kind in types),
    )


def _coverage(relation: Relation, result: RelationResult, years: range | None = None) -> list[tuple[str, Status, str]]:
    made = list(check_coverage(_contract(t=relation), result, years))
    assert {one.about for one in made} == {"t"}
    return [(one.precondition, one.status, one.detail) for one in made]


YEARLY = Relation(key=["y", "k"], year="y")


def test_a_relation_without_rows_says_nothing_of_years() -> None:
    assert _coverage(YEARLY, _result(), range(2025, 2027)) == [("not-empty", FAILED, "0 and 0 rows")]


@pytest.mark.parametrize(("ours", "theirs"), [(1, 0), (0, 1), (1234, 1), (0, 2000)])
def test_rows_on_either_side_are_rows(ours: int, theirs: int) -> None:
    detail = f"{ours:,} and {theirs:,} rows"
    assert _coverage(Relation(), _result((2025, ours, theirs))) == [("not-empty", PASSED, detail)]


def test_every_year_asked_for_must_have_rows_somewhere() -> None:
    result = _result((2025, 1, 0), (2027, 0, 1))
    assert _coverage(YEARLY, result, range(2025, 2028))[1:] == [
        ("years", FAILED, "2026 have no rows on either side"),
        ("years", PASSED, "complete"),
    ]
    assert _coverage(YEARLY, result, range(2023, 2028))[1][2] == "2023, 2024, 2026 have no rows on either side"
    assert _coverage(YEARLY, _result((2025, 1, 1)), range(2025, 2026))[1:] == [("years", PASSED, "complete")] * 2


def test_a_year_that_nobody_asked_for_must_not_have_rows_on_both_sides() -> None:
    result = _result((2024, 5, 0), (2025, 1, 1), (2028, 1, 1), (2029, 0, 4), (None, 2, 2))
    assert _coverage(YEARLY, result, range(2025, 2026))[1:] == [
        ("years", PASSED, "complete"),
        ("years", FAILED, "2028, None were not asked for, but have rows on both sides"),
    ]


def test_when_nobody_says_which_years_there_must_be_no_gap() -> None:
    assert _coverage(YEARLY, _result((2025, 1, 1), (2028, 1, 1)))[1:] == [
        ("years", FAILED, "2026, 2027 have no rows on either side"),
        ("years", PASSED, "complete"),
    ]
    assert _coverage(YEARLY, _result((-1, 1, 1), (1, 1, 1)))[1][2] == "0 have no rows on either side"
    assert _coverage(YEARLY, _result((2025, 1, 1)))[1:] == [("years", PASSED, "complete")] * 2


def test_years_that_are_no_numbers_have_no_gaps() -> None:
    assert _coverage(YEARLY, _result(("first", 1, 1), ("2025-", 1, 1), ("X1", 1, 1)))[1:] == [
        ("years", PASSED, "complete"),
        ("years", FAILED, "2025-, X1, first were not asked for, but have rows on both sides"),
    ]


def test_every_required_event_type_must_occur() -> None:
    relation = Relation(event_types=EventTypes(column="e", required=["hire", "raise", "exit"]))
    some = _result((2025, 1, 1), types=("raise", "other"))
    assert _coverage(relation, some)[1:] == [("event-types", FAILED, "hire, exit occur on neither side")]
    every = _result((2025, 1, 1), types=("exit", "raise", "hire"))
    assert _coverage(relation, every)[1:] == [("event-types", PASSED, "complete")]


# checks and the one that may be waived


def test_a_check_passed_failed_or_could_not_be_made() -> None:
    statuses = {True: PASSED, False: FAILED, None: Status.UNVERIFIED}
    for passed, status in statuses.items():
        assert check("fresh", "ours", passed, "why") == Check("fresh", "ours", status, "why")


MADE = [
    Check("fresh", "ours", FAILED, "too old"),
    Check("closed", "ours", FAILED, "open"),
    Check("fresh", "theirs", PASSED, "new"),
    Check("witness", "third", Status.UNVERIFIED, "no mode"),
]


def test_without_a_waiver_checks_count_as_they_were_made() -> None:
    assert list(Waiver().apply(MADE)) == MADE


def test_a_waiver_excuses_the_failures_of_its_precondition_and_nothing_else() -> None:
    assert list(Waiver("fresh").apply(MADE)) == [Check("fresh", "ours", Status.WAIVED, "too old"), *MADE[1:]]


def test_what_cannot_be_verified_fails_when_provenance_is_required() -> None:
    failed = Check("witness", "third", FAILED, "cannot be verified: no mode")
    assert list(Waiver(require_provenance=True).apply(MADE)) == [*MADE[:3], failed]


def test_what_only_a_witness_of_the_run_can_know_does_not_fail() -> None:
    unknown = [Check(name, "ours", Status.UNVERIFIED, "nobody saw it") for name in ("fresh", "closed", "as-asked")]
    assert list(Waiver(require_provenance=True).apply(unknown)) == unknown


def test_only_a_known_precondition_can_be_waived() -> None:
    waivable = [name for name in PRECONDITIONS if name != "negative-controls"]
    assert len(waivable) > 10
    for name in waivable:
        assert Waiver(name).precondition == name
    for name in ("witnes", "negative-controls"):
        with pytest.raises(UsageError) as caught:
            Waiver(name)
        assert str(caught.value) == f"--allow: unknown precondition {name!r}; choose {', '.join(waivable)}"
