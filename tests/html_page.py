"""A parser that reads a report as HTML, and what is asked of each such page."""

import re
from html.parser import HTMLParser

_VOID = {"meta", "br", "input", "img", "link", "hr"}
_LOADING = {"link", "img", "image", "iframe", "object", "embed", "base", "form", "use"}


class Page(HTMLParser):
    """Elements with their attributes, text that can be read, the contents of scripts, and the rows of tables."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.data: dict[str, str] = {}
        self.rows: list[tuple[dict[str, str | None], list[str]]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)
        if tag == "tr":
            self.rows.append((dict(attrs), []))
        if tag in ("td", "th"):
            self.rows[-1][1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        if tag in ("td", "th"):
            self.words.append(" ")

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "script":
            self.data[self.elements[-1][1].get("id") or "script"] = data
        elif self.open and self.open[-1] != "style":
            self.words.append(data)
            if "tr" in self.open and self.rows[-1][1]:
                self.rows[-1][1][-1] = f"{self.rows[-1][1][-1]} {data}".strip()

    @property
    def text(self) -> str:
        """What a reader sees, on one line."""
        return re.sub(r"\s+", " ", "".join(self.words))

    def attributes(self, name: str) -> list[str]:
        """Every value of an attribute."""
        return [attributes[name] or "" for _, attributes in self.elements if name in attributes]


def assert_well_formed(page: Page) -> None:
    """One title and heading, unique names, links that lead somewhere, header cells that say what they head."""
    tags = [tag for tag, _ in page.elements]
    assert page.open == []
    assert (tags.count("h1"), tags.count("title")) == (1, 1)
    assert ("html", {"lang": "en"}) in page.elements
    ids = page.attributes("id")
    assert len(ids) == len(set(ids))
    assert set(page.attributes("href")) <= {f"#{name}" for name in ids}
    assert all(attributes.get("scope") for tag, attributes in page.elements if tag == "th")


def assert_loads_nothing(page: Page) -> None:
    """No element that loads, no handler, and a policy that allows nothing that is not in the page."""
    for tag, attributes in page.elements:
        assert tag not in _LOADING
        assert not any(name.startswith("on") for name in attributes)
        assert {"src", "srcset", "style", "xlink:href"}.isdisjoint(attributes)
    policies = [attributes.get("content") or "" for _, attributes in page.elements if "http-equiv" in attributes]
    assert len(policies) == 1
    assert policies[0].startswith("default-src 'none'")
    assert "unsafe" not in policies[0].partition("script-src")[2]
