"""The result file of a mode: everything that was measured and concluded, as JSON."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from harness.errors import ExitCode
from harness.plain import plain
from harness.scale.cells import Cell
from harness.scale.costs import Measure, cost_of
from harness.scale.judging.analysis import Analysis
from harness.scale.judging.growing import GrowthCurve
from harness.scale.judging.judged import Judged
from harness.scale.judging.shards import ShardGain
from harness.scale.outcome import Outcome, Status
from harness.scale.statistics.growth import Growth
from harness.scale.statistics.verdict import Verdict, combined

# 1.0  first version: verdict, context, session, subject, matrix, budgets, results {judged, cells, curves, contests,
#      gains, parts, samples}
SCHEMA_VERSION = "1.0"
KIND = "scale_results"
EXIT_CODES = {
    Verdict.PASS: ExitCode.PASS,
    Verdict.FAIL: ExitCode.FAIL,
    Verdict.INCONCLUSIVE: ExitCode.INCONCLUSIVE,
    Verdict.NOT_JUDGED: ExitCode.COULD_NOT_JUDGE,
}


@dataclass(frozen=True)
class Report:
    """A session and what was concluded from it."""

    analysis: Analysis
    outcomes: tuple[Outcome, ...]  # all attempts, warm-ups too
    session: dict[str, Any]
    subject: dict[str, Any]
    matrix: dict[str, Any]
    budgets: dict[str, Any]
    context: dict[str, Any]
    unsharded: tuple[str, ...] = ()  # modes that ran with one shard only although more were asked for

    @property
    def modes(self) -> list[str]:
        """The modes in the order of the command line."""
        return list(self.matrix["modes"])

    def judged(self, mode: str) -> list[Judged]:
        """The verdicts that concern a mode."""
        return [line for line in self.analysis.judged if not line.modes or mode in line.modes]

    def exit_code(self) -> ExitCode:
        """What all verdicts together amount to."""
        return EXIT_CODES[self.analysis.verdict]


def document_of(report: Report, mode: str) -> dict[str, Any]:
    """The content of scale_results_<mode>.json."""
    analysis = report.analysis
    verdict = combined(line.verdict for line in report.judged(mode))
    document: dict[str, Any] = plain(
        {
            "schema_version": SCHEMA_VERSION,
            "kind": KIND,
            "mode": mode,
            "verdict": EXIT_CODES[verdict].verdict,
            "session_verdict": report.exit_code().verdict,
            "exit_code": int(report.exit_code()),
            "headline": headline(report),
            "context": report.context,
            "session": report.session,
            "subject": report.subject,
            "matrix": report.matrix,
            "budgets": report.budgets,
            "results": {
                "judged": report.judged(mode),
                "cells": [summary_of(cell, analysis) for cell in analysis.cells_of(mode)],
                "curves": [_curve(curve) for curve in analysis.curves if curve.mode == mode],
                "contests": [contest for contest in analysis.contests if mode in (contest.mode, contest.baseline)],
                "gains": [_gain(gain, analysis) for gain in analysis.gains if gain.cell.mode == mode],
                "parts": [part for part in analysis.parts if part.mode == mode],
                "samples": [outcome.document() for outcome in report.outcomes if outcome.run.cell.mode == mode],
            },
        }
    )
    return document


def headline(report: Report) -> str:
    """The verdict in one line."""
    words = {
        Verdict.PASS: "SCALE PASSED",
        Verdict.FAIL: "SCALE FAILED",
        Verdict.INCONCLUSIVE: "SCALE INCONCLUSIVE",
        Verdict.NOT_JUDGED: "SCALE NOT JUDGED",
    }
    lines = report.analysis.judged
    worst = [line for line in lines if line.verdict is report.analysis.verdict]
    counts = ", ".join(
        f"{number} {verdict.words.lower()}"
        for verdict in Verdict
        if (number := sum(1 for line in lines if line.verdict is verdict))
    )
    first = "" if report.analysis.verdict is Verdict.PASS else f"; {worst[0].question}: {worst[0].result}"
    return f"{words[report.analysis.verdict]}: {', '.join(report.modes)}: {counts}{first}"


def summary_of(cell: Cell, analysis: Analysis) -> dict[str, Any]:
    """One line of the table of cells: medians, with the least and the most."""
    runs = analysis.samples.of(cell)
    failed = [o for o in analysis.samples.outcomes if o.run.cell == cell and o.status is not Status.OK]
    measured = [outcome.measurement for outcome in runs if outcome.measurement]
    return {
        "cell": cell,
        "status": failed[-1].label if failed else ("OK" if runs else "NOT RUN"),
        "detail": failed[-1].detail if failed else "",
        "runs": len(runs),
        "disturbed": sum(1 for outcome in runs if outcome.contaminated),
        "wall_seconds": _spread([cost_of(Measure.WALL)(run) for run in runs]),
        "cpu_seconds": _spread([cost_of(Measure.CPU)(run) for run in runs]),
        "engine_seconds": _spread([analysis.samples.engine_seconds(run) for run in runs]),
        "memory_lower_bytes": max((each.memory.lower for each in measured), default=None),
        "memory_upper_bytes": max((each.memory.upper for each in measured), default=None),
        "memory_rss_sum_bytes": max((each.memory.peak_rss_sum for each in measured), default=None),
        "foreign_cpu_share": _spread([each.noise.foreign_cpu_share for each in measured]),
        "run_queue_share": _spread([each.noise.run_queue_share for each in measured]),
        "oversubscribed": analysis.oversubscribed(cell),
        "answer": runs[0].answer if runs else {},
    }


def _spread(values: Sequence[float | None]) -> dict[str, float] | None:
    known = [value for value in values if value is not None]
    return {"median": median(known), "least": min(known), "most": max(known)} if known else None


def _curve(curve: GrowthCurve) -> dict[str, Any]:
    growth = curve.growth
    common = {
        "mode": curve.mode,
        "years": curve.years,
        "shards": curve.shards,
        "measure": curve.measure,
        "samples": curve.samples,
        "verdict": growth.verdict,
        "law": None,
        "exponent": None,
        "excess": getattr(growth, "ratio", None),
        "why_not": getattr(growth, "reason", ""),
    }
    if not isinstance(growth, Growth):
        return common
    return common | {
        "law": growth.law,
        "exponent": growth.exponent,
        "fixed_cost": growth.fixed_cost,
        "marginal_cost": growth.marginal_cost,
        "lack_of_fit_p": growth.lack_of_fit_p,
        "fits": growth.fits,
        "r_squared": growth.r_squared,
        "band": [[n, growth.projection(n).low, growth.projection(n).high] for n in _sizes_of_a_band(curve.samples)],
    }


def _sizes_of_a_band(samples: dict[int, list[float]]) -> list[int]:
    """Sizes from the smallest to a little beyond the largest, evenly on a logarithmic scale."""
    least, most = min(samples), max(samples) * 1.2
    return [round(least * (most / least) ** (step / 40)) for step in range(41)]


def _gain(gain: ShardGain, analysis: Analysis) -> dict[str, Any]:
    return {
        "cell": gain.cell,
        "pairs": gain.pairs,
        "speed_up": gain.gain.speed_up,
        "efficiency": gain.gain.efficiency,
        "serial_fraction": gain.gain.serial_fraction,
        "oversubscribed": analysis.oversubscribed(gain.cell),
    }
