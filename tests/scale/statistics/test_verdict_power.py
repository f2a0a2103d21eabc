"""The simulation that shows what the verdicts are worth, driven as `nox -s verdict_power` does, with few trials."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.verdict_power import power
from benchmarks.verdict_power.rates import Band, Rate, by_claim

POWER = Path(power.__file__)
BAND = Band("some claim", 0.86, 0.94)


def run(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(POWER), *arguments], cwd=folder, capture_output=True, text=True, check=False
    )


def test_a_missed_bar_is_told_by_exit_code_table_and_file(tmp_path: Path) -> None:
    """A coverage of 86 to 94 % cannot come out of one trial."""
    ran = run("--trials", "1", "--output", "rates.json", folder=tmp_path)
    assert ran.returncode == 1, ran.stderr
    assert "MISSED coverage of 90 %: paired ratio" in ran.stdout
    assert "n^1.5 and n^2 PASS" in ran.stdout
    assert "unchanged code called a lasting degradation" in ran.stdout
    rates = json.loads((tmp_path / "rates.json").read_text())["rates"]
    assert {rate["met"] for rate in rates if rate["claim"] == "coverage of 90 %: Welch"} == {False}
    assert all(rate["rate"] == rate["happened"] / rate["trials"] for rate in rates)


@pytest.mark.parametrize(("happened", "code"), [(85, 1), (86, 0), (94, 0), (95, 1)])
def test_the_exit_code_is_zero_only_within_the_band(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], happened: int, code: int
) -> None:
    rates = [Rate(BAND, "here", happened, 100), Rate(Band("for information"), "here", 0, 100)]
    monkeypatch.setattr(power, "_simulate", lambda *_: rates)
    assert power.main([]) == code
    assert (f"MISSED some claim: {happened}.00% of 100, here" in capsys.readouterr().out) == bool(code)


def test_the_rate_closest_to_missing_its_bar_comes_first() -> None:
    rates = [Rate(BAND, str(happened), happened, 100) for happened in (90, 87, 93, 96, 92)]
    assert by_claim(rates)["some claim"][0].situation == "96"
    assert [rate.situation for rate in by_claim(rates[:2])["some claim"]] == ["87", "90"]


def test_wrong_arguments_are_refused(tmp_path: Path) -> None:
    for wrong in (["--trials", "0"], ["--topics", "astrology"]):
        assert run(*wrong, folder=tmp_path).returncode == 2
