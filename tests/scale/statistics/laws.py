"""Costs that follow known laws, and noise with a fixed seed."""

from collections.abc import Callable, Iterable

import numpy as np

SIX_SIZES = (1_000, 2_500, 5_000, 10_000, 20_000, 50_000)
FOUR_SIZES = (5_000, 10_000, 20_000, 50_000)
THREE_SIZES = (5_000, 20_000, 50_000)
Samples = dict[int, list[float]]


def power(exponent: float, fixed: float = 0.25) -> Callable[[float], float]:
    """A fixed cost and 1 at 5,000 employees; with 0.25 the fixed cost is 20 % of the cost there."""
    return lambda size: fixed + (size / 5_000) ** exponent


def sampled(
    law: Callable[[float], float], noise: float, *, runs: int = 3, seed: int = 1, sizes: Iterable[int] = SIX_SIZES
) -> Samples:
    """Runs of a law with log-normal noise."""
    random = np.random.default_rng(seed)
    return {size: (law(size) * np.exp(random.normal(0, noise, runs))).tolist() for size in sizes}


def exact(law: Callable[[float], float], sizes: Iterable[int] = SIX_SIZES) -> Samples:
    """One run of each size without any noise."""
    return {size: [law(size)] for size in sizes}
