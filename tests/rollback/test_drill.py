"""A drill rehearses everything, proves it, and touches nothing outside its folder."""

import json

import pytest

from tests.rollback.checkout import Checkout
from tests.rollback.test_verbs import everything, plant

STEPS = [
    *("preflight", "backup", "release", "environment", "verify_backup", "rehearse", "check_rehearsal"),
    *("sandbox", "reference", "parity", "snapshot", "stage", "switch", "promote", "flag", "verify", "untouched"),
    *("restore.begin", "restore.keep", "restore.database", "restore.code", "restore.ignored", "restore.prove"),
]


def outside(checkout: Checkout) -> dict[str, bytes]:
    return {
        name: content for name, content in everything(checkout.root).items() if not name.startswith(".git/rollback")
    }


def test_a_drill_passes_and_touches_nothing_outside_its_folder(dirty: Checkout) -> None:
    before, index = outside(dirty), (dirty.root / ".git" / "index").read_bytes()
    assert dirty.succeeds("drill").startswith("DRILL PASSED")
    assert outside(dirty) == before
    assert (dirty.root / ".git" / "index").read_bytes() == index


def test_its_evidence_has_the_time_of_every_step_against_the_budget(checkout: Checkout) -> None:
    printed = json.loads(checkout.succeeds("drill", "--json"))
    evidence = json.loads((checkout.newest() / "evidence.json").read_text())
    assert evidence == printed
    assert (evidence["schema_version"], evidence["verdict"], evidence["budget_ms"]) == ("1.0", "PASS", 600_000)
    steps = evidence["results"]["steps"]
    assert [step["step"] for step in steps] == STEPS
    assert evidence["total_ms"] == sum(step["ms"] for step in steps)
    assert evidence["within_budget"] is True


def test_it_leaves_evidence_and_logs_but_no_copies(checkout: Checkout) -> None:
    checkout.succeeds("drill")
    assert [path for path in checkout.newest().rglob("*") if "duckdb" in path.name] == []
    assert (checkout.newest() / "rehearsal.log").exists()
    assert "PASS, 0 days ago" in checkout.succeeds("validate")


def test_its_dry_run_names_these_steps(checkout: Checkout) -> None:
    assert json.loads(checkout.succeeds("drill", "--dry-run", "--json"))["would_do"] == STEPS


def test_it_can_be_small(checkout: Checkout) -> None:
    assert json.loads(checkout.succeeds("drill", "--json", "--employees", "20"))["verdict"] == "PASS"


@pytest.mark.parametrize("variant", ["-wrong"])
def test_a_release_point_that_computes_something_else_fails_the_drill(checkout: Checkout, variant: str) -> None:
    plant(checkout, variant=variant)
    assert "PARITY DIFFERENT" in checkout.refusal(72, "drill")
    assert checkout.status()["verdict"] == "FAIL"


def test_a_simulator_that_fails_fails_the_drill_with_its_own_words(checkout: Checkout) -> None:
    plant(checkout, fail="")
    assert "toy: planted failure" in checkout.refusal(71, "drill")


@pytest.mark.slow
def test_a_killed_drill_can_be_resumed_or_started_again(checkout: Checkout) -> None:
    for step in ("verify_backup", "parity", "switch", "restore.code"):
        assert checkout("drill", FAULT=f"kill {step} done 1").returncode == -9
        assert checkout.succeeds("resume", "--yes").startswith("DRILL PASSED")
    checkout("drill", FAULT="kill parity done 1")
    assert checkout.succeeds("drill").startswith("DRILL PASSED")
