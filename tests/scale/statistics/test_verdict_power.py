"""The simulation that shows what the verdicts are worth, driven as `nox -s verdict_power` does, with few trials."""

import json
import subprocess
import sys
from pathlib import Path

POWER = Path(__file__).resolve().parents[3] / "benchmarks" / "verdict_power" / "power.py"


def run(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(POWER), *arguments], cwd=folder, capture_output=True, text=True, check=False
    )


def test_the_exit_code_and_the_file_say_whether_a_bar_was_missed(tmp_path: Path) -> None:
    """A coverage of 86 to 94 % cannot come out of one trial; false alarms of a history do stay within theirs."""
    bad = run("--topics", "comparison", "--trials", "1", "--output", "bad.json", folder=tmp_path)
    assert bad.returncode == 1, bad.stderr
    assert "MISSED coverage of 90 %: paired ratio" in bad.stdout
    rates = json.loads((tmp_path / "bad.json").read_text())["rates"]
    assert {rate["met"] for rate in rates if rate["claim"] == "coverage of 90 %: Welch"} == {False}
    good = run("--topics", "history", "--trials", "30", "--output", "good.json", folder=tmp_path)
    assert good.returncode == 0, good.stdout + good.stderr
    rates = json.loads((tmp_path / "good.json").read_text())["rates"]
    assert all(rate["met"] and rate["rate"] == rate["happened"] / rate["trials"] for rate in rates)


def test_wrong_arguments_are_refused(tmp_path: Path) -> None:
    for wrong in (["--trials", "0"], ["--topics", "astrology"]):
        assert run(*wrong, folder=tmp_path).returncode == 2
