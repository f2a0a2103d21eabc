"""The report as a reader gets it: in order, small enough, and with text that stays text."""

import json
import re
from pathlib import Path

import compare_scale_results
import pytest
from markdown_it import MarkdownIt

from harness.scale.cells import matrix_of
from harness.scale.comparing.comparison import compare
from harness.scale.comparing.markdown import render_markdown
from harness.scale.comparing.noise_floor import DEFAULT_FLOOR
from harness.scale.comparing.report import Report
from harness.scale.comparing.sides import read_sides
from harness.scale.settings import read_settings
from tests.scale.comparing import BOTH, Compared, Document, Session, changed, compared, result_file, sides
from tests.scale.synthetic import NAVIGATOR

MOST = 65_536  # characters of a comment on GitHub
MANY = matrix_of(["optimized"], range(1_000, 61_000, 1_000), [1, 2, 3, 4, 5], [1], exact_sizes=True)
HOSTILE = (
    "</td><script>alert(1)</script><!-- @octocat [link](https://evil.example) ![p](x) `code` | **bold** _it_ ~~no~~ "
    "# head \n# next \u202e\x1b[31m #12 www.evil.example http://evil.example $x$ &lt;"
)


def table_below(markdown: str, heading: str) -> list[list[str]]:
    """The cells of the first table after a heading."""
    rest = markdown[markdown.index(heading) :]
    lines = re.findall(r"^\|.*\|$", rest.partition("\n\n")[2], re.MULTILINE)
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def questions(markdown: str) -> list[str]:
    """The verdicts, as the last column of the first table has them."""
    return [line.split(" | ")[-1].removesuffix(" |") for line in markdown.split("\n\n")[1].splitlines()[2:]]


