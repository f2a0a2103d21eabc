"""What the judge says of two results of a foreign simulator that lie there already."""

import shutil
from pathlib import Path

import duckdb
import pytest

from tests.foreign.judging import Judge, Outcome, read_target

Results = tuple[Path, Path]

EQUAL = (0, "pass", "EQUAL exact")
DIFFERENT = (1, "fail", "DIFFERENT")
NO_EVIDENCE = (2, "could_not_judge", "NO_EVIDENCE")
SIDES = ("reference", "candidate")


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory, results: Results) -> Outcome:
    """The two results under the contract of the target."""
    return Judge(tmp_path_factory.mktemp("compared")).compare(results)


def test_with_the_target_the_results_are_equal(compared: Outcome) -> None:
    assert compared.verdicts == EQUAL
    assert set(compared.relations) == {"ledger", "members", "summary"}


def test_what_cannot_be_verified_is_said_in_words(compared: Outcome) -> None:
    unverified = compared.checks("unverified")
    assert dict(unverified).keys() == {f"{side}: {what}" for side in SIDES for what in ("fresh", "as-asked")}
    for name, detail in unverified:
        assert f"not verified: {name}: {detail}" in compared.stdout
        assert detail in compared.markdown
    assert compared.stdout.splitlines()[-1].endswith("; not verified: fresh, as-asked")


def test_what_the_manifests_tell_is_verified(compared: Outcome) -> None:
    assert compared.named("passed") >= {"same-inputs", "own-run", "reference: finished", "candidate: finished"}
    assert ("candidate: witness", "the result shows stream") in compared.checks("passed")


def test_provenance_can_be_demanded(judge: Judge, results: Results) -> None:
    """Who asks for it wants to hear it from the results; when they were written only somebody there can know."""
    assert judge.compare(results, "--require-provenance").exit_code == 0


def test_sides_that_are_of_other_modes_than_said(judge: Judge, results: Results) -> None:
    outcome = judge.compare(results, "--reference", "turbo", "--candidates", "batch")
    assert outcome.verdicts == NO_EVIDENCE
    failed = [f"{name}: {detail}" for name, detail in outcome.checks("failed")]
    assert any(line.startswith("candidate: witness: candidate not witnessed: ") for line in failed)
    assert any(line.startswith("reference: witness: reference not witnessed: ") for line in failed)


def test_a_result_without_its_last_file(judge: Judge, results: Results) -> None:
    outcome = judge.compare((results[0], judge.damaged(results[1], "missing_manifest")))
    assert outcome.verdicts == NO_EVIDENCE
    assert outcome.named("failed") == {"candidate: finished"}
    assert "manifest.json is missing: the run did not reach its end" in outcome.stdout.splitlines()[-1]
    assert outcome.relations == {}


def test_without_a_target_every_column_counts(judge: Judge, results: Results) -> None:
    outcome = judge("--compare", *results)
    assert outcome.verdicts == DIFFERENT
    findings = {name: relation["finding"] for name, relation in outcome.relations.items()}
    assert findings == {"ledger": "DIFFERENT", "members": "DIFFERENT", "summary": "EQUAL exact"}
    assert outcome.named("unverified") >= {f"{side}: {what}" for side in SIDES for what in ("witness", "finished")}
    told = outcome.relations["ledger"]["difference"]["distributions"]
    assert {distribution["column"] for distribution in told} >= {"created_at", "row_uuid"}


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory, results: Results) -> Outcome:
    """The comparison with a candidate that is wrong in every relation."""
    judge = Judge(tmp_path_factory.mktemp("damaged"))
    return judge.compare((results[0], judge.damaged(results[1], "missing_year", "ratio", "shorter", "total")))


def test_a_year_that_one_side_lacks_is_a_difference(damaged: Outcome) -> None:
    assert damaged.verdicts == DIFFERENT
    difference = damaged.relations["ledger"]["difference"]
    assert (difference["first_year"], difference["keys"]["missing"]) == (2032, 48)


def test_the_year_decides_where_a_difference_begins(damaged: Outcome) -> None:
    """The ledger is made first, but lacks a year only later; the summary has no year."""
    explanation = damaged.pair["explanation"]
    assert (explanation["first_relation"], explanation["first_year"]) == ("members", 2031)
    assert explanation["entity"] == {"member_no": "000074"}
    assert "The difference begins in members, in 2031" in damaged.markdown
    assert "After it differ: ledger, summary." in damaged.stdout
    assert "The first to diverge is member_no 000074: members, plan_year 2031: missing." in damaged.stdout
    assert " in members (2 other relations too): first in 2031: " in damaged.stdout.splitlines()[-1]


