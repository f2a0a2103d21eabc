"""A picture as data: what stands where, whether it becomes PNG or SVG."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

Point = tuple[float, float]


class Tone(StrEnum):
    """How good something is that is said in words."""

    GOOD = "good"
    BAD = "bad"
    OPEN = "open"
    PLAIN = "plain"


class Role(StrEnum):
    """What a mark stands for, which decides its colour."""

    MAIN = "main"
    SECOND = "second"
    QUIET = "quiet"
    LIMIT = "limit"


class Shape(StrEnum):
    """The form of a dot; a colour alone says nothing to some."""

    CIRCLE = "circle"
    SQUARE = "square"
    DIAMOND = "diamond"
    CROSS = "cross"
    TICK = "tick"  # a short vertical line


@dataclass(frozen=True)
class Axis:
    """A scale from low to high, with labelled ticks."""

    label: str
    low: float
    high: float
    ticks: tuple[tuple[float, str], ...] = ()
    log: bool = False

    def share(self, value: float) -> float:
        """Where a value lies: 0 at the low end, 1 at the high one."""
        if self.log:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)

    def at(self, share: float) -> float:
        """The value that lies there."""
        if self.log:
            return self.low * math.pow(self.high / self.low, share)
        return self.low + share * (self.high - self.low)


@dataclass(frozen=True)
class Dots:
    """Single points."""

    points: tuple[Point, ...]
    role: Role
    shape: Shape = Shape.CIRCLE
    filled: bool = True
    key: str = ""


@dataclass(frozen=True)
class Curve:
    """A line through points."""

    points: tuple[Point, ...]
    role: Role
    dashed: bool = False
    key: str = ""


@dataclass(frozen=True)
class Band:
    """The area between two curves: (x, low, high)."""

    points: tuple[tuple[float, float, float], ...]
    role: Role
    key: str = ""


@dataclass(frozen=True)
class Zone:
    """A strip over the whole height."""

    low: float
    high: float
    role: Role
    key: str = ""


@dataclass(frozen=True)
class Rule:
    """A line over the whole width, or the whole height if it stands at an x."""

    at: float
    role: Role
    upright: bool = False
    dashed: bool = False
    text: str = ""
    key: str = ""


@dataclass(frozen=True)
class Spans:
    """Intervals with capped ends."""

    ends: tuple[tuple[Point, Point], ...]
    role: Role
    key: str = ""


@dataclass(frozen=True)
class Note:
    """A few words, with their middle or their end at a point."""

    at: Point
    text: str
    role: Role
    ends_there: bool = False


Mark = Dots | Curve | Band | Zone | Rule | Spans | Note


@dataclass(frozen=True)
class Told:
    """A sentence above a picture."""

    text: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True)
class Frame:
    """What is drawn, and in which axes. `rows`: how many of them need a line of their own."""

    x: Axis
    y: Axis
    marks: tuple[Mark, ...]
    rows: int = 0

    @property
    def keyed(self) -> Iterator[Dots | Curve | Band | Zone | Rule | Spans]:
        """The first mark of each key."""
        seen = set()
        for mark in self.marks:
            if not isinstance(mark, Note) and mark.key and mark.key not in seen:
                seen.add(mark.key)
                yield mark


@dataclass(frozen=True)
class Chart:
    """A picture with its heading; without a frame, `words` say why there is nothing to see."""

    title: str
    told: tuple[Told, ...]
    frame: Frame | None = None
    words: str = ""
