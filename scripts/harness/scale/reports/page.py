"""What the page of a session shows besides its tables, arranged for the template."""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from markupsafe import Markup

from harness.reports.page import Facts, flat_facts
from harness.reports.tables import Row
from harness.reports.texts import visible
from harness.scale.document import Report
from harness.scale.judging.judged import Budget, Judged
from harness.scale.reports.advice import advice
from harness.scale.reports.pictures.chart import Chart, Told, Tone
from harness.scale.reports.pictures.charts import charts_of, summary_of_mode
from harness.scale.reports.pictures.subject import tone_of
from harness.scale.reports.pictures.svg import draw_keys, draw_svg
from harness.scale.reports.tables import interval
from harness.scale.statistics.limits import BRACKET
from harness.scale.units import size

SHARES = {
    "foreign CPU, of all processors": "foreign_cpu_share",
    "CPU stolen by other machines": "steal_share",
    "waiting for a processor": "run_queue_share",
    "pressure on processors": "psi_cpu",
    "pressure on memory": "psi_memory",
    "pressure on disks": "psi_io",
}
MOST_DISTURBED = 200  # runs that are listed; the JSON has them all


@dataclass(frozen=True)
class VerdictView:
    """A question with its answer."""

    tone: Tone
    verdict: str
    line: Judged
    interval: str
    confidence: str


@dataclass(frozen=True)
class Figure:
    """A picture with its heading, or words in its place."""

    title: str
    told: tuple[Told, ...]
    svg: Markup
    keys: tuple[tuple[Markup, str], ...]
    words: str


@dataclass(frozen=True)
class ModeView:
    """The pictures of a mode, and what to do next."""

    name: str
    summary: tuple[Told, ...]
    figures: tuple[Figure, ...]
    advice: tuple[str, ...]


def verdicts(report: Report) -> Iterator[tuple[str, tuple[VerdictView, ...]]]:
    """The verdicts of each budget."""
    for budget in Budget:
        lines = [line for line in report.analysis.judged if line.budget is budget]
        if lines:
            yield str(budget), tuple(map(_verdict, lines))


def modes(report: Report) -> Iterator[ModeView]:
    """Every mode with its pictures."""
    for mode in report.modes:
        verdict, _, *failed = summary_of_mode(report, mode)  # what was run stands above
        figures = tuple(map(_figure, charts_of(report, mode)))
        yield ModeView(visible(mode), (verdict, *failed), figures, tuple(advice(report, mode)))


def facts(report: Report) -> Facts:
    """What a reader wants to know before anything else."""
    matrix, session, context = report.matrix, report.session, report.context
    sizes = sorted({*matrix["employees"], *matrix.get("added_sizes", ())})
    told = {
        "modes": ", ".join(report.modes),
        "employees": ", ".join(f"{number:,}" for number in sizes),
        "years": ", ".join(map(str, matrix["years"])),
        "shards": ", ".join(map(str, matrix["shards"])),
        "iterations": str(session["blocks"]),
        "runs": f"{len(report.outcomes)}, {session['redone']} of them repeats of disturbed ones",
        "begun": str(session["started_at"]),
        "commit": f"{context.get('commit') or 'unknown'}{' with uncommitted changes' if context.get('dirty') else ''}",
    }
    return tuple((name, visible(content)) for name, content in told.items())


def noise(report: Report) -> Iterator[Row]:
    """What each witness saw: in the middle, and at worst."""
    seen = [outcome.measurement for outcome in report.outcomes if outcome.measurement and outcome.run.counts]
    for name, field in SHARES.items():
        values = [value for each in seen if (value := getattr(each.noise, field)) is not None]
        if values:
            yield name, f"{median(values):.1%}", f"{max(values):.1%}"
    if swapped := [each.noise.swap_out_pages for each in seen if each.noise.swap_out_pages is not None]:
        yield "pages swapped out", f"{median(swapped):,.0f}", f"{max(swapped):,}"
    if free := [each.noise.least_available_bytes for each in seen if each.noise.least_available_bytes is not None]:
        yield "least memory left", size(median(free)), size(min(free))
    if seen:
        cores, peaks = [each.observer.core_share for each in seen], [each.observer.peak_bytes for each in seen]
        yield "taken by the observer, of one core", f"{median(cores):.1%}", f"{max(cores):.1%}"
        yield "memory of the observer", size(median(peaks)), size(max(peaks))


def disturbed(report: Report) -> tuple[tuple[Row, ...], int]:
    """The runs that others disturbed, and how many more there are than are listed."""
    found = [
        (str(outcome.run.cell), str(outcome.run.block), str(outcome.attempt), "; ".join(outcome.contaminated))
        for outcome in report.outcomes
        if outcome.contaminated
    ]
    listed = tuple(tuple(map(visible, row)) for row in found[:MOST_DISTURBED])
    return listed, len(found) - len(listed)


def command(report: Report) -> str:
    """How the session was started."""
    return visible(shlex.join(["python", *map(str, report.context.get("argv", ()))]))


def circumstances(report: Report) -> tuple[tuple[str, Facts], ...]:
    """Everything else, by heading."""
    parts = {
        "Environment": {name: item for name, item in report.context.items() if name != "argv"},
        "Session": report.session,
        "What was run": report.subject,
        "Budgets": report.budgets,
    }
    return tuple((title, tuple(flat_facts(content))) for title, content in parts.items())


def _verdict(line: Judged) -> VerdictView:
    found = line.interval
    told = visible(interval(found, line.unit)) if found else ""
    is_bracket = found is not None and found.confidence == BRACKET
    confidence = "bracket" if is_bracket else f"{found.confidence:.0%}" if found else ""
    return VerdictView(tone_of(line.verdict), line.verdict.words, line, told, confidence)


def _figure(chart: Chart) -> Figure:
    # Both are made by ElementTree, which escapes what it writes.
    keys = tuple((Markup(picture), name) for picture, name in draw_keys(chart))  # noqa: S704
    return Figure(chart.title, chart.told, Markup(draw_svg(chart)), keys, chart.words)  # noqa: S704
