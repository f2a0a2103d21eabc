"""Random numbers of docs/model.md section 2, in Python integers."""

from enum import IntEnum
from typing import NamedTuple

MASK = (1 << 64) - 1
LOW = (1 << 32) - 1
K = 15485907386658061715
G = 11400714819323198485


class Stream(IntEnum):
    """The table of streams in section 2."""

    TERMINATION = 1
    PROMOTION = 2
    RATING = 3
    VOLUNTARY_ENROLLMENT = 4
    DEFERRAL_CHOICE = 5
    OPT_OUT = 6
    ESCALATION = 7
    INVESTMENT = 8
    HIRE_PERSON = 9
    HIRE_POSITION = 10
    HIRE_DETAILS = 11


class Draw(NamedTuple):
    """Two independent uniform numbers of 32 bits."""

    hi: int
    lo: int


def mix(x: int) -> int:
    """Scramble 64 bits."""
    x ^= x >> 32
    x = x * K & MASK
    x ^= x >> 32
    x = x * K & MASK
    x ^= x >> 32
    return x


def scrambled_seed(seed: int) -> int:
    """`S`."""
    return mix(mix((seed + G) & MASK))


def employee_hash(seed: int, employee_id: int) -> int:
    """`h(e)`."""
    return mix(mix(employee_id ^ scrambled_seed(seed)))


def counter(seed: int, year: int, stream: int) -> int:
    """`c(y, s)`."""
    return mix(mix((scrambled_seed(seed) + (year * 4096 + stream) * G) & MASK))


def draw(seed: int, employee_id: int, year: int, stream: int) -> Draw:
    """The draw of one employee, year and stream; it depends on nothing else."""
    bits = mix(employee_hash(seed, employee_id) ^ counter(seed, year, stream))
    return Draw(hi=bits >> 32, lo=bits & LOW)


def uniform(bits: int, n: int) -> int:
    """Uniform in 0 … n−1, from `hi` or `lo`."""
    return bits * n >> 32


def half_up(a: int, b: int) -> int:
    """The one rounding of the model: `a ≥ 0`, `b > 0`."""
    if a < 0 or b <= 0:
        raise ValueError(f"half_up is defined for a ≥ 0 and b > 0; found {a}, {b}")
    return (a + b // 2) // b
