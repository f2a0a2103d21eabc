"""A model that grows too fast, planted in the real simulator, is named; a copy of the code is what runs."""

import shutil
from pathlib import Path

import pytest

from tests.scale.driving import Judge

ROOT = Path(__file__).resolve().parents[2]
QUADRATIC = """
select count(*) as pairs
from {{ ref('stg_census_data') }} as one
inner join {{ ref('stg_census_data') }} as other on one.employee_id + other.employee_id <> 7
"""


@pytest.mark.mutants
def test_a_quadratic_model_is_named(tmp_path: Path) -> None:
    for part in ("navigator_orchestrator", "dbt", "config"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__", "target", "logs"))
    (tmp_path / "dbt/models/staging/int_all_pairs.sql").write_text(QUADRATIC, encoding="utf-8")
    judge = Judge(tmp_path)
    sizes = ("--employees", "1000", "5000", "20000", "--years", "1", "--shards", "1", "--iterations", "3")
    outcome = judge("--mode", "optimized", *sizes, target=str(tmp_path / "config/targets/navigator.yaml"))
    parts = {part["name"]: part for part in outcome.results("optimized")["results"]["parts"]}
    assert [name for name, part in parts.items() if part["verdict"] == "FAIL"] == ["int_all_pairs"]
    assert parts["int_all_pairs"]["exponent"]["low"] > 1.15
    assert "model int_all_pairs of optimized grows as n^" in outcome.stdout
    assert "int_all_pairs" in (judge.output / "scale_report_optimized.md").read_text(encoding="utf-8")
