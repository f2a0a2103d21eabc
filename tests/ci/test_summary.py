"""The Markdown of the job summary, of the comment and of the issue."""

from pathlib import Path

import pytest

from tests.ci.results import COMPARISON, EVIDENCE, EXAMPLES, JOBS, WELL, golden, put
from tests.ci.summaries import COMMIT, HARMLESS, RUN_URL, as_comment, page, render

GOLDEN = Path(__file__).resolve().parent / "golden"
JUDGED = ("parity", "determinism", "rollback_drill", "scale", "compare")


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_summary_of_a_job(tmp_path: Path, name: str) -> None:
    finished = render(f"{name}={EXAMPLES[name](tmp_path)}")
    assert (finished.returncode, finished.stderr) == (0, "")
    golden(finished.stdout, GOLDEN / f"{name}.md")


def test_the_comment(tmp_path: Path) -> None:
    sources = [f"{name}={EXAMPLES[name](tmp_path / name)}" for name in JUDGED if name != "compare"]
    finished = as_comment(tmp_path, *sources, f"compare={tmp_path / 'nothing'}")
    assert (finished.returncode, finished.stderr) == (2, "")  # the comparison is missing
    golden(finished.stdout, GOLDEN / "comment.md")


def test_the_comment_when_all_went_well(tmp_path: Path) -> None:
    jobs = {"jobs": [{**job, "conclusion": "success"} for job in JOBS["jobs"]]}
    sources = [f"{name}={WELL[name](tmp_path / name)}" for name in ("parity", "rollback_drill", "scale")]
    finished = as_comment(tmp_path, *sources, jobs=jobs)
    assert finished.returncode == 0
    golden(finished.stdout, GOLDEN / "comment_of_success.md")


def test_the_issue_about_a_degradation(tmp_path: Path) -> None:
    finished = render("--alerts", "--run-url", RUN_URL, f"compare={EXAMPLES['compare'](tmp_path)}")
    assert finished.returncode == 0
    golden(finished.stdout, GOLDEN / "issue.md")


def test_without_a_lasting_degradation_there_is_no_issue(tmp_path: Path) -> None:
    calm = COMPARISON | {"results": COMPARISON["results"] | {"alerts": []}}
    folder = put(calm, tmp_path / "performance_comparison.json")
    finished = render("--alerts", "--run-url", RUN_URL, f"compare={folder}")
    assert (finished.returncode, finished.stdout) == (0, "")


def test_the_golden_pages_are_what_a_reader_expects() -> None:
    for path in GOLDEN.glob("*.md"):
        assert page(path.read_text(encoding="utf-8")).tags <= HARMLESS, path


# --- the verdict of GitHub, which nobody can forge, beside that of the results ------------------------------


def test_a_result_does_not_hide_that_its_job_failed(tmp_path: Path) -> None:
    text = as_comment(tmp_path, f"parity={WELL['parity'](tmp_path / 'parity')}").stdout
    assert "| parity | ❌ FAIL | ✅ pass | PARITY EQUAL (exact)" in text
    assert "GitHub says that this job did not succeed, whatever its result says." in text
    assert "❌ FAIL: this may not be merged" in text


def test_a_job_that_was_skipped_is_named_and_has_no_verdict(tmp_path: Path) -> None:
    finished = as_comment(tmp_path, f"scale={WELL['scale'](tmp_path / 'scale')}")
    assert "not run, as nothing asked for it: scale" in finished.stdout
    assert "SCALE" not in finished.stdout


def test_a_run_that_was_not_asked_for_anything_gives_no_comment(tmp_path: Path) -> None:
    jobs = {"jobs": [{"name": "changes", "conclusion": "success"}, {"name": "not asked", "conclusion": "success"}]}
    finished = as_comment(tmp_path, f"parity={tmp_path / 'nothing'}", jobs=jobs)
    assert (finished.returncode, finished.stdout) == (0, "")


@pytest.mark.parametrize(
    ("conclusion", "mark"),
    [("success", "✅ All required checks passed"), ("failure", "❌ FAIL: "), ("timed_out", "❌ FAIL: "),
     ("cancelled", "⚠️ interrupted: "), ("neutral", "⚠️ could not judge: "), (None, "⚠️ could not judge: ")],
)  # fmt: skip
def test_only_success_lets_merge(tmp_path: Path, conclusion: str | None, mark: str) -> None:
    jobs = {"jobs": [{"name": "required", "conclusion": conclusion}]}
    text = as_comment(tmp_path, f"parity={WELL['parity'](tmp_path / 'parity')}", jobs=jobs).stdout
    assert f"\n### {mark}" in text


# --- and it says what is missing ----------------------------------------------------------------------------


def test_copies_of_single_runs_below_are_not_told_twice(tmp_path: Path) -> None:
    put(EVIDENCE | {"condition": "restored"}, tmp_path / "a" / "20261126T000000Z-1" / "evidence.json")
    folder = put(EVIDENCE, tmp_path / "a" / "evidence.json").parent
    text = render(f"rollback_drill={folder}").stdout
    assert "drilled" in text
    assert "restored" not in text


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["parity"],
        ["parity="],
        ["gossip=."],
        ["--comment", "parity=."],
        ["--alerts", "compare=."],
        ["--run-url", "https://x/) <b>", "--alerts", "compare=."],
        ["--run-url", "javascript:alert(1)", "--alerts", "compare=."],
        ["--commit", "@everyone", "parity=."],
        ["--comment", "--alerts", "parity=."],
        ["--comment", "--jobs", "/nowhere", "--run-url", RUN_URL, "--commit", COMMIT, "parity=."],
    ],
)
def test_a_command_line_that_makes_no_sense_is_refused(arguments: list[str]) -> None:
    finished = render(*arguments)
    assert (finished.returncode, finished.stdout) == (2, "")
    assert finished.stderr
    assert "Traceback" not in finished.stderr
