"""The report as HTML, on reports made by hand: read by a parser and, where there is one, by a browser."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.parity.reports.html import render_html
from harness.parity.reports.report import Report
from harness.plain import plain
from tests.browser import Browser
from tests.html_page import Page, assert_loads_nothing, assert_well_formed
from tests.parity import reports

ENDINGS = ("equal", "different", "unjudged", "interrupted", "oracles", "hostile")

# Chooses a column as a reader would.
CHOOSE = """
const select = document.getElementById("filter-column");
select.value = [...select.options].find((option) => option.text === "compensation_cents").value;
select.dispatchEvent(new Event("change"));
"""


def _html(ending: str) -> str:
    return render_html(_report(ending), reports.CONTEXT)


def _report(ending: str) -> Report:
    made: Callable[[], Report] = getattr(reports, f"{ending}_report")
    return made()


@pytest.fixture(scope="module", params=ENDINGS)
def page(request: pytest.FixtureRequest) -> tuple[Report, Page]:
    return _report(request.param), Page(_html(request.param))


def test_the_page_is_well_formed_and_has_its_verdict(page: tuple[Report, Page]) -> None:
    report, found = page
    assert_well_formed(found)
    assert report.finding in found.text


def test_the_page_loads_nothing(page: tuple[Report, Page]) -> None:
    assert_loads_nothing(page[1])
    assert {tag for tag, _ in page[1].elements}.isdisjoint({"b"})


def test_the_json_in_the_page_is_the_report(page: tuple[Report, Page]) -> None:
    report, found = page
    document = json.loads(found.data["parity-report"])
    assert document == json.loads(json.dumps(plain(report.as_document(reports.CONTEXT))))


def test_a_difference_is_readable_without_javascript() -> None:
    text = Page(_html("different")).text
    for words in (
        reports.DIFFERENT_LINE,
        "not fulfilled: optimized: fct_headcount_plan: years: 2026 have no rows on either side",
        "The difference begins in int_compensation, in 2026",
        "int_compensation different ← begins here",
        "type of 'deferral_rate_bps' (INTEGER → BIGINT); first in 2026: 40 rows changed",
        "40 diverge, first in compensation_cents 40×, missing 1×; 3 later rows may follow from that.",
        "+1 on 40 of 40",
        "JSON path $.rule",
        "changed simulation_year=2026, employee_id=EMP_000017, event_sequence=5 compensation_cents 7654300 7654301",
        "SELECT * FROM legacy.fct_yearly_events WHERE a < b;",
        "History of employee_id=EMP_000017",
        "→ fct_yearly_events simulation_year=2026, event_sequence=5 changed",
        "no such row",
        "column written_at is not compared, because it is the time of writing",
        "column noise may differ by ulps 4",
        "not compared, because it is an input: stg_a, stg_b",
        "3 negative controls planted, 3 noticed",
        "unverified fresh optimized nobody saw the run that wrote it",
        "waived same-inputs the pair census_fingerprint is 5f1c",
        "81c1d22f0c",
    ):
        assert words in text, words


def test_the_letters_that_differ_are_marked() -> None:
    html = _html("different")
    assert "<code>765430<mark>0</mark></code>" in html
    assert "<code>765430<mark>1</mark></code>" in html
    assert "&#34;<mark>merit</mark>&#34;" in html


def test_hostile_text_is_only_text() -> None:
    html = _html("hostile")
    assert html.count("</script>") == 2
    assert "<b " not in html
    assert "{{ 7 * 7 }}" in html
    assert re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]", html) is None
    html.encode()


def test_thousands_of_samples_leave_a_page_that_opens() -> None:
    html = render_html(reports.crowded_report(samples=2_000), reports.CONTEXT)
    page, _, document = html.partition('<script type="application/json"')
    assert len(page) < 4_000_000
    assert "1,400 more samples stand in the JSON." in page
    assert len(document) > 500_000


def test_a_browser_filters_rows_and_has_nothing_to_complain(chromium: Browser, tmp_path: Path) -> None:
    chromium.open(_page_file("different", tmp_path))
    seen = "[...document.querySelectorAll('{}')].filter((each) => each.checkVisibility()).length"
    rows = seen.format(".row[data-kind], .row[data-columns]")
    told = "document.querySelector('#filters output').textContent"
    every = chromium.evaluate(rows)
    chromium.evaluate(CHOOSE)
    some = chromium.evaluate(rows)
    assert every > some > 0
    assert chromium.evaluate(told) == f"{some} of {every} rows shown"
    assert chromium.evaluate(seen.format(".sample")) == 1
    chromium.evaluate("document.querySelector('#filters button').click()")
    assert chromium.evaluate(rows) == every
    assert chromium.evaluate(told) == f"{every} of {every} rows shown"
    assert chromium.complaints == []


def test_a_browser_runs_nothing_of_a_hostile_report(chromium: Browser, tmp_path: Path) -> None:
    page = _page_file("hostile", tmp_path)
    chromium.open(page)
    assert "rows shown" in chromium.evaluate("document.querySelector('#filters output').textContent")
    assert chromium.evaluate("document.querySelectorAll('b').length") == 0
    assert chromium.complaints == []
    assert chromium.requests == [page.as_uri()]


def _page_file(ending: str, folder: Path) -> Path:
    path = folder / "report.html"
    path.write_text(_html(ending), encoding="utf-8")
    return path
