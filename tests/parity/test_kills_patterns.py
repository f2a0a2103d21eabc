"""Phrases at the edges: signs, plurals, units, factors, and documents."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from harness.parity.explain.documents import document_patterns, parsed
from harness.parity.explain.patterns import find_pattern

D = Decimal
NOON = datetime(2025, 3, 9, 12, 34, 56, 789_000)  # noqa: DTZ001  a TIMESTAMP has no zone


def _pattern(type_: str, *pairs: tuple[Any, Any]) -> str | None:
    return find_pattern(type_, pairs, len(pairs))


def test_booleans_change_in_either_direction() -> None:
    assert _pattern("BOOLEAN", (False, True), (False, True)) == "false → true on 2 of 2"
    assert _pattern("BOOLEAN", (False, True), (False, True), (False, True), (True, False)) == "flipped on 4 of 4"


@pytest.mark.parametrize(("years", "phrase"), [(-2, "−2 years"), (-1, "−1 year"), (1, "+1 year"), (2, "+2 years")])
def test_whole_years_are_counted(years: int, phrase: str) -> None:
    # One of the two spans has a leap day more than the other.
    days = [date(2023, 5, 1), date(2024, 5, 1), date(2025, 5, 1), date(2026, 5, 1)]
    pairs = [(day, day.replace(year=day.year + years)) for day in days]
    assert _pattern("DATE", *pairs) == f"{phrase} on 4 of 4"


@pytest.mark.parametrize(
    ("shift", "phrase"),
    [
        (timedelta(days=1), "+1 day"),
        (timedelta(days=3), "+3 days"),
        (-timedelta(days=2), "−2 days"),
        (timedelta(days=1, hours=2), "+1 day, 2:00:00"),
        (-timedelta(minutes=5), "−0:05:00"),
    ],
)
def test_moments_move_by_a_span(shift: timedelta, phrase: str) -> None:
    moments = [NOON, NOON.replace(year=2026), NOON.replace(month=11)]
    assert _pattern("TIMESTAMP", *((moment, moment + shift) for moment in moments)) == f"{phrase} on 3 of 3"


@pytest.mark.parametrize(
    ("unit", "cut"),
    [
        ("seconds", {"microsecond": 0}),
        ("minutes", {"microsecond": 0, "second": 0}),
        ("hours", {"microsecond": 0, "second": 0, "minute": 0}),
        ("days", {"microsecond": 0, "second": 0, "minute": 0, "hour": 0}),
    ],
)
def test_moments_lose_what_is_smaller_than_a_unit(unit: str, cut: dict[str, int]) -> None:
    moments = [NOON, NOON.replace(hour=5, minute=6, second=7, microsecond=8)]
    pairs = [(moment, moment.replace(**cut)) for moment in moments]  # type: ignore[arg-type]
    assert _pattern("TIMESTAMP", *pairs) == f"cut to whole {unit} on 2 of 2"


def test_times_of_day_move_backwards_too() -> None:
    assert _pattern("TIME", (time(8), time(7, 30)), (time(10), time(9, 30))) == "−0:30:00 on 2 of 2"


@pytest.mark.parametrize(
    ("type_", "pairs", "phrase"),
    [
        ("BIGINT", [(-1000, -1056), (10, 11), (20, 21)], "×1.056 on 3 of 3"),  # only the largest tells it exactly
        ("DECIMAL(9,2)", [(D("10.05"), D("10.35")), (D("1.11"), D("1.14"))], "×1.03 on 2 of 2"),
        ("DOUBLE", [(100.0, 1.0), (50.0, 0.5)], "×0.01 on 2 of 2"),
        ("DOUBLE", [(1.0, 3.0), (0.5, 1.5)], "×3 on 2 of 2"),
        ("BIGINT", [(50, 52), (1000, 1030), (777, 800)], "×1.03 on 3 of 3"),  # 51.5 may become 52
        ("DOUBLE", [(1.1, 1.2), (2.3, 2.6)], None),  # a float is not rounded to what it happens to show
        ("BIGINT", [(0, 5), (0, 7)], None),
        ("BIGINT", [(5, 0), (7, 0)], "cut to tens on 2 of 2"),
        ("DOUBLE", [(1e9, 1000000001.0), (2e9, 2000000002.0)], None),  # nine decimals are no pattern
    ],
)
def test_a_factor_is_found_with_few_digits(type_: str, pairs: list[tuple[Any, Any]], phrase: str | None) -> None:
    assert _pattern(type_, *pairs) == phrase


@pytest.mark.parametrize(
    ("type_", "pairs", "phrase"),
    [
        ("DECIMAL(9,2)", [(D("1.37"), D("1.40")), (D("2.51"), D("2.50"))], "rounded to 1 decimal on 2 of 2"),
        ("DECIMAL(9,2)", [(D("2.00"), D("1.00")), (D("3.50"), D("3.00"))], None),  # a whole unit is not cut away
    ],
)
def test_a_unit_is_what_is_left(type_: str, pairs: list[tuple[Any, Any]], phrase: str | None) -> None:
    assert _pattern(type_, *pairs) == phrase


def test_a_value_is_shown_as_it_is_read_and_not_at_any_length() -> None:
    days = (date(2025, 1, 1), date(2025, 3, 9))
    assert _pattern("DATE", *((day, date(2026, 7, 7)) for day in days)) == "always 2026-07-07 on 2 of 2"
    for letters, shown in ((38, f"'{'x' * 38}'"), (39, f"'{'x' * 38}…"), (99, f"'{'x' * 38}…")):
        assert _pattern("VARCHAR", ("a", "x" * letters), ("b", "x" * letters)) == f"always {shown} on 2 of 2"


# documents


def test_a_path_that_only_one_document_has_is_a_difference() -> None:
    assert _pattern("JSON", ('{"a": 1}', '{"a": 1, "b": 2}')) == "JSON path $.b on 1 of 1"
    assert _pattern("JSON", ('{"a": 1, "b": 2}', '{"a": 1}')) == "JSON path $.b on 1 of 1"


def test_a_key_that_is_no_name_stands_in_brackets_as_it_is() -> None:
    assert _pattern("JSON", ('{"é b": 1}', '{"é b": 2}')) == 'JSON path $["é b"] on 1 of 1'


def test_documents_with_only_another_spelling_are_counted_beside_the_others() -> None:
    same = ('{"a": 1}', '{"a":1}')
    told = _pattern("JSON", same, same, ('{"a": 1}', '{"a": 2}'))
    assert told == "JSON path $.a on 1 of 3, same JSON, other text (key order or white space) on 2 of 3"


def test_no_more_than_three_paths_are_shown_and_the_most_frequent_first() -> None:
    keys = "abcde"
    pairs: list[tuple[Any, Any]] = [({}, dict.fromkeys(keys[n:], 1)) for n in range(5)]
    assert document_patterns(pairs) == [("JSON path $.e", 5), ("JSON path $.d", 4), ("JSON path $.c", 3)]


def test_what_json_does_not_know_as_numbers_is_the_same_as_itself() -> None:
    assert _pattern("JSON", ('{"a": NaN, "b": 1}', '{"a": NaN, "b": 2}')) == "JSON path $.b on 1 of 1"
    assert _pattern("JSON", ('{"a": NaN}', '{"a": Infinity}')) == "JSON path $.a on 1 of 1"


def test_what_is_no_document_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^only text can be JSON$"):
        parsed(5)
    with pytest.raises(ValueError, match=r"^nested too deeply$"):
        parsed("[" * 100_000)
