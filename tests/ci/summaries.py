"""render_summary.py as the workflows call it, and its Markdown as an independent reader sees it."""

import os
import subprocess
import sys
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from markdown_it import MarkdownIt

from tests.ci.results import JOBS, put
from tests.ci.workflows import ROOT

SCRIPT = ROOT / "scripts" / "render_summary.py"
RUN_URL = "https://github.com/o/r/actions/runs/42"
COMMIT = "5f0c" * 10
HARMLESS = {
    "h3", "h4", "p", "ul", "li", "strong", "table", "thead", "tbody", "tr", "th", "td", "details", "summary", "a"
}  # fmt: skip


def render(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run it with a Python that has no package installed, in a locale that knows ASCII only."""
    command = [sys.executable, "-E", "-S", str(SCRIPT), *map(str, arguments)]
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C"}
    return subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=False, timeout=60)


def as_comment(folder: Path, *sources: str, jobs: object = JOBS) -> subprocess.CompletedProcess[str]:
    """The comment on a pull request."""
    put(jobs, folder / "jobs.json")
    told = ("--jobs", folder / "jobs.json", "--run-url", RUN_URL, "--commit", COMMIT)
    return render("--comment", *told, *sources)


@dataclass
class Page(HTMLParser):
    """What a reader of the Markdown gets to see: tags, addresses and text."""

    tags: set[str] = field(default_factory=set)
    addresses: set[str] = field(default_factory=set)
    comments: list[str] = field(default_factory=list)
    text: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag with its attributes."""
        self.tags.add(tag)
        self.addresses |= {str(value) for _, value in attrs}

    def handle_data(self, data: str) -> None:
        """Text."""
        self.text += data

    def handle_comment(self, data: str) -> None:
        """A comment, which nobody sees."""
        self.comments.append(data)


def page(markdown: str) -> Page:
    """The Markdown as CommonMark with tables reads it, raw HTML included."""
    read = Page()
    read.feed(MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown))
    return read
