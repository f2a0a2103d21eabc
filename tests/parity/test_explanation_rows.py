"""Rows that moved, rows without a key, samples, and the query that shows the rows again."""

import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import closing

import pytest

from harness.parity.explain import suspects
from harness.parity.explain.doubles import Doubles
from harness.parity.explain.mass import Mass
from harness.parity.explain.tally import Tally
from harness.parity.explanation import Difference, Distribution, Group
from harness.parity.pairing import Pairing
from harness.relation import EventTypes, Relation, Tolerance
from harness.warehouse import Warehouse
from tests.parity.explaining import Lab, Rows

TYPES = {"y": "INTEGER", "employee_id": "BIGINT", "s": "INTEGER", "e": "VARCHAR", "v": "BIGINT"}
RELATION = Relation(key=["y", "employee_id", "s"], year="y", event_types=EventTypes(column="e", required=["hire"]))
PEOPLE: Rows = [(y, k, s, "raise", 1000 * y + 100 * k + s) for y in (2025, 2026) for k in (1, 2, 3) for s in (1, 2)]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with closing(Warehouse(tmp_path_factory.mktemp("spill"), "1GB")) as opened:
        yield Lab(opened)


def _explain(lab: Lab, ours: Rows, theirs: Rows, sample: int = 5) -> Difference:
    lab.fill(TYPES, ours, theirs)
    return lab.explain(RELATION, sample)


def _kinds(found: Difference) -> dict[str, int]:
    return {kind: number for kind, number in found.keys.items() if number}


def test_an_event_of_another_year_moved(lab: Lab) -> None:
    found = _explain(lab, PEOPLE, [*PEOPLE[1:], (2027, 1, 1, "raise", PEOPLE[0][4])])
    assert (_kinds(found), found.moved) == ({"moved": 1}, {"y": 1})
    assert (found.only_reference, found.only_candidate, found.first_year) == (1, 1, 2025)
    assert found.words[0] == "1 row moved (other y)"
    assert "1 row stands under another y, otherwise the same." in found.words
    (sample,) = found.samples
    assert (sample.kind, sample.key, sample.columns) == ("moved", {"y": 2025, "employee_id": 1, "s": 1}, ("y",))
    assert (sample.reference[0]["y"], sample.candidate[0]["y"]) == (2025, 2027)
    assert (sample.copies_reference, sample.copies_candidate) == (1, 1)
    assert [(cell.year, cell.kind, cell.rows) for cell in found.contingency] == [(2025, "moved", 1)]
    assert found.roots is not None
    assert found.roots.columns == {"moved": 1}


def test_renumbered_events_moved(lab: Lab) -> None:
    found = _explain(lab, PEOPLE, [(y, k, s + 2 * (k == 3), e, v) for y, k, s, e, v in PEOPLE])
    assert (_kinds(found), found.moved) == ({"moved": 4}, {"s": 4})


def test_events_of_two_people_exchanged_are_values_on_other_rows(lab: Lab) -> None:
    found = _explain(lab, PEOPLE, [(y, {1: 2, 2: 1}.get(k, k), s, e, v) for y, k, s, e, v in PEOPLE])
    assert _kinds(found) == {"changed": 8}
    assert "v: the same values on other rows, 8 of 8." in found.words


def test_an_event_that_went_to_another_known_person_moved(lab: Lab) -> None:
    found = _explain(lab, PEOPLE, [*PEOPLE[1:], (2025, 2, 3, "raise", PEOPLE[0][4])])
    assert (_kinds(found), found.moved) == ({"moved": 1}, {"employee_id": 1, "s": 1})


def test_a_person_who_replaced_another_did_not_move(lab: Lab) -> None:
    found = _explain(lab, PEOPLE, [(y, 9 if k == 3 else k, s, e, v) for y, k, s, e, v in PEOPLE])
    assert _kinds(found) == {"missing": 4, "extra": 4}
    assert (found.only_in_reference, found.only_in_candidate) == (1, 1)
    assert found.words[1] == (
        "Counts agree, people do not: every year has as many rows on both sides, "
        "but rows of 1 employee_id exist only in ours, rows of 1 only in theirs."
    )


