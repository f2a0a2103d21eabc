"""The judge on the simulator of this repository, as CI runs it."""

import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT
from tests.parity.judging import SCRIPT, Judge

BASELINE = ROOT / "config" / "baselines" / "pre-E068-optimization"


def test_an_engine_of_today_computes_what_the_release_point_did(tmp_path: Path) -> None:
    """The baseline was made by the legacy engine of release 1.0.0, whose code is not run here."""
    judge = Judge(tmp_path, tmp_path)
    command = [sys.executable, str(SCRIPT), "--against-baseline", str(BASELINE), "--candidates", "polars"]
    finished = subprocess.run(
        [*command, "--output", str(judge.output)], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    outcome = judge.outcome(finished.returncode, finished.stdout, finished.stderr)
    assert outcome.verdicts == (0, "pass", "EQUAL fingerprint")
    assert outcome.report["headline"].startswith(
        "PARITY EQUAL (fingerprint): baseline = polars, 1,000 employees × 2 years, 9,788 events, 2,398 states"
    )
