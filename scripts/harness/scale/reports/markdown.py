"""The report of a mode as Markdown; a comment on GitHub sheds what fills it, never a verdict."""

from collections.abc import Iterator
from dataclasses import dataclass

from harness.reports.markdown import LIMIT, bullets, grid, inert, largest_that_fits
from harness.scale.document import Report, headline
from harness.scale.judging.growing import deciding
from harness.scale.reports.advice import advice
from harness.scale.reports.tables import (
    cells_table,
    contests_table,
    gains_table,
    growth_table,
    parts_table,
    verdicts_table,
)

ALL = 1_000_000


@dataclass(frozen=True)
class Room:
    """How many rows and how long a text may be."""

    rows: int = ALL
    width: int = 2_000


ROOMS = (Room(), Room(200, 500), Room(50, 300), Room(20, 200), Room(0, 100))


def render_markdown(report: Report, mode: str, limit: int = LIMIT) -> str:
    """The largest form that fits."""
    forms = (_blocks(report, mode, room) for room in ROOMS)
    return largest_that_fits(forms, f"scale_results_{mode}.json and index.html", limit)


def _blocks(report: Report, mode: str, room: Room) -> Iterator[str]:
    analysis = report.analysis
    yield f"# {inert(headline(report), 2_000)}"
    yield grid(verdicts_table(report.judged(mode)), 300)
    yield f"![Scaling characteristics](scaling_characteristics_{mode}.png)"
    yield "## Summary statistics"
    yield grid(cells_table(report, mode).first(room.rows), room.width)
    yield "## Linear scaling"
    curves = [curve for curve in analysis.curves if curve.mode == mode]
    yield (
        "T = fixed cost + c × employees^b at fixed years and shards. Linear means b ≤ "
        f"{report.budgets['growth']['exponent']:g}; R² of a straight line decides nothing: it is 0.9 for n^4 too."
    )
    yield grid(growth_table(curves, deciding(curves)).first(room.rows), room.width)
    if contests := [contest for contest in analysis.contests if mode in (contest.mode, contest.baseline)]:
        yield "## Speed-up"
        yield grid(contests_table(contests).first(room.rows), room.width)
    yield "## Memory efficiency"
    yield bullets(_memory(report, mode), room.width)
    if gains := [gain for gain in analysis.gains if gain.cell.mode == mode]:
        yield "## Shards"
        yield grid(gains_table(gains, report.analysis).first(room.rows), room.width)
    if parts := [part for part in analysis.parts if part.mode == mode]:
        yield "## Models and stages"
        yield grid(parts_table(parts).first(room.rows), room.width)
    yield "## Recommendations"
    yield bullets(list(advice(report, mode)) or ["Nothing: every budget held."], room.width)
    yield "## Noise and environment"
    yield bullets(_circumstances(report, mode), room.width)
    if room != Room():
        yield f"Shortened to fit; all of it stands in scale_results_{mode}.json and index.html."


def _memory(report: Report, mode: str) -> Iterator[str]:
    for line in report.judged(mode):
        if line.budget == "memory" or (line.budget == "growth" and line.question.startswith("peak memory")):
            yield f"{line.question}: {line.result} (limit {line.limit}). {line.detail}"


def _circumstances(report: Report, mode: str) -> Iterator[str]:
    session, context = report.session, report.context
    machine = context.get("machine", {})
    runs = [outcome for outcome in report.outcomes if outcome.run.cell.mode == mode and outcome.run.counts]
    disturbed = sum(1 for outcome in runs if outcome.contaminated)
    yield (
        f"session {session['id']}: {session['blocks']} iterations in random order (seed {session['order_seed']}), "
        f"{len(runs)} runs, {disturbed} disturbed, {session['redone']} measured again"
    )
    yield (
        f"{machine.get('processors')} × {machine.get('processor')}, {machine.get('memory_bytes', 0) / 1e9:.0f} GB, "
        f"{machine.get('system')} {machine.get('release')}, Python {context.get('python')}"
    )
    yield f"commit {context.get('commit') or 'unknown'}{' with uncommitted changes' if context.get('dirty') else ''}"
    yield f"to repeat: {' '.join(context.get('argv', []))}"
