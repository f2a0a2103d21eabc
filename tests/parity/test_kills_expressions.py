"""SQL text does what it says when DuckDB reads it."""

from collections.abc import Iterator

import pytest

from harness.expressions import all_same, any_different, identity, listed, literal, quoted, value
from harness.warehouse import Warehouse
from tests.parity.test_kills_common import two_sides

AWKWARD = ["plain", "two words", 'a"b', '"', "it's", "''", "a.b", "Ünï", "x XX y"]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    with two_sides(tmp_path_factory.mktemp("spill")) as opened:
        yield opened


def _same(warehouse: Warehouse, type_: str, ours: str, theirs: str) -> bool:
    (same,) = warehouse.row(
        f"SELECT NOT ({any_different(identity('v', type_, 'l'), identity('v', type_, 'r'))}) "
        f"FROM (SELECT CAST({ours} AS {type_}) AS v) AS l, (SELECT CAST({theirs} AS {type_}) AS v) AS r"
    )
    return bool(same)


@pytest.mark.parametrize("name", AWKWARD)
def test_a_name_is_that_name_whatever_is_in_it(warehouse: Warehouse, name: str) -> None:
    assert [column.name for column in warehouse.columns(f"(SELECT 1 AS {quoted(name)})")] == [name]
    warehouse.rows(f"CREATE OR REPLACE TABLE {quoted('ours', 'main', name)} AS SELECT 7 AS n")
    assert warehouse.number(f"SELECT n FROM {quoted('ours', 'main', name)}") == 7


@pytest.mark.parametrize("text", [*AWKWARD, ""])
def test_a_text_is_that_text_whatever_is_in_it(warehouse: Warehouse, text: str) -> None:
    assert warehouse.row(f"SELECT {literal(text)}, {value(text)}") == (text, text)


def test_values_mean_what_a_query_returned(warehouse: Warehouse) -> None:
    assert warehouse.row(f"SELECT {value(None)} IS NULL, {value(2025)} = 2025, {value(0)} = 0") == (True, True, True)
    assert warehouse.row(f"SELECT {listed([value(1), value(None), value('x')])}") == ("1", None, "x")


@pytest.mark.parametrize("type_", ["INTEGER", "VARCHAR", "DECIMAL(18,2)", "DATE", "TIMESTAMP", "BOOLEAN", "UUID"])
def test_a_type_without_surprises_is_compared_by_its_value_alone(type_: str) -> None:
    assert identity("a b", type_) == ('"a b"',)
    assert identity("a b", type_, "l") == ('l."a b"',)


@pytest.mark.parametrize("type_", ["DOUBLE", "FLOAT"])
def test_floats_are_the_same_only_with_the_same_sign(warehouse: Warehouse, type_: str) -> None:
    assert not _same(warehouse, type_, "0.0", "'-0.0'")
    assert not _same(warehouse, type_, "1.5", "'nan'")
    assert not _same(warehouse, type_, "NULL", "'nan'")
    assert not _same(warehouse, type_, "NULL", "0.0")
    assert _same(warehouse, type_, "'nan'", f"-('nan'::{type_})")
    assert _same(warehouse, type_, "'-0.0'", "'-0.0'")
    assert _same(warehouse, type_, "NULL", "NULL")


@pytest.mark.parametrize(
    ("type_", "ours", "theirs"),
    [
        ("INTERVAL", "INTERVAL 30 DAY", "INTERVAL 1 MONTH"),
        ("DOUBLE[]", "[0.0]", "['-0.0'::DOUBLE]"),
        ("MAP(VARCHAR, DOUBLE)", "MAP {'a': 0.0}", "MAP {'a': '-0.0'::DOUBLE}"),
        ("STRUCT(x DOUBLE)", "{'x': 0.0}", "{'x': '-0.0'::DOUBLE}"),
    ],
)
def test_what_sql_takes_for_equal_is_told_apart_by_its_text(
    warehouse: Warehouse, type_: str, ours: str, theirs: str
) -> None:
    assert warehouse.row(f"SELECT CAST({ours} AS {type_}) = CAST({theirs} AS {type_})") == (True,)
    assert not _same(warehouse, type_, ours, theirs)
    assert _same(warehouse, type_, ours, ours)
    assert len(identity("v", type_)) == 2


def test_pairs_are_the_same_when_all_are_and_different_when_one_is(warehouse: Warehouse) -> None:
    for ours, theirs, same in (
        (["1", "NULL"], ["1", "NULL"], True),
        (["1", "NULL"], ["1", "2"], False),
        (["1", "2"], ["3", "2"], False),
        (["1", "2"], ["3", "4"], False),
    ):
        pairs = zip(ours, theirs, strict=True)
        assert warehouse.row(f"SELECT {all_same(pairs)}, {any_different(ours, theirs)}") == (same, not same)


def test_no_pairs_are_the_same(warehouse: Warehouse) -> None:
    assert warehouse.row(f"SELECT {all_same([])}") == (True,)


def test_lists_of_unequal_length_are_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="shorter"):
        any_different(["a", "b"], ["c"])
