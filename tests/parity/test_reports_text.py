"""The headline, the terminal and the JSON, on reports made by hand."""

import io
import json
import os
import pty
from dataclasses import replace

import pytest

from harness.parity.judge import Judgement
from harness.parity.reports.headline import headline, oracles_finding, oracles_headline
from harness.parity.reports.report import Report
from harness.parity.reports.summary import print_summary
from harness.parity.reports.values import clipped_pair, marked, percent, shown, shown_pair
from harness.parity.results import Finding, PairResult
from harness.relation import Relation
from harness.reports.texts import visible
from harness.target import Contract
from harness.workspace import as_json
from tests.parity import reports
from tests.parity.report_parts import check, different_events, equal_relation

CONTRACT = Contract(
    name="navigator",
    relations={
        "fct_yearly_events": Relation(counted_as="events"),
        "fct_workforce_snapshot": Relation(counted_as="states"),
    },
)
EQUAL = "PARITY EQUAL (exact): legacy = optimized = polars, 1,000 employees × 2 years, 9,788 events, 2,398 states"


def _with_pairs(report: Report, *pairs: PairResult) -> Judgement:
    return replace(report.judgement, pairs=pairs)


def _printed(report: Report, capsys: pytest.CaptureFixture[str]) -> str:
    print_summary(report)
    return capsys.readouterr().out


def test_the_headline_of_equality() -> None:
    assert headline(CONTRACT, "legacy", reports.equal_report().judgement) == EQUAL


def test_the_headline_without_a_workload_leaves_the_employees_out() -> None:
    judgement = replace(reports.equal_report().judgement, employees=None)
    assert headline(CONTRACT, "legacy", judgement) == EQUAL.replace("1,000 employees × ", "")


def test_the_headline_without_a_target_counts_relations_and_rows() -> None:
    pair = PairResult("b", Finding.EQUAL_EXACT, relations=(replace(equal_relation("t", 5), counts=()),))
    assert headline(Contract(name="none"), "a", Judgement((), (pair,))) == (
        "PARITY EQUAL (exact): a = b, 1 relation, 5 rows"
    )


def test_the_headline_says_what_the_equality_does_not_cover() -> None:
    report = reports.different_report()
    pair = report.judgement.pairs[1]
    waived, unverified = check("same-inputs", "", "waived"), check("fresh", "polars", "unverified")
    relations = (replace(pair.relations[0], finding=Finding.EQUAL_FINGERPRINT),)
    first = replace(pair, finding=Finding.EQUAL_FINGERPRINT, checks=(waived,), relations=relations)
    start = "PARITY EQUAL (fingerprint): legacy = polars, 1,000 employees × 2 years, 9,788 events"
    assert headline(CONTRACT, "legacy", _with_pairs(report, first), only=("fct_yearly_events",)) == (
        f"{start}, waived: same-inputs, under tolerance: 3 values of noise, only fct_yearly_events"
    )
    second = replace(first, checks=(waived, unverified, replace(unverified, about="legacy")))
    assert headline(CONTRACT, "legacy", _with_pairs(report, second), only=("fct_yearly_events",)) == (
        f"{start}, waived: same-inputs, under tolerance: 3 values of noise; not verified: fresh; only fct_yearly_events"
    )


def test_the_headline_of_a_difference_names_the_relation_and_the_year() -> None:
    found = headline(CONTRACT, "legacy", reports.different_report().judgement)
    assert found.startswith(
        "PARITY DIFFERENT: legacy ≠ optimized in fct_yearly_events (1 other relation too): type of "
    )
    assert "; first in 2026: 40 rows changed (compensation_cents 40×" in found


def test_the_headline_of_a_reference_that_differs_from_itself() -> None:
    judgement = reports.different_report().judgement
    again = replace(judgement.pairs[0], candidate="legacy_again", relations=(replace(different_events(), drift=()),))
    assert headline(CONTRACT, "legacy", replace(judgement, repeated=again)).startswith(
        "PARITY NOT JUDGED: legacy differs from a second run of itself in fct_yearly_events: first in 2026: 40 rows"
    )


def test_the_headline_of_what_was_not_judged() -> None:
    judgement = reports.unjudged_report().judgement
    assert headline(CONTRACT, "legacy", judgement) == "PARITY NOT JUDGED: polars: failed with exit code 3"
    only_first = replace(judgement, pairs=judgement.pairs[:1])
    assert headline(CONTRACT, "legacy", only_first).startswith("PARITY NOT JUDGED: optimized: witness: cand")
    assert headline(CONTRACT, "legacy", Judgement((), ())) == "PARITY NOT JUDGED: no candidate was compared"


