"""What the judge refuses to read: one line for each reason, with the file, the key and what is valid."""

from pathlib import Path

import pytest

from tests.foreign.judging import Document, Judge, Outcome, read_target

Results = tuple[Path, Path]
PLACEHOLDERS = "{python}, {mode}, {out}, {database}, {result}, {census}, "
TOLD_APART = "is needed to tell rows apart and cannot be left out or bent"


@pytest.fixture
def target() -> Document:
    """The target, to be changed."""
    return read_target()


def _refusals(judge: Judge, target: Document) -> list[str]:
    """What is said of a target, without the path of its file, which every line must name."""
    path = judge.write_target(target)
    lines = judge.run(target=path).refusals
    assert all(line.startswith(f"{path}: ") for line in lines)
    return [line.removeprefix(f"{path}: ") for line in lines]


def test_every_unknown_key_is_named_with_the_valid_ones(judge: Judge, target: Document) -> None:
    target["census"]["path"] = "x"
    target["modes"]["stream"]["env"] = {}
    target["modes"]["turbo"]["witness"]["query"] = "x"
    target["result"]["folder"] = "x"
    target["relations"]["ledger"]["keys"] = []
    target["relations"]["members"]["tolerances"]["funded"]["digits"] = 3
    beginnings = {line.partition(", ")[0] for line in _refusals(judge, target)}
    assert beginnings == {
        "census: unknown key 'path'; valid keys: argv",
        "modes.stream: unknown key 'env'; valid keys: argv",
        "modes.turbo.witness: unknown key 'query'; valid keys: sql",
        "result: unknown key 'folder'; valid keys: database",
        "relations.ledger: unknown key 'keys'; valid keys: key",
        "relations.members.tolerances.funded: unknown key 'digits'; valid keys: abs_tol",
    }


def test_an_unknown_section_is_named_with_the_valid_ones(judge: Judge, target: Document) -> None:
    (line,) = _refusals(judge, target | {"relation": {}})
    assert line.startswith("unknown key 'relation'; valid keys: name, result, provenance, ")


def test_every_placeholder_that_stands_for_nothing_is_named_with_the_valid_ones(judge: Judge, target: Document) -> None:
    size = "{size}"
    target["census"]["argv"] = ["sim", size]
    target["modes"]["batch"]["environment"]["set"]["PENSION_ENGINE"] = size
    target["modes"]["stream"]["witness"]["expected"]["engine"] = size
    target["modes"]["turbo"]["witness"]["file"] = size
    target["provenance"]["requested"]["first_year"] = size
    target["result"]["parquet"] = size
    lines = _refusals(judge, target)
    assert all(f"unknown placeholder {{size}} in '{{size}}'; available: {PLACEHOLDERS}" in line for line in lines)
    assert {line.partition(": ")[0] for line in lines} == {
        "census",
        "modes.batch",
        "modes.stream.witness",
        "modes.turbo.witness",
        "provenance",
        "result",
    }


def test_what_tells_rows_apart_can_neither_be_bent_nor_left_out(judge: Judge, target: Document) -> None:
    target["relations"]["members"]["tolerances"]["plan_year"] = {"abs_tol": 1.0, "reason": "none"}
    target["relations"]["ledger"]["volatile"]["code"] = "none"
    assert _refusals(judge, target) == [
        f"relations.ledger: volatile: 'code' {TOLD_APART}",
        f"relations.members: tolerances: 'plan_year' {TOLD_APART}",
    ]


def test_two_modes_with_one_witness_are_refused(judge: Judge, target: Document) -> None:
    target["modes"]["turbo"]["witness"] = target["modes"]["batch"]["witness"]
    assert _refusals(judge, target) == ["modes.turbo.witness: the same as that of 'batch', so it cannot show which ran"]


def test_a_schema_of_one_mode_is_refused(judge: Judge, target: Document) -> None:
    target["modes"]["stream"]["result"] = {"parquet": "result", "relations_in": "marts"}
    assert _refusals(judge, target) == [
        "modes.stream: result.relations_in: all modes use one schema; give it as result.relations_in of the target"
    ]