QUESTIONS = {
    "wall time, baseline ÷ optimized": "PASS",
    "wall time, optimized ÷ baseline": "PASS",
    "CPU time, optimized ÷ baseline": "PASS",
    "peak memory, optimized ÷ baseline": "informative",
    "same answers": "PASS",
    "cells measured on both sides": "PASS",
}


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A session with 300 cells."""
    return Session(1, matrix=MANY, iterations=2).write(tmp_path_factory.mktemp("many") / "old")


@pytest.fixture
def one(tmp_path: Path) -> Path:
    """A session of both modes."""
    return Session(1, matrix=BOTH).write(tmp_path / "one")


def test_verdicts_come_first_then_cells_then_noise_then_what_to_do(tmp_path: Path, one: Path) -> None:
    markdown = compared(tmp_path, *sides(one, one)).markdown
    assert re.findall(r"^#+ .*", markdown, re.MULTILINE)[1:] == [
        "## Cells",
        "## Noise and environment",
        "## What to do next",
    ]
    assert questions(markdown) == list(QUESTIONS.values())
    header, _, *cells = table_below(markdown, "## Cells")
    assert header[:4] == ["cell", "baseline", "optimized", "baseline ÷ optimized"]
    assert len(cells) >= 8
    assert markdown.rstrip().endswith("* Nothing: every limit holds.")


def test_noise_and_code_of_both_sides_are_told(tmp_path: Path) -> None:
    old = Session(1).write(tmp_path / "old")
    new = Session(2, commit="b", context={"dirty": True, "libraries": {"duckdb": "2.0.1", "polars": "2.1.0"}})
    markdown = compared(tmp_path, *sides(old, new.write(tmp_path / "new"))).markdown
    _, _, first, second, *_ = table_below(markdown, "## Noise")
    assert first[:5] == ["aaaaaaa", "20261126T000000Z-1", "aaaaaaa", "2026-11-26T01:00:00", "12"]
    assert second[2] == "bbbbbbb with changes"
    assert second[-2:] == ["1.0%, at most 1.0%", "2.0%, at most 2.0%"]  # as synthetic.py says
    assert "* Other differences: duckdb 2.0.0 and 2.0.1" in markdown


def test_three_hundred_cells_fit_with_every_verdict(tmp_path: Path, many: Path) -> None:
    new = Session(2, 1.5, "b", matrix=MANY, iterations=2).write(tmp_path / "new")
    found = compared(tmp_path, *sides(many, new))
    assert len(found.markdown) <= MOST
    rows = [row for row in table_below(found.markdown, "## Cells") if "year" in row[0]]
    assert len(rows) == 300
    assert {row[-1] for row in rows} == {"more CPU time"}
    assert questions(found.markdown) == ["INCONCLUSIVE", "INCONCLUSIVE", "informative", "PASS", "PASS"]


def test_what_does_not_fit_is_shed_from_the_least_important_and_never_a_verdict(tmp_path: Path, many: Path) -> None:
    """Long digests in 300 cells, each of which is another answer."""
    new = Session(2, commit="b", matrix=MANY, iterations=1, answer=lambda cell: f"{cell}" * 100)
    found = compared(tmp_path, *sides(many, new.write(tmp_path / "new")))
    assert found.code == 1
    assert len(found.markdown) <= MOST
    assert questions(found.markdown) == ["NOT JUDGED", "FAIL", "PASS"]
    assert "| same answers | different in 300 of 300 cells | all equal | FAIL |" in found.markdown
    assert "## What to do next" in found.markdown
    assert f"All of it stands in {tmp_path / 'report.json'}." in found.markdown.replace("\\", "")


@pytest.mark.parametrize("limit", [6_000, 4_000, 3_000])
def test_the_smaller_the_room_the_less_but_the_verdicts(tmp_path: Path, limit: int) -> None:
    matrix = matrix_of(["baseline", "optimized"], range(1_000, 21_000, 1_000), [1, 2, 3], [1], exact_sizes=True)
    one = Session(1, matrix=matrix).write(tmp_path / "one")
    comparison = compare(read_sides((one, one)), DEFAULT_FLOOR, read_settings(None).budgets)
    report = Report(comparison.exit_code, {}, comparison)
    markdown = render_markdown(report, "report.json", limit)
    assert len(markdown.encode()) <= limit
    assert questions(markdown) == list(QUESTIONS.values())
    assert re.search(r"^\* \d+ cells more without a remark$", markdown, re.MULTILINE)
    assert "What to do next" in markdown
    assert "Left out to fit: cells without a remark" in markdown


def test_cells_with_a_remark_give_way_last(tmp_path: Path) -> None:
    matrix = matrix_of(["optimized"], range(1_000, 21_000, 1_000), [1, 2, 3], [1], exact_sizes=True)
    slow = {cell: 1.5 for cell in matrix.cells(NAVIGATOR) if cell.years == 3}
    old = Session(1, matrix=matrix).write(tmp_path / "old")
    new = Session(2, commit="b", matrix=matrix, slow=slow).write(tmp_path / "new")
    comparison = compare(read_sides((old, new)), DEFAULT_FLOOR, read_settings(None).budgets)
    found = {}
    for limit in (7_500, 5_000, 2_500):
        markdown = render_markdown(Report(comparison.exit_code, {}, comparison), "report.json", limit)
        assert len(markdown.encode()) <= limit
        assert "What to do next" in markdown
        found[limit] = [row[-1] for row in table_below(markdown, "## Cells") if row[0].endswith("shard")]
    assert found[7_500] == [*["more CPU time"] * 20, *["–"] * 20]
    assert found[5_000] == ["more CPU time"] * 20
    assert found[2_500] == []


def hostile(folder: Path) -> Compared:
    """Two results in which everything that is text wants to be more than that."""
    old = Session(1).write(folder / "old")
    new = Session(2, commit="b", answer=lambda _: HOSTILE).write(folder / "new")

    def poison(document: Document) -> None:
        mode = document["mode"] = "m<b>@octocat|`\u202e"
        document["session"].update(id=HOSTILE + document["session"]["id"], ended_at=HOSTILE)
        document["context"].update(commit=HOSTILE + document["context"]["commit"], python=HOSTILE)
        document["context"]["machine"] = {HOSTILE: HOSTILE}
        document["context"]["libraries"] = {HOSTILE: document["context"]["tree"]}
        for sample in document["results"]["samples"]:
            sample["run"]["mode"] = mode
        for summary in document["results"]["cells"]:
            summary["cell"]["mode"] = mode
            summary["status"] = HOSTILE if summary["cell"]["employees"] == 20_000 else "OK"

    for place in (old, new):
        changed(place, poison)
        mode = json.loads(result_file(place).read_text())["mode"]
        result_file(place).rename(result_file(place, mode))
    return compared(folder, *sides(old, new))


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    found = hostile(tmp_path)
    assert found.code == 1
    page = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(found.markdown)
    assert "alert(1)" in page
    assert set(re.findall(r"<([a-z0-9]+)", page)) <= {
        "h1",
        "h2",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "ul",
        "li",
        "p",
    }
    assert {len(row) for row in table_below(found.markdown.replace("\\|", ""), "## Noise")[:4]} == {9}
    assert not re.search(r"@[A-Za-z]|https?://|www\.|#\d", found.markdown)
    assert not re.search(r"[\u202e\x1b]", found.markdown + found.stdout + found.stderr)


def test_an_interruption_leaves_no_verdict_behind(tmp_path: Path, one: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "report.md").write_text("an older report")

    def interrupt(_: object) -> Report:
        assert not (tmp_path / "report.md").exists()
        raise KeyboardInterrupt

    monkeypatch.setattr(compare_scale_results, "conduct", interrupt)
    found = compared(tmp_path, *sides(one, one))
    assert (found.code, found.document["verdict"], found.document["exit_code"]) == (130, "interrupted", 130)
    assert found.stderr == "compare: interrupted\n"
    assert found.markdown.startswith("# COMPARISON NOT JUDGED: interrupted\n")


def test_the_json_tells_the_numbers_again(tmp_path: Path, one: Path) -> None:
    found = compared(tmp_path, *sides(one, one))
    results = found.document["results"]
    ratios = {ratio["measure"]: ratio for ratio in results["comparison"]["ratios"]}
    assert set(ratios) == {"wall time", "CPU time", "peak memory"}
    wall = ratios["wall time"]["overall"]["interval"]
    assert wall["low"] <= 1 / 3 <= wall["high"]
    assert len(ratios["wall time"]["cells"]) == 8
    assert results["comparison"]["baseline"]["session"]["id"] == "20261126T000000Z-1"
    assert found.document["headline"] in found.stdout
    assert found.document["settings"]["baseline"] == str(one)
