"""The report as Markdown: a comment on GitHub, which sheds what fills it but never a verdict."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace

from harness.parity.checks import Check, Status
from harness.parity.explanation import Difference, Explanation
from harness.parity.reports.headline import describe_difference, why_unjudged
from harness.parity.reports.report import Report
from harness.parity.reports.rows_in_words import history_table, sample_lines, stretch
from harness.parity.reports.values import clipped, visible, visible_lines
from harness.parity.reports.wording import (
    Table,
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
from harness.words import counted

# GitHub refuses a comment above 65,536 characters. Bytes are counted, which are never fewer, and a little is left
# for what a workflow writes above the report.
LIMIT = 65_000

_EVERYTHING = 1_000_000
_MARKUP = re.compile(r"[\\`*\[\]|~$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_BLOCK = re.compile(r"^(\s*(?:[-+#](?!\d))|\d+[.)](?=\s|$))")


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
    text = ""
    for room in _rooms():
        text, whole = _start(_blocks(report, room), limit)
        if whole:
            return text
    rest = "\n\nThe report was cut off here; all of it stands in parity_report.json and parity_report.html.\n"
    start = text.encode()[: limit - len(rest.encode())].decode(errors="ignore")
    return start[: start.rindex("\n")] + rest


def _start(blocks: Iterable[str], limit: int) -> tuple[str, bool]:
    """As many blocks as reach the limit, and whether all of them stay below it."""
    text = ""
    for block in blocks:
        text += f"\n\n{block}" if text and block else block
        if len(text.encode()) >= limit:
            return text, False
    return f"{text}\n", True


def _rooms() -> Iterator[Room]:
    room = Room()
    yield room
    for part, sizes in _SIZES.items():
        for size in sizes:
            room = replace(room, **{part: size})
            yield room


def _blocks(report: Report, room: Room) -> Iterator[str]:
    yield f"# {_text(report.headline, Room(width=2_000))}"
    if report.problem:
        yield _fenced(report.problem, room)
    if report.oracles:
        yield "## Oracles"
        yield _table(oracles_table(report.oracles), room)
    for pair in report.pairs:
        yield from _pair(report.reference, pair, room)
    if room.checks:
        yield from _circumstances(report, room)
    if room != Room():
        yield _left_out(room)


def _left_out(room: Room) -> str:
    """Which parts are not whole, and where they are."""
    shed = []
    for part in fields(room):
        size, whole = getattr(room, part.name), getattr(Room(), part.name)
        if size != whole:
            unit = " characters" if part.name == "width" else ""
            shed.append(f"{_PARTS[part.name]} {f'beyond {size:,}{unit}' if size else '(all)'}")
    return f"Left out to fit: {', '.join(shed)}. All of it stands in parity_report.json and parity_report.html."


def _pair(reference: str, pair: PairResult, room: Room) -> Iterator[str]:
    yield f"## {_text(f'{reference} and {pair.candidate}: {pair.finding}', room)}"
    if pair.problem:
        yield _fenced(pair.problem, room)
    reasons = why_unjudged(pair)[bool((pair.problem or "").strip()) :]
    yield _list((f"not fulfilled: {reason}" for reason in reasons), room)
    yield _relations(pair, room)
    if pair.explanation:
        yield from _origin(pair.explanation, room)
    different = [result for result in pair.relations if result.finding is Finding.DIFFERENT]
    for result in different[: room.relations]:
        yield from _relation(reference, pair.candidate, result, room)
    if pair.explanation and pair.explanation.history and room.history:
        yield from _history(pair.explanation, room)
    if room.checks:
        yield _list(_besides(pair), room)


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
    return "\n\n".join(filter(None, (_table(Table(header, tuple(shown)), room), _list(more, room))))


def _origin(explanation: Explanation, room: Room) -> Iterator[str]:
    yield _text(origin_in_words(explanation), room)
    yield _list(explanation.words, room)
    if room.checks:
        yield _table(steps_table(explanation), room)


def _relation(reference: str, candidate: str, result: RelationResult, room: Room) -> Iterator[str]:
    yield f"### {_text(result.name, room)}"
    yield _text(describe_difference(result), room)
    if result.difference:
        yield from _difference(reference, candidate, result.difference, room)


def _difference(reference: str, candidate: str, difference: Difference, room: Room) -> Iterator[str]:
    yield _list(difference_in_sentences(difference), room)
    cells = contingency_table(difference.contingency)
    groups = groups_table(difference.by_group, reference, candidate)
    yield _table((cells if cells.rows or len(groups.rows) < 2 else groups).first(room.contingency), room)
    yield _table(changes_table(difference.changes).first(room.patterns), room)
    yield _table(distributions_table(difference.distributions, reference, candidate).first(room.patterns), room)
    samples = difference.samples[: room.samples]
    lines = "\n".join(line for sample in samples for line in sample_lines(sample, reference, candidate))
    yield f"**Samples**\n\n{_fenced(lines, Room(width=_EVERYTHING))}" if lines else ""
    if room.checks and difference.sql:
        yield f"**SQL that shows the rows that only the reference has**\n\n{_fenced(difference.sql, room, 'sql')}"


def _history(explanation: Explanation, room: Room) -> Iterator[str]:
    shown = stretch(explanation, room.history, room.history)
    whose = entity_in_words(explanation.entity) or "the first divergent rows"
    yield f"### History of {_text(whose, room)}"
    left_out = ((shown.before, "earlier row"), (shown.after, "later row"))
    yield _table(history_table(shown.moments, explanation.entity), room)
    yield _list((f"{counted(number, noun)} more" for number, noun in left_out if number), room)


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
    yield _table(Table(("what", "value"), rows), room)
    sides = tuple(
        (visible(side.name), f"{side.wall_seconds or 0:.1f} s", visible(" ".join(side.argv) or side.result))
        for side in report.judgement.sides
    )
    yield _table(Table(("side", "time", "command or result"), sides), room)


def _settings(content: object) -> str:
    return " ".join(map(str, content)) if isinstance(content, list | tuple) else str(content)


def _text(text: str, room: Room) -> str:
    """Text that means nothing to Markdown, to HTML, or to those whose name follows an @."""
    plain = visible(clipped(text, room.width))
    for letter, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("@", "@\u2060")):
        plain = plain.replace(letter, entity)
    plain = _MARKUP.sub(r"\\\g<0>", plain)
    return _BLOCK.sub(lambda found: f"{found[0][:-1]}\\{found[0][-1]}", plain)


def _list(sentences: Iterable[str], room: Room) -> str:
    return "\n".join(f"* {_text(sentence, room)}" for sentence in sentences)


def _table(table: Table, room: Room) -> str:
    """A table, without the columns that say nothing; nothing if it has no rows."""
    if not table.rows:
        return ""
    shown = table.without_empty_columns()
    header, *rows = (f"| {' | '.join(_text(cell, room) for cell in row)} |" for row in (shown.header, *shown.rows))
    title = [f"**{table.title}**", ""] if table.title else []
    return "\n".join((*title, header, f"|{' --- |' * len(shown.header)}", *rows))


def _fenced(text: str, room: Room, language: str = "") -> str:
    """Lines as they are, behind a fence that none of them can end."""
    lines = visible_lines(clipped(text, room.width))
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", lines)), 0)
    return f"{fence}{language}\n{lines}\n{fence}"
