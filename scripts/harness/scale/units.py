"""Numbers as people read them."""

from harness.scale.costs import Measure
from harness.units import GIGABYTE, MEGABYTE

MINUTE, HOUR = 60, 3600


def amount(value: float, measure: Measure) -> str:
    """A cost in the unit that suits its size."""
    return size(value) if measure is Measure.MEMORY else seconds(value)


def size(bytes_: float) -> str:
    """Bytes as MB or GB, of a million and of a thousand million."""
    return f"{bytes_ / GIGABYTE:.2f} GB" if bytes_ >= GIGABYTE else f"{bytes_ / MEGABYTE:,.0f} MB"


def seconds(value: float) -> str:
    """A time with about three digits."""
    if value < 1:
        return f"{value * 1000:.0f} ms" if value >= 0.001 or value == 0 else f"{value * 1000:.2g} ms"
    return f"{value:.1f} s" if value < 100 else f"{value:,.0f} s"


def duration(value: float) -> str:
    """How long something takes, for people who wait."""
    if value < MINUTE:
        return f"{value:.0f} s"
    if value < HOUR:
        return f"{value / MINUTE:.0f} min"
    return f"{value // HOUR:.0f} h {value % HOUR / MINUTE:02.0f} min"
