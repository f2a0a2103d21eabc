"""Words that reports share."""

from collections.abc import Sequence


def counted(number: int, noun: str) -> str:
    """A number with its noun, whose plural adds an s."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def first_line(text: str) -> str:
    """The first line; more is only there after a crash, and stands in the HTML and the JUnit report."""
    return text.partition("\n")[0]


def first_few(names: Sequence[str], most: int) -> str:
    """Names as a list; of more than `most` only the first, and how many are left out."""
    more = len(names) - most
    return f"{', '.join(names[:most])}{f' and {more} more' if more > 0 else ''}"
