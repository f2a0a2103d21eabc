"""Markdown for a comment on GitHub: text that is only text, and the largest form of a report that fits."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from harness.reports.tables import Table
from harness.reports.texts import clipped, visible, visible_lines

# GitHub refuses a comment above 65,536 characters. Bytes are counted, which are never fewer, and a little is left
# for what a workflow writes above the report.
LIMIT = 65_000

Room = TypeVar("Room", bound=Any)  # a dataclass whose fields say how much of each part is shown

_LONGEST_END = 40  # bytes: how clipped() says how much more there is

_JOINER = "\u2060"  # takes no room, and ends what GitHub would make a mention, a reference or a link
_ENTITIES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("@", f"@{_JOINER}"), ("://", f":{_JOINER}//"))
# GitHub makes a link after _, * and ~ too, so that these are no part of a word here.
_REFERENCE = re.compile(r"#(?=\d)|(?<![A-Za-z0-9])(?:GH-(?=\d)|www(?=\.))", re.IGNORECASE)
_MARKUP = re.compile(r"[\\`*\[\]|~$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_BLOCK = re.compile(r"^(?:[-+#](?!\d)|\d+[.)](?=\s|$))")


def inert(text: str, width: int) -> str:
    """Text that means nothing to Markdown, to HTML, or to those whose name follows an @.

    What escaping makes much longer is shown less of: a few times `width` bytes are the most.
    """
    shown, part = _escaped(text, width), width
    while len(shown.encode()) > 3 * width + _LONGEST_END and part:
        part //= 2
        shown = _escaped(text, part)
    return shown


def bullets(sentences: Iterable[str], width: int) -> str:
    """A list; nothing if there is no sentence."""
    return "\n".join(f"* {inert(sentence, width)}" for sentence in sentences)


def grid(table: Table, width: int) -> str:
    """A table, without the columns that say nothing; nothing if it has no rows."""
    if not table.rows:
        return ""
    shown = table.without_empty_columns()
    header, *rows = (f"| {' | '.join(inert(cell, width) for cell in row)} |" for row in (shown.header, *shown.rows))
    title = [f"**{table.title}**", ""] if table.title else []
    return "\n".join((*title, header, f"|{' --- |' * len(shown.header)}", *rows))


def fenced(text: str, width: int, language: str = "") -> str:
    """Lines as they are, behind a fence that none of them can end."""
    lines = visible_lines(clipped(text, width))
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", lines)), 0)
    return f"{fence}{language}\n{lines}\n{fence}"


def largest_that_fits(forms: Iterable[Iterable[str]], files: str, limit: int = LIMIT) -> str:
    """The first of the forms, each a series of blocks and smaller than the one before, that stays below the limit.

    The last one is cut off if it does not either; `files` says where all of it stands.
    """
    text = ""
    for blocks in forms:
        text, whole = _start(blocks, limit)
        if whole:
            return text
    rest = f"\n\nThe report was cut off here; all of it stands in {files}.\n"
    start = text.encode()[: limit - len(rest.encode())].decode(errors="ignore")
    return start[: start.rindex("\n")] + rest


def shrinking(room: Room, sizes: Mapping[str, Sequence[int]]) -> Iterator[Room]:
    """The room itself, and then with less and less of each of its parts, in their order; the parts are its fields."""
    yield room
    for part, smaller in sizes.items():
        for size in smaller:
            room = replace(room, **{part: size})
            yield room


def left_out(room: Room, whole: Room, parts: Mapping[str, str], files: str) -> str:
    """Which parts are not whole, by their names in `parts`, and where they are; `width` counts characters."""
    shed = []
    for part, name in parts.items():
        size = getattr(room, part)
        if size != getattr(whole, part):
            unit = " characters" if part == "width" else ""
            shed.append(f"{name} {f'beyond {size:,}{unit}' if size else '(all)'}")
    return f"Left out to fit: {', '.join(shed)}. All of it stands in {files}."


def _escaped(text: str, width: int) -> str:
    plain = visible(clipped(text, width)).strip()  # four blanks would begin a block of code
    for letter, entity in _ENTITIES:
        plain = plain.replace(letter, entity)
    plain = _REFERENCE.sub(rf"\g<0>{_JOINER}", plain)
    plain = _MARKUP.sub(r"\\\g<0>", plain)
    return _BLOCK.sub(lambda found: f"{found[0][:-1]}\\{found[0][-1]}", plain)


def _start(blocks: Iterable[str], limit: int) -> tuple[str, bool]:
    """As many blocks as reach the limit, and whether all of them stay below it."""
    text = ""
    for block in blocks:
        text += f"\n\n{block}" if text and block else block
        if len(text.encode()) >= limit:
            return text, False
    return f"{text}\n", True
