"""Whether a project gets slower from one result to the next, which no single comparison shows."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

from harness.reports.texts import visible
from harness.scale.comparing.history import Entry, History
from harness.scale.costs import Measure
from harness.scale.statistics.history import DEFAULT_RULE, HistoryJudgement, is_lasting, judge_newest
from harness.scale.statistics.limits import LASTING_RUNS
from harness.scale.statistics.verdict import Verdict
from harness.scale.units import amount
from harness.words import counted


@dataclass(frozen=True)
class Trend:
    """One measure of one mode over the results that measured the same cells of one workload on one kind of machine."""

    mode: str
    measure: Measure
    values: tuple[float, ...]
    threshold: float | None  # of the newest; None if the history is too short
    out_of_the_ordinary: bool  # the newest alone
    lasting: bool  # the last ones together
    since: str = ""  # the commit of the first of them

    @property
    def subject(self) -> str:
        """What was measured of whom."""
        return f"{self.measure} of {self.mode}"

    @property
    def next_step(self) -> str:
        """What a lasting degradation calls for."""
        start = f"with {self.since}" if self.since else f"in the last {LASTING_RUNS} results"
        return f"{self.subject}: find out what made it grow; it began {start}"

    @property
    def sentence(self) -> str:
        """What is to be said of it."""
        newest = amount(self.values[-1], self.measure)
        what = f"{self.subject}, {newest}"
        if self.threshold is None:
            earlier = counted(len(self.values) - 1, "earlier result")
            return f"{what}: {earlier}, and a judgement needs {DEFAULT_RULE.window}"
        limit = amount(self.threshold, self.measure)
        if self.lasting:
            start = f" since {self.since}" if self.since else ""
            return f"LASTING DEGRADATION: {what}: each of the last {LASTING_RUNS} results is out of the ordinary{start}"
        if self.out_of_the_ordinary:
            return f"{what}: out of the ordinary, which is above {limit}; {LASTING_RUNS} in a row would be an alert"
        return f"{what}: as usual, below {limit}, among {len(self.values)} results"


def trends(history: History) -> tuple[Trend, ...]:
    """Every mode and measure of the newest entry."""
    return tuple(_trends(history))


def restarts(history: History) -> Iterator[str]:
    """Which series have begun anew, and why: until they are long enough again nothing is judged."""
    newest = history.entries[-1]
    for mode in newest.modes:
        earlier = [entry for entry in history.entries[:-1] if mode in entry.modes]
        others = [entry for entry in earlier if _differences(history, entry, mode)]
        if others and len(earlier) - len(others) < DEFAULT_RULE.window:
            told = "; ".join(_differences(history, others[-1], mode))
            yield f"the history of {mode} begins anew: {told}; left out: {counted(len(others), 'earlier result')}"


def _trends(history: History) -> Iterator[Trend]:
    newest = history.entries[-1]
    for mode in newest.modes:
        alike = [entry for entry in history.entries if mode in entry.modes and not _differences(history, entry, mode)]
        for measure in Measure:
            known = [(entry, value) for entry in alike if (value := entry.modes[mode].of(measure))]
            if known and known[-1][0] is newest:
                yield _trend(mode, measure, known)


def _differences(history: History, entry: Entry, mode: str) -> list[str]:
    """Why the mean of a mode cannot be compared with the newest one; nothing if it can.

    Not for another kernel, which every update of a system brings: a degradation must outlast those.
    """
    newest = history.entries[-1]
    hardware = history.hardware(entry), history.hardware(newest)
    cells = entry.cells_of(mode), newest.cells_of(mode)
    found = {
        f"the machine was {hardware[0]} and is {hardware[1]}": hardware[0] != hardware[1],
        f"the workload was {entry.workload} and is {newest.workload}": entry.workload != newest.workload,
        "other cells were measured": cells[0] != cells[1],
    }
    return [visible(words) for words, differs in found.items() if differs]


def _trend(mode: str, measure: Measure, known: list[tuple[Entry, float]]) -> Trend:
    values = [value for _, value in known]
    judged = judge_newest(values)
    ordinary = not isinstance(judged, HistoryJudgement) or judged.verdict is Verdict.PASS
    lasting = is_lasting(values) is True
    return Trend(
        mode=mode,
        measure=measure,
        values=tuple(values),
        threshold=judged.threshold if isinstance(judged, HistoryJudgement) else None,
        out_of_the_ordinary=not ordinary,
        lasting=lasting,
        since=_since(known) if lasting else "",
    )


def _since(known: list[tuple[Entry, float]]) -> str:
    """The commit with which it began, as far back as each result is out of the ordinary by what was before it all."""
    values = [value for _, value in known]
    lengths = range(LASTING_RUNS, len(values))
    longest = list(takewhile(lambda runs: is_lasting(values, runs=runs), lengths))[-1]
    return (known[-longest][0].commit or "")[:7]
