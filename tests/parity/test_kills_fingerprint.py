"""Fingerprints: what they see, and what they must not depend on."""

from collections.abc import Iterator

import pytest

from harness.parity.fingerprint import Fingerprint, take_fingerprint
from harness.parity.pairing import Pairing
from harness.relation import Relation
from harness.warehouse import Warehouse
from tests.parity.test_kills_common import KEYED, SOURCES, fill, paired, two_sides

COLUMNS = "y INTEGER, k BIGINT, v VARCHAR"
ROWS = ["2025, 1, 'a'", "2025, 2, 'b'", "2026, 1, 'c'"]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    with two_sides(tmp_path_factory.mktemp("spill")) as opened:
        yield opened


def _pair(warehouse: Warehouse, ours: list[str], theirs: list[str], relation: Relation = KEYED) -> Pairing:
    fill(warehouse, COLUMNS, ours, theirs)
    return paired(warehouse, relation)


# fingerprints


def _takes(warehouse: Warehouse, rows: list[str], numbers: int) -> Fingerprint:
    return take_fingerprint(warehouse, _pair(warehouse, rows, rows), SOURCES[0], numbers)


def _of_one_cell(fingerprint: Fingerprint) -> tuple[int, ...]:
    """Count, sums and xors of all rows, whatever their cell."""
    cells = list(fingerprint.cells.values())
    sums = [sum(cell[place] for cell in cells) for place in range(len(cells[0]))]
    return tuple(sums)


def test_a_fingerprint_has_one_number_for_each_row_unless_two_are_asked_for(warehouse: Warehouse) -> None:
    pairing = _pair(warehouse, ROWS, ROWS)
    assert {len(sums) for sums in take_fingerprint(warehouse, pairing, SOURCES[0]).cells.values()} == {3}
    assert {len(sums) for sums in take_fingerprint(warehouse, pairing, SOURCES[0], 2).cells.values()} == {5}


def test_rows_are_counted_in_the_cell_of_their_year_and_entity(warehouse: Warehouse) -> None:
    rows = [*ROWS, "2025, 1, 'z'", "NULL, 1, 'a'"]
    fingerprint = _takes(warehouse, rows, 1)
    assert fingerprint.rows == 5
    assert fingerprint.rows_by_year == {2025: 3, 2026: 1, None: 1}
    bucket_of_1 = {bucket for (year, bucket) in fingerprint.cells if year in (2026, None)}
    assert len(bucket_of_1) == 1
    assert fingerprint.cells[2025, bucket_of_1.pop()][0] == 2
    assert {bucket for _, bucket in fingerprint.cells} <= set(range(64))


def test_the_numbers_of_a_cell_are_the_sum_and_the_xor_of_its_rows(warehouse: Warehouse) -> None:
    one, other = (_of_one_cell(_takes(warehouse, [row], 2)) for row in ("2025, 1, 'a'", "2025, 1, 'b'"))
    both = _of_one_cell(_takes(warehouse, ["2025, 1, 'a'", "2025, 1, 'b'"], 2))
    assert both == (2, one[1] + other[1], one[2] ^ other[2], one[3] + other[3], one[4] ^ other[4])
    assert (one[1], one[3]) == (one[2], one[4])
    assert one[1] != one[3]


@pytest.mark.parametrize("numbers", [1, 2])
@pytest.mark.parametrize(
    "theirs",
    [
        ["2025, 1, 'b'", "2025, 1, 'a'"],
        ["2025, 2, 'a'", "2025, 1, 'b'"],
        ["2026, 1, 'a'", "2025, 2, 'b'"],
        ["2025, 1, 'a'", "2025, 2, 'c'"],
        ["2025, 1, NULL", "2025, 2, 'b'"],
    ],
)
def test_every_number_of_a_fingerprint_sees_a_value_that_changed_or_moved_to_another_row(
    warehouse: Warehouse, numbers: int, theirs: list[str]
) -> None:
    ours = ["2025, 1, 'a'", "2025, 2, 'b'"]
    before, after = (_of_one_cell(_takes(warehouse, rows, numbers)) for rows in (ours, theirs))
    assert before[0] == after[0] == 2
    assert all(left != right for left, right in zip(before[1:], after[1:], strict=True))


@pytest.mark.parametrize("numbers", [1, 2])
def test_a_fingerprint_does_not_depend_on_the_order_of_rows(warehouse: Warehouse, numbers: int) -> None:
    assert _takes(warehouse, ROWS, numbers) == _takes(warehouse, ROWS[::-1], numbers)


def test_a_single_column_has_two_numbers_as_well(warehouse: Warehouse) -> None:
    relation = Relation()
    cells = []
    for content in ("'a'", "'b'"):
        fill(warehouse, "v VARCHAR", [content])
        cells.append(_of_one_cell(take_fingerprint(warehouse, paired(warehouse, relation), SOURCES[0], 2)))
    assert all(left != right for left, right in zip(cells[0][1:], cells[1][1:], strict=True))


def test_cells_differ_when_any_number_does_or_one_side_lacks_them() -> None:
    ours = Fingerprint({(2025, 1): (1, 5, 5), (2025, 2): (1, 6, 6), (2026, 9): (1, 7, 7), (None, 0): (2, 8, 8)})
    theirs = Fingerprint({(2025, 1): (1, 5, 5), (2025, 2): (1, 6, 4), (2026, 10): (1, 7, 7), (None, 0): (1, 8, 8)})
    assert ours.differing(ours) == []
    assert ours.differing(theirs) == theirs.differing(ours) == [(2025, 2), (2026, 9), (2026, 10), (None, 0)]


def test_rows_are_counted_in_the_cells_that_are_there() -> None:
    fingerprint = Fingerprint({(2025, 1): (3, 5, 5), (2025, 2): (4, 6, 6), (2026, 1): (5, 7, 7)})
    assert fingerprint.rows_in([(2025, 1), (2026, 1), (2027, 1)]) == 8
    assert fingerprint.rows_in([]) == 0
