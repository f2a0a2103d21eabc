"""What to do next: sentences that follow from the numbers, the most pressing first."""

from collections.abc import Iterator

from harness.scale.document import Report
from harness.scale.outcome import Status
from harness.scale.statistics.verdict import Verdict
from harness.scale.units import size

DISTURBED_SHARE = 0.2  # of the runs; beyond it the machine is no place to measure
SMALL_SHARE = 0.05  # of the time; a part below it is not worth a word
POOR_EFFICIENCY = 0.5


def advice(report: Report, mode: str) -> Iterator[str]:
    """Sentences for a mode."""
    yield from _failures(report, mode)
    for line in report.judged(mode):
        if line.verdict is Verdict.FAIL:
            yield f"{line.question}: {line.result}, limit {line.limit}. {line.detail}".strip()
        elif line.verdict is Verdict.INCONCLUSIVE and line.decide:
            yield f"{line.question} is open: {line.decide}."
    yield from _parts(report, mode)
    yield from _shards(report, mode)
    yield from _noise(report, mode)
    if mode in report.unsharded:
        yield f"{mode} does not shard; it ran with one shard only."


def _failures(report: Report, mode: str) -> Iterator[str]:
    told = set()
    for outcome in report.analysis.samples.outcomes:
        cell = outcome.run.cell
        if cell.mode == mode and outcome.status is not Status.OK and cell not in told:
            told.add(cell)
            first = outcome.detail.splitlines()[0] if outcome.detail else "it says nothing"
            yield f"{cell} ended with {outcome.label}: {first} (log: {outcome.log or 'none'})"


def _parts(report: Report, mode: str) -> Iterator[str]:
    for part in report.analysis.parts:
        if part.mode == mode and part.verdict is Verdict.FAIL:
            yield (
                f"{part.kind} {part.name} grows as {part.law} and takes {part.share:.0%} at the largest size: "
                + ("look there first." if part.share >= SMALL_SHARE else "harmless now, and the first to hurt later.")
            )


def _shards(report: Report, mode: str) -> Iterator[str]:
    gains = [gain for gain in report.analysis.gains if gain.cell.mode == mode]
    if not gains:
        return
    best = max(gains, key=lambda gain: gain.gain.speed_up.estimate)
    if best.gain.speed_up.low > 1:
        yield f"Most is gained in {best.cell}: {best.gain.speed_up.estimate:.2f} × as fast as with one shard."
    elif all(gain.gain.efficiency.high < POOR_EFFICIENCY for gain in gains):
        yield "Shards gain nothing here: the work of one shard is smaller than what it takes to divide it."
    if any(report.analysis.oversubscribed(gain.cell) for gain in gains):
        yield "Cells with more shards than processors say nothing of a larger machine."


def _noise(report: Report, mode: str) -> Iterator[str]:
    runs = [outcome for outcome in report.analysis.samples.outcomes if outcome.run.cell.mode == mode]
    disturbed = [outcome for outcome in runs if outcome.contaminated]
    if len(disturbed) > DISTURBED_SHARE * len(runs):
        yield f"{len(disturbed)} of {len(runs)} runs were disturbed by others: repeat on a quiet machine."
    memory = report.context.get("machine", {}).get("memory_bytes")
    peaks = [outcome.measurement.memory.upper for outcome in runs if outcome.measurement]
    if memory and peaks and max(peaks) > 0.8 * memory:
        yield f"A run took {size(max(peaks))} of the {size(memory)} that this machine has: times may include swapping."