def test_nothing_begins_in_what_is_ignored(judge: Judge, results: Results) -> None:
    """Times of the parts of a run differ whenever it is run."""
    sides = results[0], judge.damaged(results[1], "total")
    pair = tuple(shutil.copytree(side, judge.directory / name) for side, name in zip(sides, SIDES, strict=True))
    for seconds, side in enumerate(pair):
        duckdb.execute(f"COPY (SELECT 2031 AS plan_year, {seconds} AS s) TO '{side}/run_times.parquet'")
    content = read_target() | {"ignore": [{"pattern": "run_*", "reason": "it says how long the run took"}]}
    outcome = judge("--target", judge.write_target(content), "--compare", *pair)
    explanation = outcome.pair["explanation"]
    assert (explanation["first_relation"], explanation["first_year"]) == ("summary", None)
    assert not [words for words in explanation["words"] if "run_times" in words]
    assert "it begins in" not in outcome.stdout.splitlines()[-1]


def test_a_total_in_a_relation_without_a_key(damaged: Outcome) -> None:
    difference = damaged.relations["summary"]["difference"]
    assert (difference["only_reference"], difference["only_candidate"]) == (1, 1)
    assert "amount" in {distribution["column"] for distribution in difference["distributions"]}


def test_a_number_beyond_its_tolerance_is_told_from_those_within(damaged: Outcome) -> None:
    difference = damaged.relations["members"]["difference"]
    assert difference["columns"] == {"funded": 1}
    (changed,) = (sample for sample in difference["samples"] if sample["kind"] == "changed")
    assert changed["key"] == {"plan_year": 2031, "member_no": "000111"}


def test_a_text_id_without_its_zeros_is_another_one(damaged: Outcome) -> None:
    keys = damaged.relations["members"]["difference"]["keys"]
    others = {name: number for name, number in keys.items() if number and name != "changed"}
    assert others in ({"missing": 1, "extra": 1}, {"moved": 1})


def test_a_folder_whose_name_reads_like_a_pattern_is_not_another_folder(judge: Judge, results: Results) -> None:
    wrong = judge.damaged(results[1], "total").rename(judge.directory / "run[1]")
    shutil.copytree(results[0], judge.directory / "run1")
    assert judge.compare((judge.directory / "run1", wrong)).verdicts == DIFFERENT


def test_fail_fast_stops_at_the_first_relation_that_differs(judge: Judge, results: Results) -> None:
    outcome = judge.compare((results[0], judge.damaged(results[1], "cent", "total")), "--fail-fast")
    assert outcome.verdicts == DIFFERENT
    assert list(outcome.relations) == ["ledger"]


def test_only_looks_at_nothing_else(judge: Judge, results: Results) -> None:
    pair = (results[0], judge.damaged(results[1], "cent"))
    outcome = judge.compare(pair, "--only", "members", "summary")
    assert outcome.verdicts == EQUAL
    assert list(outcome.relations) == ["members", "summary"]
    assert "only members, summary" in outcome.stdout.splitlines()[-1]


def test_one_precondition_can_be_excused(judge: Judge, results: Results) -> None:
    outcome = judge.compare((results[0], judge.damaged(results[1], "other_census")), "--allow", "same-inputs")
    assert outcome.verdicts == EQUAL
    assert outcome.named("waived") == {"same-inputs"}
    assert any("same-inputs" in line and "--allow" in line for line in outcome.markdown.splitlines())
    assert ", waived: same-inputs" in outcome.stdout.splitlines()[-1]


def test_an_excuse_that_nobody_needs_is_an_error(judge: Judge, results: Results) -> None:
    outcome = judge.compare(results, "--allow", "same-inputs")
    assert outcome.verdicts == NO_EVIDENCE
    assert "--allow: same-inputs: nothing had to be excused" in outcome.stdout.splitlines()[-1]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--allow", "luck"), "--allow: unknown precondition 'luck'; choose two-results, fresh, "),
        (("--allow", "negative-controls"), "--allow: unknown precondition 'negative-controls'"),
        (("--only", "ledgers"), "--only: unknown relation 'ledgers'; choose ledger, members, summary"),
    ],
)
def test_a_name_that_does_not_exist_is_refused(
    judge: Judge, results: Results, arguments: tuple[str, ...], words: str
) -> None:
    (line,) = judge.compare(results, *arguments).refusals
    assert line.startswith(words)


def test_two_excuses_are_refused(judge: Judge, results: Results) -> None:
    outcome = judge.compare(results, "--allow", "fresh", "--allow", "closed")
    assert outcome.exit_code == 2
    assert "--allow excuses exactly one precondition" in outcome.stderr
