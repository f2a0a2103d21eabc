"""What happened to the columns of changed rows: distances, cells, roots, tolerances. All numbers are made by hand."""

import math
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from harness.errors import InternalError
from harness.parity.explain.difference import explain
from harness.parity.explanation import Change, ContingencyCell, Roots, Tolerated
from harness.parity.fingerprint import Fingerprint, take_fingerprint
from harness.parity.pairing import pair_up
from harness.relation import EventTypes, Relation, Tolerance
from harness.warehouse import Warehouse
from tests.parity.explaining import SIDES, Lab, Rows

RELATION = Relation(key=["y", "k"], year="y")
EVENTS = Relation(key=["y", "k", "s"], year="y", event_types=EventTypes(column="e", required=["hire"]))
EVENT_TYPES = {"y": "INTEGER", "k": "BIGINT", "s": "INTEGER", "e": "VARCHAR", "v": "BIGINT", "w": "DECIMAL(9,2)"}
NEXT = math.nextafter(1.0, 2)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with closing(Warehouse(tmp_path_factory.mktemp("spill"), "1GB")) as opened:
        yield Lab(opened)


def _change(lab: Lab, type_: str, *pairs: tuple[Any, Any]) -> Change:
    """What is said of a column whose values are these."""
    columns = {"y": "INTEGER", "k": "BIGINT", "v": type_}
    ours, theirs = ([(2025, k, pair[side]) for k, pair in enumerate(pairs)] for side in (0, 1))
    lab.fill(columns, ours, theirs)
    (change,) = lab.explain(RELATION).changes
    return change


@pytest.mark.parametrize(
    ("type_", "pairs", "largest_abs", "largest_rel"),
    [
        ("BIGINT", [(10, 11), (200, 195)], "5", 1 / 11),
        ("BIGINT", [(-9223372036854775808, 9223372036854775807)], "18446744073709551615", 2.0),
        ("BIGINT", [(9007199254740992, 9007199254740993)], "1", 1 / 9007199254740993),
        ("UBIGINT", [(0, 18446744073709551615)], "18446744073709551615", 1.0),
        ("TINYINT", [(-128, 127)], "255", 255 / 128),
        ("HUGEINT", [(5, 170141183460469231731687303715884105727)], "170141183460469231731687303715884105722", 1.0),
        ("DECIMAL(18,2)", [("1.10", "1.09"), ("1000.00", "1000.05")], "0.05", 0.01 / 1.1),
        ("DECIMAL(38,10)", [("0.0000000001", "0.0000000003")], "0.0000000002", 2 / 3),
        ("DOUBLE", [(1.5, 1.75), (1e300, 1e300)], "0.25", 0.25 / 1.75),
        ("DOUBLE", [(1.0, "nan")], None, None),
        ("DOUBLE", [(1.0, "inf")], None, None),
        ("DOUBLE", [(0.0, "-0.0")], "0.0", None),
        ("FLOAT", [(0.5, 0.75)], "0.25", 0.25 / 0.75),
        ("DATE", [("2024-02-28", "2024-03-01"), ("2024-02-28", "2024-02-29")], "2 days", None),
        ("DATE", [("2024-02-28", "2024-02-29")], "1 day", None),
        ("DATE", [("2024-02-28", "infinity")], None, None),
        ("TIMESTAMP", [("2025-01-01 00:00:00", "2025-01-02 01:02:03.000004")], "1 day, 1:02:03.000004", None),
        ("TIMESTAMP WITH TIME ZONE", [("2025-01-01 00:00:00+00", "2025-01-01 00:00:00+01")], "1:00:00", None),
        ("TIMESTAMP_NS", [("2025-01-01 00:00:00.000000001", "2025-01-01 00:00:00.000000003")], "2 ns", None),
        ("TIME", [("08:00:00", "09:30:00")], "1:30:00", None),
        ("VARCHAR", [("a", "b")], None, None),
    ],
)
def test_the_largest_distance_is_exact(
    lab: Lab, type_: str, pairs: list[tuple[Any, Any]], largest_abs: str | None, largest_rel: float | None
) -> None:
    change = _change(lab, type_, *pairs)
    assert change.largest_abs == largest_abs
    assert change.largest_rel == (None if largest_rel is None else pytest.approx(largest_rel, rel=1e-15))


