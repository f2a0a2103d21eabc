"""A report as one HTML file that needs no network, and no JavaScript except for its filters."""

import hashlib
import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from harness.reports.texts import visible, visible_lines

_SHARED = Path(__file__).resolve().parent / "templates"

Facts = tuple[tuple[str, str], ...]


def render_page(templates: Path, document: Mapping[str, Any], **content: object) -> str:
    """The page that a folder with report.html.j2, report.css and report.js describes; the document lies in it as JSON.

    Its one script may run because the policy of the page names the script's digest; nothing else may.
    """
    environment = Environment(
        loader=FileSystemLoader([templates, _SHARED]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(visible=visible, visible_lines=visible_lines)
    script = _joined(_SHARED / "filters.js", templates / "report.js")
    page = environment.get_template("report.html.j2").render(
        **content,
        document=_embedded(document),
        style=_joined(_SHARED / "base.css", templates / "report.css"),
        script=script,
        script_hash=b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )
    return page.encode("utf-8", "backslashreplace").decode()


def _joined(*paths: Path) -> str:
    return "".join(path.read_text(encoding="utf-8") for path in paths)


def flat_facts(content: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    """What nested dictionaries say, each with its whole name; what says nothing is left out."""
    for name, item in content.items():
        label = f"{before}{str(name).replace('_', ' ')}"
        if isinstance(item, dict):
            yield from flat_facts(item, f"{label}: ")
        elif isinstance(item, bool):
            yield visible(label), "yes" if item else "no"
        elif item not in (None, "", [], ()):
            told = " ".join(map(str, item)) if isinstance(item, list | tuple) else str(item)
            yield visible(label), visible(told)


def _embedded(document: Mapping[str, Any]) -> str:
    """JSON inside a script element: without a < nothing in it can end the element."""
    return json.dumps(document, ensure_ascii=False, allow_nan=False).replace("<", "\\u003c")
