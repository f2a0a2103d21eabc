"""`dbt/seeds/` are what the parameters give; the command that checks it sees every difference."""

import shutil
from pathlib import Path

import pytest

from tests.conftest import ROOT, Navigator


@pytest.fixture
def copy(tmp_path: Path) -> Navigator:
    """The command line of a copy of the repository."""
    code = tmp_path / "clone"
    for name in ("navigator_orchestrator", "config", "dbt"):
        ignored = shutil.ignore_patterns("__pycache__", "*.duckdb*", "target", "logs")
        shutil.copytree(ROOT / name, code / name, ignore=ignored)
    return Navigator(tmp_path, code=code)


def test_the_seeds_of_the_repository_agree_with_its_parameters(navigator: Navigator) -> None:
    finished = navigator("parameters")
    assert (finished.returncode, finished.stderr) == (0, "")
    assert finished.stdout == "8 seeds agree with config/parameters\n"


def test_seeds_that_differ_are_named_and_can_be_written_again(copy: Navigator) -> None:
    seeds = copy.code / "dbt" / "seeds"
    before = (seeds / "comp_levers.csv").read_bytes()
    (seeds / "comp_levers.csv").write_bytes(before.replace(b"7000000", b"7000001", 1))
    (seeds / "age_bands.csv").unlink()
    (seeds / "extra.csv").write_text("a\n1\n")
    message = copy.refusal("parameters")
    assert message == (
        "dbt/seeds: age_bands.csv, comp_levers.csv, extra.csv differ from config/parameters;"
        " write them: python -m navigator_orchestrator parameters --write"
    )
    (seeds / "extra.csv").unlink()
    assert copy("parameters", "--write").stdout == f"wrote 8 seeds to {seeds}\n"
    assert (seeds / "comp_levers.csv").read_bytes() == before
    assert copy("parameters").returncode == 0


def test_a_changed_parameter_makes_its_seed_stale(copy: Navigator) -> None:
    path = copy.code / "config" / "parameters" / "workforce.yaml"
    path.write_text(path.read_text().replace("{2025-01-01: 300}", "{2025-01-01: 301}"))
    assert copy.refusal("parameters").startswith("dbt/seeds: yearly_rules.csv differ from config/parameters;")