def test_the_headline_of_oracles() -> None:
    repeat, threads, seeds, horizon = reports.oracles_report().oracles
    assert oracles_headline("navigator", (repeat, threads, seeds)) == (
        "ORACLE BROKEN: navigator: seeds: promotion did not change"
    )
    assert oracles_headline("navigator", (repeat, threads)) == (
        "ORACLES HOLD: navigator, 1 of 2 oracles; not exercised: threads"
    )
    assert oracles_headline("navigator", (repeat, horizon)) == "ORACLES NOT JUDGED: navigator: horizon: the run crashed"
    assert oracles_headline("navigator", (threads,)).startswith("ORACLES NOT JUDGED: navigator, 0 of 1 oracle; not ex")
    findings = [
        oracles_finding(found) for found in ((repeat, seeds, horizon), (repeat, horizon), (repeat,), (threads,))
    ]
    assert findings == [Finding.ORACLE_BROKEN, Finding.ERROR, Finding.ORACLES_HOLD, Finding.NO_EVIDENCE]


def test_equality_is_told_by_a_table_alone(capsys: pytest.CaptureFixture[str]) -> None:
    """And by what was declared not to be compared exactly."""
    lines = _printed(reports.equal_report(), capsys).splitlines()
    lines = lines[: lines.index("")]
    assert lines[0].split() == ["candidate", "relation", "rows", "verdict", "proof", "time"]
    assert len(lines) == 5
    assert len({line.index("EQUAL exact") for line in lines[1:]}) == 1


def test_a_difference_is_told_from_its_beginning(capsys: pytest.CaptureFixture[str]) -> None:
    text = _printed(reports.different_report(), capsys)
    in_order = [
        "legacy ≠ optimized: The difference begins in int_compensation, in 2026 (order: the dbt graph in manifest.j",
        "→  int_compensation   different  intermediate  40 rows",
        "fct_yearly_events: legacy ≠ optimized: type of 'deferral_rate_bps' (INTEGER → BIGINT); first in 2026: 40 rows",
        "  Every year has as many rows on both sides.",
        "  40 diverge, first in compensation_cents 40×, missing 1×; 3 later rows may follow from that.",
        "    2026  raise       compensation_cents  changed  40    1                 3.2e-04 %         ×6.0",
        "    compensation_cents  40    +1 on 40 of 40",
        "changed  simulation_year=2026, employee_id=EMP_000017, event_sequence=5: compensation_cents: 7654300 → 765430",
        "changed  simulation_year=2026, employee_id=EMP_000018, event_sequence=5: bonus: NULL → 0.00",
        "missing  simulation_year=2026, employee_id=EMP_000019, event_sequence=5: event_type=raise, event_date=",
        "moved  simulation_year=2026, employee_id=EMP_000021, event_sequence=5: event_sequence: 5 → 6",
        "key not unique  simulation_year=2026, employee_id=EMP_000020, event_sequence=5: 1× in legacy, 2× in optimized",
        "summary: legacy ≠ optimized: 1 row only in legacy, 1 row only in optimized",
        "  Only the first divergent year was taken apart; there is more.",
        "    total   legacy     1     0      1         100       100      100.0  100 1×",
        "history of employee_id=EMP_000017, both sides",
        "→  fct_yearly_events  simulation_year=2026, event_sequence=5  changed  compensation_cents: 7654300 → 765430",
        "not fulfilled either: optimized: fct_headcount_plan: years: 2026 have no rows on either side",
        "waived by --allow: same-inputs: census_fingerprint is 5f1c in legacy, 77aa in optimized",
        "1 precondition unverified",
        "not verified: optimized: fresh: nobody saw the run that wrote it",
        "fct_headcount_plan: column written_at is not compared, because it is the time of writing",
        "not compared, because it is an input: stg_a, stg_b",
        "3 negative controls planted, 3 noticed",
        "column noise may differ by ulps 4, because the engines add the same numbers in another order; it let 3 values",
    ]
    places = [text.find(words) for words in in_order]
    assert -1 not in places, in_order[places.index(-1)]
    assert places == sorted(places)


def test_a_long_history_is_shown_around_its_first_difference(capsys: pytest.CaptureFixture[str]) -> None:
    text = _printed(reports.crowded_report(samples=5), capsys)
    history = text[text.index("history of") :].splitlines()
    assert history[1] == "    … 1,985 earlier rows"
    assert history[18].lstrip().startswith("→")
    assert history[24] == "    … 1,995 later rows"


def test_what_was_not_judged_is_told_with_its_last_words(capsys: pytest.CaptureFixture[str]) -> None:
    text = _printed(reports.unjudged_report(), capsys)
    assert "not judged: optimized: witness: candidate not witnessed: the result shows engine=legacy\n" in text
    assert (
        "\npolars: not judged\n  polars: failed with exit code 3\n  the last 2 of 2 lines of run.log:\n  | Tra" in text
    )


def test_a_reference_that_was_run_twice_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    report = reports.different_report()
    again = replace(report.judgement.pairs[1], candidate="legacy_again")
    equal = replace(report, judgement=replace(report.judgement, repeated=again))
    assert "\nlegacy equals a second run of itself\n" in _printed(equal, capsys)
    again = replace(report.judgement.pairs[0], candidate="legacy_again")
    differing = replace(report, judgement=replace(report.judgement, repeated=again))
    assert "\nlegacy differs from a second run of itself, so what it shows" in _printed(differing, capsys)


