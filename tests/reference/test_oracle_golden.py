"""The generator step by step, the parameter tables by hand, and the oracle against the cases computed by hand."""

import copy
from pathlib import Path

import pytest

from tests.reference.expectations import differences, evaluate
from tests.reference.loading import (
    CASE_FILES,
    PARAMETERS,
    SEED,
    oracle_run,
    read_case_file,
    tables_of,
    write_parameters,
)
from tests.reference.oracle_draws import counter, draw, employee_hash, half_up, mix, scrambled_seed, uniform

TWO_64 = 1 << 64


# --- the generator, docs/model.md section 2 -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("x", "mixed"),
    [(0, 0), (1, 4717996019076358352), (TWO_64 - 1, 4939931809569846361), (1 << 32, 0xA04A6AAE1526EDA6)],
)
def test_mix_has_the_golden_values(x: int, mixed: int) -> None:
    assert mix(x) == mixed


def test_mix_of_one_step_by_step() -> None:
    # Shifting 1 gives 0, so the first product is the constant itself.
    first_product = 0xD6E8FEB86659FD93
    folded = 0xD6E8FEB8_B0B1032B
    assert 0x6659FD93 ^ 0xD6E8FEB8 == 0xB0B1032B
    second_product = 0x4179B061_A1B950B1
    assert folded * first_product % TWO_64 == second_product
    assert 0xA1B950B1 ^ 0x4179B061 == 0xE0C0E0D0
    assert mix(1) == 0x4179B061_E0C0E0D0


def test_a_draw_step_by_step() -> None:
    # Seed 42, employee 1, year 2025, stream 1 (termination).
    golden_ratio = 0x9E3779B97F4A7C15
    assert 42 + golden_ratio == 0x9E3779B97F4A7C3F
    s = 0x3021DCF00009DA06
    assert mix(mix(0x9E3779B97F4A7C3F)) == s == scrambled_seed(42)
    assert mix(mix(0x3021DCF00009DA07)) == 0xE90C9E0CC6714873 == employee_hash(42, 1)  # 1 XOR S
    assert 2025 * 4096 + 1 == 8_294_401
    assert (s + 8_294_401 * golden_ratio) % TWO_64 == 0xEC1E54EC7776261B
    assert mix(mix(0xEC1E54EC7776261B)) == 0xD50B505A28327E92 == counter(42, 2025, 1)
    assert mix(0xE90C9E0CC6714873 ^ 0xD50B505A28327E92) == 0x98100F6B_4D308CE8
    assert draw(42, 1, 2025, 1) == (0x98100F6B, 0x4D308CE8) == (2551189355, 1295027432)
    # Day of leaving: 1295027432 · 365 / 2^32 = 110.05. Percentile slot: 2551189355 · 100 / 2^32 = 59.39.
    assert uniform(1295027432, 365) == 110
    assert uniform(2551189355, 100) == 59


@pytest.mark.parametrize(
    ("key", "hi", "lo"),
    [
        ((42, 1000, 2026, 8), 2293068262, 1769946148),
        ((0, 0, 2025, 4), 4289920723, 2508933154),
        ((1 << 31, 9_000_000_000, 2034, 11), 236791124, 3175449459),
        ((7, 100, 2028, 9), 176302057, 120169542),
    ],
)
def test_draws_have_golden_values(key: tuple[int, int, int, int], hi: int, lo: int) -> None:
    assert draw(*key) == (hi, lo)


def test_the_draws_that_the_cases_write_out_are_right() -> None:
    files = [read_case_file(path) for path in CASE_FILES]
    written = [(file.years[0], *line) for file in files for line in file.draws]
    assert len(written) >= 25
    for year, employee_id, stream, hi, lo in written:
        assert draw(SEED, employee_id, year, stream) == (hi, lo), (employee_id, stream)


def test_half_is_rounded_up_and_less_is_not() -> None:
    assert [half_up(a, 10) for a in (0, 4, 5, 14, 15)] == [0, 0, 1, 1, 2]
    # b odd: b div 2 is below the half, and a half cannot occur.
    assert [half_up(a, 365) for a in (182, 183, 547, 548)] == [0, 1, 1, 2]


# --- the parameter tables, docs/model.md section 13 ---------------------------------------------------------


