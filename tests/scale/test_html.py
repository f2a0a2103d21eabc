"""The page of a session whose truth is known, read by a parser."""

import json
import re
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from harness.scale.cells import matrix_of
from harness.scale.document import Report, document_of, headline
from harness.scale.outcome import Outcome
from harness.scale.plan import PlannedRun
from harness.scale.reports.html import render_html
from tests.html_page import Page, assert_loads_nothing, assert_well_formed
from tests.scale.pages import FAULTS, MADE, faulty, good, hostile
from tests.scale.synthetic import Synthetic


@pytest.fixture(scope="module", params=MADE)
def made(request: pytest.FixtureRequest) -> tuple[Report, Page]:
    report = MADE[request.param]()
    return report, Page(render_html(report))


def rows_of_cells(page: Page) -> list[dict[str, str | None]]:
    """The rows of the table of cells, by what the filters look for."""
    return [attributes for attributes, _ in page.rows if "data-status" in attributes]


def test_the_page_is_well_formed_and_has_its_verdict(made: tuple[Report, Page]) -> None:
    report, page = made
    assert_well_formed(page)
    assert report.analysis.verdict.replace("_", " ") in page.text


def test_the_page_loads_nothing(made: tuple[Report, Page]) -> None:
    assert_loads_nothing(made[1])
    assert made[1].attributes("href") == []


def test_every_verdict_stands_in_a_row_of_its_own(made: tuple[Report, Page]) -> None:
    report, page = made
    rows = [row for _, row in page.rows]
    for line in report.analysis.judged:
        plain = line.question.isprintable()
        found = [row for row in rows if len(row) == 5 and (not plain or row[1].startswith(line.question))]
        assert any((row[0], row[4]) == (line.verdict.replace("_", " "), line.limit) for row in found), line
        assert not plain or any(line.decide in row[1] for row in found)


def test_every_cell_has_a_row_with_what_became_of_it(made: tuple[Report, Page]) -> None:
    report, page = made
    assert len(rows_of_cells(page)) == len({outcome.run.cell for outcome in report.outcomes})


def test_the_json_in_the_page_is_that_of_the_result_files(made: tuple[Report, Page]) -> None:
    report, page = made
    document = json.loads(page.data["scale-report"])
    assert document["modes"] == json.loads(json.dumps({mode: document_of(report, mode) for mode in report.modes}))


def test_the_headline_of_a_session_that_passed() -> None:
    page = Page(render_html(good()))
    assert headline(good()) in page.text
    for words in (
        "optimized: PASS, 7 of 7 verdicts",
        "wall time of baseline ÷ optimized",
        "peak memory of optimized at 50,000 employees",
        "linear means b ≤ 1.15",
        "No run was disturbed by others",
        "python scripts/scale_testing_framework.py",
        "baseline is what the other modes are measured against",
    ):
        assert words in page.text, words


def test_failed_cells_are_seen() -> None:
    page = Page(render_html(faulty()))
    failed = [row for row in rows_of_cells(page) if row["data-status"] != "OK"]
    assert [(row["data-mode"], row["data-employees"], row["data-years"], row["data-status"]) for row in failed] == [
        ("baseline", "50000", "5", "TIMEOUT"),
        ("optimized", "5000", "1", "EXIT 7"),
    ]
    (timeout,) = [row for attributes, row in page.rows if attributes == failed[0]]
    assert timeout[4] == "TIMEOUT"
    assert timeout[-1] == "as planted"
    assert "Failed: TIMEOUT at 50k × 5 × 1" in page.text


def test_disturbed_runs_and_cells_with_more_shards_than_processors_are_marked() -> None:
    """The context of the session says that the machine has two processors."""
    report = faulty()
    page = Page(render_html(report))
    sharded = [row[-1] for attributes, row in page.rows if "data-status" in attributes and row[3] == "4"]
    assert len(sharded) == 6
    assert all("more shards than processors" in note for note in sharded)
    disturbed = [outcome.run.cell for outcome in report.outcomes if outcome.contaminated]
    assert len(disturbed) == 2
    for cell in disturbed:
        assert any(row[0] == str(cell) and row[-1] == "foreign CPU 40% > 10%" for _, row in page.rows)


def test_the_parts_above_the_limit_are_named_first() -> None:
    """At 50,000 employees the wild one takes 25.2 s and the steady one 5.2 s."""
    page = Page(render_html(good()))
    assert (
        "Above n^1.15: int_wild of baseline (n^2.00, 83% of the time of all models); int_wild of optimized" in page.text
    )
    named = [row for _, row in page.rows if len(row) == 8 and row[1] in ("int_wild", "int_steady")]
    assert [(row[0], row[1], row[7]) for row in named] == [
        ("baseline", "int_wild", "FAIL"),
        ("optimized", "int_wild", "FAIL"),
        ("baseline", "int_steady", "PASS"),
        ("optimized", "int_steady", "PASS"),
    ]


def test_hostile_text_is_only_text() -> None:
    html = render_html(hostile())
    assert html.count("</script>") == 2
    assert "<b onclick" not in html
    assert "{{ 7 * 7 }}" in html
    assert (
        re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e\ud800-\udfff]", html.partition('<script type="application')[0])
        is None
    )
    html.encode()


# --- memory over time ---------------------------------------------------------------------------------------


class WithSeries(Synthetic):
    """Each run has a series of memory: 0 to 1 GB in steps, with one spike to 2 GB that no thinning may lose."""

    folder: Path

    def outcome(self, run: PlannedRun, draw: Random) -> Outcome:
        made = super().outcome(run, draw)
        path = self.folder / f"{run.position}.csv"
        rss = [2_000_000_000 if step == 777 else step * 1_000_000 for step in range(1_000)]
        lines = (f"{step / 10:.3f},{value},{value // 2 if step % 9 == 0 else ''},3" for step, value in enumerate(rss))
        path.write_text("\n".join(["seconds,rss,pss,processes", *lines]) + "\n", encoding="utf-8")
        return replace(made, series=str(path))


def sparklines(html: str) -> list[str]:
    return re.findall(r'<figure class="row.*?</figure>', html, re.DOTALL)


def test_memory_over_time_keeps_its_spikes_in_few_points(tmp_path: Path) -> None:
    law = WithSeries(faults=FAULTS)
    law.folder = tmp_path
    report = law.report()
    found = sparklines(render_html(report))
    assert len(found) == len({outcome.run.cell for outcome in report.outcomes})
    for figure in found:
        assert "2.00 GB in" in figure
        series = [points.split() for points in re.findall(r'points="(.*?)"', figure)]
        assert all(len(points) <= 122 for points in series)
        rss = [tuple(map(float, point.split(","))) for point in series[1]]
        assert min(rss, key=lambda point: point[1])[0] == pytest.approx(160 * 77.7 / 99.9, abs=0.2)
    assert sum("TIMEOUT, " in figure for figure in found) == 1


def test_series_that_are_gone_or_broken_leave_no_picture(tmp_path: Path) -> None:
    law = WithSeries()
    law.folder = tmp_path
    report = law.report(matrix_of(["optimized"], [1_000, 2_000], [1], [1], exact_sizes=True))
    for outcome in report.outcomes:
        if outcome.run.cell.employees == 1_000:
            Path(outcome.series).write_text("seconds,rss\n1,x\n", encoding="utf-8")
        else:
            Path(outcome.series).unlink()
    html = render_html(report)
    assert sparklines(html) == []
    assert "Memory over time" not in html
