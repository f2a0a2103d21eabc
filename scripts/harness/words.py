"""Words that reports share."""


def counted(number: int, noun: str) -> str:
    """A number with its noun, whose plural adds an s."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
