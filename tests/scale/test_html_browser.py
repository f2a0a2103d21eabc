"""The page of a session as a browser shows it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.scale.document import Report
from harness.scale.reports.html import render_html
from tests.browser import Browser
from tests.scale.pages import MADE, faulty, good, hostile


@pytest.fixture
def page_of(tmp_path: Path) -> Callable[[Report], Path]:
    """A function that writes the page of a report."""

    def written(report: Report) -> Path:
        path = tmp_path / "index.html"
        path.write_text(render_html(report), encoding="utf-8")
        return path

    return written


SEEN = "[...document.querySelectorAll('.sortable .row')].filter((row) => row.checkVisibility())"


def test_a_browser_filters_and_sorts_and_has_nothing_to_complain(
    chromium: Browser, page_of: Callable[[Report], Path]
) -> None:
    page = page_of(faulty())
    chromium.open(page)

    def choose(key: str, value: str) -> Any:  # noqa: ANN401  whatever the page says
        select = f"document.getElementById('filter-{key}')"
        chromium.evaluate(f"{select}.value = {value!r}; {select}.dispatchEvent(new Event('change'))")
        return chromium.evaluate(f"{SEEN}.map((row) => [row.dataset.mode, row.dataset.employees, row.dataset.status])")

    assert len(choose("mode", "")) == 30
    assert choose("status", "TIMEOUT") == [["baseline", "50000", "TIMEOUT"]]
    assert chromium.evaluate("document.querySelector('#filters output').textContent") == "1 of 30 cells shown"
    assert choose("mode", "optimized") == []
    chromium.evaluate("document.querySelector('#filters button').click()")
    assert {mode for mode, _, _ in choose("employees", "1000")} == {"baseline", "optimized"}
    chromium.evaluate("document.querySelector('#filters button').click()")

    def walls() -> list[float | None]:
        texts = chromium.evaluate(f"{SEEN}.map((row) => row.cells[6].textContent)")
        return [None if text == "–" else float(text.split()[0]) for text in texts]

    chromium.evaluate("document.querySelectorAll('.sortable th button')[6].focus()")
    for descending in (False, True):
        chromium.press("Enter", 13)
        known = [wall for wall in walls() if wall is not None]
        assert known == sorted(known, reverse=descending)
        assert walls()[-2:] == [None, None]
    assert chromium.evaluate("document.querySelectorAll('[aria-sort]').length") == 1
    assert chromium.complaints == []
    assert chromium.requests == [page.as_uri()]


@pytest.mark.parametrize("name", ["faulty", "all_failed", "one_size"])
def test_on_a_phone_only_tables_scroll_sideways(
    chromium: Browser, page_of: Callable[[Report], Path], name: str
) -> None:
    chromium.open(page_of(MADE[name]()), width=390)
    assert chromium.evaluate("[innerWidth, document.documentElement.scrollWidth]") == [390, 390]
    wide = "[...document.querySelectorAll('.scroll')].filter((box) => box.scrollWidth > box.clientWidth)"
    assert chromium.evaluate(f"{wide}.length") > 0
    assert chromium.evaluate(f"{wide}.every((box) => box.tabIndex === 0 && box.ariaLabel !== '')")
    assert chromium.evaluate(
        "[...document.querySelectorAll('.chart svg text')].every((text) => text.getBoundingClientRect().height > 8)"
    )


def test_without_javascript_everything_is_there(chromium: Browser, page_of: Callable[[Report], Path]) -> None:
    chromium.open(page_of(faulty()), script=False)
    assert chromium.evaluate(f"{SEEN}.length") == 30
    assert chromium.evaluate("document.getElementById('filters').checkVisibility()") is False


def test_the_page_is_dark_where_the_reader_is(chromium: Browser, page_of: Callable[[Report], Path]) -> None:
    page = page_of(good())

    def colours(*, dark: bool) -> Any:  # noqa: ANN401  whatever the page says
        chromium.open(page, dark=dark)
        look = "getComputedStyle(document.querySelector('{}')).{}"
        return [chromium.evaluate(look.format(*of)) for of in ((".chart text", "fill"), (".chart .main", "color"))]

    assert all(light != dark for light, dark in zip(colours(dark=False), colours(dark=True), strict=True))


def test_a_browser_runs_nothing_of_a_hostile_report(chromium: Browser, page_of: Callable[[Report], Path]) -> None:
    page = page_of(hostile())
    chromium.open(page)
    assert chromium.evaluate("document.querySelectorAll('b[onclick]').length") == 0
    assert chromium.evaluate(f"{SEEN}.length") == 4
    assert chromium.complaints == []
    assert chromium.requests == [page.as_uri()]
