"""Trials of the history rule: results of unchanged code, and a lasting step."""

from collections.abc import Iterator
from itertools import product

from benchmarks.verdict_power.comparison_trials import ALARM, CONFIRMED
from benchmarks.verdict_power.machines import MACHINES, Machine
from benchmarks.verdict_power.rates import Band, Rate, counted, generator
from harness.scale.statistics.history import is_lasting, judge_newest
from harness.scale.statistics.verdict import Verdict

EARLIER = (10, 30)
STEP = 1.2
FALSE_LASTING = Band("unchanged code called a lasting degradation", most=0.01)
FOUND = Band("a step of 20 % raises a confirmed alarm")
FOUND_LASTING = Band("a step of 20 % is called lasting after 3 results")


def history_rates(trials: int) -> Iterator[Rate]:
    """Everything about histories."""
    for key, (machine, earlier) in enumerate(product(MACHINES, EARLIER)):
        situation = f"history of {earlier}, {machine.name}"
        first, confirmed = zip(*_judged(machine, earlier, 1.0, 20 * trials, key), strict=True)
        yield counted(ALARM, situation, first)
        yield counted(CONFIRMED, situation, confirmed)
        found = [confirmed for _, confirmed in _judged(machine, earlier, STEP, trials, key)]
        yield counted(FOUND, situation, found)
        random = generator(9, key)
        same = (machine.results(random, earlier + 3) for _ in range(20 * trials))
        yield counted(FALSE_LASTING, situation, [is_lasting(values) is True for values in same])
        stepped = (machine.results(random, earlier + 3) for _ in range(trials))
        lasting = [is_lasting([*v[:-3], *(STEP * value for value in v[-3:])]) is True for v in stepped]
        yield counted(FOUND_LASTING, situation, lasting)


def _judged(machine: Machine, earlier: int, ratio: float, trials: int, key: int) -> Iterator[tuple[bool, bool]]:
    """Whether the newest result, this many times what it was, is suspicious, and whether it is confirmed."""
    random = generator(8, key, int(100 * ratio))
    for _ in range(trials):
        *before, newest = machine.results(random, earlier + 1)
        (second,) = machine.results(random, 1)
        values = [*before, ratio * newest]
        suspicious = judge_newest(values).verdict is Verdict.INCONCLUSIVE
        yield suspicious, suspicious and judge_newest(values, ratio * second).verdict is Verdict.FAIL
