"""Which columns and rows of two sides belong together, and how rows are found again."""

from collections.abc import Iterator

import pytest

from harness.parity.pairing import BUCKETS, Pairing, pair_up, row_is
from harness.parity.results import Drift
from harness.parity.schema_check import schema_drift
from harness.relation import Relation
from harness.warehouse import Column, Warehouse
from tests.parity.test_kills_common import KEYED, SOURCES, fill, paired, two_sides

PEOPLE = [f"{year}, {k}, 'v{k}'" for year in ("2025", "2026", "NULL") for k in range(200)]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    with two_sides(tmp_path_factory.mktemp("spill")) as opened:
        yield opened


def _columns(**types: str) -> tuple[Column, ...]:
    return tuple(Column(name, type_) for name, type_ in types.items())


def _rows(warehouse: Warehouse, pairing: Pairing, where: str) -> set[tuple[object, ...]]:
    return set(warehouse.rows(f"SELECT * FROM {pairing.reference} WHERE {where}"))


# schemas


def test_equal_schemas_do_not_drift() -> None:
    assert schema_drift(_columns(a="INTEGER", b="DATE"), _columns(a="INTEGER", b="DATE")) == ()


def test_columns_of_one_side_only_are_told_with_their_type() -> None:
    assert schema_drift(_columns(a="INTEGER", z="DATE", b="BLOB"), _columns(a="INTEGER", y="TIME", c="UUID")) == (
        Drift("extra column", "c", None, "UUID"),
        Drift("extra column", "y", None, "TIME"),
        Drift("missing column", "b", "BLOB", None),
        Drift("missing column", "z", "DATE", None),
    )


def test_spelling_and_type_of_a_common_column_drift_apart_from_each_other() -> None:
    assert schema_drift(_columns(a="INTEGER", Pay="DOUBLE"), _columns(A="INTEGER", Pay="FLOAT")) == (
        Drift("spelling of", "a", "a", "A"),
        Drift("type of", "Pay", "DOUBLE", "FLOAT"),
    )
    assert schema_drift(_columns(Pay="DOUBLE"), _columns(pay="FLOAT")) == (
        Drift("spelling of", "Pay", "Pay", "pay"),
        Drift("type of", "Pay", "DOUBLE", "FLOAT"),
    )


def test_another_order_of_columns_is_told_by_the_first_place_that_differs() -> None:
    ours = _columns(a="INTEGER", b="INTEGER", c="INTEGER", d="INTEGER")
    theirs = _columns(a="INTEGER", c="INTEGER", d="INTEGER", b="INTEGER")
    assert schema_drift(ours, theirs) == (Drift("order of columns, at place 2:", "b", "b", "c"),)


def test_a_column_of_one_side_only_does_not_put_the_others_out_of_order() -> None:
    ours, theirs = _columns(a="INTEGER", x="INTEGER", b="INTEGER"), _columns(a="INTEGER", b="INTEGER", y="INTEGER")
    assert [drift.kind for drift in schema_drift(ours, theirs)] == ["extra column", "missing column"]


# what is compared


def test_common_columns_are_compared_in_the_order_of_the_reference() -> None:
    relation = Relation(key=["a"], volatile={"made_at": "a time"})
    ours = _columns(a="INTEGER", made_at="TIMESTAMP", b="DATE", mine="INTEGER")
    theirs = _columns(B="DATE", a="INTEGER", made_at="TIMESTAMP", other="INTEGER")
    pairing = pair_up("people", relation, ("x.t", "y.t"), (ours, theirs), ())
    assert pairing == Pairing("people", relation, "x.t", "y.t", _columns(a="INTEGER", b="DATE"))


@pytest.mark.parametrize("kind", ["missing column", "extra column", "order of columns, at place 2:"])
def test_a_source_stays_as_it_is_unless_a_column_has_another_type_or_spelling(kind: str) -> None:
    columns = (_columns(a="INTEGER"), _columns(a="INTEGER"))
    assert pair_up("t", KEYED, ("x.t", "y.t"), columns, (Drift(kind, "a", None, None),)).candidate == "y.t"


