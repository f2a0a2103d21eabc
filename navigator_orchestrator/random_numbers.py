"""Counter-based random numbers in plain Python: the definition in docs/model.md section 2."""

from enum import IntEnum

K = 0xD6E8FEB86659FD93
G = 0x9E3779B97F4A7C15
MASK = (1 << 64) - 1


class Stream(IntEnum):
    """What is drawn; each stream is independent of the others."""

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


def mix64(x: int) -> int:
    """A bijection of the 64-bit integers."""
    x ^= x >> 32
    x = x * K & MASK
    x ^= x >> 32
    x = x * K & MASK
    return x ^ x >> 32


def seed_hash(seed: int) -> int:
    """`S`, 64 bits, from any integer."""
    return mix64(mix64(seed + G & MASK))


def employee_hash(hashed_seed: int, employee_id: int) -> int:
    """`h(e)`, 64 bits."""
    return mix64(mix64(employee_id ^ hashed_seed))


def stream_constant(hashed_seed: int, year: int, stream: Stream) -> int:
    """`c(y, s)`, 64 bits."""
    return mix64(mix64(hashed_seed + (year * 4096 + stream) * G & MASK))


def draw(hashed_seed: int, employee_id: int, year: int, stream: Stream) -> tuple[int, int]:
    """`hi` and `lo`: two independent 32-bit uniforms."""
    mixed = mix64(employee_hash(hashed_seed, employee_id) ^ stream_constant(hashed_seed, year, stream))
    return mixed >> 32, mixed & 0xFFFFFFFF
