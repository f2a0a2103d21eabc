"""A frozen baseline: made once, then equality is proved without the code that made it."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from harness.parity.pairing import pair_up
from harness.parity.portable import Seal, seal_groups
from harness.relation import Relation
from harness.summary.document import Node
from harness.summary.parity import read_parity
from harness.warehouse import Warehouse
from tests.parity.judging import Judge

RELEASE_POINT = Path(__file__).resolve().parents[2] / "config" / "baselines" / "pre-E068-optimization" / "baseline.json"


@pytest.fixture
def baseline(judge: Judge, tmp_path: Path) -> Path:
    """The baseline of the reference."""
    finished = judge.start("", "--save-baseline", str(tmp_path / "frozen"))
    stdout, _ = finished.communicate(timeout=60)
    assert finished.returncode == 0
    assert stdout.splitlines()[-1] == f"BASELINE SAVED: {tmp_path}/frozen/baseline.json"
    return tmp_path / "frozen"


def test_an_equal_result_passes_by_its_fingerprint(judge: Judge, baseline: Path) -> None:
    outcome = judge("", "--against-baseline", str(baseline))
    assert outcome.verdicts == (0, "pass", "EQUAL fingerprint")
    assert [pair["candidate"] for pair in outcome.pairs] == ["reference", "candidate"]
    assert (baseline / "baseline.json").stat().st_size < 5_000
    rows = {relation["name"]: relation["rows_candidate"] for relation in outcome.pairs[1]["relations"]}
    assert rows == {"fct_yearly_events": 12, "fct_workforce_snapshot": 6, "employee_state_by_year": 6}


def test_the_order_of_rows_is_no_difference(judge: Judge, baseline: Path) -> None:
    assert judge("reordered", "--against-baseline", str(baseline)).verdicts == (0, "pass", "EQUAL fingerprint")


def test_one_cent_is_named_by_year_and_event_type(judge: Judge, baseline: Path) -> None:
    outcome = judge("cent", "--against-baseline", str(baseline), "--candidates", "candidate")
    assert outcome.verdicts == (1, "fail", "DIFFERENT")
    difference = outcome.events["difference"]
    assert difference["first_year"] == "2026"
    assert [(g["year"], g["event_type"]) for g in difference["by_group"]] == [("2026", "raise")]
    assert "2026 raise: 3 rows on both sides, at least one with other content" in outcome.stdout


def test_no_more_is_told_than_that_a_group_is_not_the_same(judge: Judge, baseline: Path) -> None:
    """Of the rows of a group nobody knows how many differ: the baseline does not hold them."""
    outcome = judge("other people", "--against-baseline", str(baseline), "--candidates", "candidate")
    assert outcome.verdicts == (1, "fail", "DIFFERENT")
    rendered = [outcome.stdout, outcome.markdown, (judge.output / "parity_report.html").read_text(encoding="utf-8")]
    for text in rendered:
        assert "rows in baseline" in text
        assert "only in" not in text
    summary = read_parity(Node(outcome.report, "the report"))
    assert any("2026 hire: 3 rows on both sides" in sentence for sentence in summary.sentences)
    assert not any("differing rows" in sentence for sentence in summary.sentences)


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("missing row", "2026 raise: 3 → 2 rows"),
        ("renamed event type", "2025 rise: 0 → 3 rows"),
        ("type", "type of 'amount' (BIGINT → VARCHAR)"),
        ("negative zero", "2025 hire: 3 rows on both sides, at least one with other content"),
        ("zero for null", "2025 hire: 3 rows on both sides, at least one with other content"),
    ],
)
def test_other_differences(judge: Judge, baseline: Path, fault: str, told: str) -> None:
    outcome = judge(fault, "--against-baseline", str(baseline), "--candidates", "candidate")
    assert outcome.verdicts == (1, "fail", "DIFFERENT")
    assert told in outcome.stdout


def test_another_census_makes_it_worthless(judge: Judge, baseline: Path) -> None:
    outcome = judge("other census", "--against-baseline", str(baseline), "--candidates", "candidate")
    assert outcome.verdicts == (2, "could_not_judge", "NO_EVIDENCE")
    assert "census_fingerprint is" in outcome.failed_checks["candidate: same-inputs"]


def test_a_result_that_exists_is_judged_without_running_anything(judge: Judge, baseline: Path) -> None:
    made = judge("", "--keep-databases").directory / "candidate" / "candidate.duckdb"
    outcome = judge("", "--against-baseline", str(baseline), "--result", str(made))
    assert outcome.verdicts == (0, "pass", "EQUAL fingerprint")
    assert outcome.report["results"]["sides"][0]["argv"] == []


def test_half_a_result_is_never_frozen(judge: Judge, tmp_path: Path) -> None:
    finished = judge.start("reference:missing year", "--save-baseline", str(tmp_path / "frozen"))
    _, stderr = finished.communicate(timeout=60)
    assert finished.returncode == 2
    assert "parity: --save-baseline: nothing was kept, because fct_yearly_events: years: 2026 have no rows" in stderr
    assert not (tmp_path / "frozen").exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "cannot read"),
        ("{}", "is not a baseline"),
        ('{"schema_version": "9.0"}', "has schema version 9.0; this judge reads 1.0"),
    ],
)
def test_a_baseline_that_cannot_be_read(judge: Judge, tmp_path: Path, text: str | None, message: str) -> None:
    if text is not None:
        (tmp_path / "baseline.json").write_text(text, encoding="utf-8")
    outcome = judge("", "--against-baseline", str(tmp_path))
    assert outcome.verdicts == (2, "could_not_judge", "ERROR")
    assert message in outcome.report["problem"]


def test_a_seal_is_made_of_md5_alone(tmp_path: Path) -> None:
    """Computed here by hand; no version of DuckDB can change it."""
    warehouse = Warehouse(tmp_path, "1GB")
    warehouse.rows("CREATE TABLE t AS SELECT 2025 AS y, 'é|' AS v, NULL::INTEGER AS n, true AS b")
    columns = warehouse.columns("t")
    seals = seal_groups(warehouse, pair_up("t", Relation(year="y"), ("t", "t"), (columns, columns), ()))
    digest = hashlib.md5("4:20253:é|N4:true".encode(), usedforsecurity=False).digest()
    numbers = [int.from_bytes(half, "little") for half in (digest[8:], digest[:8]) for _ in ("sum", "xor")]
    assert seals == {("2025", None): Seal(1, "".join(f"{number:016x}" for number in numbers))}
    warehouse.close()


def test_the_release_point_is_frozen() -> None:
    document: dict[str, Any] = json.loads(RELEASE_POINT.read_text(encoding="utf-8"))
    assert (document["target"], document["mode"]) == ("navigator", "legacy")
    assert document["workload"]["employees"] == 1000
    events = document["relations"]["fct_yearly_events"]["groups"]
    assert sum(rows for _, _, rows, _ in events) == 9788
    assert RELEASE_POINT.stat().st_size < 10_000
