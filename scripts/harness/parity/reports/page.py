"""What the HTML page shows of a pair, arranged for the template; every text in it is still to be escaped."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harness.parity.checks import Check, Status
from harness.parity.explanation import Difference, Explanation, Moment, Sample
from harness.parity.reports.headline import describe_difference, why_unjudged
from harness.parity.reports.rows_in_words import differing_columns, is_pair, key_in_words
from harness.parity.reports.values import Part, clipped_pair, marked, shown, shown_pair
from harness.parity.reports.wording import (
    changes_table,
    contingency_table,
    difference_in_sentences,
    distributions_table,
    entity_in_words,
    fine_print,
    groups_table,
    kind_in_words,
    origin_in_words,
    relation_row,
    steps_table,
)
from harness.parity.results import Finding, PairResult, RelationResult
from harness.reports.tables import NOTHING, Table
from harness.reports.texts import visible, visible_lines

_SAMPLES = 300  # of one relation; the JSON at the end of the page has them all
_MOMENTS = 1_000
_LINES = 2_000  # of a table
_WIDTH = 4_000  # of a value
_SIGNS = {"good": "=", "bad": "≠", "open": "and"}

Parts = tuple[Part, ...]


@dataclass(frozen=True)
class Line:
    """A row of a table, with what the filters look for: names of columns as JSON, and a kind."""

    cells: tuple[str, ...]
    columns: str | None = None
    kind: str | None = None


@dataclass(frozen=True)
class Sheet:
    """A table whose rows can be filtered."""

    title: str
    header: tuple[str, ...]
    lines: tuple[Line, ...]
    left_out: int = 0


@dataclass(frozen=True)
class Value:
    """One column of a row on both sides, in pieces."""

    column: str
    reference: Parts
    candidate: Parts
    columns: str


@dataclass(frozen=True)
class PairedSample:
    """A key with one row on either side: both values of each column that differs."""

    kind: str
    key: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class MomentView:
    """A row of the history; `content` is what both sides have, or one of them."""

    first: bool
    relation: str
    key: str
    status: str
    columns: str
    values: tuple[Value, ...]
    content: str
    side: str


@dataclass(frozen=True)
class RelationView:
    """A relation that differs."""

    anchor: str
    name: str
    sentence: str
    sentences: tuple[str, ...]
    sheets: tuple[Sheet, ...]
    samples: tuple[PairedSample, ...]
    rows: Sheet | None
    left_out: int
    sql: str


@dataclass(frozen=True)
class PairView:
    """Everything about reference and one candidate."""

    anchor: str
    title: str
    finding: str
    tone: str
    candidate: str
    problem: str
    reasons: tuple[str, ...]
    checks: tuple[tuple[str, tuple[Check, ...]], ...]
    overview: tuple[tuple[str, str, tuple[str, ...]], ...]  # tone, anchor, cells
    origin: str
    words: tuple[str, ...]
    steps: Table | None
    relations: tuple[RelationView, ...]
    entity: str
    history: tuple[MomentView, ...]
    history_left_out: int
    fine_print: tuple[str, ...]
    controls: Sheet


def tone_of(finding: Finding) -> str:
    """How good a finding is."""
    good = finding.equal or finding in (Finding.ORACLES_HOLD, Finding.BASELINE_SAVED)
    return "good" if good else "bad" if finding in (Finding.DIFFERENT, Finding.ORACLE_BROKEN) else "open"


def view_pair(number: int, reference: str, pair: PairResult) -> PairView:
    """Arrange a pair."""
    anchor, explanation = f"pair-{number}", pair.explanation
    names = (reference, pair.candidate)
    history = explanation.history if explanation else ()
    return PairView(
        anchor=anchor,
        title=visible(f"{reference} {_SIGNS[tone_of(pair.finding)]} {pair.candidate}"),
        finding=str(pair.finding),
        tone=tone_of(pair.finding),
        candidate=visible(pair.candidate),
        problem=visible_lines(pair.problem or ""),
        reasons=tuple(visible(reason) for reason in why_unjudged(pair)[bool((pair.problem or "").strip()) :]),
        checks=tuple(_by_status(pair)),
        overview=tuple(
            (tone_of(result.finding), _anchor(anchor, place, result), _overview_cells(pair, result))
            for place, result in enumerate(pair.relations)
        ),
        origin=origin_in_words(explanation) if explanation else "",
        words=tuple(visible(sentence) for sentence in explanation.words) if explanation else (),
        steps=steps_table(explanation) if explanation else None,
        relations=tuple(
            _view_relation(_anchor(anchor, place, result), names, result)
            for place, result in enumerate(pair.relations)
            if result.finding is Finding.DIFFERENT
        ),
        entity=entity_in_words(explanation.entity) if explanation else "",
        history=tuple(_view_moment(explanation, moment) for moment in history[:_MOMENTS] if explanation),
        history_left_out=max(0, len(history) - _MOMENTS),
        fine_print=tuple(fine_print(pair)),
        controls=_controls(pair),
    )


def _anchor(anchor: str, place: int, result: RelationResult) -> str:
    return f"{anchor}-relation-{place}" if result.finding is Finding.DIFFERENT else ""


def _overview_cells(pair: PairResult, result: RelationResult) -> tuple[str, ...]:
    _, *cells, seconds = relation_row(pair.candidate, result)
    caught = sum(control.caught for control in result.controls)
    return (*cells, f"{caught} of {len(result.controls)} noticed" if result.controls else NOTHING, seconds)


def _by_status(pair: PairResult) -> Iterator[tuple[str, tuple[Check, ...]]]:
    for status in (Status.FAILED, Status.WAIVED, Status.UNVERIFIED, Status.PASSED):
        found = tuple(made for made in pair.checks if made.status is status)
        if found:
            yield str(status), found


def _controls(pair: PairResult) -> Sheet:
    header = ("relation", "planted", "noticed", "what was planted")
    return Sheet(
        "Negative controls", header, tuple(Line(_planted(result)) for result in pair.relations if result.controls)
    )


def _planted(result: RelationResult) -> tuple[str, ...]:
    told = (
        control.name if control.caught else f"{control.name} (NOT NOTICED: {control.detail})"
        for control in result.controls
    )
    caught = sum(control.caught for control in result.controls)
    return visible(result.name), str(len(result.controls)), str(caught), visible(", ".join(told))


def _view_relation(anchor: str, names: tuple[str, str], result: RelationResult) -> RelationView:
    difference = result.difference
    samples = difference.samples if difference else ()
    paired = [sample for sample in samples if is_pair(sample)]
    others = [sample for sample in samples if not is_pair(sample)]
    return RelationView(
        anchor=anchor,
        name=visible(result.name),
        sentence=describe_difference(result),
        sentences=tuple(difference_in_sentences(difference)) if difference else (),
        sheets=tuple(sheet for sheet in _sheets(names, result, difference) if sheet.lines),
        samples=tuple(_view_sample(sample) for sample in paired[:_SAMPLES]),
        rows=_rows_of_samples(names, others[:_SAMPLES]) if others else None,
        left_out=max(0, len(paired) - _SAMPLES) + max(0, len(others) - _SAMPLES),
        sql=visible_lines(difference.sql) if difference else "",
    )


def _sheets(names: tuple[str, str], result: RelationResult, difference: Difference | None) -> Iterator[Sheet]:
    header = ("what", "column", visible(names[0]), visible(names[1]))
    drift = (
        Line(tuple(visible(text or "absent") for text in (d.kind, d.column, d.reference, d.candidate)), _json(d.column))
        for d in result.drift
    )
    yield Sheet("Schema", header, tuple(drift))
    if difference is None:
        return
    cells = sorted(difference.contingency, key=lambda cell: -cell.rows)
    marks: list[tuple[str | None, str | None]]
    marks = [(_json(*([cell.column] if cell.column else [])), kind_in_words(cell.kind)) for cell in cells]
    yield _sheet(contingency_table(cells), marks)
    marks = [(_json(change.column), "changed") for change in difference.changes]
    yield _sheet(changes_table(difference.changes), marks)
    if not cells and len(difference.by_group) > 1:
        table = groups_table(difference, *names)
        yield _sheet(table, [(None, None)] * len(table.rows))
    table = distributions_table(difference.distributions, *names)
    marks = [(_json(entry.column), None) for entry in difference.distributions for _ in names]
    yield _sheet(table, marks)


def _sheet(table: Table, marks: Sequence[tuple[str | None, str | None]]) -> Sheet:
    table = table.without_empty_columns()
    lines = (Line(row, *mark) for row, mark in zip(table.rows, marks, strict=True))
    return Sheet(table.title, table.header, tuple(lines)[:_LINES], max(0, len(table.rows) - _LINES))


def _view_sample(sample: Sample) -> PairedSample:
    columns = differing_columns(sample)
    values = tuple(_values(columns, sample.reference[0], sample.candidate[0]))
    return PairedSample(kind_in_words(sample.kind), key_in_words(sample.key), values)


def _values(columns: Iterable[str], reference: Mapping[str, Any], candidate: Mapping[str, Any]) -> Iterator[Value]:
    for name in columns:
        pair = clipped_pair(*shown_pair(reference.get(name), candidate.get(name)), _WIDTH)
        yield Value(visible(name), *marked(*pair), _json(name))


def _rows_of_samples(names: tuple[str, str], samples: Sequence[Sample]) -> Sheet:
    """The whole rows of keys that one side lacks or has more often."""
    columns = list(dict.fromkeys(name for s in samples for row in (*s.reference, *s.candidate) for name in row))
    lines = (
        Line((kind, visible(side), *(shown(row[name]) if name in row else NOTHING for name in columns)), None, kind)
        for sample in samples
        for kind in (kind_in_words(sample.kind),)
        for side, rows in zip(names, (sample.reference, sample.candidate), strict=True)
        for row in rows
    )
    header = ("kind", "only in", *map(visible, columns))
    return Sheet("Rows that only one side has, or has more often", header, tuple(lines))


def _view_moment(explanation: Explanation, moment: Moment) -> MomentView:
    key = {name: content for name, content in moment.key.items() if name not in (explanation.entity or {})}
    ours, theirs = moment.reference, moment.candidate
    changed = ours is not None and theirs is not None and moment.columns
    rest = {name: item for name, item in (ours or theirs or {}).items() if name not in moment.key}
    return MomentView(
        first=moment.first_difference,
        relation=visible(moment.relation),
        key=key_in_words(key),
        status=visible(moment.status),
        columns=_json(*moment.columns),
        values=tuple(_values(moment.columns, ours or {}, theirs or {})) if changed else (),
        content="" if changed else key_in_words(rest),
        side="both" if ours is not None and theirs is not None else "candidate" if ours is None else "reference",
    )


def _json(*columns: str) -> str:
    return json.dumps([visible(column) for column in columns])
