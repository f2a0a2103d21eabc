"""What a mode gained over the baseline, or what shards gained: one line for each cell, with its interval."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.scale.cells import Cell
from harness.scale.judging.analysis import Analysis
from harness.scale.judging.judged import Budget
from harness.scale.judging.shards import ShardGain
from harness.scale.judging.speeding import Contest
from harness.scale.reports.pictures.axes import log_axis, row_axis
from harness.scale.reports.pictures.chart import (
    Axis,
    Chart,
    Dots,
    Frame,
    Mark,
    Note,
    Role,
    Rule,
    Shape,
    Spans,
    Told,
    Zone,
)
from harness.scale.reports.pictures.subject import Subject, judged_in_words, name_of, tone_of
from harness.scale.reports.tables import interval
from harness.scale.statistics.verdict import Interval

ROW = "employees × years × shards"
MEAN = "geometric mean"
REACH = 3.0  # an interval that goes on beyond this multiple of all estimates is cut off
OUTSIDE = 1.5  # times the end of the axis: there the cap of an interval is out of sight
ROOM_FOR_WORDS = 0.16  # of the width


@dataclass(frozen=True)
class Row:
    """The line of a cell: its interval, and what is said at the end of it."""

    cell: Cell
    ratio: Interval | None
    words: str = ""
    is_hollow: bool = False


def gain_chart(subject: Subject) -> Chart:
    """The speed-ups over the baseline; for the baseline, or without one, what shards gained."""
    contest = next((c for c in subject.report.analysis.contests if c.mode == subject.mode), None)
    if contest:
        return _speed_ups(subject, contest)
    gains = [gain for gain in subject.report.analysis.gains if gain.cell.mode == subject.mode]
    if gains:
        return _shard_gains(gains, subject.report.analysis)
    return Chart("Speed-up", (), words=_why_nothing(subject))


def _speed_ups(subject: Subject, contest: Contest) -> Chart:
    title = f"Speed-up over {contest.baseline}, {contest.what}"
    lines = [line for line in subject.report.judged(subject.mode) if line.budget is Budget.SPEED_UP]
    told = tuple(Told(f"{line.question}: {judged_in_words(line)}", tone_of(line.verdict)) for line in lines)
    if contest.overall is None:
        return Chart(title, told, words=f"No workload has good runs of both {contest.baseline} and {contest.mode}.")
    limit, overall = float(subject.report.budgets["speed_up"]), contest.overall.interval
    hollow = subject.report.analysis.oversubscribed
    rows = [Row(cell.cell, cell.ratio, is_hollow=hollow(cell.cell)) for cell in contest.cells]
    rows += _unpaired(subject, contest)
    rows.sort(key=lambda row: (row.cell.shards, row.cell.years, row.cell.employees))
    x = _axis(f"times as fast: {contest.baseline} ÷ {contest.mode}", rows, [limit, overall.estimate])
    y = row_axis(ROW, [*(name_of(row.cell) for row in rows), MEAN])
    low, high = max(overall.low, x.low), min(overall.high, x.high)
    marks = (
        Zone(low, high, Role.MAIN, key="interval of the mean"),
        Rule(limit, Role.LIMIT, upright=True, key=f"limit, {limit:g} ×"),
        *_row_marks(rows, x, y, overall.confidence),
        Dots(((overall.estimate, 0.0),), Role.MAIN, Shape.DIAMOND),
    )
    return Chart(title, told, Frame(x, y, marks, rows=len(y.ticks)))


def _shard_gains(gains: Sequence[ShardGain], analysis: Analysis) -> Chart:
    best = max(gains, key=lambda gain: gain.gain.speed_up.estimate)
    speed_up = best.gain.speed_up
    told = Told(
        f"most in {name_of(best.cell)}: {speed_up.estimate:.2f} × [{interval(speed_up, '×')}], "
        f"efficiency {best.gain.efficiency.estimate:.0%}; there is no limit"
    )
    rows = [
        Row(
            cell=gain.cell,
            ratio=gain.gain.speed_up,
            words=f"{gain.gain.efficiency.estimate:.0%} efficient",
            is_hollow=analysis.oversubscribed(gain.cell),
        )
        for gain in gains
    ]
    x = _axis("times as fast as with one shard", rows, [1.0, *(gain.cell.shards for gain in gains)])
    y = row_axis(ROW, [name_of(row.cell) for row in rows])
    ideal = tuple((float(row.cell.shards), height) for row, (height, _) in zip(rows, y.ticks, strict=True))
    marks = (
        Rule(1.0, Role.QUIET, upright=True, dashed=True, key="no gain"),
        Dots(ideal, Role.QUIET, Shape.TICK, key="ideal"),
        *_row_marks(rows, x, y, speed_up.confidence),
    )
    return Chart("Speed-up by shards, wall time", (told,), Frame(x, y, marks, rows=len(rows)))


def _why_nothing(subject: Subject) -> str:
    shards = sorted({cell.shards for cell in subject.cells})
    if shards != [1]:
        return "No workload has good runs with one shard and with more,\nand there is no baseline to compare with."
    if any(contest.baseline == subject.mode for contest in subject.report.analysis.contests):
        return f"{subject.mode} is what the other modes are measured against,\nand it ran with one shard only."
    return "The session has no baseline to compare with,\nand ran with one shard only."


def _unpaired(subject: Subject, contest: Contest) -> Iterator[Row]:
    """The cells of the mode without a speed-up, with what became of them or of the baseline."""
    paired = {cell.cell for cell in contest.cells}
    own = {failure.cell: failure.label for failure in subject.failures}
    others = Subject(subject.report, contest.baseline).failures
    baseline = {(failure.cell.employees, failure.cell.years): failure.label for failure in others}
    for cell in subject.cells:
        if cell not in paired:
            other = baseline.get((cell.employees, cell.years), "not run")
            yield Row(cell, None, own.get(cell) or f"{contest.baseline}: {other}")


def _axis(label: str, rows: Sequence[Row], more: Sequence[float]) -> Axis:
    found = [row.ratio for row in rows if row.ratio]
    estimates = [*(ratio.estimate for ratio in found), *more]
    low, high = min(estimates) / REACH, max(estimates) * REACH
    ends = (min(max(end, low), high) for ratio in found for end in (ratio.low, ratio.high))
    room = ROOM_FOR_WORDS if any(row.words and row.ratio for row in rows) else 0.0
    return log_axis(label, [*estimates, *ends], headroom=room)


def _row_marks(rows: Sequence[Row], x: Axis, y: Axis, confidence: float) -> Iterator[Mark]:
    placed = [(row, height) for row, (height, _) in zip(rows, y.ticks, strict=False)]
    known = [(row, row.ratio, height) for row, height in placed if row.ratio]
    spans = (
        ((max(ratio.low, x.low / OUTSIDE), height), (min(ratio.high, x.high * OUTSIDE), height))
        for _, ratio, height in known
        if ratio.low > 0  # from one pair no interval follows
    )
    yield Spans(tuple(spans), Role.MAIN, key=f"{confidence:.0%} interval")
    for is_hollow, key in ((False, "cell"), (True, "more shards than processors")):
        points = tuple((ratio.estimate, height) for row, ratio, height in known if row.is_hollow is is_hollow)
        if points:
            yield Dots(points, Role.MAIN, filled=not is_hollow, key=key)
    for row, height in placed:
        if row.words:
            yield Note((x.at(0.99), height), row.words, Role.QUIET if row.ratio else Role.LIMIT, ends_there=True)
