"""Both bounds of the memory, from looks at made-up processes; every number is added up by hand, in MB."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pytest

from harness.supervisor.measurement import Memory
from harness.supervisor.memory import Bounds, Bracket, Sample
from harness.supervisor.system import Proportional, Usage


@dataclass
class Small:
    """A supervisor of 10 MB, below which a process of so much has ended."""

    reaped: int = 0
    method: Literal["proc", "psutil"] = "proc"

    def own_peak(self) -> int:
        return 10

    def largest_reaped(self) -> int:
        return self.reaped


class Looks:
    """Looks at processes, each given as what it has for itself, what it shares, and its highest RSS if that is more."""

    def __init__(self) -> None:
        self._bracket = Bracket()

    def look(self, *, pss: Sample | None = None, **processes: tuple[int, int] | tuple[int, int, int]) -> Bounds:
        """One look, at which the PSS is read if it is given; what was known before that."""
        usages = {ord(name): _usage(*numbers) for name, numbers in processes.items()}
        known: list[Bounds] = []

        def read(_usages: Mapping[int, Usage], bounds: Bounds) -> Sample | None:
            known.append(bounds)
            return pss

        self._bracket.observe(0.0, usages, read)
        return known[0]

    def end(self, reaped: int = 0) -> Memory:
        """The result."""
        return self._bracket.close(Small(reaped))  # type: ignore[arg-type]

    @property
    def now(self) -> int:
        """What the tree has for certain."""
        return self._bracket.now


def _usage(private: int, shared: int, peak: int = 0) -> Usage:
    return Usage(private + shared, max(peak, private + shared), shared, 1)


@pytest.fixture
def looks() -> Looks:
    return Looks()


def test_one_process_is_known(looks: Looks) -> None:
    looks.look(a=(10, 5))
    looks.look(a=(20, 5, 90))  # 90 for a moment
    memory = looks.end()
    assert (memory.lower, memory.upper, memory.peak_rss_sum, memory.peak_pss) == (90, 90, 25, 25)


def test_libraries_count_once_and_what_is_filled_later_is_known_without_another_reading(looks: Looks) -> None:
    # Two processes share 60; each has 10 for itself. Then each fills 100 more.
    looks.look(a=(10, 60), b=(10, 60), pss={97: Proportional(40, 30, 0), 98: Proportional(40, 30, 0)})
    assert looks.look(a=(110, 60), b=(110, 60)) == Bounds(known=280, upper=280)
    memory = looks.end()
    assert (memory.lower, memory.upper, memory.peak_pss, memory.peak_rss_sum) == (280, 280, 80, 340)


def test_pages_that_may_be_the_same_since_a_fork_are_not_known_to_be_two(looks: Looks) -> None:
    # b was forked from a and has all of its 400 in common: half of each page counts for each.
    looks.look(a=(400, 0), b=(400, 0), pss={97: Proportional(200, 0, 400), 98: Proportional(200, 0, 400)})
    assert looks.now == 400
    # b fills 100 of its own, and may have copied any of the 400.
    assert looks.look(a=(400, 0), b=(500, 0)) == Bounds(known=500, upper=900)
    # A process that has not been asked yet may have everything in common with a or b.
    assert looks.look(a=(400, 0), b=(500, 0), c=(500, 0)) == Bounds(known=500, upper=1400)


def test_what_one_had_in_common_is_taken_off_what_it_has_later(looks: Looks) -> None:
    looks.look(a=(40, 0), b=(40, 0), pss={97: Proportional(30, 0, 20), 98: Proportional(30, 0, 20)})
    looks.look(a=(140, 0), b=(240, 0))
    assert looks.now == (140 - 20) + (240 - 20)


def test_a_pid_that_comes_back_is_another_process(looks: Looks) -> None:
    looks.look(a=(40, 0), b=(40, 0), pss={97: Proportional(40, 0, 0), 98: Proportional(40, 0, 0)})
    looks.look(a=(40, 0))
    looks.look(a=(40, 0), b=(40, 0))
    assert looks.now == 40


def test_shared_pages_that_are_mapped_later_may_be_others(looks: Looks) -> None:
    looks.look(a=(10, 60), b=(10, 60), pss={97: Proportional(40, 30, 0), 98: Proportional(40, 30, 0)})
    # Each maps 15 more: between 75, if they are the same, and 90. And a third process maps 20 and has nothing else.
    assert looks.look(a=(10, 75), b=(10, 75)) == Bounds(known=95, upper=110)
    assert looks.look(a=(10, 75), b=(10, 75), c=(0, 20)).upper == 20 + 90 + 20
    # They can be no more than all together, whatever was mapped and unmapped before.
    assert looks.look(a=(10, 5), b=(10, 5)).upper == 20 + (5 + 5) + 20  # c may have lived on for a while


def test_shared_pages_are_no_fewer_than_those_of_each_process(looks: Looks) -> None:
    # Strangers have the libraries mapped too, so only a third of each page counts for a and b.
    looks.look(a=(10, 60), b=(10, 60), pss={97: Proportional(30, 20, 0), 98: Proportional(30, 20, 0)})
    assert looks.look(a=(10, 60), b=(10, 60)) == Bounds(known=80, upper=80)
    assert looks.end().peak_pss == 60


def test_one_that_ends_and_one_that_begins_between_two_looks_may_have_met(looks: Looks) -> None:
    looks.look(a=(100, 0))
    looks.look(b=(70, 0, 80))
    looks.look()
    memory = looks.end()
    assert (memory.lower, memory.upper) == (100, 180)


def test_peaks_at_different_times_are_not_added_up(looks: Looks) -> None:
    looks.look(a=(10, 0), b=(10, 0))
    looks.look(a=(10, 0, 100), b=(10, 0))
    looks.look(a=(10, 0, 100), b=(10, 0, 100))
    assert looks.end().upper == 110


def test_a_new_program_in_an_old_process_has_a_peak_of_its_own(looks: Looks) -> None:
    looks.look(a=(100, 0, 900))
    looks.look(a=(10, 0, 700), b=(50, 0))  # the 900 are those of the program before
    assert looks.end().upper == 900
    assert looks.look(a=(10, 0, 600), b=(50, 0)).upper == 650
    assert looks.look(a=(10, 0), b=(300, 0)).upper == 310


def test_what_no_look_has_seen_is_added_by_what_it_had_more_than_the_largest(looks: Looks) -> None:
    looks.look(a=(50, 0), b=(20, 0))
    memory = looks.end(reaped=120)
    assert (memory.lower, memory.upper, memory.largest_process) == (120, 70 + 70, 120)


def test_what_children_inherit_from_the_supervisor_is_not_theirs(looks: Looks) -> None:
    looks.look(a=(3, 0))
    memory = looks.end(reaped=11)
    assert (memory.lower, memory.upper, memory.largest_process) == (3, 3, 3)


def test_the_sum_of_several_is_unknown_without_a_reading(looks: Looks) -> None:
    looks.look(a=(50, 0))
    looks.look(a=(50, 0), b=(20, 0))
    memory = looks.end()
    assert (memory.peak_pss, memory.pss_samples, memory.lower, memory.upper) == (None, 0, 50, 70)


def test_a_process_that_may_not_be_read_counts_in_the_upper_bound_only(looks: Looks) -> None:
    looks.look(a=(10, 60), b=(10, 50), pss={97: Proportional(60, 50, 0)})
    memory = looks.end()
    assert (memory.lower, memory.upper) == (70, 20 + 50 + 50)
