"""Looking at the data before all pairs are run, without more wrong verdicts than one look at the end would give."""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.scale.statistics.limits import CONFIDENCE, LOOKS


@dataclass(frozen=True)
class Look:
    """After this many pairs a verdict is taken from the interval of this confidence."""

    pairs: int
    confidence: float


def steps(max_pairs: int, *, confidence: float = CONFIDENCE, planned: Sequence[int] = LOOKS) -> tuple[Look, ...]:
    """The looks that are fixed before the first run: the planned ones that are below `max_pairs`, and that.

    The first look with PASS or FAIL ends the procedure; INCONCLUSIVE at the last one is final. The error rate of each
    side, (1 - confidence) / 2, is divided among the looks in proportion to their pairs (3, 5 and 10 pairs get 0.8, 1.4
    and 2.8 % of 5 %), and by Bonferroni's inequality the whole procedure errs no more often than that, whatever the
    dependence of the looks. A single pair has no interval, so that one look at it decides nothing.
    """
    if max_pairs < 1:
        raise ValueError(f"at least one pair must be run, not {max_pairs}")
    looks = sorted({pairs for pairs in planned if pairs < max_pairs} | {max_pairs})
    alpha = (1 - confidence) / 2
    return tuple(Look(pairs, 1 - 2 * alpha * pairs / sum(looks)) for pairs in looks)
