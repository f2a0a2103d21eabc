"""Parts of an explanation at their edges: sums over groups, and rows without a key."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from harness.parity.explain import difference, suspects
from harness.parity.explain.tally import ColumnTally
from harness.relation import Relation, Tolerance
from harness.warehouse import Warehouse
from tests.parity.explaining import Lab

TYPES = {"y": "INTEGER", "k": "BIGINT", "v": "BIGINT"}


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with closing(Warehouse(tmp_path_factory.mktemp("spill"), "1GB")) as opened:
        yield Lab(opened)


def test_distances_that_are_largest_in_any_group_are_the_largest() -> None:
    none = ColumnTally(1, 1, 2, None, None, 3, 4, None)
    some = ColumnTally(10, 20, 30, 5, 0.5, 40, 50, 6)
    more = ColumnTally(100, 200, 300, 7, 0.25, 400, 500, 8)
    assert none + none == ColumnTally(2, 2, 4, None, None, 6, 8, None)
    assert none + some == some + none == ColumnTally(11, 21, 32, 5, 0.5, 43, 54, 6)
    assert some + more == more + some == ColumnTally(110, 220, 330, 7, 0.5, 440, 550, 8)


# without a key


def test_of_a_mass_without_a_key_the_first_cells_stand_for_all(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(difference, "MASS_ROWS", 41)
    monkeypatch.setattr(suspects, "MODEST_ROWS", 0)
    ours = [(year, k, year + k) for year in range(2001, 2031) for k in (1, 2)]
    lab.fill(TYPES, ours, [(y, k, -v) for y, k, v in ours])
    found = lab.explain(Relation(entity="k", year="y"))
    # A cell has two rows, one of each side: six of them hold more than a quarter of 41 rows.
    assert (found.truncated, found.only_reference, found.only_candidate) == (True, 6, 6)
    assert {(sample.kind, sample.columns) for sample in found.samples} == {("missing", ()), ("extra", ())}
    assert found.first_year == 2001


def test_when_the_first_cells_are_all_nothing_is_left_out(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(difference, "MASS_ROWS", 3)
    monkeypatch.setattr(suspects, "MODEST_ROWS", 0)
    lab.fill(TYPES, [(2025, 1, 1), (2025, 1, 2)], [(2025, 1, -1), (2025, 1, -2)])
    found = lab.explain(Relation(entity="k", year="y"))
    assert (found.truncated, found.only_reference, found.only_candidate) == (False, 2, 2)


# tolerances


@pytest.mark.parametrize(
    ("type_", "pair", "tolerance", "allowed"),
    [
        ("BIGINT", ("-5", "9000000000000000000"), Tolerance(abs_tol=1e300, reason="a test"), True),
        ("DECIMAL(18,2)", ("-5", "9999999999999999.99"), Tolerance(abs_tol=1e300, reason="a test"), True),
        ("DECIMAL(18,2)", ("1.00", "1.02"), Tolerance(abs_tol=0.0299, reason="a test"), True),
        ("DECIMAL(18,2)", ("1.00", "1.03"), Tolerance(abs_tol=0.0299, reason="a test"), False),
        ("DECIMAL(18,4)", ("1.0000", "1.0300"), Tolerance(abs_tol=0.0301, reason="a test"), True),
        ("BIGINT", ("1", "2"), Tolerance(abs_tol=0.999, reason="a test"), False),
        ("BIGINT", ("1", "2"), Tolerance(ulps=4, reason="a test"), False),  # whole numbers have no ulps
    ],
)
def test_a_tolerance_is_kept_to_the_last_digit(
    lab: Lab, type_: str, pair: tuple[str, str], tolerance: Tolerance, allowed: bool
) -> None:
    lab.fill({"k": "BIGINT", "v": type_}, [(1, pair[0])], [(1, pair[1])])
    found = lab.explain(Relation(key=["k"], tolerances={"v": tolerance}))
    assert [entry.rows for entry in found.tolerated] == [1] * allowed
    assert found.columns == ({} if allowed else {"v": 1})
