"""Values as a reader must see them: nothing invisible, nothing that looks like its opposite, no 99.99 % as 100 %."""

import math
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from harness.reports.texts import clipped, visible

# Above this product of lengths only the common start and end are set apart: comparing letter by letter is quadratic.
_LETTER_BY_LETTER = 250_000


@dataclass(frozen=True)
class Part:
    """A piece of a value, and whether the other side has something else there."""

    text: str
    differs: bool


def shown(content: object) -> str:
    """A value of a result; text that could be taken for something else is quoted."""
    if content is None:
        return "NULL"
    if isinstance(content, bytes):
        return f"x'{content.hex()}'"
    text = visible(str(content))
    doubtful = isinstance(content, str) and (text in ("", "NULL") or text != text.strip())
    return f"'{text}'" if doubtful else text


def shown_pair(reference: object, candidate: object) -> tuple[str, str]:
    """Two values that differ, so that the difference can be seen."""
    ours, theirs = shown(reference), shown(candidate)
    if unicodedata.normalize("NFC", ours) != unicodedata.normalize("NFC", theirs):
        return ours, theirs
    return _with_type(reference), _with_type(candidate)


def clipped_pair(reference: str, candidate: str, width: int) -> tuple[str, str]:
    """Two long texts, from a little before their first difference."""
    if max(len(reference), len(candidate)) <= width:
        return reference, candidate
    start = max(0, _common_start(reference, candidate) - width // 3)
    before = "…" if start else ""
    return before + clipped(reference[start:], width), before + clipped(candidate[start:], width)


def marked(reference: str, candidate: str) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """Both texts in pieces, so that the letters that differ can be marked."""
    spans: Sequence[tuple[str, int, int, int, int]]
    if len(reference) * len(candidate) > _LETTER_BY_LETTER:
        spans = list(_middle(reference, candidate))
    else:
        spans = SequenceMatcher(None, reference, candidate, autojunk=False).get_opcodes()
    ours = tuple(Part(reference[a:b], tag != "equal") for tag, a, b, _, _ in spans if b > a)
    theirs = tuple(Part(candidate[c:d], tag != "equal") for tag, _, _, c, d in spans if d > c)
    return ours, theirs


def percent(share: float) -> str:
    """A share; 0 % and 100 % only if it is exactly that, because 9,999 of 10,000 is not all."""
    if share in (0, 1):
        return f"{share:.0%}".replace("%", " %")
    if 0 < share < 0.0001:
        return f"{share * 100:.1e} %"
    for low, high, words in ((0.9999, 1, "> 99.99 %"), (1, 1.0001, "> 100 %")):
        if low < share < high:
            return words
    digits = 2 if share < 0.01 or 0.99 < share < 1.01 else 1
    return f"{share * 100:,.{digits}f} %" if math.isfinite(share) else "–"


def _with_type(content: object) -> str:
    return f"{content!a} ({type(content).__name__})"


def _common_start(reference: str, candidate: str) -> int:
    pairs = enumerate(zip(reference, candidate, strict=False))
    return next((place for place, (ours, theirs) in pairs if ours != theirs), min(len(reference), len(candidate)))


def _middle(reference: str, candidate: str) -> Iterator[tuple[str, int, int, int, int]]:
    """Like the operations of a SequenceMatcher: common start, what lies between, common end."""
    start = _common_start(reference, candidate)
    end = _common_start(reference[start:][::-1], candidate[start:][::-1])
    ours, theirs = len(reference) - end, len(candidate) - end
    yield "equal", 0, start, 0, start
    yield "replace", start, ours, start, theirs
    yield "equal", ours, len(reference), theirs, len(candidate)
