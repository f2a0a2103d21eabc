"""Text as a reader must see it: nothing invisible, nothing that a screen would obey."""


def visible(text: str) -> str:
    """The text on one line, with everything spelled out that a screen would obey or swallow."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else _spelled(letter) for letter in text)


def visible_lines(text: str) -> str:
    """The text on its own lines, each of them visible."""
    return "\n".join(visible(line.expandtabs()) for line in text.split("\n"))


def clipped(text: str, width: int) -> str:
    """The start of a long text, and how much there is more."""
    return text if len(text) <= width else f"{text[:width]}… ({len(text) - width:,} more characters)"


def _spelled(letter: str) -> str:
    return letter.encode("unicode_escape").decode("ascii")