def test_a_witness_that_cannot_be_asked_says_nothing_of_the_mode(
    judge: Judge, results: Results, target: Document
) -> None:
    target["modes"]["stream"]["witness"] = {"sql": "SELECT motor FROM summary", "expected": {"motor": "stream"}}
    path = judge.write_target(target)
    outcome = judge("--target", path, "--compare", *results, "--reference", "batch", "--candidates", "stream")
    assert outcome.verdicts == (2, "could_not_judge", "NO_EVIDENCE")
    last = outcome.stdout.splitlines()[-1]
    assert 'the question failed: Binder Error: Referenced column "motor" not found in FROM clause! ' in last
    assert last.endswith(", expected motor=stream")
    assert "\\n" not in outcome.stdout


def test_what_is_no_mapping_is_refused_with_an_entry_of_one(judge: Judge, target: Document) -> None:
    target["oracles"] = {
        "repeat": ["batch"],
        "shuffled_census": {"modes": "batch"},
        "seed_sensitivity": {"mode": "batch", "not_seeded": ["FEE"]},
    }
    target["relations"]["ledger"]["volatile"] = ["created_at"]
    assert _refusals(judge, target) == [
        "relations.ledger.volatile: needs a mapping: column: why",
        "oracles.repeat: needs a mapping of keys",
        "oracles.shuffled_census.modes: needs a list",
        "oracles.seed_sensitivity.not_seeded: needs a mapping: event type: why",
    ]


def test_one_template_of_a_witness_may_stand_for_all_modes(judge: Judge, results: Results, target: Document) -> None:
    """Filled in, it is another answer for each of them."""
    for mode in target["modes"].values():
        mode["witness"]["expected"]["engine"] = "{mode}"
    path = judge.write_target(target)
    assert judge.run(target=path).verdicts == (0, "pass", "EQUAL exact")
    ignored = judge.run("--candidates", "turbo", target=path)
    assert ignored.verdicts == (2, "could_not_judge", "NO_EVIDENCE")
    shown = judge("--target", path, "--compare", *results).checks("passed")
    assert ("candidate: witness", "the result shows stream") in shown


def _with_exclusions(judge: Judge, results: Results, text: str) -> Outcome:
    path = judge.directory / "exclusions.yaml"
    path.write_text(text, encoding="utf-8")
    return judge.compare(results, "--exclusions", path)


def test_an_exclusion_hides_its_column_and_is_told(judge: Judge, results: Results) -> None:
    text = """exclusions:
      - {relation: ledger, column: employee_amount, reason: it is known as fault 12}
      - {target: navigator, relation: ledger, column: mood, reason: it is another target's and left alone}"""
    outcome = _with_exclusions(judge, (results[0], judge.damaged(results[1], "cent")), text)
    assert outcome.verdicts == (0, "pass", "EQUAL exact")
    assert any("employee_amount" in line and "known as fault 12" in line for line in outcome.markdown.splitlines())


def test_exclusions_and_tolerances_that_can_never_apply(judge: Judge, results: Results) -> None:
    text = """exclusions:
      - {relation: ledger, column: mood, reason: nobody has it}
tolerances:
      - {relation: ledger, column: posted_on, ulps: 1, reason: it is no number}"""
    outcome = _with_exclusions(judge, results, text)
    assert outcome.verdicts == (2, "could_not_judge", "NO_EVIDENCE")
    assert outcome.checks("failed") == [
        ("ledger: columns", "mood exist on neither side; correct the target or the exclusions"),
        ("ledger: columns", "posted_on have a tolerance, but are no numbers: it could never apply"),
    ]
    assert outcome.relations == {}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "tolerances: [{relation: members, column: plan_year, abs_tol: 1.0, reason: none}]",
            f"members: tolerances: 'plan_year' {TOLD_APART}",
        ),
        ("exclusions: [{relation: cash, column: x, reason: none}]", "unknown relation 'cash'; pension has ledger, "),
        ("exclusions: [{relation: ledger, column: row_uuid, reason: none}]", "ledger.row_uuid is declared twice"),
        ("exclusions: [{relation: ledger, column: fee_amount}]", "exclusions.0.reason: Field required"),
        ("exclusion: []", "unknown key 'exclusion'; valid keys: exclusions, tolerances"),
    ],
)
def test_exclusions_that_are_wrong(judge: Judge, results: Results, text: str, problem: str) -> None:
    (line,) = _with_exclusions(judge, results, text).refusals
    assert line.startswith(f"{judge.directory / 'exclusions.yaml'}: ")
    assert problem in line
