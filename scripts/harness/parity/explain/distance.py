"""How far two values lie apart, as SQL: exact in whole numbers, decimals, days and microseconds."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_FLOOR, Context, Decimal

from harness.relation import Tolerance

# A float that moved by no more than this many neighbours is noise of the order of operations.
NOISE_ULPS = 4

_SMALL = ("TINYINT", "SMALLINT", "INTEGER", "UTINYINT", "USMALLINT", "UINTEGER")
_LARGE = ("BIGINT", "UBIGINT")
_HUGE = ("HUGEINT", "UHUGEINT")
_FLOATS = {"FLOAT": "INTEGER", "DOUBLE": "BIGINT"}  # and the whole number with as many bits
_MICROSECONDS = ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP WITH TIME ZONE", "TIME")
_DIGITS = 38  # of a DECIMAL at most
_WIDE = Context(prec=400)  # a double has up to 309 digits before the point


@dataclass(frozen=True)
class Distance:
    """SQL for the distance of two values; NULL where there is none, as between a number and NULL or NaN."""

    absolute: str | None = None
    magnitude: str | None = None  # the larger of the two, as a DOUBLE
    ulps: str | None = None
    noise: str | None = None  # a condition: they are up to NOISE_ULPS floats apart, but not equal

    @property
    def relative(self) -> str | None:
        """The distance as a share of the larger magnitude."""
        return f"({self.absolute}) / nullif({self.magnitude}, 0)" if self.magnitude else None


def distance(type_: str, a: str, b: str) -> Distance:
    """The distance of two values of a type; nothing for types that have none."""
    apart = f"abs({a} - {b})"
    magnitude = f"greatest(abs(CAST({a} AS DOUBLE)), abs(CAST({b} AS DOUBLE)))"
    if type_ in _FLOATS:
        finite = f"CASE WHEN isfinite({a}) AND isfinite({b}) THEN {{}} END"
        apart = f"abs(CAST({a} AS DOUBLE) - CAST({b} AS DOUBLE))"
        steps = f"abs({_steps(type_, a)} - {_steps(type_, b)})"
        return Distance(finite.format(apart), magnitude, finite.format(steps), finite.format(_is_noise(type_, a, b)))
    if type_ in _SMALL or type_ in _LARGE:
        wide = "BIGINT" if type_ in _SMALL else "HUGEINT"
        return Distance(f"abs(CAST({a} AS {wide}) - CAST({b} AS {wide}))", magnitude)
    if type_ in _HUGE or type_.startswith("DECIMAL"):
        # What is too far apart for the type has no distance that it could hold.
        return Distance(f"TRY(CASE WHEN {a} > {b} THEN {a} - {b} ELSE {b} - {a} END)", magnitude)
    return Distance(_between_times(type_, a, b))


def within(type_: str, tolerance: Tolerance, a: str, b: str) -> str:
    """A condition, never NULL: two numbers lie within a tolerance; NULL and NaN lie within none."""
    apart = distance(type_, a, b)
    bounds = []
    if tolerance.abs_tol is not None:
        bounds.append(f"{apart.absolute} <= {_bound(type_, tolerance.abs_tol)}")
    if tolerance.rel_tol is not None and apart.magnitude:
        bounds.append(f"{apart.absolute} <= {_double(tolerance.rel_tol)} * {apart.magnitude}")
    if tolerance.ulps is not None and apart.ulps:
        bounds.append(f"{apart.ulps} <= {tolerance.ulps}")
    if apart.absolute is None or not bounds:
        return "false"
    return f"coalesce({' OR '.join(bounds)}, false)"


def distance_as_text(type_: str, apart: object) -> str:
    """A distance that a query returned, exactly, in words where the number alone has no unit."""
    if isinstance(apart, Decimal):
        return f"{apart:f}"
    if not isinstance(apart, int):
        return repr(apart)
    if type_ == "DATE":
        return f"{apart:,} day{'' if apart == 1 else 's'}"
    if type_ == "TIMESTAMP_NS":
        return f"{apart:,} ns"
    return _duration(apart) if type_ in _MICROSECONDS else str(apart)


def _steps(type_: str, value: str) -> str:
    """The place of a float among all floats, counted from zero: its bits, read as a whole number."""
    bits = f"CAST(CAST(CAST(abs({value}) AS BIT) AS {_FLOATS[type_]}) AS HUGEINT)"
    return f"(CASE WHEN signbit({value}) THEN -{bits} ELSE {bits} END)"


def _is_noise(type_: str, a: str, b: str) -> str:
    """Walking the few steps costs a fifth of reading the bits."""
    upwards = f"least({a}, {b})"
    for _ in range(NOISE_ULPS):
        upwards = f"nextafter({upwards}, CAST('inf' AS {type_}))"
    return f"{a} <> {b} AND {upwards} >= greatest({a}, {b})"


def _between_times(type_: str, a: str, b: str) -> str | None:
    if type_ == "DATE":
        return f"CASE WHEN isfinite({a}) AND isfinite({b}) THEN abs({a} - {b}) END"
    if type_ in _MICROSECONDS:
        return f"abs(CAST(epoch_us({a}) AS HUGEINT) - epoch_us({b}))"
    if type_ == "TIMESTAMP_NS":
        return f"abs(CAST(epoch_ns({a}) AS HUGEINT) - epoch_ns({b}))"
    return None


def _bound(type_: str, bound: float) -> str:
    """An absolute bound as a value that a distance of this type can be compared with exactly."""
    if type_ in _FLOATS:
        return _double(bound)
    scale = int(type_.rstrip(")").partition(",")[2] or 0)
    # The distance is a multiple of the last digit, so that cutting the bound there changes nothing.
    digits = Decimal(repr(bound)).quantize(Decimal(1).scaleb(-scale), ROUND_FLOOR, _WIDE)
    largest = Decimal("9" * _DIGITS).scaleb(-scale, _WIDE)
    exact = f"DECIMAL({_DIGITS},{scale})" if type_.startswith("DECIMAL") else "HUGEINT"
    return f"CAST('{min(digits, largest):f}' AS {exact})"


def _double(number: float) -> str:
    return f"CAST('{number!r}' AS DOUBLE)"


def _duration(microseconds: int) -> str:
    try:
        return str(timedelta(microseconds=microseconds))
    except OverflowError:
        return f"{microseconds:,} µs"
