"""Single rows in words: samples of a difference, and the history of the first divergent employee."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from harness.parity.explanation import Explanation, Moment, Sample
from harness.parity.reports.values import clipped_pair, shown, shown_pair
from harness.parity.reports.wording import kind_in_words
from harness.reports.tables import Table
from harness.reports.texts import clipped, visible

_WIDTH = 160  # of one value in running text; the HTML and the JSON have it whole
_ON_ONE_LINE = 3  # more changed columns than that are listed one below the other

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Stretch:
    """The part of a history around its first difference."""

    moments: tuple[Moment, ...]
    before: int  # moments left out
    after: int


def sample_lines(sample: Sample, reference: str, candidate: str) -> list[str]:
    """One differing key: both values of each column that differs, or the rows that only one side has."""
    start = f"{kind_in_words(sample.kind)}  {key_in_words(sample.key) or 'row'}:"
    if sample.kind == "duplicate_key":
        copies = ((reference, sample.copies_reference), (candidate, sample.copies_candidate))
        start += f" {', '.join(f'{number:,}× in {visible(side)}' for side, number in copies)}"
    if is_pair(sample):
        changes = list(_changes(differing_columns(sample), sample.reference[0], sample.candidate[0]))
        return _listed(start, changes)
    if sample.kind in ("missing", "extra"):
        return [f"{start} {_content(row, without=sample.key)}" for row in sample.reference or sample.candidate]
    return [start, *(f"  {line}" for line in _rows_of_sides(sample, reference, candidate))]


def key_in_words(key: Record) -> str:
    """The columns that tell a row apart, whole."""
    return ", ".join(f"{visible(name)}={shown(content)}" for name, content in key.items())


def is_pair(sample: Sample) -> bool:
    """Whether each side has one row, so that they can be compared column by column."""
    return sample.kind != "duplicate_key" and len(sample.reference) == len(sample.candidate) == 1


def differing_columns(sample: Sample) -> tuple[str, ...]:
    """The columns in which the two rows of a pair differ; repr() tells -0.0 from 0.0, which == does not."""
    if sample.columns:
        return sample.columns
    ours, theirs = sample.reference[0], sample.candidate[0]
    return tuple(name for name in ours if repr(ours[name]) != repr(theirs.get(name)))


def changes_in_words(sample: Sample) -> str:
    """Both values of each column in which the rows of a pair differ; nothing for other samples."""
    if not is_pair(sample):
        return ""
    return "; ".join(_changes(differing_columns(sample), sample.reference[0], sample.candidate[0]))


def stretch(explanation: Explanation, before: int, after: int) -> Stretch:
    """As many moments before the first difference and after it."""
    history = explanation.history
    first = next((place for place, moment in enumerate(history) if moment.first_difference), 0)
    begin, end = max(0, first - before), min(len(history), first + 1 + after)
    return Stretch(history[begin:end], begin, len(history) - end)


def history_table(moments: Iterable[Moment], entity: Record | None) -> Table:
    """The merged rows of both sides; an arrow marks the first difference."""
    rows = (
        (
            "→" if moment.first_difference else "",
            visible(moment.relation),
            key_in_words({name: content for name, content in moment.key.items() if name not in (entity or {})}),
            visible(moment.status),
            _told(moment),
        )
        for moment in moments
    )
    return Table(("", "relation", "key", "status", "content"), tuple(rows))


def _told(moment: Moment) -> str:
    if moment.reference is not None and moment.candidate is not None and moment.columns:
        return "; ".join(_changes(moment.columns, moment.reference, moment.candidate))
    return clipped(_content(moment.reference or moment.candidate or {}, without=moment.key), _WIDTH)


def _changes(columns: Iterable[str], reference: Record, candidate: Record) -> Iterator[str]:
    for name in columns:
        ours, theirs = clipped_pair(*shown_pair(reference.get(name), candidate.get(name)), _WIDTH)
        yield f"{visible(name)}: {ours} → {theirs}"


def _listed(start: str, changes: list[str]) -> list[str]:
    if len(changes) <= _ON_ONE_LINE:
        return [f"{start} {'; '.join(changes)}"]
    return [start, *(f"  {change}" for change in changes)]


def _content(record: Record, without: Record) -> str:
    rest = (f"{visible(name)}={clipped(shown(item), _WIDTH)}" for name, item in record.items() if name not in without)
    return ", ".join(rest) or "no other columns"


def _rows_of_sides(sample: Sample, reference: str, candidate: str) -> Iterator[str]:
    for side, rows in ((reference, sample.reference), (candidate, sample.candidate)):
        for row in rows:
            yield f"only in {visible(side)}: {_content(row, without=sample.key)}"