def test_what_is_too_far_apart_for_the_type_has_no_distance(lab: Lab) -> None:
    assert _change(lab, "DECIMAL(38,0)", ("9" * 38, "-" + "9" * 38)).largest_abs is None


def test_nulls_and_noise_are_counted(lab: Lab) -> None:
    four, five = (1.0 + steps * math.ulp(1.0) for steps in (4, 5))
    floats = ((1.0, NEXT), (1.0, four), (1.0, five), (0.0, "-0.0"), (-5e-324, 5e-324), (1.7976931348623157e308, "inf"))
    change = _change(lab, "DOUBLE", *floats, (2.0, None), (None, 3.0), (1, 1))
    assert (change.rows, change.to_null, change.from_null, change.ulp_only) == (8, 1, 1, 3)
    assert change.pattern is None


def test_single_precision_has_its_own_ulps(lab: Lab) -> None:
    assert _change(lab, "FLOAT", (1.0, 1.00000012)).ulp_only == 1
    assert _change(lab, "FLOAT", (1.0, 1.00001)).ulp_only == 0


def test_noise_is_told_apart_in_words(lab: Lab) -> None:
    lab.fill(
        {"y": "INTEGER", "k": "BIGINT", "v": "DOUBLE"},
        [(2025, 1, 1.0), (2025, 2, 1.0)],
        [(2025, 1, NEXT), (2025, 2, 7)],
    )
    words = lab.explain(RELATION).words
    assert words[0] == "2 rows changed (v 2×)"
    assert "v: 1 of 2 changes are float noise, no more than 4 units in the last place." in words
    assert "v: no common pattern; the largest distance is 6.0." in words


def test_cells_show_where_differences_lie_and_their_lift(lab: Lab) -> None:
    ours = [(2025, 1, 1, "hire", 10, 1), (2025, 2, 1, "hire", 10, 1), (2025, 1, 2, "raise", 10, 1),
            (2026, 1, 1, "raise", 10, 1), (2026, 2, 1, "raise", 10, 1), (2026, 3, 1, "raise", 99, 1),
            (2026, 4, 1, "raise", 10, 1), (2026, 5, 1, "raise", 10, 1)]  # fmt: skip
    theirs = [*ours[:2], (2025, 1, 2, "raise", 12, 1), (2026, 1, 1, "raise", 15, 2), (2026, 2, 1, "raise", 9, 1),
              *ours[6:], (2026, 7, 1, "bonus", 10, 1)]  # fmt: skip
    lab.fill(EVENT_TYPES, ours, theirs)
    found = lab.explain(EVENTS)
    # Five rows differ: changed (2025, 1, 2), (2026, 1, 1), (2026, 2, 1); missing (2026, 3, 1); extra (2026, 7, 1).
    assert found.contingency == (
        ContingencyCell(2025, "raise", "v", "changed", 1, "2", 2 / 12, 1 / 5 / (1 / 8)),
        ContingencyCell(2026, "raise", "v", "changed", 2, "5", 5 / 15, 2 / 5 / (5 / 8)),
        ContingencyCell(2026, "bonus", None, "extra", 1, None, None, None),
        ContingencyCell(2026, "raise", None, "missing", 1, None, None, 1 / 5 / (5 / 8)),
        ContingencyCell(2026, "raise", "w", "changed", 1, "1.00", 0.5, 1 / 5 / (5 / 8)),
    )


def test_only_the_first_difference_of_an_entity_is_a_root(lab: Lab) -> None:
    ours = [(2025, k, s, "hire", 10, 1) for k in (1, 2, 3) for s in (1, 2)] + [(2026, 1, 1, "raise", 10, 1)]
    theirs: Rows = [
        (2025, 1, 1, "hire", 10, 1), (2025, 1, 2, "hire", 10, 2), (2026, 1, 1, "raise", 99, 1),
        (2025, 2, 1, "hire", 11, 3), (2025, 2, 2, "hire", 10, 1), (2026, 2, 1, "raise", 0, 1),
        (2025, 3, 2, "hire", 77, 1), (2026, 4, 1, "raise", 0, 1), (2026, 4, 2, "raise", 0, 1),
    ]  # fmt: skip
    lab.fill(EVENT_TYPES, ours, theirs)
    found = lab.explain(EVENTS)
    assert found.roots == Roots(4, 4, 4, {"w": 2, "extra": 1, "missing": 1, "v": 1}, {"k": 1}, {"hire": 3, "raise": 1})
    assert "4 k diverge, first in w 2×, extra 1×, missing 1×, v 1×; 4 later rows may follow from that." in found.words


