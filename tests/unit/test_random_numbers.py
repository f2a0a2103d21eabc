"""The golden vectors of docs/model.md section 2, and properties that a wrong constant would break."""

import pytest

from navigator_orchestrator.random_numbers import (
    MASK,
    G,
    K,
    Stream,
    draw,
    employee_hash,
    mix64,
    seed_hash,
    stream_constant,
)


@pytest.mark.parametrize(
    ("x", "mixed"), [(0, 0), (1, 4717996019076358352), (MASK, 4939931809569846361)], ids=["0", "1", "2^64-1"]
)
def test_mix_gives_the_golden_vectors(x: int, mixed: int) -> None:
    assert mix64(x) == mixed


def test_the_constants_are_those_of_the_model() -> None:
    assert (K, G) == (15485907386658061715, 11400714819323198485)


def test_streams_are_numbered_as_in_the_model() -> None:
    assert [(stream.value, stream.name.lower()) for stream in Stream] == [
        (1, "termination"),
        (2, "promotion"),
        (3, "rating"),
        (4, "voluntary_enrollment"),
        (5, "deferral_choice"),
        (6, "opt_out"),
        (7, "escalation"),
        (8, "investment"),
        (9, "hire_person"),
        (10, "hire_position"),
        (11, "hire_details"),
    ]


def test_a_draw_is_the_mix_of_employee_and_stream() -> None:
    hashed = seed_hash(42)
    assert hashed == mix64(mix64(42 + G))
    assert stream_constant(hashed, 2025, Stream.RATING) == mix64(mix64((hashed + (2025 * 4096 + 3) * G) % 2**64))
    mixed = mix64(employee_hash(hashed, 7) ^ stream_constant(hashed, 2025, Stream.RATING))
    hi, lo = draw(hashed, 7, 2025, Stream.RATING)
    assert (hi << 32) + lo == mixed


def test_every_part_of_the_counter_changes_the_draw() -> None:
    draws = [
        draw(seed_hash(seed), employee, year, stream)
        for seed in (0, 1, 2**63 - 1)
        for employee in (1, 2)
        for year in (2025, 2026)
        for stream in Stream
    ]
    assert len(set(draws)) == len(draws)
