"""What changes of numbers have in common: a constant step, a sign, a rounding, a factor."""

import math
import struct
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from harness.parity.explain.distance import NOISE_ULPS

Pair = tuple[Any, Any]
Figures = Sequence[tuple[Decimal, Decimal]]
Found = tuple[str, int]

PROBED = 200  # pairs that decide which unit and which factor are worth trying on all
_EXACT = Context(prec=100)
_UNITS = {-6: "millions", -5: "hundred thousands", -4: "ten thousands", -3: "thousands", -2: "hundreds", -1: "tens"}
_NOISE = Decimal("1e-12")


def figure_patterns(type_: str, pairs: Sequence[Pair]) -> Iterator[Found]:
    """From the most telling to the most general; the pairs hold whole numbers, decimals or floats."""
    finite = [pair for pair in pairs if all(map(math.isfinite, pair))]
    if type_ in _LAYOUTS:
        noise = [steps for steps in (ulps(type_, *pair) for pair in finite) if 0 < steps <= NOISE_ULPS]
        yield f"noise of at most {max(noise, default=0)} ulp{'' if noise and max(noise) == 1 else 's'}", len(noise)
    yield "sign of zero", sum(old == new == 0 for old, new in finite)
    yield "sign flipped", sum(old == -new != 0 for old, new in finite)
    figures = [(_decimal(type_, old), _decimal(type_, new)) for old, new in finite]
    if figures:
        yield from _steps(figures)
        yield from _roundings(figures)
        yield from _factors(figures, whole=all(isinstance(new, int) for _, new in finite), float_=type_ in _LAYOUTS)


def ulps(type_: str, old: float, new: float) -> int:
    """How many floats of the type lie between two of them, the last one included."""
    return abs(_place(type_, old) - _place(type_, new))


def _steps(figures: Figures) -> Iterator[Found]:
    ((step, holds),) = Counter(_EXACT.subtract(new, old) for old, new in figures).most_common(1)
    yield f"{'−' if step < 0 else '+'}{abs(step):f}", holds


def _roundings(figures: Figures) -> Iterator[Found]:
    """The finest unit that most changes fit to: the new number is a multiple of it, the old one less than it away."""
    probe = figures[:PROBED]
    best = max(range(8, -7, -1), key=lambda places: sum(_rounded(pair, places) or _cut(pair, places) for pair in probe))
    unit = _unit(best)
    yield f"rounded to {unit}", sum(_rounded(pair, best) for pair in figures)
    yield f"cut to {unit}", sum(_cut(pair, best) for pair in figures)


def _unit(places: int) -> str:
    if places == 0:
        return "whole units"
    return _UNITS[places] if places < 0 else f"{places} decimal{'' if places == 1 else 's'}"


def _rounded(pair: tuple[Decimal, Decimal], places: int) -> bool:
    old, new = pair
    unit = Decimal(1).scaleb(-places)
    return _EXACT.abs(_EXACT.subtract(new, old)) * 2 <= unit and _fits(new, unit)


def _cut(pair: tuple[Decimal, Decimal], places: int) -> bool:
    old, new = pair
    unit = Decimal(1).scaleb(-places)
    toward_zero = abs(new) < abs(old) and new * old >= 0
    return toward_zero and abs(_EXACT.subtract(new, old)) < unit and _fits(new, unit)


def _fits(number: Decimal, unit: Decimal) -> bool:
    return _EXACT.remainder(number, unit) == 0


def _factors(figures: Figures, *, whole: bool, float_: bool) -> Iterator[Found]:
    """A factor of few digits, with the product rounded as the column's type demands."""
    old, new = max(figures, key=lambda pair: abs(pair[0]))
    if old == 0 or new == 0:
        return
    ratio = _EXACT.divide(new, old)
    slack = Decimal("0.5") if whole else Decimal("0.5").scaleb(min(_exponent(new) for _, new in figures))
    for digits in range(9):
        factor = ratio.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP, _EXACT).normalize()
        if factor and all(_is_product(pair, factor, slack, float_=float_) for pair in figures[:PROBED]):
            yield f"×{factor:f}", sum(_is_product(pair, factor, slack, float_=float_) for pair in figures)
            return


def _is_product(pair: tuple[Decimal, Decimal], factor: Decimal, slack: Decimal, *, float_: bool) -> bool:
    old, new = pair
    product = _EXACT.multiply(old, factor)
    return abs(_EXACT.subtract(product, new)) <= (abs(new) * _NOISE if float_ else slack)


def _exponent(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _decimal(type_: str, number: Any) -> Decimal:  # noqa: ANN401  int, Decimal or float
    """A float as the decimal that it is written as: 1.1 + 0.01 is 1.11."""
    if type_ == "FLOAT":
        return next(
            Decimal(text) for text in (f"{number:.{n}g}" for n in range(6, 18)) if _single(float(text)) == number
        )
    return Decimal(repr(number)) if isinstance(number, float) else Decimal(number)


def _single(number: float) -> float:
    try:
        (nearest,) = struct.unpack("<f", struct.pack("<f", number))
    except OverflowError:
        return math.inf
    return float(nearest)


_LAYOUTS = {"FLOAT": ("<f", "<I"), "DOUBLE": ("<d", "<Q")}


def _place(type_: str, number: float) -> int:
    as_float, as_bits = _LAYOUTS[type_]
    (bits,) = struct.unpack(as_bits, struct.pack(as_float, abs(number)))
    return int(-bits if math.copysign(1, number) < 0 else bits)