def test_oracles_are_told_by_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    lines = _printed(reports.oracles_report(), capsys).splitlines()
    assert lines[0].split() == ["oracle", "verdict", "result", "time"]
    assert lines[2].split("  ") == ["threads", "not exercised", "no probe above one row group", "0.0 s"]


def test_nothing_that_a_terminal_would_obey_reaches_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    for report in (reports.hostile_report(), reports.different_report(), reports.unjudged_report()):
        text = _printed(report, capsys)
        assert "\x1b" not in text
        assert all(line.isprintable() for line in text.splitlines())


def test_a_terminal_sees_drawn_tables_and_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.delenv("NO_COLOR", raising=False)
    equal = _on_terminal(monkeypatch, reports.equal_report())
    assert "│ optimized │ fct_workforce_snapshot │ 2,398 │" in equal
    assert "\x1b[32mEQUAL exact\x1b[0m" in equal
    assert "\x1b[33mnot exercised\x1b[0m" in _on_terminal(monkeypatch, reports.oracles_report())


def _on_terminal(monkeypatch: pytest.MonkeyPatch, report: Report) -> str:
    screen, terminal = pty.openpty()
    with open(terminal, "w", encoding="utf-8") as stdout:  # noqa: PTH123  a descriptor has no path
        monkeypatch.setattr("sys.stdout", stdout)
        print_summary(report)
    shown_text = os.read(screen, 1 << 16).decode()
    os.close(screen)
    return shown_text


@pytest.mark.parametrize("ending", ["equal", "different", "unjudged", "interrupted", "oracles", "hostile"])
def test_the_document_is_json_with_everything_in_it(ending: str) -> None:
    report: Report = getattr(reports, f"{ending}_report")()
    document = json.loads(as_json(report.as_document(reports.CONTEXT)))
    assert document["schema_version"] == "2.0"
    assert document["finding"] == report.finding
    assert document["exit_code"] == report.finding.exit_code
    assert document["context"]["settings"]["proof"] == report.settings["proof"]
    results = document["results"]
    assert list(results) == ["reference", "workload", "employees", "sides", "pairs", "repeated", "oracles", "baseline"]
    assert [pair["finding"] for pair in results["pairs"]] == [pair.finding for pair in report.judgement.pairs]
    assert [oracle["status"] for oracle in results["oracles"]] == [oracle.status for oracle in report.oracles]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (None, "NULL"),
        ("NULL", "'NULL'"),
        ("", "''"),
        ("a ", "'a '"),
        (-0.0, "-0.0"),
        (b"\x00\xff", "x'00ff'"),
        ("a\u00a0b\u200b\x1b\ud800", r"a\xa0b\u200b\x1b\ud800"),
    ],
)
def test_a_value_shows_what_it_is(content: object, text: str) -> None:
    assert shown(content) == text


def test_values_that_look_the_same_are_told_apart() -> None:
    assert shown_pair(1, 2) == ("1", "2")
    assert shown_pair(1, "1") == ("1 (int)", "'1' (str)")
    assert shown_pair("caf\u00e9", "cafe\u0301") == (r"'caf\xe9' (str)", r"'cafe\u0301' (str)")
    assert shown_pair("a\nb", r"a\nb") == (r"'a\nb' (str)", r"'a\\nb' (str)")
    assert visible("ordinary – text") == "ordinary – text"


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0, "0 %"), (1, "100 %"), (1.0, "100 %"), (0.5, "50.0 %"), (0.9999, "99.99 %"), (0.99999, "> 99.99 %"),
        (0.9962, "99.62 %"), (3.2e-6, "3.2e-04 %"), (1.00001, "> 100 %"), (12.5, "1,250.0 %"), (float("inf"), "–"),
    ],
)  # fmt: skip
def test_no_share_is_rounded_to_all_or_nothing(share: float, text: str) -> None:
    assert percent(share) == text


def test_the_letters_that_differ_are_marked() -> None:
    ours, theirs = marked("1980.62", "1980.631")
    assert [(part.text, part.differs) for part in ours] == [("1980.6", False), ("2", True)]
    assert [(part.text, part.differs) for part in theirs] == [("1980.6", False), ("31", True)]
    long = "x" * 5000
    assert [part.text for part in marked(f"{long}a{long}", f"{long}b{long}")[1]] == [long, "b", long]


def test_long_values_are_shown_around_their_first_difference() -> None:
    ours, theirs = clipped_pair("x" * 500 + "a" + "y" * 500, "x" * 500 + "b" + "y" * 500, 30)
    assert ours == f"…{'x' * 10}a{'y' * 19}… (481 more characters)"
    assert theirs == ours.replace("a", "b", 1)


def test_the_summary_can_be_written_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    monkeypatch.setattr("sys.stdout", stream)
    print_summary(reports.hostile_report())
    stream.flush()
