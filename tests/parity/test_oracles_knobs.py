"""Sensitivity to parameters and seeds: what changes nothing is named, and what changes anyway proves nothing."""

from pathlib import Path

import pytest

from harness.parity.reports.headline import oracles_finding
from harness.parity.results import Finding
from tests.parity.oracles_judging import only

DEAD = "a dead parameter, or nobody here is touched by it"
UNUSED = (
    "    not_tried:",
    "      - {name: unused, file: rates/pay.yaml, key: unused, value: [1, 2]}\n    not_tried:",
)


def test_a_dead_parameter_is_named(tmp_path: Path) -> None:
    result = only(tmp_path, "knobs", "", UNUSED)
    assert result.status == "failed"
    assert result.detail == f"unused of rates/pay.yaml changed nothing: {DEAD}"


def test_a_parameter_must_show_where_it_is_expected(tmp_path: Path) -> None:
    result = only(tmp_path, "knobs", "", ("value: 60, expect: states", "value: 60, expect: birthday"))
    assert result.status == "failed"
    assert (
        result.detail == f"raise.2025 of rates/pay.yaml changed nothing in birthday, though 284 rows elsewhere: {DEAD}"
    )


@pytest.mark.parametrize(
    ("name", "fault", "other"),
    [
        ("seed_sensitivity", "random", "plain_single_again"),
        ("knobs", "random", "plain_configuration_copied"),
        ("knobs", "copy", "plain_configuration_copied"),
    ],
)
def test_a_difference_proves_nothing_where_runs_differ_anyway(
    name: str, fault: str, other: str, tmp_path: Path
) -> None:
    result = only(tmp_path, name, fault)
    assert (result.status, oracles_finding((result,))) == ("error", Finding.ERROR)
    assert f"plain_single and {other} differ in events, states, although nothing was varied" in result.detail


def test_a_run_that_fails_with_a_knob_does_not_stop_the_others(tmp_path: Path) -> None:
    changes = ("key: leave.percent, value: 30", "key: leave, value: nothing")
    result = only(tmp_path, "knobs", "", changes, UNUSED)
    assert result.status == "failed"
    assert f"unused of rates/pay.yaml changed nothing: {DEAD}" in result.detail
    assert "leave: plain_knob_leave: failed with exit code 1" in result.detail


def test_a_column_with_a_tolerance_is_no_evidence_of_an_effect(tmp_path: Path) -> None:
    bent = (
        "volatile: {written: it is random}",
        "tolerances: {amount: {abs_tol: 1, reason: it may}}\n    volatile: {written: it is random}",
    )
    result = only(tmp_path, "knobs", "", bent, ("value: 60, expect: states", "value: 60, expect: events"))
    assert "raise.2025 of rates/pay.yaml changed nothing in events, though " in result.detail
