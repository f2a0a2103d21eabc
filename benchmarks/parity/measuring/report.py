"""The measurements and the bars, as tables and as JSON."""

import json
import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from measuring.bars import Outcome
from measuring.contestants import Contestant
from measuring.measurements import Measurement
from measuring.peers import REQUIREMENTS

# 1.0  first version: context, measurements, bars
SCHEMA_VERSION = "1.0"
BUSY = 1.5  # the bench itself keeps the processors busy: 1.0


def print_report(measurements: Sequence[Measurement], outcomes: Sequence[Outcome]) -> None:
    """Both tables."""
    print()
    print_table(("scenario", "rows", "contestant", "CPU s", "× scan", "MiB", "wall s", ""), _measured(measurements))
    print()
    print_table(("scenario", "bar", "measured", "limit", "status", ""), map(_judged, outcomes))
    print_caveat(measurements)


def print_caveat(measurements: Sequence[Measurement]) -> None:
    """Warn when the machine had so much else to do that CPU seconds mean less than they seem to."""
    load = max((sample.load for measurement in measurements for sample in measurement.samples), default=0.0)
    if load > BUSY:
        print(
            f"\nThe machine was busy: up to {load:.1f} processes per processor. Shared caches make joins up to twice "
            "as dear then, and a scan much less: repeat on a quiet machine before you believe a bar that is missed."
        )


def print_table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    """Columns as wide as their widest content."""
    lines = [header, *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def save(
    path: Path, arguments: dict[str, Any], measurements: Sequence[Measurement], outcomes: Sequence[Outcome]
) -> None:
    """Write everything, every sample too."""
    document = {
        "schema_version": SCHEMA_VERSION,
        "context": {
            "arguments": arguments,
            "machine": platform.platform(),
            "processors": os.cpu_count(),
            "python": platform.python_version(),
            "peers": [line for line in REQUIREMENTS.read_text().splitlines() if "==" in line],
        },
        "results": {
            "measurements": [asdict(measurement) for measurement in measurements],
            "bars": [_as_data(outcome) for outcome in outcomes],
        },
    }
    path.write_text(json.dumps(document, indent=2) + "\n")


def _measured(measurements: Sequence[Measurement]) -> Iterable[tuple[str, ...]]:
    floors = {
        measurement.scenario: measurement.cpu_seconds
        for measurement in measurements
        if measurement.contestant is Contestant.SCAN and not measurement.problem
    }
    for measurement in measurements:
        start = (measurement.scenario, f"{measurement.rows:,}", str(measurement.contestant))
        if measurement.problem or not measurement.samples:
            yield (*start, "–", "", "", "", measurement.problem or "")
            continue
        floor = floors.get(measurement.scenario)
        yield (
            *start,
            f"{measurement.cpu_seconds:.2f}",
            f"{measurement.cpu_seconds / floor:.2f}" if floor else "",
            f"{measurement.peak_rss_mib:.0f}",
            f"{min(sample.wall_seconds for sample in measurement.samples):.2f}",
            "",
        )


def _judged(outcome: Outcome) -> tuple[str, ...]:
    measured = "–" if outcome.measured is None else f"{outcome.measured:.2f} {outcome.bar.unit}"
    return outcome.bar.scenario, outcome.bar.claim, measured, str(outcome.bar), outcome.status, outcome.detail


def _as_data(outcome: Outcome) -> dict[str, Any]:
    return {
        "scenario": outcome.bar.scenario,
        "claim": outcome.bar.claim,
        "measured": outcome.measured,
        "limit": outcome.bar.limit,
        "at_least": outcome.bar.at_least,
        "unit": outcome.bar.unit,
        "status": outcome.status,
        "detail": outcome.detail,
    }