def test_the_year_decides_which_difference_came_first_whatever_the_key(lab: Lab) -> None:
    lab.fill(
        EVENT_TYPES,
        [(2026, 1, 1, "a", 1, 1), (2025, 1, 2, "a", 1, 1)],
        [(2026, 1, 1, "a", 2, 1), (2025, 1, 2, "a", 1, 2)],
    )
    found = lab.explain(EVENTS.model_copy(update={"key": ["k", "s"]}))
    assert found.roots == Roots(1, 1, 1, {"w": 1}, {"k": 1}, {"a": 1})


def test_a_relation_about_nobody_has_no_roots(lab: Lab) -> None:
    lab.fill({"y": "INTEGER", "v": "BIGINT"}, [(2025, 1)], [(2025, 2)])
    assert lab.explain(Relation(key=["y"], year="y")).roots is None


def _tolerant(lab: Lab, type_: str, tolerance: Tolerance, *pairs: tuple[Any, Any]) -> tuple[int, int]:
    """How many rows are left over on the reference's side, and how many values were let pass."""
    columns = {"y": "INTEGER", "k": "BIGINT", "v": type_}
    ours, theirs = ([(2025, k, pair[side]) for k, pair in enumerate(pairs)] for side in (0, 1))
    lab.fill(columns, ours, theirs)
    found = lab.explain(RELATION.model_copy(update={"tolerances": {"v": tolerance}}))
    assert found.keys["changed"] == found.only_reference == found.only_candidate == found.columns.get("v", 0)
    return found.only_reference, sum(entry.rows for entry in found.tolerated)


@pytest.mark.parametrize(
    ("type_", "bounds", "inside", "outside"),
    [
        ("BIGINT", {"abs_tol": 2.0}, [(5, 7), (7, 5)], [(5, 8)]),
        ("BIGINT", {"abs_tol": 2.9}, [(5, 7)], [(5, 8)]),
        ("BIGINT", {"abs_tol": 9007199254740992.0}, [(0, 9007199254740992)], [(0, 9007199254740993)]),
        ("BIGINT", {"abs_tol": 1e300}, [(-9223372036854775808, 9223372036854775807)], [(0, None)]),
        ("DECIMAL(18,2)", {"abs_tol": 0.01}, [("1.00", "1.01"), ("99999999999.99", "99999999999.98")], [("1", "1.02")]),
        ("DOUBLE", {"abs_tol": 0.5}, [(1.0, 1.5), (0.0, "-0.0")], [(1.0, 1.5000000000000002)]),
        ("DOUBLE", {"rel_tol": 0.25}, [(3.0, 4.0), (-4.0, -3.0)], [(2.9999999999999996, 4.0), (1.0, -1.0)]),
        ("DOUBLE", {"ulps": 1}, [(1.0, NEXT), (NEXT, 1.0), (-5e-324, 0.0)], [(1.0, 1.0000000000000004)]),
        ("FLOAT", {"ulps": 1}, [(1.0, 1.00000012)], [(1.0, 1.0000003)]),
        ("DOUBLE", {"abs_tol": 1e-9, "rel_tol": 0.1}, [(100.0, 101.0), (0.0, 1e-9)], [(0.0, 1e-8)]),
        ("DOUBLE", {"abs_tol": 1e308, "rel_tol": 0.999, "ulps": 1_000_000}, [(1.0, 2.0)],
         [(1.0, None), (None, 1.0), ("nan", 1.0), (1.0, "nan"), ("inf", 1.7976931348623157e308), ("inf", "-inf")]),
    ],
)  # fmt: skip
def test_bounds_are_inclusive_and_null_lies_within_none(
    lab: Lab, type_: str, bounds: dict[str, Any], inside: list[tuple[Any, Any]], outside: list[tuple[Any, Any]]
) -> None:
    tolerance = Tolerance(reason="a test", **bounds)
    assert _tolerant(lab, type_, tolerance, *inside, *outside) == (len(outside), len(inside))