def test_thresholds_are_products_of_factors() -> None:
    rows = tables_of(PARAMETERS, range(2025, 2026))["segment_parameters"]
    by_segment = {(row["age_band"], row["tenure_band"], row["level_id"]): row for row in rows}
    # 0.12 · 1.3 · 1.5 · 1.1 = 0.2574; · 2^32 = 1,105,524,581.99
    assert by_segment[0, 0, 1]["termination_threshold"] == (2574 * 2**32 + 5_000) // 10_000 == 1_105_524_582
    # 0.12 · 0.9 · 0.85 · 0.95 = 0.08721; · 2^32 = 374,564,097.88
    assert by_segment[2, 2, 3]["termination_threshold"] == (8721 * 2**32 + 50_000) // 100_000 == 374_564_098
    # 0.07 · 1.05 · 1.2 · 0.75 = 0.06615
    assert by_segment[2, 2, 3]["promotion_threshold"] == (6615 * 2**32 + 50_000) // 100_000
    assert by_segment[2, 2, 5]["promotion_threshold"] == 0
    # 0.28 · 1.05 = 0.294; 0.1 · 0.85 = 0.085; 550 + 2 · 100; (8200 · 720 + 1800 · 410) / 10000 = 664.2
    assert by_segment[2, 2, 3]["voluntary_threshold"] == (294 * 2**32 + 500) // 1_000
    assert by_segment[2, 2, 3]["opt_out_threshold"] == (85 * 2**32 + 500) // 1_000
    assert by_segment[2, 2, 3]["voluntary_rate_bps"] == 750
    assert by_segment[2, 2, 3]["portfolio_bps"] == 664


def test_a_probability_of_one_is_the_whole_range_and_more_is_cut(tmp_path: Path) -> None:
    parameters = write_parameters({"workforce.termination_base_rate": 10_000}, tmp_path / "parameters")
    rows = tables_of(parameters, range(2025, 2026))["segment_parameters"]
    assert max(row["termination_threshold"] for row in rows) == 1 << 32


def test_slots_hold_each_value_as_often_as_its_share() -> None:
    slots = tables_of(PARAMETERS, range(2025, 2026))["percentile_slots"]
    assert [row["slot"] for row in slots] == list(range(100))
    assert [slots[slot]["rating"] for slot in (0, 3, 4, 17, 18, 73, 74, 93, 94, 99)] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert [slots[slot]["hire_level"] for slot in (41, 42, 71, 72, 98)] == [1, 2, 2, 3, 5]


# --- the cases computed by hand -----------------------------------------------------------------------------


@pytest.mark.parametrize("path", CASE_FILES, ids=lambda path: path.stem)
def test_the_oracle_meets_the_cases_computed_by_hand(path: Path, tmp_path: Path) -> None:
    file = read_case_file(path)
    found = oracle_run(file.census, write_parameters(file.parameters, tmp_path / "parameters"), file.years)
    complaints = differences("oracle", file, found)
    assert not complaints, "\n" + "\n".join(complaints)


def test_a_case_that_is_not_met_is_told_in_full(tmp_path: Path) -> None:
    file = copy.deepcopy(read_case_file(CASE_FILES[0]))
    found = oracle_run(file.census, write_parameters(file.parameters, tmp_path / "parameters"), file.years)
    wrong = {"year": file.years[0], "employee": 1, "age": "20 + 1"}
    file.cases[:] = [{"name": "wrong", "snapshot": [wrong, {"year": 1900, "employee": 1}]}]
    first, second = differences("oracle", file, found)
    assert first.startswith(f"oracle · {file.name} · wrong · snapshot simulation_year={file.years[0]}")
    assert "age: expected 20 + 1 = 21, found " in first
    assert second.endswith("expected rows 1, found 0")


def test_names_of_cases_differ() -> None:
    names = [case["name"] for path in CASE_FILES for case in read_case_file(path).cases]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("expression", ["1 / 2", "2 ** 3", "x + 1", "min(1, 2)", "1.5", "True"])
def test_only_whole_number_arithmetic_is_evaluated(expression: str) -> None:
    with pytest.raises(ValueError, match="only whole numbers"):
        evaluate(expression)


def test_arithmetic_is_evaluated() -> None:
    assert evaluate("-(8_000_000 * (10_000 + 1_200) - 1) // 10_000") == -8_960_000
