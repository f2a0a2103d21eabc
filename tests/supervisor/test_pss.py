"""The PSS is read only where that tells something."""

from collections.abc import Mapping

import pytest

from harness.supervisor.memory import Bounds
from harness.supervisor.pss import PssSampler
from harness.supervisor.system import Proportional, Usage

ONE = {1: Usage(100, 100, 0, 1)}
TWO = ONE | {2: Usage(100, 100, 0, 1)}
SHARES = {1: Proportional(60, 0, 80), 2: None}


class Readable:
    """A system on which one process may be read, and another may not."""

    def proportional(self, pid: int) -> Proportional | None:
        return SHARES[pid]


@pytest.mark.parametrize(
    ("usages", "bounds", "ended", "read"),
    [
        (TWO, Bounds(100, 200), False, True),
        (ONE, Bounds(100, 200), False, False),  # the RSS tells
        (TWO, Bounds(198, 200), False, False),  # known well enough
        (TWO, Bounds(100, 200), True, False),  # its end must be noticed first
    ],
)
def test_it_is_read_if_it_can_tell_more(usages: Mapping[int, Usage], bounds: Bounds, ended: bool, read: bool) -> None:
    sampler = PssSampler(Readable(), None, lambda: ended)  # type: ignore[arg-type]
    assert sampler.sample(usages, bounds) == ({1: SHARES[1]} if read else None)


def test_without_a_new_high_it_is_not_read_again_at_once() -> None:
    sampler = PssSampler(Readable(), 150, lambda: False)  # type: ignore[arg-type]
    assert sampler.sample(TWO, Bounds(50, 150)) is not None
    assert sampler.sample(TWO, Bounds(50, 150)) is None
