"""What the changes of one column have in common, in a short phrase with the number of rows that it holds for."""

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from harness.parity.explain.documents import document_patterns, parsed
from harness.parity.explain.figures import figure_patterns

Pair = tuple[Any, Any]
Found = tuple[str, int]  # a phrase, and the number of rows that it holds for

PERMUTED = "the same values on other rows"

# A phrase that holds for fewer of the rows says nothing of the column.
LEAST_SHARE = 0.75


def find_pattern(type_: str, pairs: Sequence[Pair], rows: int) -> str | None:
    """The first phrase that holds for all pairs, or the one that holds for most; None if the changes are mixed.

    The pairs are (reference, candidate), all different; `rows` is how many such rows there are altogether.
    """
    of = f"of {len(pairs):,}{' examined' if len(pairs) < rows else ''}"
    full = [pair for pair in pairs if None not in pair]
    documents = _documents(type_, full)
    if documents:
        found = [*document_patterns(documents), *(found for found in _nulls(pairs) if found[1])]
        return ", ".join(f"{phrase} on {holds:,} {of}" for phrase, holds in found)
    best = ("", 0)
    for phrase, holds in _candidates(type_, pairs, full):
        if holds > best[1]:
            best = (phrase, holds)
        if holds == len(pairs):
            break
    phrase, holds = best
    if not holds or holds < LEAST_SHARE * len(pairs):
        return None
    return f"{phrase}{',' if phrase == PERMUTED else ' on'} {holds:,} {of}"


def _candidates(type_: str, pairs: Sequence[Pair], full: Sequence[Pair]) -> Iterator[Found]:
    """From the most telling to the most general; `full` are the pairs without a NULL."""
    yield from _nulls(pairs)
    for kinds, patterns in _PATTERNS:
        if full and all(isinstance(value, kinds) for pair in full for value in pair):
            yield from patterns(type_, full)
            break
    if len(pairs) > 1 and Counter(repr(old) for old, _ in pairs) == Counter(repr(new) for _, new in pairs):
        yield PERMUTED, len(pairs)
    if full:
        yield from _replacements(full)


def _nulls(pairs: Sequence[Pair]) -> Iterator[Found]:
    yield "value → NULL", sum(new is None for _, new in pairs)
    yield "NULL → value", sum(old is None for old, _ in pairs)


def _booleans(_: str, pairs: Sequence[Pair]) -> Iterator[Found]:
    for old in (True, False):
        yield f"{old} → {not old}".lower(), sum(pair[0] is old for pair in pairs)
    yield "flipped", len(pairs)


def _dates(_: str, pairs: Sequence[Pair]) -> Iterator[Found]:
    days, holds = _most_common((new - old).days for old, new in pairs)
    yield _shift(timedelta(days=days)), holds
    years, holds = _most_common(
        new.year - old.year for old, new in pairs if (old.month, old.day) == (new.month, new.day)
    )
    if holds:
        yield f"{_signed(years)} year{'' if abs(years) == 1 else 's'}", holds


def _moments(_: str, pairs: Sequence[Pair]) -> Iterator[Found]:
    shift, holds = _most_common(new - old for old, new in pairs)
    yield _shift(shift), holds
    for unit, cut in _CUTS.items():
        yield f"cut to whole {unit}", sum(new == old.replace(**cut) for old, new in pairs)


def _times(_: str, pairs: Sequence[Pair]) -> Iterator[Found]:
    day = date(2000, 1, 1)
    yield from _moments(_, [(datetime.combine(day, old), datetime.combine(day, new)) for old, new in pairs])


def _texts(_: str, pairs: Sequence[Pair]) -> Iterator[Found]:
    for phrase, reduce in _REDUCTIONS.items():
        yield phrase, sum(reduce(old) == reduce(new) for old, new in pairs)


def _replacements(pairs: Sequence[Pair]) -> Iterator[Found]:
    (old, new), holds = _most_common((_shown(old), _shown(new)) for old, new in pairs)
    yield f"{old} → {new}", holds
    new, holds = _most_common(_shown(new) for _, new in pairs)
    yield f"always {new}", holds


def _documents(type_: str, pairs: Sequence[Pair]) -> list[Pair]:
    """The pairs as JSON; nothing if some value is none, or if a text column holds something else than documents."""
    if type_ not in ("JSON", "VARCHAR"):
        return []
    try:
        documents = [(parsed(old), parsed(new)) for old, new in pairs]
    except ValueError:
        return []
    containers = all(isinstance(value, dict | list) for pair in documents for value in pair)
    return documents if containers or type_ == "JSON" else []


def _most_common(values: Any) -> tuple[Any, int]:  # noqa: ANN401  whatever can be counted
    ((value, holds),) = Counter(values).most_common(1) or [(0, 0)]
    return value, holds


def _shift(by: timedelta) -> str:
    sign, size = ("−", -by) if by < timedelta(0) else ("+", by)
    if size == timedelta(days=size.days):
        return f"{sign}{size.days} day{'' if size.days == 1 else 's'}"
    return f"{sign}{size}"


def _signed(number: int) -> str:
    return f"{'−' if number < 0 else '+'}{abs(number)}"


def _shown(value: object) -> str:
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 40 else f"{text[:39]}…"


_CUTS: dict[str, dict[str, Any]] = {
    "seconds": {"microsecond": 0},
    "minutes": {"microsecond": 0, "second": 0},
    "hours": {"microsecond": 0, "second": 0, "minute": 0},
    "days": {"microsecond": 0, "second": 0, "minute": 0, "hour": 0},
}
_REDUCTIONS: dict[str, Callable[[str], str]] = {
    "white space only": lambda text: "".join(text.split()),
    "upper and lower case only": str.casefold,
    "Unicode normalisation only": lambda text: unicodedata.normalize("NFC", text),
}
_PATTERNS: tuple[tuple[Any, Callable[[str, Sequence[Pair]], Iterator[Found]]], ...] = (
    (bool, _booleans),
    (int | Decimal | float, figure_patterns),
    (datetime, _moments),
    (date, _dates),
    (time, _times),
    (str, _texts),
)