def test_another_spelling_is_read_under_the_name_of_the_reference(warehouse: Warehouse) -> None:
    warehouse.rows("CREATE OR REPLACE TABLE ours.t AS SELECT 2025 AS y, 1 AS k, 5 AS Pay")
    warehouse.rows("CREATE OR REPLACE TABLE theirs.t AS SELECT 2025 AS y, 1 AS K, 5 AS PAY")
    pairing = paired(warehouse)
    assert [column.name for column in pairing.columns] == ["y", "k", "Pay"]
    assert warehouse.rows(f"SELECT {pairing.names('c')} FROM {pairing.candidate} AS c") == [(2025, 1, 5)]


def test_another_type_is_read_as_that_of_the_reference_where_the_value_survives_it(warehouse: Warehouse) -> None:
    warehouse.rows("CREATE OR REPLACE TABLE ours.t AS SELECT 2025 AS y, 1::BIGINT AS k, 'same' AS v")
    warehouse.rows(
        "CREATE OR REPLACE TABLE theirs.t AS SELECT 2025 AS y, unnest([1.0::DOUBLE, 1.5, NULL]) AS k, 'same' AS v"
    )
    pairing = paired(warehouse)
    rows = warehouse.rows(f"SELECT * FROM {pairing.candidate}")
    assert rows == [(2025, 1, "same"), (2025, None, "same"), (2025, None, "same")]
    assert [column.type for column in warehouse.columns(pairing.candidate)] == ["INTEGER", "BIGINT", "VARCHAR"]
    assert pairing.reference == SOURCES[0]


def test_a_candidate_can_be_exchanged_for_another(warehouse: Warehouse) -> None:
    fill(warehouse, "y INTEGER, k BIGINT", ["2025, 1"])
    pairing = paired(warehouse)
    other = pairing.with_candidate("elsewhere")
    assert (other.candidate, other.reference, other.columns) == ("elsewhere", pairing.reference, pairing.columns)


def test_columns_are_named_with_and_without_their_row() -> None:
    pairing = Pairing("t", Relation(key=["k", "y"]), *SOURCES, _columns(y="INTEGER", k="DOUBLE"))
    assert (pairing.names(), pairing.names("l")) == ('"y", "k"', 'l."y", l."k"')
    assert (pairing.key(), pairing.key("r")) == (['"k"', '"y"'], ['r."k"', 'r."y"'])
    assert pairing.identity()[:2] == ['"y"', '"k"']
    assert pairing.identity("l")[:2] == ['l."y"', 'l."k"']
    assert len(pairing.identity()) == len(pairing.identity("l")) == 3


# which rows


def test_a_year_has_its_rows_and_no_year_has_those_without(warehouse: Warehouse) -> None:
    fill(warehouse, "y INTEGER, k BIGINT, v VARCHAR", PEOPLE)
    pairing = paired(warehouse)
    for year in (2025, 2026, None):
        assert {row[0] for row in _rows(warehouse, pairing, pairing.in_year(year))} == {year}
    assert _rows(warehouse, pairing, pairing.in_year(1999)) == set()


def test_cells_share_out_the_rows(warehouse: Warehouse) -> None:
    fill(warehouse, "y INTEGER, k BIGINT, v VARCHAR", PEOPLE)
    pairing = paired(warehouse)
    years: tuple[int | None, ...] = (2025, 2026, None)
    each = [_rows(warehouse, pairing, pairing.within([(year, b)])) for year in years for b in range(BUCKETS)]
    assert sum(map(len, each)) == len(PEOPLE)
    assert len(set().union(*each)) == len(PEOPLE)
    assert max(map(len, each)) < 30
    assert all(len({row[0] for row in rows}) <= 1 for rows in each)


def test_cells_of_several_years_are_taken_together(warehouse: Warehouse) -> None:
    fill(warehouse, "y INTEGER, k BIGINT, v VARCHAR", PEOPLE)
    pairing = paired(warehouse)
    cells = [(2025, 3), (None, 5), (2025, 7), (2026, 3)]
    apart = [_rows(warehouse, pairing, pairing.within([cell])) for cell in cells]
    assert all(apart)
    assert _rows(warehouse, pairing, pairing.within(cells)) == set().union(*apart)


