"""Every type of value: what is the same, what is not, and what other comparators take for the same."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from harness.parity.comparison import Comparer
from harness.parity.results import Finding, RelationResult
from harness.progress import Progress
from harness.relation import Relation
from harness.side import Side
from harness.warehouse import Warehouse

COLOUR = "ENUM('red', 'green')"
POINT = "STRUCT(x INTEGER, y DOUBLE)"
NESTED = "STRUCT(name VARCHAR, points DOUBLE[])[]"
DIFFERENT = [
    ("INTEGER", "1", "2"),
    ("INTEGER", "0", "NULL"),
    ("BIGINT", "9007199254740992", "9007199254740993"),
    ("HUGEINT", "170141183460469231731687303715884105726", "170141183460469231731687303715884105727"),
    ("UBIGINT", "18446744073709551615", "18446744073709551614"),
    ("DECIMAL(18,2)", "0.10", "0.11"),
    ("DECIMAL(38,2)", "999999999999999999.98", "999999999999999999.99"),
    ("DOUBLE", "0.0", "'-0.0'"),
    ("DOUBLE", "'nan'", "NULL"),
    ("DOUBLE", "'nan'", "0.0"),
    ("DOUBLE", "'inf'", "'-inf'"),
    ("DOUBLE", "1.0", "1.0000000000000002"),
    ("FLOAT", "0.0", "'-0.0'"),
    ("BOOLEAN", "false", "NULL"),
    ("BOOLEAN", "false", "true"),
    ("VARCHAR", "''", "NULL"),
    ("VARCHAR", "'a'", "'a '"),
    ("VARCHAR", "'a'", "'A'"),
    ("VARCHAR", "'é'", "'e' || chr(769)"),  # composed and decomposed
    ("BLOB", "'a'", "'a' || '\\x00'::BLOB"),
    ("DATE", "'2025-01-01'", "'2025-01-02'"),
    ("TIMESTAMP", "'2025-01-01 00:00:00.000001'", "'2025-01-01'"),
    ("TIMESTAMP WITH TIME ZONE", "'2025-01-01 00:00:00+00'", "'2025-01-01 00:00:00+01'"),
    ("TIME WITH TIME ZONE", "'12:00:00+00'", "'13:00:00+01'"),
    ("INTERVAL", "INTERVAL 30 DAY", "INTERVAL 1 MONTH"),
    ("UUID", "'00000000-0000-0000-0000-000000000000'", "'00000000-0000-0000-0000-000000000001'"),
    (COLOUR, "'red'", "'green'"),
    ("INTEGER[]", "[1, 2]", "[2, 1]"),
    ("INTEGER[]", "[]", "NULL"),
    ("INTEGER[]", "[NULL]", "[]"),
    ("DOUBLE[]", "[0.0]", "['-0.0'::DOUBLE]"),
    ("INTEGER[2]", "[1, 2]", "[1, 3]"),
    (POINT, "{'x': 1, 'y': 0.0}", "{'x': 1, 'y': '-0.0'::DOUBLE}"),
    (POINT, "{'x': 1, 'y': NULL}", "NULL"),
    ("STRUCT(x INTEGER)", "{'x': NULL}", "NULL"),
    ("INTEGER[][]", "[[]]", "[NULL]"),
    ("MAP(VARCHAR, INTEGER)", "MAP {}", "NULL"),
    ("MAP(VARCHAR, INTEGER)", "MAP {'a': 1}", "MAP {'a': 2}"),
    (NESTED, "[{'name': 'a', 'points': [1.0]}]", "[{'name': 'a', 'points': [1.0, NULL]}]"),
    ("JSON", "'{\"a\": 1}'", "'{\"a\": 2}'"),
    ("JSON", "'{\"a\": 1}'", "'{\"a\": 1.0}'"),
    ("JSON", "'{\"a\": null}'", "'{}'"),
    ("JSON", "'{\"a\": [1, 2]}'", "'{\"a\": [2, 1]}'"),
    ("JSON", "'{\"a\": 1}'", '\'{"a": 1, "a": 1}\''),
    ("JSON", '\'{"a": {"b": [1, {"c": 2}]}}\'', '\'{"a": {"b": [1, {"c": 3}]}}\''),
]
SAME = [
    ("TIMESTAMP WITH TIME ZONE", "'2025-01-01 12:00:00+00'", "'2025-01-01 13:00:00+01'"),
    ("DOUBLE", "'nan'", "'nan'::DOUBLE * -1"),
    ("JSON", '\'{"a": 1, "b": {"d": [1, 2], "c": null}}\'', '\'{ "b":{"c":null,"d":[1,2]}, "a":1 }\''),
]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    with closing(Warehouse(tmp_path_factory.mktemp("spill"), "1GB")) as opened:
        for side in ("ours", "theirs"):
            opened.rows(f"ATTACH ':memory:' AS {side}")
        yield opened


def _compare(
    warehouse: Warehouse, type_: str, ours: str, theirs: str, relation: Relation | None = None
) -> RelationResult:
    """Two rows on each side, in another order, so that the proof by stored order does not hide the others."""
    for side, contents in (("ours", (ours, ours)), ("theirs", (ours, theirs))):
        rows = [f"SELECT 2025 AS y, {k} AS k, CAST({v} AS {type_}) AS v" for k, v in enumerate(contents)]
        union = " UNION ALL ".join(rows if side == "ours" else rows[::-1])
        warehouse.rows(f"CREATE OR REPLACE TABLE {side}.t AS {union}")
    sides = [Side(name, Path(f"{name}.duckdb")) for name in ("ours", "theirs")]
    comparer = Comparer(warehouse, sides[0], sides[1], "exact", 5, Progress("test"))
    relation = relation or Relation(key=["y", "k"], year="y")
    return comparer.compare("t", relation, ("ours.main.t", "theirs.main.t"))


@pytest.mark.parametrize(("type_", "ours", "theirs"), DIFFERENT)
def test_values_that_differ(warehouse: Warehouse, type_: str, ours: str, theirs: str) -> None:
    different = _compare(warehouse, type_, ours, theirs)
    assert different.finding is Finding.DIFFERENT
    assert different.difference is not None
    assert different.difference.columns == {"v": 1}
    assert different.difference.keys["changed"] == 1


@pytest.mark.parametrize(("type_", "value"), [(type_, value) for type_, *values in DIFFERENT for value in values])
def test_a_value_equals_itself(warehouse: Warehouse, type_: str, value: str) -> None:
    result = _compare(warehouse, type_, value, value)
    assert result.finding is Finding.EQUAL_EXACT
    assert all(control.caught for control in result.controls)
    touched = {control.name.split()[0] for control in result.controls}
    assert {"y", "k", "row"} <= touched


@pytest.mark.parametrize(("type_", "ours", "theirs"), SAME)
def test_values_that_are_the_same_in_another_spelling(warehouse: Warehouse, type_: str, ours: str, theirs: str) -> None:
    assert _compare(warehouse, type_, ours, theirs).finding is Finding.EQUAL_EXACT


def test_json_in_one_spelling_is_told(warehouse: Warehouse) -> None:
    result = _compare(warehouse, "JSON", '\'{"a": 1, "b": 2}\'', '\'{"b": 2, "a": 1}\'')
    assert result.proof == "exact, as multisets, JSON in one spelling"


def test_text_is_json_only_where_the_target_says_so(warehouse: Warehouse) -> None:
    spellings = ('\'{"a": 1, "b": 2}\'', '\'{"b": 2, "a": 1}\'')
    assert _compare(warehouse, "VARCHAR", *spellings).finding is Finding.DIFFERENT
    declared = Relation(key=["y", "k"], year="y", json_columns=["v"])
    assert _compare(warehouse, "VARCHAR", *spellings, declared).finding is Finding.EQUAL_EXACT
    assert _compare(warehouse, "VARCHAR", "'no json'", "'no  json'", declared).finding is Finding.DIFFERENT


@pytest.mark.parametrize(
    ("reference", "candidate"),
    [
        ("BIGINT", "INTEGER"),
        ("BIGINT", "DOUBLE"),
        ("BIGINT", "VARCHAR"),
        ("DECIMAL(18,2)", "DECIMAL(18,4)"),
        ("DECIMAL(18,2)", "DOUBLE"),
        ("DATE", "TIMESTAMP"),
        ("TIMESTAMP", "TIMESTAMP WITH TIME ZONE"),
        ("VARCHAR", "ENUM('1')"),
        ("INTEGER", "UINTEGER"),
        ("DOUBLE", "FLOAT"),
    ],
)
def test_a_type_that_drifts_while_the_values_agree(warehouse: Warehouse, reference: str, candidate: str) -> None:
    value = "DATE '2025-01-01'" if "DATE" in reference or "TIME" in reference else "'1'"
    for side, type_ in (("ours", reference), ("theirs", candidate)):
        warehouse.rows(f"CREATE OR REPLACE TABLE {side}.t AS SELECT 2025 AS y, 1 AS k, CAST({value} AS {type_}) AS v")
    sides = [Side(name, Path(f"{name}.duckdb")) for name in ("ours", "theirs")]
    comparer = Comparer(warehouse, sides[0], sides[1], "exact", 5, Progress("test"))
    result = comparer.compare("t", Relation(key=["y", "k"], year="y"), ("ours.main.t", "theirs.main.t"))
    assert result.finding is Finding.DIFFERENT
    assert result.difference is None
    assert [(entry.kind, entry.column) for entry in result.drift] == [("type of", "v")]
