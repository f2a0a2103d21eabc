"""What the judge says when it runs a simulator that is not ours: 12 members, two years, four entries a year."""

import pytest

from tests.foreign.judging import Judge, Outcome

EQUAL = (0, "pass", "EQUAL exact")
DIFFERENT = (1, "fail", "DIFFERENT")
NO_EVIDENCE = (2, "could_not_judge", "NO_EVIDENCE")
SOMEONE = {"member_no": "000074"}


@pytest.fixture(scope="module")
def cent(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """What the judge says when a member of the candidate has paid a cent more in the last year."""
    judge = Judge(tmp_path_factory.mktemp("cent"))
    return judge.run("--trust-reference", target=judge.broken(stream="cent"))


def test_two_engines_that_agree(equal: Outcome) -> None:
    assert equal.verdicts == EQUAL
    assert equal.stdout.splitlines()[-1] == (
        "PARITY EQUAL (exact): batch = stream, 2 years, 96 entries, under tolerance: 8 values of funded"
    )
    rows = {name: relation["rows_candidate"] for name, relation in equal.relations.items()}
    assert rows == {"ledger": 96, "members": 24, "summary": 8}
    assert equal.checks("failed") == equal.checks("unverified") == []


@pytest.mark.parametrize("form", ["md", "html", "xml", "json"])
def test_every_report_says_what_was_not_compared_or_not_exactly_and_why(equal: Outcome, form: str) -> None:
    for words in ("created_at", "it is the time of writing", "row_uuid", "it is drawn anew for every row"):
        assert words in equal.reports[form]
    for words in ("funded", "ulps", "the engines add the same numbers in another order"):
        assert words in equal.reports[form]


def test_the_terminal_says_what_was_not_compared_or_not_exactly(equal: Outcome) -> None:
    for words in ("created_at", "it is the time of writing", "row_uuid", "it is drawn anew for every row"):
        assert words in equal.stdout
    assert "members: column funded may differ by ulps 4, because the engines add" in equal.stdout


def test_the_report_counts_what_a_tolerance_let_pass(equal: Outcome) -> None:
    (tolerated,) = equal.relations["members"]["tolerated"]
    assert (tolerated["column"], tolerated["rows"]) == ("funded", 8)
    assert equal.relations["members"]["proof"] == "exact, as multisets, apart from what the tolerances allow"


def test_a_planted_cent_is_named(cent: Outcome) -> None:
    assert cent.verdicts == DIFFERENT
    findings = {name: relation["finding"] for name, relation in cent.relations.items()}
    assert findings == {"ledger": "DIFFERENT", "members": "EQUAL exact", "summary": "EQUAL exact"}
    difference = cent.relations["ledger"]["difference"]
    assert (difference["first_year"], difference["columns"]) == (2032, {"employee_amount": 1})
    (sample,) = difference["samples"]
    assert sample["key"] == {"plan_year": 2032, "code": "EMPLOYEE"} | SOMEONE
    assert sample["columns"] == ["employee_amount"]
    assert "plan_year=2032, member_no=000074, code=EMPLOYEE: employee_amount: 1980.62 → 1980.63" in cent.stdout
    last = cent.stdout.splitlines()[-1]
    assert last.startswith("PARITY DIFFERENT: batch ≠ stream in ledger: first in 2032: 1 row changed")
    assert "employee_amount" in last


def test_the_history_of_the_first_member_that_differs_is_told(cent: Outcome) -> None:
    explanation = cent.pair["explanation"]
    assert (explanation["first_relation"], explanation["first_year"]) == ("ledger", 2032)
    assert explanation["entity"] == SOMEONE
    assert explanation["history"]


def test_an_engine_that_silently_runs_another_one_is_not_judged(judge: Judge) -> None:
    outcome = judge.run("--candidates", "turbo")
    assert outcome.verdicts == NO_EVIDENCE
    told = (
        "candidate not witnessed: the result shows engine=batch, expected engine=turbo: "
        "this mode did not run, or its switch was ignored"
    )
    assert ("turbo: witness", told) in outcome.checks("failed")
    assert outcome.named("failed") == {"turbo: witness"}
    assert told in outcome.stdout.splitlines()[-1]


def test_a_stale_manifest_is_not_judged(judge: Judge) -> None:
    outcome = judge.run(target=judge.broken(batch="stale_manifest"))
    assert outcome.verdicts == NO_EVIDENCE
    assert outcome.named("failed") == {"batch: fresh"}
    ((_, stale),) = outcome.checks("failed")
    assert "manifest.json" in stale
    assert stale.endswith("older than the start of the run: stale")
    assert outcome.relations == {}


def test_a_year_too_few_is_not_what_was_asked_for(judge: Judge) -> None:
    outcome = judge.run(target=judge.broken(stream="one_year"))
    assert outcome.verdicts == NO_EVIDENCE
    assert ("stream: as-asked", "last_year is 2031, asked for 2032") in outcome.checks("failed")


def test_a_year_that_both_lack_is_not_judged(judge: Judge) -> None:
    outcome = judge.run(target=judge.broken(batch="missing_year", stream="missing_year"))
    assert outcome.verdicts == NO_EVIDENCE
    assert outcome.checks("failed") == [("ledger: years", "2032 have no rows on either side")]
