"""The comparison as JSON, whose verdict counts."""

from typing import Any

from harness.plain import plain
from harness.scale.comparing.cell_table import cell_rows, cells_header
from harness.scale.comparing.comparison import Comparison
from harness.scale.comparing.line import Line
from harness.scale.comparing.measuring import MeasureRatio
from harness.scale.comparing.report import Report
from harness.scale.comparing.wording import environment, next_steps
from harness.scale.result_file import ResultFile

# 1.0  the first: verdict, exit_code, headline, context, settings, problem, results {baseline, contender, lines, …}
SCHEMA_VERSION = "1.0"
KIND = "scale_comparison"


def document_of(report: Report, context: dict[str, Any]) -> dict[str, Any]:
    """The content of the file."""
    document: dict[str, Any] = plain(
        {
            "schema_version": SCHEMA_VERSION,
            "kind": KIND,
            "verdict": report.exit_code.verdict,
            "exit_code": int(report.exit_code),
            "headline": report.headline,
            "problem": report.problem or None,
            "context": context,
            "settings": report.settings,
            "results": {
                "comparison": _comparison(report.comparison) if report.comparison else None,
                "confirmation": _comparison(report.second) if report.second else None,
                "trends": report.trends,
                "alerts": report.alerts,
                "notes": report.notes,
                "next_steps": next_steps(report),
            },
        }
    )
    return document


def _comparison(comparison: Comparison) -> dict[str, Any]:
    sides, matching = comparison.sides, comparison.matching
    header = cells_header(comparison)
    return {
        "paired": sides.same_session,
        "same_code": sides.same_code,
        "machine_differences": sides.machine_differences,
        "soft_differences": sides.soft_differences,
        "environment": list(environment(comparison)),
        "baseline": _side(sides.baseline),
        "contender": _side(sides.contender),
        "gates": comparison.gates,
        "noise_floor": {"log_sd": comparison.floor.sds, "comparisons": comparison.floor.comparisons},
        "lines": [_line(line) for line in comparison.lines],
        "ratios": [_ratio(ratio) for ratio in comparison.ratios.values()],
        "cells": [{"row": dict(zip(header, row.row, strict=True))} for row in cell_rows(comparison)],
        "common": matching.common,
        "baseline_only": matching.baseline_only,
        "contender_only": matching.contender_only,
    }


def _side(side: ResultFile) -> dict[str, Any]:
    return {
        "file": side.path,
        "mode": side.mode,
        "session": side.session.model_dump(),
        "subject": side.subject.model_dump(),
        "context": side.context.model_dump(),
    }


def _line(line: Line) -> dict[str, Any]:
    return {**plain(line), "verdict": line.verdict, "word": line.word}


def _ratio(ratio: MeasureRatio) -> dict[str, Any]:
    return {**plain(ratio), "direction": "contender ÷ baseline"}
