"""Results that a pull request made to deceive, to inject or to burst: nothing of that comes through."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from harness.summary.page import Entry, comment, job_summary
from harness.summary.section import Section, Verdict
from harness.summary.sessions import Job
from harness.summary.sources import SOURCES, sections_of
from tests.ci.results import COMPARISON, EVIDENCE, EXAMPLES, JOBS, KILL_TABLE, KILLED, SESSIONS, parity, put
from tests.ci.summaries import COMMIT, HARMLESS, RUN_URL, as_comment, page, render
from tests.ci.workflows import ROOT
from tests.parity.reports import crowded_report, equal_report, hostile_report

LIMIT = 65_536
INJECTIONS = (
    "@octocat",
    "<img src=x onerror=alert(1)>",
    "<!-- scale_parity_tests -->",
    "[click](javascript:alert(1))",
    "![i](https://evil.example/x.png)",
    "https://evil.example",
    "www.evil.example",
    "_www.evil.example/x *www.evil.example ~www.evil.example (www.evil.example) =WWW.evil.example",
    "mailto:a@evil.example xmpp:a@evil.example/r a.b@evil.example ftp://evil.example _https://evil.example",
    "`code` **bold** ~~gone~~ | cell | $x$",
    "\n\n# heading\n\n- item\n\n```\nfence",
    "</details></td></table>",
    "\u202ereversed\x1b[2J\x00\ud800",
    "#1 GH-1 o/r#1 _GH-1 ~gh-1",
    "::error::stop",
    "&lt;b&gt;",
)
EVERYTHING = " ".join(INJECTIONS)
# What GitHub links on its own account, and no reader of CommonMark.
LIVE = re.compile(r"(?<![a-z0-9])www\.|(?:https?|ftp)://|@\w|#\d|(?<![a-z0-9])gh-\d", re.IGNORECASE)


def with_texts(content: Any, text: str) -> Any:  # noqa: ANN401  any JSON
    """The same document with another text wherever one stands that is no keyword."""
    keywords = {"schema_version", "kind", "verdict", "session_verdict", "result", "status"}
    if isinstance(content, dict):
        return {
            key: value if key in keywords and isinstance(value, str) else with_texts(value, text)
            for key, value in content.items()
        }
    if isinstance(content, list):
        return [with_texts(value, text) for value in content]
    return text if isinstance(content, str) else content


def hostile(name: str, folder: Path) -> Path:
    """The result of a session, full of injections."""
    if name == "parity":
        return parity(replace(hostile_report(), oracles=()), folder)
    if name == "determinism":
        return parity(hostile_report(), folder)
    EXAMPLES[name](folder)
    for path in folder.glob(SOURCES[name].pattern):
        document = with_texts(json.loads(path.read_text(encoding="utf-8")), EVERYTHING)
        path.write_text(json.dumps(document), encoding="utf-8")
    return folder


def check_harmless(markdown: str, addresses: set[str]) -> None:
    read = page(markdown)
    assert read.tags <= HARMLESS
    assert read.addresses <= addresses
    assert read.comments in ([], [" scale_parity_tests "])  # ours, at the start
    assert not any(letter in markdown for letter in "\u202e\x1b\x00")
    assert LIVE.findall(read.text) == []
    assert "\n::" not in markdown


@pytest.mark.parametrize("name", EXAMPLES)
def test_nothing_is_injected_into_a_job_summary(tmp_path: Path, name: str) -> None:
    finished = render(f"{name}={hostile(name, tmp_path)}")
    assert (finished.returncode, finished.stderr) == (0, "")
    check_harmless(finished.stdout, set())


def test_nothing_is_injected_into_the_comment(tmp_path: Path) -> None:
    sources = [f"{name}={hostile(name, tmp_path / name)}" for name in EXAMPLES]
    jobs = {"jobs": [*JOBS["jobs"], {"name": EVERYTHING, "conclusion": "skipped"}]}
    finished = as_comment(tmp_path, *sources, jobs=jobs)
    assert finished.returncode == 0
    assert finished.stdout.startswith("<!-- scale_parity_tests -->\n")
    check_harmless(finished.stdout, {RUN_URL})


def test_nothing_is_injected_into_the_issue(tmp_path: Path) -> None:
    finished = render("--alerts", "--run-url", RUN_URL, f"compare={hostile('compare', tmp_path)}")
    check_harmless(finished.stdout, {RUN_URL})


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
@example(" 1. x", "    code")
@example("  12) x", " 1. x")
def test_no_text_whatever_becomes_markup(title: str, told: str) -> None:
    section = Section(Verdict.FAIL, told, (told, title), part=title)
    jobs = [Job("required", Verdict.FAIL, "1.0 s"), Job(title, Verdict.SKIPPED, "–")]
    read = page(comment([Entry("parity", section)], jobs, COMMIT, RUN_URL))
    assert read.tags <= HARMLESS
    assert read.addresses <= {RUN_URL}
    assert LIVE.findall(read.text) == []
    assert "❌ FAIL: this may not be merged" in read.text


# --- it fits, whatever comes --------------------------------------------------------------------------------


def test_more_than_fits_is_shed_and_no_verdict_with_it(tmp_path: Path) -> None:
    long = "@" * 200_000
    bursting = COMPARISON | {"headline": long, "results": COMPARISON["results"] | {"alerts": [long] * 100}}
    steps = [{"step": long, "status": long, "ms": 1}] * 500
    folders = {
        "parity": parity(replace(crowded_report(500), headline=long, problem=long), tmp_path / "parity"),
        "compare": put(bursting, tmp_path / "c" / "performance_comparison.json"),
        "rollback_drill": put(EVIDENCE | {"results": {"steps": steps}}, tmp_path / "r" / "evidence.json"),
        "parity_mutants": put(KILL_TABLE | {"failed": [long] * 100}, tmp_path / "m" / "kill_table.json"),
    }
    sources = [f"{name}={folder}" for name, folder in folders.items()]
    for text in (render(*sources).stdout, as_comment(tmp_path, *sources).stdout):
        assert 10_000 < len(text) <= LIMIT
        assert all(f"· {name}" in text for name in folders)
        assert "the rest stands in the artifacts of the run" in text
    issue = render("--alerts", "--run-url", RUN_URL, f"compare={folders['compare']}").stdout
    assert 0 < len(issue) <= LIMIT


@pytest.mark.parametrize("letter", ["x", "@", "&", "\U000e0001", "\ud800", "\n", "|", "😀"])
def test_any_number_of_any_letter_fits(letter: str) -> None:
    long = letter * 100_000
    entries = [Entry("parity", Section(Verdict.FAIL, long, (long,) * 50, part=long)) for _ in range(12)]
    jobs = [Job(long, Verdict.SKIPPED, long)] * 100
    assert len(job_summary(entries)) <= LIMIT
    assert len(comment(entries, jobs, COMMIT, RUN_URL)) <= LIMIT


def test_a_long_name_is_not_repeated_in_every_sentence(tmp_path: Path) -> None:
    long = "x" * 1_000_000
    told = {"words": ["few rows"] * 100, "by_group": []}
    relation = {"name": long, "rows_reference": 1, "rows_candidate": 2, "finding": "different", "difference": told}
    pair = {"candidate": long, "problem": "none", "relations": [relation]}
    document = json.loads(json.dumps(equal_document()))
    document["results"].update(reference=long, pairs=[pair])
    (section,) = sections_of("parity", put(document, tmp_path / "parity_report.json"))
    assert len(section.sentences) == 101
    assert all(len(sentence) < 1_000 for sentence in section.sentences)


def test_no_verdict_is_lost_however_many_results_are_as_long_as_can_be() -> None:
    """Ten files of a session are read, and of the seven sessions each may leave that many."""
    long = "\U000e0001" * 600
    crowd = [Entry("scale", Section(Verdict.PASS, long, (long,) * 50, part=long), Verdict.FAIL) for _ in range(79)]
    entries = [*crowd, Entry("compare", Section(Verdict.FAIL, long))]
    jobs = [Job(long, Verdict.SKIPPED, long)] * 100
    for text in (comment(entries, jobs, COMMIT, RUN_URL), comment(entries[:60], [], COMMIT, RUN_URL)):
        assert len(text) <= LIMIT
        assert "was cut off here" not in text
    text = comment(entries, jobs, COMMIT, RUN_URL)
    assert "| compare | – | ❌ FAIL |" in text
    assert "#### ❌ FAIL · compare\n" in text
    assert text.count("#### ✅ pass · scale") == 79


# --- what is damaged is named, and is never a pass ----------------------------------------------------------


def equal_document() -> dict[str, Any]:
    return equal_report().as_document({})


Change = Callable[[dict[str, Any]], object]
DAMAGE: dict[str, tuple[Change, str]] = {
    "version": (lambda d: d.update(schema_version="3.0"), "schema version '3.0' is not 2.x"),
    "no version": (lambda d: d.pop("schema_version"), "schema_version is missing"),
    "verdict": (lambda d: d.update(verdict="splendid"), "verdict is 'splendid', which is none of pass, fail"),
    "contradiction": (lambda d: d.update(exit_code=1), "verdict and exit_code contradict each other"),
    "headline": (lambda d: d.update(headline=["x"]), "headline is a list, not a text"),
    "results": (lambda d: d.update(results=None), "results is missing"),
    "rows": (lambda d: d["results"]["pairs"][0]["relations"][0].update(rows_candidate="9"), "is a text, not a number"),
    "endless": (lambda d: d["results"]["pairs"][0]["relations"][0].update(rows_candidate=1e300), "beyond any sense"),
    "pairs": (lambda d: d["results"].update(pairs={"a": 1}), "pairs is an object, not a list"),
    "relation": (lambda d: d["results"]["pairs"][0].update(relations=[7]), "is a number, not an object"),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_result_is_named(tmp_path: Path, name: str) -> None:
    document = json.loads(json.dumps(equal_document()))
    damage, told = DAMAGE[name]
    damage(document)
    finished = render(f"parity={put(document, tmp_path / 'parity_report.json')}")
    assert finished.returncode == 2
    assert told in page(finished.stdout).text
    assert "pass" not in finished.stdout.splitlines()[0]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is not JSON"),
        (b"\xff\xfe", "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b'{"schema_version": NaN}', "is not JSON"),
        (b"9" * 10_000, "is not JSON"),
        (b"[]", "is a list, not an object"),
        (b"null", "is null, not an object"),
    ],
)
def test_what_is_no_result_is_named(tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / "parity_report.json").write_bytes(content)
    finished = render(f"parity={tmp_path}")
    assert finished.returncode == 2
    assert told in page(finished.stdout).text


@pytest.mark.parametrize("name", SOURCES)
def test_a_result_that_is_not_there_is_named(tmp_path: Path, name: str) -> None:
    finished = render(f"{name}={tmp_path}")
    assert finished.returncode == 2
    assert f"{SOURCES[name].pattern} is missing" in page(finished.stdout).text


def test_a_link_to_another_file_is_not_followed(tmp_path: Path) -> None:
    secret = put(EVIDENCE, tmp_path / "elsewhere" / "secret.json") / "secret.json"
    folder = tmp_path / "results"
    folder.mkdir()
    (folder / "evidence.json").symlink_to(secret)
    assert [section.verdict for section in sections_of("rollback_drill", folder)] == [Verdict.MISSING]


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "evidence.json").open("wb") as file:
        file.truncate(65 * 1024 * 1024)  # sparse
    (section,) = sections_of("rollback_drill", tmp_path)
    assert "is larger than 67,108,864 bytes" in section.headline


@pytest.mark.parametrize(
    ("name", "document", "verdict"),
    [
        ("sessions", {"sessions": []}, Verdict.FAIL),
        ("sessions", {"sessions": [SESSIONS[0] | {"result": "skipped"}]}, Verdict.FAIL),
        ("sessions", {"sessions": [SESSIONS[0]]}, Verdict.PASS),
        ("parity_mutants", KILL_TABLE, Verdict.FAIL),
        ("parity_mutants", KILLED, Verdict.PASS),
        ("rollback_drill", EVIDENCE | {"verdict": "UNFINISHED"}, Verdict.COULD_NOT_JUDGE),
        ("rollback_drill", EVIDENCE | {"verdict": "FAIL"}, Verdict.FAIL),
        ("compare", COMPARISON | {"kind": "scale_results"}, Verdict.MISSING),
        ("compare", COMPARISON | {"schema_version": "2.0"}, Verdict.MISSING),
    ],
)
def test_only_a_result_that_says_so_is_a_pass(tmp_path: Path, name: str, document: object, verdict: Verdict) -> None:
    put(document, tmp_path / SOURCES[name].pattern)
    assert [section.verdict for section in sections_of(name, tmp_path)] == [verdict]


def test_it_needs_nothing_but_the_standard_library() -> None:
    """The other tests run it without packages; this one is about what it would import if they were there."""
    code = "import sys; sys.path.insert(0, 'scripts'); import render_summary; print(*sorted(sys.modules))"
    loaded = {name.split(".")[0] for name in _output(code).split()}
    assert loaded - {"render_summary", "harness", "__main__"} <= {*sys.stdlib_module_names}


def _output(code: str) -> str:
    command = [sys.executable, "-E", "-S", "-c", code]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