def test_all_cells_of_a_year_are_the_year_and_no_cells_are_nothing(warehouse: Warehouse) -> None:
    fill(warehouse, "y INTEGER, k BIGINT, v VARCHAR", PEOPLE)
    pairing = paired(warehouse)
    everything = pairing.within([(2026, bucket) for bucket in range(BUCKETS)])
    assert _rows(warehouse, pairing, everything) == _rows(warehouse, pairing, pairing.in_year(2026))
    assert pairing.bucket not in everything  # costs no hash
    assert _rows(warehouse, pairing, pairing.within([])) == set()


@pytest.mark.parametrize(
    ("key", "found"),
    [
        ({"y": 2025, "k": 7}, {(2025, 7, "v7")}),
        ({"y": None, "k": 7}, {(None, 7, "v7")}),
        ({"k": 7, "v": "v7"}, {(2025, 7, "v7"), (2026, 7, "v7"), (None, 7, "v7")}),
        ({"y": 2025, "v": "v8", "k": 7}, set()),
    ],
)
def test_a_row_is_found_again_by_its_key(
    warehouse: Warehouse, key: dict[str, object], found: set[tuple[object, ...]]
) -> None:
    fill(warehouse, "y INTEGER, k BIGINT, v VARCHAR", PEOPLE)
    pairing = paired(warehouse)
    assert _rows(warehouse, pairing, row_is(pairing, key)) == found


def test_a_row_is_found_by_the_value_of_its_key_and_not_by_its_spelling(warehouse: Warehouse) -> None:
    fill(warehouse, "y DECIMAL(9,2), k TIMESTAMP", ["1.50, '2025-01-01'"])
    pairing = paired(warehouse)
    assert len(_rows(warehouse, pairing, row_is(pairing, {"y": "1.5", "k": "2025-01-01T00:00:00"}))) == 1


# JSON


def test_a_relation_without_json_has_no_other_spelling(warehouse: Warehouse) -> None:
    fill(warehouse, "y INTEGER, k BIGINT, v VARCHAR", ["2025, 1, '{}'"])
    assert paired(warehouse).canonical() is None


def test_json_comes_to_one_spelling_on_both_sides(warehouse: Warehouse) -> None:
    columns = "y INTEGER, j JSON, k BIGINT, v VARCHAR, w VARCHAR"
    ours = """2025, '{"b": 1, "a": 2}', 1, '{"b": 1, "a": 2}', '{"b": 1, "a": 2}'"""
    theirs = """2025, '{"a":2,  "b":1}', 1, 'no   json', '{"a":2,  "b":1}'"""
    fill(warehouse, columns, [ours], [theirs])
    canonical = paired(warehouse, Relation(key=["y", "k"], year="y", json_columns=["v"])).canonical()
    assert canonical is not None
    one = '{"a":2,"b":1}'
    assert warehouse.rows(f"SELECT * FROM {canonical.reference}") == [(2025, one, 1, one, '{"b": 1, "a": 2}')]
    assert warehouse.rows(f"SELECT * FROM {canonical.candidate}") == [(2025, one, 1, "no   json", '{"a":2,  "b":1}')]
    assert canonical.columns == paired(warehouse).columns


def test_json_in_one_spelling_keeps_every_digit_of_its_numbers(warehouse: Warehouse) -> None:
    large, marked = '{"pay": 1000000000000000.01, "a": 1.50}', '{"z": "\\u00015", "a": 1}'
    fill(warehouse, "y INTEGER, k BIGINT, j JSON", [f"2025, 1, '{large}'", f"2025, 2, '{marked}'"])
    canonical = paired(warehouse).canonical()
    assert canonical is not None
    for source in (canonical.reference, canonical.candidate):
        found = warehouse.rows(f"SELECT j FROM {source} ORDER BY k")
        assert found == [('{"a":1.50,"pay":1000000000000000.01}',), (marked,)]  # a text with the mark is left alone
