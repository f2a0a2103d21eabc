"""The negative controls: where they are planted, that they change something, and that a blind comparison shows."""

from collections.abc import Iterator

import pytest

from harness.expressions import any_different, identity
from harness.parity import controls
from harness.parity.controls import plant_controls
from harness.parity.fingerprint import Fingerprint
from harness.parity.pairing import Pairing
from harness.parity.results import Control
from harness.relation import Relation
from harness.warehouse import Column, Warehouse
from tests.parity.test_kills_common import KEYED, fill, paired, two_sides

COLUMNS = "y INTEGER, k BIGINT, v VARCHAR"
ROWS = ["2025, 1, 'a'", "2025, 2, 'b'", "2026, 1, 'c'", "2026, 2, 'd'", "2026, 2, 'e'"]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    with two_sides(tmp_path_factory.mktemp("spill")) as opened:
        yield opened


def _pair(
    warehouse: Warehouse, rows: list[str], relation: Relation = KEYED, theirs: list[str] | None = None
) -> Pairing:
    fill(warehouse, COLUMNS, rows, theirs)
    return paired(warehouse, relation)


def _cell(warehouse: Warehouse, side: str) -> list[tuple[object, ...]]:
    return sorted(warehouse.rows(f"SELECT * FROM cell_{side}"), key=str)


def _planted(warehouse: Warehouse, pairing: Pairing) -> dict[str, list[tuple[object, ...]]]:
    """The rows that each control compares with the right ones."""
    plant_controls(warehouse, pairing)
    return {
        made.name: sorted(warehouse.rows(f"SELECT * FROM ({made.source})"), key=str)
        for made in controls._mutations(warehouse, pairing)
    }


# where


def test_controls_are_planted_into_the_last_year(warehouse: Warehouse) -> None:
    plant_controls(warehouse, _pair(warehouse, [*ROWS, "NULL, 1, 'n'"]))
    last = [(2026, 1, "c"), (2026, 2, "d"), (2026, 2, "e")]
    assert _cell(warehouse, "reference") == _cell(warehouse, "candidate") == last


def test_controls_are_planted_into_rows_without_a_year_when_there_are_no_others(warehouse: Warehouse) -> None:
    plant_controls(warehouse, _pair(warehouse, ["NULL, 1, 'n'", "NULL, 2, 'm'"]))
    assert _cell(warehouse, "candidate") == [(None, 1, "n"), (None, 2, "m")]


def test_entities_without_a_name_are_taken_with_the_others(warehouse: Warehouse) -> None:
    plant_controls(warehouse, _pair(warehouse, ["2025, 1, 'n'", "2025, NULL, 'm'", "2024, NULL, 'x'"]))
    assert _cell(warehouse, "candidate") == [(2025, 1, "n"), (2025, None, "m")]
    plant_controls(warehouse, _pair(warehouse, ["2025, NULL, 'm'"]))
    assert _cell(warehouse, "candidate") == [(2025, None, "m")]


