"""What proves two sides equal, and what finds them different: each on its own, at the edges."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.parity import proof
from harness.parity.fingerprint import take_fingerprint
from harness.parity.pairing import Pairing
from harness.parity.proof import count_unmatched, prove_as_multisets, prove_in_order
from harness.relation import Relation
from harness.warehouse import Warehouse
from tests.parity.test_kills_common import KEYED, SOURCES, fill, paired, two_sides

COLUMNS = "y INTEGER, k BIGINT, v VARCHAR"
ROWS = ["2025, 1, 'a'", "2025, 2, 'b'", "2026, 1, 'c'"]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    with two_sides(tmp_path_factory.mktemp("spill")) as opened:
        yield opened


@pytest.fixture
def all_hashes_collide(warehouse: Warehouse) -> Iterator[None]:
    warehouse.rows("CREATE TEMP MACRO hash(a) AS 1::UBIGINT, (a, b) AS 1::UBIGINT, (a, b, c) AS 1::UBIGINT")
    yield
    warehouse.rows("DROP MACRO temp.hash")


def _pair(warehouse: Warehouse, ours: list[str], theirs: list[str], relation: Relation = KEYED) -> Pairing:
    fill(warehouse, COLUMNS, ours, theirs)
    return paired(warehouse, relation)


def _in_order(warehouse: Warehouse, ours: list[str], theirs: list[str]) -> bool:
    return prove_in_order(warehouse, _pair(warehouse, ours, theirs))


def _as_multisets(warehouse: Warehouse, ours: list[str], theirs: list[str], relation: Relation = KEYED) -> bool:
    pairing = _pair(warehouse, ours, theirs, relation)
    return prove_as_multisets(warehouse, pairing, _years(warehouse, pairing))


def _years(warehouse: Warehouse, pairing: Pairing) -> dict[object, int]:
    return take_fingerprint(warehouse, pairing, pairing.reference).rows_by_year


# row by row


def test_rows_in_the_same_order_are_proved_equal(warehouse: Warehouse) -> None:
    assert _in_order(warehouse, ROWS, ROWS)
    assert _in_order(warehouse, [], [])


@pytest.mark.parametrize("place", range(3))
@pytest.mark.parametrize("changed", ["2024, 1, 'c'", "2026, NULL, 'c'", "2026, 1, NULL"])
def test_one_other_value_in_any_row_ends_the_proof(warehouse: Warehouse, place: int, changed: str) -> None:
    theirs = [changed if place == row else same for row, same in enumerate(ROWS)]
    assert not _in_order(warehouse, ROWS, theirs)
    assert not _in_order(warehouse, theirs, ROWS)


def test_many_other_values_end_the_proof(warehouse: Warehouse) -> None:
    assert not _in_order(warehouse, ROWS, ROWS[::-1])


# multisets


def test_rows_in_another_order_are_the_same_multiset(warehouse: Warehouse) -> None:
    assert _as_multisets(warehouse, ROWS, ROWS[::-1])
    assert _as_multisets(warehouse, [], [])


def test_rows_that_occur_twice_are_the_same_multiset_only_if_they_occur_twice_on_both_sides(
    warehouse: Warehouse,
) -> None:
    assert _as_multisets(warehouse, [*ROWS, ROWS[0]], [ROWS[0], *ROWS])
    assert not _as_multisets(warehouse, [*ROWS, ROWS[0]], [ROWS[1], *ROWS])
    assert not _as_multisets(warehouse, [*ROWS[:2], ROWS[0]], [*ROWS[:2], ROWS[1]])


@pytest.mark.parametrize("changed", ["2026, 2, 'c'", "2026, 1, 'd'", "2026, 1, NULL"])
def test_a_changed_row_makes_another_multiset(warehouse: Warehouse, changed: str) -> None:
    assert not _as_multisets(warehouse, ROWS, [changed, *ROWS[:2]])


def test_a_difference_is_seen_in_the_first_year_and_in_the_last(warehouse: Warehouse) -> None:
    ours = [f"{year}, 1, 'a'" for year in (2025, 2026, 2027, "NULL")]
    for place in range(4):
        theirs = [row.replace("a", "b") if place == i else row for i, row in enumerate(ours)]
        assert not _as_multisets(warehouse, ours, theirs)


def test_a_row_of_one_side_only_is_counted_once(warehouse: Warehouse) -> None:
    assert count_unmatched(warehouse, _pair(warehouse, ROWS, ROWS[::-1])) == 0
    assert count_unmatched(warehouse, _pair(warehouse, ROWS, ROWS[1:])) == 1
    assert count_unmatched(warehouse, _pair(warehouse, ROWS[1:], ROWS)) == 1
    assert count_unmatched(warehouse, _pair(warehouse, ROWS, [*ROWS, ROWS[0]])) == 1
    assert count_unmatched(warehouse, _pair(warehouse, ROWS, [*ROWS[:2], "2026, 1, 'd'"])) == 2
    pairing = _pair(warehouse, ROWS, ROWS[1:])
    assert count_unmatched(warehouse, pairing, pairing.in_year(2025)) == 1
    assert count_unmatched(warehouse, pairing, pairing.in_year(2026)) == 0


def _by_hash(warehouse: Warehouse, ours: list[str], theirs: list[str], rows: int) -> bool:
    return proof._paired_by_hash(warehouse, _pair(warehouse, ours, theirs), "true", rows)


def test_the_join_on_hashes_proves_only_that_each_row_has_its_one_partner(warehouse: Warehouse) -> None:
    assert _by_hash(warehouse, ROWS, ROWS[::-1], 3)
    assert not _by_hash(warehouse, ROWS, ROWS, 2)  # they are not as many as was said
    assert not _by_hash(warehouse, ROWS, ROWS, 4)
    assert not _by_hash(warehouse, ROWS, ROWS[:2], 3)  # one has no partner
    assert not _by_hash(warehouse, ROWS[:2], ROWS, 2)
    assert not _by_hash(warehouse, ROWS, [*ROWS[:2], "2026, 1, 'd'"], 3)
    assert not _by_hash(warehouse, [ROWS[0]] * 2, [ROWS[0]] * 2, 2)  # each has two


def test_rows_are_grouped_only_where_the_join_proves_nothing(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    grouped = []

    def count(_: Warehouse, pairing: Pairing, where: str) -> int:
        grouped.append(warehouse.rows(f"SELECT y, k FROM {pairing.reference} WHERE {where} ORDER BY ALL"))
        return 0

    monkeypatch.setattr(proof, "count_unmatched", count)
    assert _as_multisets(warehouse, ROWS, ROWS[::-1])
    assert not grouped
    assert _as_multisets(warehouse, [*ROWS, ROWS[2]], [ROWS[2], *ROWS])
    assert grouped == [[(2026, 1), (2026, 1)]]


@pytest.mark.usefixtures("all_hashes_collide")
def test_rows_with_the_same_hash_are_still_compared(warehouse: Warehouse) -> None:
    assert warehouse.row("SELECT hash('a') = hash('b')") == (True,)
    assert _by_hash(warehouse, ROWS[:1], ROWS[:1], 1)
    assert not _by_hash(warehouse, ROWS[:1], ["2025, 1, 'b'"], 1)
    assert not _as_multisets(warehouse, ROWS[:1], ["2025, 1, 'b'"])
    assert _as_multisets(warehouse, ROWS, ROWS[::-1])


# partitions


@pytest.fixture
def small_partitions(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, number in (("SMALL_PARTITION", 5), ("LARGE_PARTITION", 20), ("PARTITIONS", 4)):
        monkeypatch.setattr(proof, name, number)


def _parts(warehouse: Warehouse, pairing: Pairing, years: dict[object, int]) -> list[int]:
    """The sizes of the partitions of the reference, after a look at whether they share out the rows of both sides."""
    parts = list(proof._partitions(warehouse, pairing, years, proof._partition_size(years)))
    for source in SOURCES:
        sizes = [warehouse.number(f"SELECT count(*) FROM {source} WHERE {where}") for where, _ in parts]
        assert sum(sizes) == warehouse.number(f"SELECT count(*) FROM {source}")
        together = " OR ".join(f"({where})" for where, _ in parts)
        assert sum(sizes) == warehouse.number(f"SELECT count(*) FROM {source} WHERE {together}")
    counted = [warehouse.number(f"SELECT count(*) FROM {SOURCES[0]} WHERE {where}") for where, _ in parts]
    assert [rows for _, rows in parts] == counted
    return counted


@pytest.mark.usefixtures("small_partitions")
@pytest.mark.parametrize(
    "sizes",
    [
        [4],
        [5],  # as small as a partition may be
        [3, 3],
        [4, 4, 4],
        [4, 4, 5, 4, 5],
        [6] * 4,  # a quarter of all
        [10] * 4,
        [20] * 6,  # as large as it may be
    ],
)
def test_a_year_is_shared_out_by_its_size(warehouse: Warehouse, sizes: list[int]) -> None:
    pairing = _pair(warehouse, [f"2025, {k + 100}, 'a'" for k in range(sum(sizes))], [])
    assert _parts(warehouse, pairing, {2025: sum(sizes)}) == sizes


@pytest.mark.usefixtures("small_partitions")
def test_rows_without_a_year_or_an_entity_and_entities_of_one_side_only_have_their_partition(
    warehouse: Warehouse,
) -> None:
    ours = [f"{year}, {k}, 'a'" for year in (2025, 2026, "NULL") for k in range(10, 22)] + ["2026, NULL, 'a'"] * 3
    theirs = [f"{year}, {k}, 'a'" for year in (2025, 2026, "NULL") for k in (-99, 9, 10, 21, 22, 99, "NULL")]
    pairing = _pair(warehouse, ours, theirs)
    assert _parts(warehouse, pairing, {2025: 12, 2026: 15, None: 12}) == [6, 6, 9, 6, 6, 6]


@pytest.mark.usefixtures("small_partitions")
@pytest.mark.parametrize("type_", ["INTEGER", "BIGINT", "HUGEINT", "UTINYINT"])
def test_whole_numbers_are_shared_out_by_ranges(warehouse: Warehouse, type_: str) -> None:
    fill(warehouse, f"v VARCHAR, y INTEGER, k {type_}", [f"'a', 2025, {k}" for k in range(60)])
    pairing = paired(warehouse)
    assert _parts(warehouse, pairing, {2025: 60}) == [15] * 4
    seen = [
        warehouse.row(f"SELECT min(k), max(k) FROM {SOURCES[0]} WHERE {where}")
        for where, _ in proof._partitions(warehouse, pairing, {2025: 60}, size=15)
    ]
    assert seen == [(0, 14), (15, 29), (30, 44), (45, 59)]


@pytest.mark.usefixtures("small_partitions")
@pytest.mark.parametrize("relation", [Relation(key=["y", "v"], year="y"), Relation(year="y")])
def test_everything_else_is_shared_out_by_hash(warehouse: Warehouse, relation: Relation) -> None:
    pairing = _pair(warehouse, [f"2025, {k}, 'person {k}'" for k in range(60)], ["2025, 99, 'x'"], relation)
    counted = _parts(warehouse, pairing, {2025: 60})
    assert len(counted) == 4
    assert min(counted) > 0


@pytest.mark.usefixtures("small_partitions")
@pytest.mark.parametrize("relation", [KEYED, Relation(key=["y", "v"], year="y"), Relation(year="y")])
def test_a_difference_is_seen_in_every_partition(warehouse: Warehouse, relation: Relation) -> None:
    ours = [f"2025, {k}, 'person {k}'" for k in range(24)]
    assert _as_multisets(warehouse, ours, ours[::-1], relation)
    for place in (0, 7, 13, 23):
        theirs = [f"2025, {k}, '{'nobody' if k == place else 'person'} {k}'" for k in range(24)]
        assert not _as_multisets(warehouse, ours, theirs[::-1], relation)


# memory


@pytest.mark.parametrize(
    ("limit", "asked", "within"),
    [("1GB", "600MB", "572.2 MiB"), ("600MB", "1GB", "572.2 MiB"), ("600MB", "600MB", "572.2 MiB")],
)
def test_less_memory_for_a_while(tmp_path: Path, limit: str, asked: str, within: str) -> None:
    warehouse = Warehouse(tmp_path / "spill", limit)
    before = warehouse.row("SELECT current_setting('memory_limit')")
    with warehouse.at_most(asked):
        assert warehouse.row("SELECT current_setting('memory_limit')") == (within,)
    assert warehouse.row("SELECT current_setting('memory_limit')") == before
