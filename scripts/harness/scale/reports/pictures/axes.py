"""Axes that fit what they show, with ticks that people would choose."""

import math
from collections.abc import Callable, Iterable, Sequence

from harness.scale.reports.pictures.chart import Axis

Label = Callable[[float], str]

LEAST_FACTOR = 4.0  # a logarithmic axis spans at least this, so that noise does not look like growth
MARGIN = 0.05  # of an axis, free on either side
NEAREST = 0.065  # two ticks nearer than this share of the axis would touch
MOST_TICKS = 8
STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


def short(number: float) -> str:
    """A number of employees as a tick shows it: 500, 2.5k, 50k, 1M."""
    for unit, letter in ((1e6, "M"), (1e3, "k")):
        if number >= unit:
            return f"{number / unit:.4g}{letter}"
    return f"{number:g}"


def size_axis(label: str, sizes: Iterable[float]) -> Axis:
    """A logarithmic axis whose ticks are the sizes that were run."""
    known = sorted(set(sizes))
    low, high = _log_range(known, 2.0)
    axis = Axis(label, low, high, log=True)
    return Axis(label, low, high, tuple((size, short(size)) for size in _thinned(axis, known)), log=True)


def log_axis(label: str, values: Iterable[float], *, headroom: float = 0.0, text: Label = "{:,.4g}".format) -> Axis:
    """A logarithmic axis; `headroom` is the share at its upper end that stays free."""
    low, high = _log_range([value for value in values if value > 0], LEAST_FACTOR)
    high = low * math.pow(high / low, 1 / (1 - headroom))
    ticks = _log_ticks(low, high)
    return Axis(label, low, high, tuple((tick, text(tick)) for tick in ticks), log=True)


def linear_axis(label: str, values: Iterable[float], *, headroom: float = 0.0) -> Axis:
    """An axis that contains 0."""
    known = [0.0, *values]
    low, high = min(known), max(known)
    high = high if high > low else low + 1.0
    margin = MARGIN * (high - low)
    low, high = (low - margin if low < 0 else 0.0), high + margin
    high = low + (high - low) / (1 - headroom)
    return Axis(label, low, high, tuple((tick, f"{tick:,.6g}") for tick in _even_ticks(low, high)))


def row_axis(label: str, names: Sequence[str]) -> Axis:
    """One line for each name, the first at the top."""
    last = len(names) - 1
    ticks = tuple((float(last - place), name) for place, name in enumerate(names))
    return Axis(label, -0.7, last + 0.7, ticks)


def _log_range(values: Sequence[float], factor: float) -> tuple[float, float]:
    low, high = (min(values), max(values)) if values else (1.0, 1.0)
    widening = max(1.0, math.sqrt(factor / (high / low)))
    low, high = low / widening, high * widening
    margin = math.pow(high / low, MARGIN)
    return low / margin, high * margin


def _log_ticks(low: float, high: float) -> list[float]:
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for steps in ((1, 2, 5), (1, 3), (1,)):
        ticks = [step * 10.0**decade for decade in decades for step in steps]
        inside = [tick for tick in ticks if low <= tick <= high]
        if len(inside) <= MOST_TICKS:
            break
    return inside if len(inside) > 2 else _thinned(Axis("", low, high, log=True), _even_ticks(low, high))


def _even_ticks(low: float, high: float) -> list[float]:
    power = 10.0 ** math.floor(math.log10((high - low) / 4))
    step = next(step * power for step in STEPS if (high - low) / (step * power) <= MOST_TICKS - 2)
    first, last = math.ceil(low / step), math.floor(high / step)
    return [float(f"{number * step:.10g}") for number in range(first, last + 1)]


def _thinned(axis: Axis, values: Sequence[float]) -> list[float]:
    """The values whose ticks do not touch; the last one is always kept."""
    kept: list[float] = []
    for value in reversed(values):
        if not kept or axis.share(kept[-1]) - axis.share(value) >= NEAREST:
            kept.append(value)
    return kept[::-1]