def test_content_that_is_not_unique_did_not_move(lab: Lab) -> None:
    two, one = [(2025, 1, 1, "a", 0), (2025, 1, 2, "a", 0)], [(2025, 1, 3, "a", 0)]
    assert _kinds(_explain(lab, two, one)) == {"missing": 2, "extra": 1}
    assert _kinds(_explain(lab, one, two)) == {"missing": 1, "extra": 2}


def test_keys_of_negative_zero_are_keys_of_their_own(lab: Lab) -> None:
    lab.fill({"k": "DOUBLE", "v": "BIGINT"}, [(0.0, 1)], [("-0.0", 1)])
    found = lab.explain(Relation(key=["k"]))
    assert (_kinds(found), found.moved) == ({"moved": 1}, {"k": 1})


def test_copies_of_a_key_count_whether_they_differ_or_not(lab: Lab) -> None:
    row = (2025, 1, 1, "hire", 5)
    found = _explain(lab, [row, row, row], [row, row, (2025, 1, 1, "hire", 6)])
    assert _kinds(found) == {"duplicate_key": 1}
    (sample,) = found.samples
    assert (sample.copies_reference, sample.copies_candidate) == (3, 3)
    assert [[content["v"] for content in side] for side in (sample.reference, sample.candidate)] == [[5], [6]]


def test_samples_are_the_first_keys_of_each_kind(lab: Lab) -> None:
    theirs = [(y, k, s, e, v + (s == 2)) for y, k, s, e, v in PEOPLE if (k, s) != (2, 1)]
    found = _explain(lab, PEOPLE, [*theirs, (2026, 8, 1, "hire", 0)], sample=2)
    assert [(sample.kind, *sample.key.values()) for sample in found.samples] == [
        ("changed", 2025, 1, 2),
        ("changed", 2025, 2, 2),
        ("missing", 2025, 2, 1),
        ("missing", 2026, 2, 1),
        ("extra", 2026, 8, 1),
    ]
    assert _explain(lab, PEOPLE, theirs, sample=0).samples == ()


def test_the_query_shows_the_rows_that_the_reference_has_alone(lab: Lab) -> None:
    found = _explain(lab, PEOPLE, [(y, k, s, e, v + (k == 2)) for y, k, s, e, v in PEOPLE])
    assert "\n" not in found.sql
    assert set(lab.warehouse.rows(found.sql)) == {row for row in PEOPLE if row[1] == 2}
    assert """("y" IN ('2025', '2026')) AND ("employee_id" IN ('2'))""" in found.sql


def test_the_query_turns_round_when_only_the_candidate_has_more(lab: Lab) -> None:
    extra = (2026, None, 1, "hire", 0)
    found = _explain(lab, PEOPLE, [*PEOPLE, extra, extra])
    assert lab.warehouse.rows(found.sql) == [extra, extra]
    assert '("employee_id" IS NULL)' in found.sql