def test_controls_are_planted_into_all_rows_of_a_few_entities(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(controls, "_ROWS", 2)
    rows = [f"2025, {k}, '{v}'" for v in "abc" for k in range(5)]
    plant_controls(warehouse, _pair(warehouse, [*rows, "2025, NULL, 'z'"]))
    assert _cell(warehouse, "reference") == _cell(warehouse, "candidate")
    assert _cell(warehouse, "candidate") == [(2025, k, v) for k in (0, 1) for v in "abc"]


def test_without_an_entity_controls_are_planted_into_a_bucket_of_the_last_year(warehouse: Warehouse) -> None:
    pairing = _pair(warehouse, ["2024, 0, 'x'"] + [f"2025, {k}, 'a'" for k in range(300)], Relation(year="y"))
    assert len(plant_controls(warehouse, pairing)) == 5
    assert _cell(warehouse, "reference") == _cell(warehouse, "candidate")
    assert 1 <= len(_cell(warehouse, "candidate")) < 30
    assert {row[0] for row in _cell(warehouse, "candidate")} == {2025}


# what


def test_each_control_changes_one_value_or_row_of_the_candidate(warehouse: Warehouse) -> None:
    one, two, three = (2026, 1, "c"), (2026, 2, "d"), (2026, 2, "e")
    assert _planted(warehouse, _pair(warehouse, ROWS)) == {
        "y changed": [(2025, 2, "e"), one, two],
        "k changed": [one, (2026, 1, "e"), two],
        "v changed": [one, two, (2026, 2, "e ")],
        "row removed": [one, two],
        "row doubled": [one, two, three, three],
    }


def test_a_column_without_values_is_filled_and_one_of_an_unknown_type_is_emptied(warehouse: Warehouse) -> None:
    fill(warehouse, "y INTEGER, k BIGINT, v VARCHAR, w INTEGER[2], x BIT", ["2025, NULL, NULL, [1, 2], NULL"])
    assert _planted(warehouse, paired(warehouse)) == {
        "y changed": [(2024, None, None, (1, 2), None)],
        "k filled": [(2025, 0, None, (1, 2), None)],
        "v filled": [(2025, None, "", (1, 2), None)],
        "w emptied": [(2025, None, None, None, None)],
        "row removed": [],
        "row doubled": [(2025, None, None, (1, 2), None)] * 2,
    }


def test_a_value_is_planted_where_there_is_one(warehouse: Warehouse) -> None:
    planted = _planted(warehouse, _pair(warehouse, ["2025, 1, 'a'", "2025, 2, NULL", "2025, NULL, NULL"]))
    assert planted["v changed"] == [(2025, 1, "a "), (2025, 2, None), (2025, None, None)]
    assert planted["k changed"] == [(2025, 1, "a"), (2025, 1, None), (2025, None, None)]


CHANGED = [
    ("TINYINT", ["-128", "0", "127"]),
    ("SMALLINT", ["-32768", "0", "32767"]),
    ("INTEGER", ["-2147483648", "0", "2147483647"]),
    ("BIGINT", ["-9223372036854775808", "0", "9223372036854775807"]),
    ("HUGEINT", ["-170141183460469231731687303715884105727", "0", "170141183460469231731687303715884105727"]),
    ("UTINYINT", ["0", "255"]),
    ("USMALLINT", ["0", "65535"]),
    ("UINTEGER", ["0", "4294967295"]),
    ("UBIGINT", ["0", "18446744073709551615"]),
    ("UHUGEINT", ["0", "340282366920938463463374607431768211455"]),
    ("DECIMAL(4,2)", ["-99.99", "0", "99.99"]),
    ("DOUBLE", ["0.0", "'-0.0'", "1e308", "-1e-300", "'nan'", "'inf'", "'-inf'"]),
    ("FLOAT", ["0.0", "'-0.0'", "1.5", "'nan'", "'inf'"]),
    ("BOOLEAN", ["false", "true"]),
    ("VARCHAR", ["''", "'a'", "' '"]),
    ("JSON", ["'{}'", "'[1]'", "'null'"]),
    ("BLOB", ["''", "'a'"]),
    ("DATE", ["'2025-12-31'", "'0001-01-01'"]),
    ("TIMESTAMP", ["'2025-01-01 00:00:00.999999'"]),
    ("TIMESTAMP WITH TIME ZONE", ["'2025-01-01 00:00:00+02'"]),
    ("TIME", ["'00:00'", "'11:00'", "'12:00'", "'13:00'", "'23:59:59.999999'"]),
    ("INTERVAL", ["INTERVAL 1 MONTH", "INTERVAL 0 DAY"]),
    ("UUID", ["'00000000-0000-0000-0000-000000000000'", "'f0000000-0000-0000-0000-000000000000'"]),
    ("INTEGER[]", ["[]", "[NULL]", "[1, 2]"]),
    ("VARCHAR[][]", ["[]", "[['a']]"]),
]


@pytest.mark.parametrize(("type_", "values"), CHANGED)
def test_a_changed_value_is_never_the_present_one(warehouse: Warehouse, type_: str, values: list[str]) -> None:
    formula = controls._other_value(Column("v", type_))
    rows = f"SELECT CAST(unnest([{', '.join(f'CAST({value} AS {type_})' for value in values)}]) AS {type_}) AS v"
    both = f"SELECT v, CAST({formula} AS {type_}) AS w FROM ({rows})"
    same = f"NOT ({any_different(identity('v', type_), identity('w', type_))})"
    assert warehouse.row(f"SELECT count(*), count(*) FILTER (WHERE {same} OR w IS NULL) FROM ({both})") == (
        len(values),
        0,
    )


def test_every_known_type_has_its_control(warehouse: Warehouse) -> None:
    columns = ", ".join(f"c{number} {type_}" for number, (type_, _) in enumerate(CHANGED))
    fill(warehouse, columns, [", ".join(values[-1] for _, values in CHANGED)])
    made = plant_controls(warehouse, paired(warehouse, Relation(key=["c0"])))
    changed = [f"c{number} changed" for number in range(len(CHANGED))]
    assert [control.name for control in made if control.caught] == [*changed, "row removed", "row doubled"]


@pytest.mark.parametrize("type_", ["INTEGER[2]", "STRUCT(a INTEGER)", "MAP(VARCHAR, INTEGER)", "ENUM('a')", "BIT"])
def test_a_value_of_which_no_other_is_known_is_emptied(warehouse: Warehouse, type_: str) -> None:
    value = {"I": "[1, 2]", "S": "{'a': 1}", "M": "MAP {'a': 1}", "E": "'a'", "B": "'101'"}[type_[0]]
    fill(warehouse, f"y INTEGER, k BIGINT, v {type_}", [f"2025, 1, {value}"])
    made = plant_controls(warehouse, paired(warehouse))
    assert [control.name for control in made][2] == "v emptied"
    assert all(control.caught for control in made)


@pytest.mark.parametrize(
    ("type_", "expected"),
    [
        ("INTEGER", "0"),
        ("UTINYINT", "0"),
        ("DECIMAL(9,3)", "0.000"),
        ("FLOAT", "0.0"),
        ("DOUBLE", "0.0"),
        ("BOOLEAN", "false"),
        ("DATE", "2000-01-01"),
        ("TIMESTAMP", "2000-01-01 00:00:00"),
        ("VARCHAR", ""),
        ("JSON", "{}"),
        ("BLOB", None),
        ("INTEGER[]", None),
        ("UUID", None),
    ],
)
def test_an_empty_column_is_filled_with_a_value_of_its_type(
    warehouse: Warehouse, type_: str, expected: str | None
) -> None:
    fill(warehouse, f"y INTEGER, k BIGINT, v {type_}", ["2025, 1, NULL"])
    pairing = paired(warehouse)
    made = plant_controls(warehouse, pairing)
    assert all(control.caught for control in made)
    assert [control.name for control in made if control.name.startswith("v ")] == ["v filled"] * bool(
        expected is not None
    )
    if expected is not None:
        (source,) = (made.source for made in controls._mutations(warehouse, pairing) if made.name == "v filled")
        assert warehouse.row(f"SELECT CAST(v AS VARCHAR) FROM ({source})") == (expected,)


def test_only_known_types_have_another_value() -> None:
    assert controls._other_value(Column("v", "BIT")) is None
    assert controls._other_value(Column("v", "INTEGER[3]")) is None
    assert controls._first_value(Column("v", "BIT")) is None


# what is said of them


def test_a_control_says_what_noticed_it(warehouse: Warehouse) -> None:
    pairing = _pair(warehouse, ROWS)
    changed = "fingerprint differs, 2 unmatched rows"
    assert plant_controls(warehouse, pairing) == (
        Control("y changed", True, changed),
        Control("k changed", True, changed),
        Control("v changed", True, changed),
        Control("row removed", True, "fingerprint differs, 1 unmatched rows"),
        Control("row doubled", True, "fingerprint differs, 1 unmatched rows"),
    )


def test_a_blind_fingerprint_shows_in_every_control(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(controls, "take_fingerprint", lambda *_: Fingerprint({(2026, 0): (3, 0, 0)}))
    made = plant_controls(warehouse, _pair(warehouse, ROWS))
    assert [control.caught for control in made] == [False] * 5
    assert made[0].detail == "fingerprint agrees, 2 unmatched rows"


def test_a_blind_count_shows_in_every_control(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(controls, "count_unmatched", lambda *_: 0)
    made = plant_controls(warehouse, _pair(warehouse, ROWS))
    assert [control.caught for control in made] == [False] * 5
    assert made[0].detail == "fingerprint differs, 0 unmatched rows"


def test_a_blind_proof_in_stored_order_shows_where_it_would_have_been_tried(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(controls, "prove_in_order", lambda *_: True)
    made = plant_controls(warehouse, _pair(warehouse, ROWS))
    assert [control.caught for control in made] == [False] * 3 + [True] * 2
    assert made[0].detail == "fingerprint differs, 2 unmatched rows, the same in stored order"


def test_the_reference_of_a_control_is_that_of_the_comparison(warehouse: Warehouse) -> None:
    made = plant_controls(warehouse, _pair(warehouse, ROWS, theirs=[*ROWS[:4], "2026, 2, 'other'"]))
    assert _cell(warehouse, "reference") != _cell(warehouse, "candidate")
    assert [control.detail for control in made][3] == "fingerprint differs, 1 unmatched rows"
