"""The report of the parity judge as one HTML file."""

from pathlib import Path
from typing import Any

from harness.parity.reports.page import tone_of, view_pair
from harness.parity.reports.report import Report
from harness.reports.page import Facts, flat_facts, render_page
from harness.reports.tables import Table
from harness.reports.texts import visible, visible_lines

_TEMPLATES = Path(__file__).resolve().parent / "templates"


def render_html(report: Report, context: dict[str, Any]) -> str:
    """The whole page."""
    return render_page(
        _TEMPLATES,
        report.as_document(context),
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
    )


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
    return tuple((title, tuple(flat_facts(content))) for title, content in parts.items() if content)


def _cpu_seconds(report: Report) -> dict[str, str]:
    spent: dict[str, float] = {}
    for pair in report.pairs:
        for result in pair.relations:
            for phase, seconds in result.phases.items():
                spent[phase] = spent.get(phase, 0.0) + seconds
    return {phase: f"{seconds:.2f}" for phase, seconds in spent.items()}
