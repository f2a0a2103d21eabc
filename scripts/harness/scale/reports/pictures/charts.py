"""The pictures of a mode, and what stands above all of them."""

from harness.scale.document import Report
from harness.scale.reports.pictures.axes import short
from harness.scale.reports.pictures.chart import Chart, Told, Tone
from harness.scale.reports.pictures.gains import gain_chart
from harness.scale.reports.pictures.growth import marginal_chart, time_chart
from harness.scale.reports.pictures.memory import memory_chart
from harness.scale.reports.pictures.subject import Subject, tone_of
from harness.scale.statistics.verdict import combined
from harness.words import counted

MOST_FAILURES = 4  # that are named


def charts_of(report: Report, mode: str) -> tuple[Chart, Chart, Chart, Chart]:
    """Time, time for each employee, memory, and what was gained."""
    subject = Subject(report, mode)
    return time_chart(subject), marginal_chart(subject), memory_chart(subject), gain_chart(subject)


def summary_of_mode(report: Report, mode: str) -> tuple[Told, ...]:
    """The verdict on a mode, what was run, and what failed."""
    subject = Subject(report, mode)
    lines = report.judged(mode)
    verdict = combined(line.verdict for line in lines)
    passed = sum(1 for line in lines if line.verdict is verdict)
    title = f"{mode}: {verdict.replace('_', ' ')}, {passed} of {counted(len(lines), 'verdict')}"
    sizes = ", ".join(short(size) for size in sorted({cell.employees for cell in subject.cells}))
    commit = str(report.context.get("commit") or "unknown")[:12]
    facts = (
        f"{sizes} employees; {counted(int(report.session['blocks']), 'iteration')}; session {report.session['id']}; "
        f"commit {commit}{' with changes' if report.context.get('dirty') else ''}"
    )
    return (Told(title, tone_of(verdict)), Told(facts), *_failed(subject))


def _failed(subject: Subject) -> tuple[Told, ...]:
    failures = subject.failures
    if not failures:
        return ()
    named = (f"{failure.label} at {failure.name}" for failure in failures[:MOST_FAILURES])
    more = f", and {len(failures) - MOST_FAILURES} more" if len(failures) > MOST_FAILURES else ""
    return (Told(f"Failed: {', '.join(named)}{more} (employees × years × shards)", Tone.BAD),)