def test_nooks_find_the_same_rows_as_a_plain_copy(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    many = [(y, k, 1, "raise", k) for y in (2025, 2026, None) for k in (*range(200), None)]
    theirs = [(y, k, s, e, v if k != 77 else 0) for y, k, s, e, v in many if y != 2026 or k not in range(5, 25)]
    plain = _explain(lab, many, theirs)
    monkeypatch.setattr(suspects, "MODEST_ROWS", 0)
    monkeypatch.setattr(suspects, "ROWS_PER_NOOK", 1)  # so that some nooks are empty on one side
    found = _explain(lab, many, theirs)
    assert _kinds(found) == {"changed": 3, "missing": 20}
    assert found == plain


def test_accents_and_quotes_in_names_and_values(lab: Lab) -> None:
    name = unicodedata.normalize("NFD", 'é "x')
    lab.fill({name: "VARCHAR", "v": "VARCHAR"}, [("it's", "a")], [("it's", "b")])
    found = lab.explain(Relation(key=[name]))
    assert found.samples[0].key == {name: "it's"}
    assert lab.warehouse.rows(found.sql) == [("it's", "a")]


def test_without_a_key_columns_are_described(lab: Lab) -> None:
    types = {"y": "INTEGER", "name": "VARCHAR", "v": "DECIMAL(9,2)", "tags": "INTEGER[]"}
    ours = [
        (2025, "a", "1.00", "[1]"),
        (2025, "a", "1.00", "[1]"),
        (2026, None, "4.00", "[2]"),
        (2026, "z", None, None),
    ]
    theirs = [(2025, "a", "1.00", "[1]"), (2026, "b", "8.00", "[2]"), (2026, "z", None, None)]
    lab.fill(types, ours, theirs)
    found = lab.explain(Relation(year="y"))
    assert found.keys == {"missing": 2, "extra": 1}
    assert found.words == ("2 rows missing from theirs, 1 row only in theirs",)
    assert found.by_group == (Group(2025, None, 1, 0), Group(2026, None, 1, 1))
    assert [(s.kind, s.key, s.copies_reference, s.copies_candidate) for s in found.samples] == [
        ("missing", {}, 1, 0), ("missing", {}, 1, 0), ("extra", {}, 0, 1)
    ]  # fmt: skip
    year, name, amount, tags = found.distributions
    assert year == Distribution(
        "y",
        {"rows": 2, "nulls": 0, "distinct": 2, "smallest": 2025, "largest": 2026, "mean": 2025.5,
         "top": [[2025, 1], [2026, 1]]},
        {"rows": 1, "nulls": 0, "distinct": 1, "smallest": 2026, "largest": 2026, "mean": 2026.0, "top": [[2026, 1]]},
    )  # fmt: skip
    assert (name.reference["nulls"], name.reference["top"], name.reference["mean"]) == (1, [["a", 1], [None, 1]], None)
    assert (amount.reference["mean"], str(amount.reference["largest"])) == (2.5, "4.00")
    assert (tags.candidate["smallest"], tags.candidate["mean"]) == ([2], None)


def test_copies_weigh_in_a_distribution(lab: Lab) -> None:
    lab.fill({"v": "BIGINT"}, [(1,), (1,), (1,), (5,)], [])
    (column,) = lab.explain(Relation()).distributions
    assert column.reference == {"rows": 4, "nulls": 0, "distinct": 2, "smallest": 1, "largest": 5, "mean": 2.0,
                                "top": [[1, 3], [5, 1]]}  # fmt: skip
    assert column.candidate == {"rows": 0, "nulls": 0, "distinct": 0, "smallest": None, "largest": None, "mean": None,
                                "top": []}  # fmt: skip


def test_a_mass_of_rows_without_a_key_is_taken_apart_in_part(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.parity.explain.difference.MASS_ROWS", 0)
    lab.fill(TYPES, PEOPLE, [(y, k, s, e, v + 1) for y, k, s, e, v in PEOPLE])
    found = lab.explain(Relation(year="y"))
    assert found.truncated
    assert found.first_year == 2025
    assert 0 < found.only_reference + found.only_candidate < 2 * len(PEOPLE)


def test_a_mass_is_counted_in_every_year_and_shown_in_the_first(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.parity.explain.difference.MASS_ROWS", 0)
    theirs = [(y, k, s, e if k < 3 else "rise", v + 1 + (y == 2026)) for y, k, s, e, v in PEOPLE]
    found = _explain(lab, PEOPLE, theirs)
    assert (found.truncated, _kinds(found), found.columns) == (True, {"changed": 12}, {"e": 4, "v": 12})
    assert found.by_group == (Group(2025, "raise", 6, 6),)
    assert [(cell.year, cell.column, cell.rows, cell.largest_abs) for cell in found.contingency] == [
        (2025, "v", 6, "1"), (2025, "e", 2, None), (2026, "v", 6, "2"), (2026, "e", 2, None)
    ]  # fmt: skip
    assert {change.column: (change.rows, change.largest_abs, change.pattern) for change in found.changes} == {
        "e": (4, None, "'raise' → 'rise' on 2 of 2 examined"),
        "v": (12, "2", "+1 on 6 of 6 examined"),
    }
    assert {sample.key["y"] for sample in found.samples} == {2025}
    assert "3 employee_id diverge among those taken apart, first in v 3×, e 1×; 3 later rows may follow from that." in (
        found.words
    )


def test_the_people_shown_of_a_mass_are_those_of_the_year() -> None:
    groups = [Tally(year, None, 9, 9, 0, 0, {}, people, 0) for year, people in ((2025, [3, 1, 3]), (2026, [0]))]
    assert Mass(groups, [Doubles(2025, None, 1, 1, 0, [2])], (0, 0)).first_entities(2025) == [1, 2, 3]


def test_columns_that_differ_only_in_later_years_are_not_lost(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.parity.explain.difference.MASS_ROWS", 0)
    theirs = [(y, k, s, e if y == 2025 else "rise", v + (y == 2025)) for y, k, s, e, v in PEOPLE]
    assert _explain(lab, PEOPLE, theirs).columns == {"v": 6, "e": 6}


def test_a_mass_may_be_tolerated_as_well(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.parity.explain.difference.MASS_ROWS", 0)
    lab.fill(TYPES, PEOPLE, [(y, k, s, e, v + 1) for y, k, s, e, v in PEOPLE])
    found = lab.explain(RELATION.model_copy(update={"tolerances": {"v": Tolerance(abs_tol=1, reason="a test")}}))
    assert (found.only_reference, found.only_candidate, _kinds(found), found.truncated) == (0, 0, {}, False)
    assert [(entry.rows, entry.largest_abs) for entry in found.tolerated] == [(12, 1.0)]


@pytest.mark.parametrize("most", [0, 1_000_000])
def test_a_year_outside_the_key_may_change(lab: Lab, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr("harness.parity.explain.difference.MASS_ROWS", most)
    lab.fill(TYPES, PEOPLE[:4], [(2031 if row == PEOPLE[0] else row[0], *row[1:]) for row in PEOPLE[:4]])
    found = lab.explain(Relation(key=["employee_id", "s"], year="y"))
    assert (_kinds(found), found.columns, found.first_year) == ({"changed": 1}, {"y": 1}, 2025)


@pytest.mark.parametrize("most", [0, 1_000_000])
def test_a_key_that_is_about_nobody(lab: Lab, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr("harness.parity.explain.difference.MASS_ROWS", most)
    lab.fill({"y": "INTEGER", "n": "INTEGER"}, [(2025, 5), (2026, 6)], [(2025, 7), (2027, 8)])
    found = lab.explain(Relation(key=["y"], year="y"))
    assert (_kinds(found), found.only_in_reference) == ({"changed": 1, "missing": 1, "extra": 1}, None)
    assert found.samples[0].columns == ("n",)


def test_a_calm_first_cell_does_not_hide_a_mass(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.parity.explain.difference.MASS_ROWS", 100)
    ours = [(y, 1, s, "raise", s) for y in (2025, 2026) for s in range(100)]
    found = _explain(lab, ours, [(y, k, s, e, v + (y == 2026 or s == 50)) for y, k, s, e, v in ours])
    assert (found.truncated, _kinds(found), found.first_year) == (True, {"changed": 101}, 2025)
    assert [sample.key["s"] for sample in found.samples] == [50]


@pytest.mark.parametrize("buckets", [range(64), range(5), [63], []])
def test_cells_are_found_by_their_bits(lab: Lab, buckets: Sequence[int]) -> None:
    lab.warehouse.rows("CREATE OR REPLACE TABLE ours.t AS SELECT y, k FROM range(2025, 2027) a(y), range(500) b(k)")
    lab.warehouse.rows("INSERT INTO ours.t SELECT NULL, k FROM range(500) b(k)")
    pairing = Pairing("t", Relation(key=["y", "k"], year="y"), "ours.t", "ours.t", lab.warehouse.columns("ours.t"))
    cells = [(year, bucket) for year in (2026, None) for bucket in buckets]
    counts = [
        lab.warehouse.number(f"SELECT count(*) FROM ours.t WHERE {where}")
        for where in (suspects.within_cells(pairing, cells), pairing.within(cells))
    ]
    assert counts[0] == counts[1]
    assert (counts[0] > 0) == bool(buckets)


def test_many_entities_are_not_listed_in_the_query(lab: Lab) -> None:
    many = [(2025, k, 1, "hire", k) for k in range(30)]
    found = _explain(lab, many, [(y, k, s, e, v + (k < 21)) for y, k, s, e, v in many])
    assert '"employee_id" IN' not in found.sql
    assert len(lab.warehouse.rows(found.sql)) == 21


def test_nothing_is_left_in_the_warehouse(lab: Lab) -> None:
    _explain(lab, PEOPLE, PEOPLE[1:])
    assert lab.warehouse.rows("SELECT table_name FROM duckdb_tables() WHERE temporary") == []
