"""The short phrase for what changes of a column have in common."""

import math
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from harness.parity.explain.documents import differing_paths, parsed
from harness.parity.explain.figures import ulps
from harness.parity.explain.patterns import find_pattern

D = Decimal
SAME = "same JSON, other text (key order or white space)"
MORNING = datetime(2025, 3, 1, 8, 30, 15, 250_000, tzinfo=UTC)


def _pattern(type_: str, *pairs: tuple[Any, Any]) -> str | None:
    return find_pattern(type_, pairs, len(pairs))


@pytest.mark.parametrize(
    ("type_", "pairs", "phrase"),
    [
        ("BIGINT", [(3, 4), (10, 11)], "+1 on 2 of 2"),
        ("BIGINT", [(3226, 3227)], "+1 on 1 of 1"),
        ("DECIMAL(18,2)", [(D("1.10"), D("1.09")), (D("5.00"), D("4.99"))], "−0.01 on 2 of 2"),
        ("DOUBLE", [(1.1, 1.11), (2.3, 2.31), (1e6, 1e6 + 0.01)], "+0.01 on 3 of 3"),
        ("FLOAT", [(0.10000000149011612, 0.20000000298023224), (0.5, 0.6000000238418579)], "+0.1 on 2 of 2"),
        ("BIGINT", [(5, -5), (7, -7), (-2, 2)], "sign flipped on 3 of 3"),
        ("DOUBLE", [(0.0, -0.0), (-0.0, 0.0)], "sign of zero on 2 of 2"),
        ("DOUBLE", [(1.0, math.nextafter(1.0, 2)), (3.0, math.nextafter(3.0, 0))], "noise of at most 1 ulp on 2 of 2"),
        ("DOUBLE", [(1.0, 1.0 + 4 * math.ulp(1.0)), (3.0, 3.0 + math.ulp(3.0))], "noise of at most 4 ulps on 2 of 2"),
        ("DECIMAL(9,2)", [(D("1.37"), D("1.00")), (D("2.50"), D("3.00"))], "rounded to whole units on 2 of 2"),
        ("DECIMAL(9,4)", [(D("1.3749"), D("1.37")), (D("2.5071"), D("2.51"))], "rounded to 2 decimals on 2 of 2"),
        ("BIGINT", [(1234, 1200), (5678, 5700)], "rounded to hundreds on 2 of 2"),
        ("DOUBLE", [(1.37, 1.0), (2.99, 2.0), (-4.5, -4.0)], "cut to whole units on 3 of 3"),
        ("BIGINT", [(1000, 1030), (20_000, 20_600), (777, 800)], "×1.03 on 3 of 3"),
        ("DOUBLE", [(1.25, 125.0), (0.5, 50.0), (3.0, 300.0)], "×100 on 3 of 3"),
        ("BIGINT", [(10, 20), (20, 10)], "the same values on other rows, 2 of 2"),
        ("VARCHAR", [("a", "b"), ("b", "c"), ("c", "a")], "the same values on other rows, 3 of 3"),
        ("BOOLEAN", [(True, False), (True, False)], "true → false on 2 of 2"),
        ("BOOLEAN", [(True, False), (False, True), (True, False)], "flipped on 3 of 3"),
        ("DATE", [(date(2025, 1, 31), date(2025, 2, 1)), (date(2024, 2, 28), date(2024, 2, 29))], "+1 day on 2 of 2"),
        ("DATE", [(date(2025, 3, 1), date(2025, 2, 27)), (date(2025, 1, 5), date(2025, 1, 3))], "−2 days on 2 of 2"),
        ("DATE", [(date(2023, 5, 1), date(2024, 5, 1)), (date(2024, 5, 1), date(2025, 5, 1))], "+1 year on 2 of 2"),
        (
            "TIMESTAMP",
            [(MORNING, MORNING + timedelta(hours=1)), (MORNING, MORNING + timedelta(hours=1))],
            "+1:00:00 on 2 of 2",
        ),
        ("TIMESTAMP", [(MORNING, MORNING - timedelta(days=1))], "−1 day on 1 of 1"),
        (
            "TIMESTAMP",
            [
                (MORNING, MORNING.replace(microsecond=0)),
                (MORNING.replace(microsecond=9), MORNING.replace(microsecond=0)),
            ],
            "cut to whole seconds on 2 of 2",
        ),
        ("TIME", [(time(8), time(9, 30)), (time(10), time(11, 30))], "+1:30:00 on 2 of 2"),
        ("VARCHAR", [("a", "a "), ("b c", "b  c")], "white space only on 2 of 2"),
        ("VARCHAR", [("Abc", "ABC"), ("x", "X")], "upper and lower case only on 2 of 2"),
        ("VARCHAR", [("é", "e\u0301"), ("ü", "u\u0308")], "Unicode normalisation only on 2 of 2"),
        ("VARCHAR", [("raise", "rise"), ("raise", "rise")], "'raise' → 'rise' on 2 of 2"),
        ("VARCHAR", [("x", "none"), ("y", "none")], "always 'none' on 2 of 2"),
        ("BIGINT", [(5, None), (7, None)], "value → NULL on 2 of 2"),
        ("DATE", [(None, date(2025, 1, 1)), (None, date(2026, 1, 1))], "NULL → value on 2 of 2"),
        ("BIGINT", [(3, 7), (10, 2), (5, 600)], None),
        ("VARCHAR", [("abc", "x"), ("def", "y")], None),
        ("DOUBLE", [(1.2, 2.0), (2.3, 3.0)], None),
        ("INTEGER[]", [([1], [2]), ([3], [5])], None),
        ("DOUBLE", [(1.0, float("nan")), (2.0, float("nan"))], "always nan on 2 of 2"),
    ],
)
def test_the_phrase(type_: str, pairs: list[tuple[Any, Any]], phrase: str | None) -> None:
    assert _pattern(type_, *pairs) == phrase


