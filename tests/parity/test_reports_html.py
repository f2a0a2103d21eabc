"""The report as HTML, on reports made by hand: read by a parser and, where there is one, by a browser."""

import hashlib
import json
import re
import shutil
import subprocess
from base64 import b64encode
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from harness.parity.reports.html import render_html
from harness.parity.reports.report import Report
from harness.plain import plain
from tests.parity import reports

CHROMIUM = shutil.which("chromium")
ENDINGS = ("equal", "different", "unjudged", "interrupted", "oracles", "hostile")
VOID = {"meta", "link", "img", "br", "hr", "input"}

# Chooses a column as a reader would, and leaves behind what can be seen then.
DRIVER = """
const select = document.getElementById("filter-column");
const rows = [...document.querySelectorAll(".row[data-kind], .row[data-columns]")];
const seen = () => rows.filter((row) => row.checkVisibility());
const all = seen().length;
select.value = [...select.options].find((option) => option.text === "compensation_cents").value;
select.dispatchEvent(new Event("change"));
const told = document.createElement("p");
told.id = "seen";
told.textContent = JSON.stringify({
  all,
  some: seen().length,
  status: document.querySelector("#filters output").textContent,
  samples: [...document.querySelectorAll(".sample")].filter((body) => body.checkVisibility()).length,
});
document.body.append(told);
"""


class _Page(HTMLParser):
    """Every element with its attributes, the visible text, and whether all that was opened was closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.visible: list[str] = []
        self.data: dict[str, str] = {}
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        if tag in ("td", "th"):
            self.visible.append(" ")

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "script":
            self.data[self.elements[-1][1].get("id") or "script"] = data
        elif self.open and self.open[-1] != "style":
            self.visible.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.visible))


def _html(ending: str) -> str:
    return render_html(_report(ending), reports.CONTEXT)


def _report(ending: str) -> Report:
    made: Callable[[], Report] = getattr(reports, f"{ending}_report")
    return made()


@pytest.fixture(scope="module", params=ENDINGS)
def page(request: pytest.FixtureRequest) -> tuple[Report, _Page]:
    return _report(request.param), _Page(_html(request.param))


def test_the_page_is_well_formed_and_has_its_verdict(page: tuple[Report, _Page]) -> None:
    report, found = page
    assert found.open == []
    assert report.finding in found.text
    assert ("html", {"lang": "en"}) in found.elements
    assert [tag for tag, _ in found.elements].count("title") == 1
    assert [tag for tag, _ in found.elements].count("h1") == 1


def test_the_page_loads_nothing(page: tuple[Report, _Page]) -> None:
    for tag, attributes in page[1].elements:
        assert tag not in ("link", "img", "iframe", "object", "embed", "base", "form", "b")
        assert not any(name.startswith("on") for name in attributes)
        assert {"src", "srcset", "style"}.isdisjoint(attributes)
        assert (attributes.get("href") or "#").startswith("#")
    policies = [attributes.get("content") or "" for _, attributes in page[1].elements if "http-equiv" in attributes]
    assert len(policies) == 1
    assert policies[0].startswith("default-src 'none'")


def test_links_lead_to_something(page: tuple[Report, _Page]) -> None:
    ids = [attributes["id"] for _, attributes in page[1].elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {(attributes["href"] or "")[1:] for _, attributes in page[1].elements if "href" in attributes} <= set(ids)


def test_every_header_cell_says_what_it_heads(page: tuple[Report, _Page]) -> None:
    assert all(attributes.get("scope") for tag, attributes in page[1].elements if tag == "th")


def test_the_json_in_the_page_is_the_report(page: tuple[Report, _Page]) -> None:
    report, found = page
    document = json.loads(found.data["parity-report"])
    assert document == json.loads(json.dumps(plain(report.as_document(reports.CONTEXT))))


def test_a_difference_is_readable_without_javascript() -> None:
    text = _Page(_html("different")).text
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


@pytest.fixture
def browse(tmp_path: Path) -> Callable[[str], tuple[str, list[str]]]:
    """A function that opens a page: what it has become, and what the console says."""

    def opened(html: str) -> tuple[str, list[str]]:
        path = tmp_path / "report.html"
        path.write_text(html, encoding="utf-8")
        quiet = ("--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update")
        command = [str(CHROMIUM), "--headless", "--no-sandbox", *quiet, "--disable-sync", "--enable-logging=stderr"]
        options = [f"--user-data-dir={tmp_path / 'profile'}", "--virtual-time-budget=2000", "--dump-dom"]
        finished = subprocess.run(
            [*command, *options, path.as_uri()], capture_output=True, text=True, check=True, timeout=60
        )
        return finished.stdout, [line for line in finished.stderr.splitlines() if "CONSOLE" in line]

    return opened


@pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium to open the page with")
def test_a_browser_filters_rows_and_has_nothing_to_complain(browse: Callable[[str], tuple[str, list[str]]]) -> None:
    html = _html("different")
    allowed = b64encode(hashlib.sha256(DRIVER.encode()).digest()).decode()
    driven = html.replace("script-src ", f"script-src 'sha256-{allowed}' ").replace(
        "</body>", f"<script>{DRIVER}</script></body>"
    )
    dom, complaints = browse(driven)
    assert complaints == []
    found: dict[str, Any] = json.loads(re.findall(r'<p id="seen">(.*?)</p>', dom)[0])
    assert found["all"] > found["some"] > 0
    assert found["status"] == f"{found['some']} of {found['all']} rows shown"
    assert found["samples"] == 1


@pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium to open the page with")
def test_a_browser_runs_nothing_of_a_hostile_report(browse: Callable[[str], tuple[str, list[str]]]) -> None:
    dom, complaints = browse(_html("hostile"))
    assert complaints == []
    assert "rows shown</output>" in dom
    assert "<b " not in dom