def test_a_row_that_differs_elsewhere_too_stays_a_difference(lab: Lab) -> None:
    tolerance = Tolerance(abs_tol=1, reason="half-up or half-even")
    ours = [(2025, 1, 1, "hire", 10, 1), (2025, 2, 1, "hire", 10, 1), (2025, 3, 1, "hire", 10, 1)]
    theirs = [(2025, 1, 1, "hire", 11, 1), (2025, 2, 1, "hire", 11, 5), (2025, 3, 1, "hire", 13, 1)]
    lab.fill(EVENT_TYPES, ours, theirs)
    found = lab.explain(EVENTS.model_copy(update={"tolerances": {"v": tolerance}}))
    assert found.keys["changed"] == found.only_reference == 2
    assert found.columns == {"v": 1, "w": 1}
    assert {change.column: change.largest_abs for change in found.changes} == {"v": "3", "w": "4.00"}
    assert [(sample.key["k"], sample.columns) for sample in found.samples] == [(2, ("w",)), (3, ("v",))]
    assert found.tolerated == (Tolerated("v", "abs_tol 1", "half-up or half-even", 2, 1.0),)
    assert found.roots == Roots(2, 2, 0, {"v": 1, "w": 1}, {"k": 2}, {"hire": 2})


def test_when_all_is_tolerated_nothing_is_left(lab: Lab) -> None:
    columns = {"y": "INTEGER", "k": "BIGINT", "v": "DOUBLE"}
    lab.fill(columns, [(2025, 1, 1.0)], [(2025, 1, NEXT)])
    found = lab.explain(RELATION.model_copy(update={"tolerances": {"v": Tolerance(ulps=1, reason="a test")}}))
    assert (found.only_reference, found.only_candidate, set(found.keys.values())) == (0, 0, {0})
    assert (found.samples, found.by_group, found.contingency, found.roots) == ((), (), (), None)
    assert found.words == ("nothing differs by more than the tolerances allow",)
    assert [entry.rows for entry in found.tolerated] == [1]


def test_a_tolerance_never_pairs_what_has_no_partner(lab: Lab) -> None:
    lab.fill({"y": "INTEGER", "k": "BIGINT", "v": "DOUBLE"}, [(2025, 1, 1.0), (2025, 2, 1.0)], [(2025, 1, NEXT)])
    found = lab.explain(RELATION.model_copy(update={"tolerances": {"v": Tolerance(ulps=1, reason="a test")}}))
    assert (found.only_reference, found.only_candidate) == (1, 0)
    assert found.keys["missing"] == 1


def test_rows_that_are_equal_contradict_different_fingerprints(lab: Lab) -> None:
    lab.fill({"y": "INTEGER", "k": "BIGINT", "v": "DOUBLE"}, [(2025, 1, 1.0)], [(2025, 1, 1.0)])
    sources = ("ours.main.t", "theirs.main.t")
    columns = lab.warehouse.columns(sources[0])
    tolerant = RELATION.model_copy(update={"tolerances": {"v": Tolerance(ulps=1, reason="a test")}})
    pairing = pair_up("t", tolerant, sources, (columns, columns), ())
    real = take_fingerprint(lab.warehouse, pairing, sources[0])
    ghost = Fingerprint({cell: (sums[0], sums[1] + 1, sums[2]) for cell, sums in real.cells.items()})
    with pytest.raises(InternalError, match="t: the fingerprints differ, but all rows are equal"):
        explain(lab.warehouse, pairing, (real, ghost), list(real.cells), modes=SIDES, sample=5)


def test_rows_that_vanish_are_noticed(lab: Lab) -> None:
    lab.fill({"y": "INTEGER", "k": "BIGINT", "v": "DOUBLE"}, [(2025, 1, 1.0), (2026, 2, 1.0)], [(2025, 1, 2.0)])
    sources = ("ours.main.t", "theirs.main.t")
    columns = lab.warehouse.columns(sources[0])
    pairing = pair_up("t", RELATION, sources, (columns, columns), ())
    ours, theirs = (take_fingerprint(lab.warehouse, pairing, source) for source in sources)
    half = [cell for cell in ours.differing(theirs) if cell[0] == 2025]
    with pytest.raises(InternalError, match="do not account for the numbers of rows"):
        explain(lab.warehouse, pairing, (ours, theirs), half, modes=SIDES, sample=5)