def test_three_quarters_are_enough_and_less_is_mixed() -> None:
    assert _pattern("BIGINT", (1, 2), (5, 6), (9, 10), (4, 90)) == "+1 on 3 of 4"
    assert _pattern("BIGINT", (1, 2), (5, 6), (9, 70), (4, 90)) is None


def test_of_two_phrases_that_hold_as_often_the_more_telling_one_is_said() -> None:
    assert _pattern("VARCHAR", *[("a", "b")] * 3, ("x", "y")) == "'a' → 'b' on 3 of 4"


def test_a_null_counts_among_the_rows_that_the_phrase_does_not_hold_for() -> None:
    assert _pattern("BIGINT", (1, 2), (5, 6), (9, 10), (4, None)) == "+1 on 3 of 4"


def test_a_part_of_the_rows_is_called_examined() -> None:
    assert find_pattern("BIGINT", [(1, 2), (5, 6)], 5000) == "+1 on 2 of 2 examined"
    assert find_pattern("BIGINT", [], 0) is None


@pytest.mark.parametrize(
    ("pairs", "phrase"),
    [
        ([('{"a": 1, "b": 2}', '{"b":2,"a":1}')], f"{SAME} on 1 of 1"),
        ([('{"reason": "x"}', '{"reason": "y"}')] * 2, "JSON path $.reason on 2 of 2"),
        ([('{"a": {"b": [1, {"c": 2}]}}', '{"a": {"b": [1, {"c": 3}]}}')], "JSON path $.a.b[*].c on 1 of 1"),
        ([('{"a": [1, 2]}', '{"a": [2, 1]}')], "JSON path $.a[*] on 1 of 1"),
        ([('{"a": [1, 2]}', '{"a": [1]}')], "JSON path $.a on 1 of 1"),
        ([('{"a": 1}', '{"a": 1.0}')], "JSON path $.a on 1 of 1"),
        ([('{"a": null}', "{}")], "JSON path $.a on 1 of 1"),
        ([('{"a": 1}', '{"a": 1, "a": 1}')], "JSON path $.a on 1 of 1"),
        ([('{"a": "1"}', '{"a": 1}')], "JSON path $.a on 1 of 1"),
        ([('{"a": 1}', '{"a": true}')], "JSON path $.a on 1 of 1"),
        ([('{"the key": 1}', '{"the key": 2}')], 'JSON path $["the key"] on 1 of 1'),
        ([("[1]", '{"a": 1}')], "JSON path $ on 1 of 1"),
        (
            [('{"a": 1, "b": 1}', '{"a": 2, "b": 2}'), ('{"a": 1}', '{"a": 2}'), ('{"a": 1}', '{"a":1}')],
            f"JSON path $.a on 2 of 3, JSON path $.b on 1 of 3, {SAME} on 1 of 3",
        ),
        ([('{"a": 1}', '{"a": 2}'), ('{"a": 1}', None)], "JSON path $.a on 1 of 2, value → NULL on 1 of 2"),
    ],
)
@pytest.mark.parametrize("type_", ["JSON", "VARCHAR"])
def test_json_differs_by_path(type_: str, pairs: list[tuple[str, str]], phrase: str) -> None:
    assert _pattern(type_, *pairs) == phrase


def test_text_that_only_happens_to_be_a_number_is_no_document() -> None:
    assert _pattern("VARCHAR", ("1", "2"), ("1", "2")) == "'1' → '2' on 2 of 2"
    assert _pattern("JSON", ("1", "2"), ("1", "2")) == "JSON path $ on 2 of 2"
    assert _pattern("VARCHAR", ("{}", "{ }"), ("{", "{ ")) == "white space only on 2 of 2"


def test_documents_keep_how_numbers_are_written_and_repeated_keys() -> None:
    assert list(differing_paths(parsed("[1, 2.50]"), parsed("[1, 2.5]"))) == ["$[*]"]
    assert list(differing_paths(parsed("[-0]"), parsed("[0]"))) == ["$[*]"]
    assert list(differing_paths(parsed('{"a": 1, "a": 2}'), parsed('{"a": 1, "a": 2}'))) == []
    with pytest.raises(ValueError, match="nested too deeply"):
        parsed("[" * 100_000)


def test_ulps_are_steps_between_neighbours_across_zero() -> None:
    tiny = math.nextafter(0.0, 1.0)
    assert ulps("DOUBLE", -tiny, tiny) == 2
    assert ulps("DOUBLE", 0.0, -0.0) == 0
    assert ulps("DOUBLE", 1.0, math.nextafter(math.nextafter(1.0, 2), 2)) == 2
    assert ulps("FLOAT", 1.0, 1.0000001192092896) == 1
