"""The report as Markdown: a comment on GitHub, which sheds what fills it but never a verdict."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from harness.parity.checks import Check, Status
from harness.parity.explanation import Difference, Explanation
from harness.parity.reports.headline import describe_difference, why_unjudged
from harness.parity.reports.report import Report
from harness.parity.reports.rows_in_words import history_table, sample_lines, stretch
from harness.parity.reports.wording import (
    changes_table,
    check_in_words,
    contingency_table,
    difference_in_sentences,
    distributions_table,
    entity_in_words,
    fine_print,
    groups_table,
    oracles_table,
    origin_in_words,
    relations_table,
    steps_table,
)
from harness.parity.results import Finding, PairResult, RelationResult
from harness.reports.markdown import LIMIT, bullets, fenced, grid, inert, largest_that_fits, left_out, shrinking
from harness.reports.tables import Table
from harness.reports.texts import visible
from harness.words import counted

_EVERYTHING = 1_000_000
_FILES = "parity_report.json and parity_report.html"  # where all of it stands


@dataclass(frozen=True)
class Room:
    """How much of each part is shown, in the order in which they give way."""

    samples: int = _EVERYTHING
    history: int = _EVERYTHING
    contingency: int = _EVERYTHING
    patterns: int = _EVERYTHING
    checks: int = _EVERYTHING
    width: int = 20_000  # of a sentence, a cell and a log
    equal_relations: int = _EVERYTHING
    relations: int = _EVERYTHING


_PARTS = {
    "samples": "samples",
    "history": "histories",
    "contingency": "rows of contingency tables",
    "patterns": "patterns of changes",
    "checks": "checks, exclusions and commands",
    "width": "what texts say",
    "equal_relations": "relations that are equal",
    "relations": "relations that differ",
}
_SIZES = {
    "samples": (20, 5, 1, 0),
    "history": (10, 0),
    "contingency": (12, 0),
    "patterns": (12, 0),
    "checks": (0,),
    "width": (2_000, 300, 100),
    "equal_relations": (0,),
    "relations": (100, 20, 5),
}


def render_markdown(report: Report, limit: int = LIMIT) -> str:
    """The largest form of the report that fits."""
    forms = (_blocks(report, room) for room in shrinking(Room(), _SIZES))
    return largest_that_fits(forms, _FILES, limit)


def _blocks(report: Report, room: Room) -> Iterator[str]:
    yield f"# {inert(report.headline, 2_000)}"
    if report.problem:
        yield fenced(report.problem, room.width)
    if report.oracles:
        yield "## Oracles"
        yield grid(oracles_table(report.oracles), room.width)
    for pair in report.pairs:
        yield from _pair(report.reference, pair, room)
    if room.checks:
        yield from _circumstances(report, room)
    if room != Room():
        yield left_out(room, Room(), _PARTS, _FILES)


def _pair(reference: str, pair: PairResult, room: Room) -> Iterator[str]:
    yield f"## {inert(f'{reference} and {pair.candidate}: {pair.finding}', room.width)}"
    if pair.problem:
        yield fenced(pair.problem, room.width)
    reasons = why_unjudged(pair)[bool((pair.problem or "").strip()) :]
    yield bullets((f"not fulfilled: {reason}" for reason in reasons), room.width)
    yield _relations(pair, room)
    if pair.explanation:
        yield from _origin(pair.explanation, room)
    different = [result for result in pair.relations if result.finding is Finding.DIFFERENT]
    for result in different[: room.relations]:
        yield from _relation(reference, pair.candidate, result, room)
    if pair.explanation and pair.explanation.history and room.history:
        yield from _history(pair.explanation, room)
    if room.checks:
        yield bullets(_besides(pair), room.width)


def _relations(pair: PairResult, room: Room) -> str:
    """The verdict of every relation; those for which there is no room are counted."""
    sizes, found = {True: room.equal_relations, False: room.relations}, Counter[bool]()
    header, *rows = (row[1:] for row in (relations_table([]).header, *relations_table([pair]).rows))
    shown = []
    for row, result in zip(rows, pair.relations, strict=True):
        found[result.finding.equal] += 1
        if found[result.finding.equal] <= sizes[result.finding.equal]:
            shown.append(row)
    words = {True: "equal", False: "not equal"}
    left_out = {equal: number - sizes[equal] for equal, number in found.items() if number > sizes[equal]}
    more = (f"{counted(number, 'relation')} more: {words[equal]}" for equal, number in left_out.items())
    return "\n\n".join(filter(None, (grid(Table(header, tuple(shown)), room.width), bullets(more, room.width))))


def _origin(explanation: Explanation, room: Room) -> Iterator[str]:
    yield inert(origin_in_words(explanation), room.width)
    yield bullets(explanation.words, room.width)
    if room.checks:
        yield grid(steps_table(explanation), room.width)


def _relation(reference: str, candidate: str, result: RelationResult, room: Room) -> Iterator[str]:
    yield f"### {inert(result.name, room.width)}"
    yield inert(describe_difference(result), room.width)
    if result.difference:
        yield from _difference(reference, candidate, result.difference, room)


def _difference(reference: str, candidate: str, difference: Difference, room: Room) -> Iterator[str]:
    yield bullets(difference_in_sentences(difference), room.width)
    cells = contingency_table(difference.contingency)
    groups = groups_table(difference, reference, candidate)
    yield grid((cells if cells.rows or len(groups.rows) < 2 else groups).first(room.contingency), room.width)
    yield grid(changes_table(difference.changes).first(room.patterns), room.width)
    yield grid(distributions_table(difference.distributions, reference, candidate).first(room.patterns), room.width)
    samples = difference.samples[: room.samples]
    lines = "\n".join(line for sample in samples for line in sample_lines(sample, reference, candidate))
    yield f"**Samples**\n\n{fenced(lines, _EVERYTHING)}" if lines else ""
    if room.checks and difference.sql:
        yield f"**SQL that shows the rows that only the reference has**\n\n{fenced(difference.sql, room.width, 'sql')}"


def _history(explanation: Explanation, room: Room) -> Iterator[str]:
    shown = stretch(explanation, room.history, room.history)
    whose = entity_in_words(explanation.entity) or "the first divergent rows"
    yield f"### History of {inert(whose, room.width)}"
    left_out = ((shown.before, "earlier row"), (shown.after, "later row"))
    yield grid(history_table(shown.moments, explanation.entity), room.width)
    yield bullets((f"{counted(number, noun)} more" for number, noun in left_out if number), room.width)


def _besides(pair: PairResult) -> Iterator[str]:
    yield from (f"waived by --allow: {check_in_words(made)}" for made in pair.waived_checks)
    yield from (f"not verified: {check_in_words(made)}" for made in pair.unverified_checks)
    yield from fine_print(pair)
    passed = [made for made in pair.checks if made.status is Status.PASSED]
    if passed:
        yield f"{counted(len(passed), 'check')} passed: {', '.join(_names(passed))}"


def _names(checks: Iterable[Check]) -> Iterable[str]:
    return dict.fromkeys(made.name for made in checks)


def _circumstances(report: Report, room: Room) -> Iterator[str]:
    told = report.workload | {name: content for name, content in report.settings.items() if content}
    rows = tuple((visible(name), visible(_settings(content))) for name, content in told.items())
    yield "## Circumstances" if rows or report.judgement.sides else ""
    yield grid(Table(("what", "value"), rows), room.width)
    sides = tuple(
        (visible(side.name), f"{side.wall_seconds or 0:.1f} s", visible(" ".join(side.argv) or side.result))
        for side in report.judgement.sides
    )
    yield grid(Table(("side", "time", "command or result"), sides), room.width)


def _settings(content: object) -> str:
    return " ".join(map(str, content)) if isinstance(content, list | tuple) else str(content)
