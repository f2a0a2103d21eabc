"""The report as one HTML file that needs no network, and no JavaScript except for its filters."""

import hashlib
import json
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from harness.parity.reports.page import tone_of, view_pair
from harness.parity.reports.report import Report
from harness.reports.tables import Table
from harness.reports.texts import visible, visible_lines

_TEMPLATES = Path(__file__).resolve().parent / "templates"

Facts = tuple[tuple[str, str], ...]


def render_html(report: Report, context: dict[str, Any]) -> str:
    """The whole page."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(visible=visible, visible_lines=visible_lines)
    environment.filters.update(visible=visible, visible_lines=visible_lines)
    script = (_TEMPLATES / "report.js").read_text(encoding="utf-8")
    page = environment.get_template("report.html.j2").render(
        headline=visible(report.headline),
        finding=str(report.finding),
        tone=tone_of(report.finding),
        problem=visible_lines(report.problem or ""),
        facts=_facts(report),
        pairs=[view_pair(number, report.reference, pair) for number, pair in enumerate(report.pairs, start=1)],
        reference=visible(report.reference),
        oracles=report.oracles,
        sides=_sides(report),
        circumstances=_circumstances(report, context),
        document=_embedded(report.as_document(context)),
        style=(_TEMPLATES / "report.css").read_text(encoding="utf-8"),
        script=script,
        script_hash=b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )
    return page.encode("utf-8", "backslashreplace").decode()


def _facts(report: Report) -> Facts:
    """What a reader wants to know before anything else."""
    target = report.target.get("name", "")
    employees = report.judgement.employees
    facts = {
        "target": target,
        "reference": report.reference,
        "candidates": ", ".join(pair.candidate for pair in report.judgement.pairs),
        **{name.replace("_", " "): str(content) for name, content in report.workload.items()},
        **({} if employees is None else {"employees": f"{employees:,}"}),
        "proof": str(report.settings.get("proof") or ""),
    }
    return tuple((name, visible(content)) for name, content in facts.items() if content)


def _sides(report: Report) -> Table:
    rows = (
        (
            visible(side.name),
            visible(side.mode or "–"),
            "–" if side.wall_seconds is None else f"{side.wall_seconds:,.1f} s",
            visible(" ".join(side.argv) or side.result),
            ", ".join(f"{visible(str(name))}={visible(str(content))}" for name, content in side.provenance.items()),
        )
        for side in report.judgement.sides
    )
    return Table(("side", "mode", "time", "command or result", "what the result says of itself"), tuple(rows))


def _circumstances(report: Report, context: dict[str, Any]) -> tuple[tuple[str, Facts], ...]:
    """Everything else, by heading."""
    parts = {
        "Settings": report.settings,
        "Target": report.target,
        "Baseline": report.baseline or {},
        "Context": context,
        "CPU seconds": _cpu_seconds(report),
    }
    return tuple((title, tuple(_flat(content))) for title, content in parts.items() if content)


def _flat(content: dict[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    for name, item in content.items():
        label = f"{before}{str(name).replace('_', ' ')}"
        if isinstance(item, dict):
            yield from _flat(item, f"{label}: ")
        elif isinstance(item, bool):
            yield visible(label), "yes" if item else "no"
        elif item not in (None, "", [], ()):
            told = " ".join(map(str, item)) if isinstance(item, list | tuple) else str(item)
            yield visible(label), visible(told)


def _cpu_seconds(report: Report) -> dict[str, str]:
    spent: dict[str, float] = {}
    for pair in report.pairs:
        for result in pair.relations:
            for phase, seconds in result.phases.items():
                spent[phase] = spent.get(phase, 0.0) + seconds
    return {phase: f"{seconds:.2f}" for phase, seconds in spent.items()}


def _embedded(document: dict[str, Any]) -> str:
    """JSON inside a script element: without a < nothing in it can end the element."""
    return json.dumps(document, ensure_ascii=False, allow_nan=False).replace("<", "\\u003c")
