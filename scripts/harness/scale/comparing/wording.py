"""What every form of the report says, in the same words: tables as rows of text, and sentences."""

from collections.abc import Iterator, Sequence
from statistics import median

from harness.reports.tables import NOTHING, Row, Table
from harness.reports.texts import visible
from harness.scale.comparing.comparison import Comparison
from harness.scale.comparing.report import Report
from harness.scale.result_file import ResultFile
from harness.scale.statistics.limits import CONFIDENCE
from harness.scale.statistics.verdict import Verdict
from harness.scale.units import size

NO_STEP = "Nothing: every limit holds."
NO_STEP_OF_THE_SAME = "Nothing: the same code cannot have regressed."


def verdicts_table(comparison: Comparison) -> Table:
    """One row for each question."""
    header = ("question", "result", f"{CONFIDENCE * 100:.0f} % interval", "limit", "verdict")
    rows = ((line.question, line.result, line.spread or NOTHING, line.limit, line.word) for line in comparison.lines)
    return Table(header, tuple(rows))


def details(comparison: Comparison) -> Iterator[str]:
    """What the verdicts rest on."""
    return (f"{line.question}: {line.detail}" for line in comparison.lines if line.detail)


def one_sided(comparison: Comparison) -> Iterator[str]:
    """Cells that only one side has."""
    matching = comparison.matching
    for name, cells in zip(comparison.sides.names, (matching.baseline_only, matching.contender_only), strict=True):
        if cells:
            yield f"only in {name}, not compared: {', '.join(cell.label for cell in cells)}"


def noise_table(comparison: Comparison) -> Table:
    """Where the runs come from, and what disturbed them."""
    header = ("", "session", "commit", "ended", "runs", "disturbed", "redone", "waited for a processor", "foreign CPU")
    sides = zip(comparison.sides.names, comparison.sides.both, strict=True)
    return Table(header, tuple(_noise_row(name, side) for name, side in sides))


def environment(comparison: Comparison) -> Iterator[str]:
    """How the runs were paired, and what may have made a difference beside the code."""
    sides = comparison.sides
    if sides.same_session:
        yield "PAIRED: both ran in the same blocks of one session and share its noise."
    else:
        floors = ", ".join(f"{sd:.1%} of {measure}" for measure, sd in comparison.floor.sds.items())
        yield f"UNPAIRED: two sessions. Noise floor (log sd between two): {floors}; {comparison.floor.source}."
    differences = sides.machine_differences
    machine = sides.contender.context.machine
    yield f"Different machines: {'; '.join(differences)}" if differences else f"One machine: {_machine(machine)}"
    soft = sides.soft_differences
    yield f"Other differences: {'; '.join(soft)}" if soft else "Same Python, same libraries, same lock file."


def next_steps(report: Report) -> list[str]:
    """What follows from the numbers."""
    comparison = report.comparison
    if comparison is None:
        return []
    steps = [f"{line.question}: {line.next_step}" for line in comparison.lines if line.next_step and line.decides]
    failed = [line for line in comparison.lines if line.decides and line.verdict is Verdict.FAIL]
    steps += [f"{line.question}: {line.result} where {line.limit} is required" for line in failed if not line.next_step]
    default = not comparison.sides.same_session and not comparison.floor.is_measured
    if default and not comparison.sides.same_code and not comparison.sides.machine_differences:
        steps.append("compare three sessions of one commit in pairs: that measures the noise floor of this machine")
    steps += [trend.next_step for trend in report.lasting]
    return list(dict.fromkeys(steps)) or [NO_STEP_OF_THE_SAME if comparison.sides.same_code else NO_STEP]


def _noise_row(name: str, side: ResultFile) -> Row:
    outcomes = side.outcomes
    noises = [outcome.measurement.noise for outcome in outcomes if outcome.measurement]
    context = side.context
    commit = (context.commit or "none")[:7]
    return (
        name,
        visible(side.session.id),
        visible(f"{commit} with changes" if context.dirty else commit),
        visible(side.session.ended_at[:19]),
        f"{len(outcomes):,}",
        f"{sum(1 for outcome in outcomes if outcome.contaminated):,}",
        f"{side.session.redone:,}",
        _shares([noise.run_queue_share for noise in noises]),
        _shares([noise.foreign_cpu_share for noise in noises]),
    )


def _shares(shares: Sequence[float | None]) -> str:
    known = [share for share in shares if share is not None]
    return f"{median(known):.1%}, at most {max(known):.1%}" if known else NOTHING


def _machine(machine: dict[str, object]) -> str:
    told = []
    for name, content in machine.items():
        if name == "memory_bytes" and isinstance(content, int):
            told.append(f"memory {size(content)}")
        else:
            told.append(f"{name} {content}")
    return visible(", ".join(told))
