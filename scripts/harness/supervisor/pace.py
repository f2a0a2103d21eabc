"""Doing what costs CPU time only as often as a share of the time allows."""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Pace:
    """Remembers what a reading cost, and gives it the rest that it needs."""

    def __init__(self) -> None:
        self._ended = -math.inf
        self._cost = 0.0

    def allows(self, now: float, share: float, least_gap: float = 0.0) -> bool:
        """Whether the reading may be made again without taking more than this share of a processor."""
        return now >= self.allowed_at(share, least_gap)

    def allowed_at(self, share: float, least_gap: float = 0.0) -> float:
        """When that will be."""
        return self._ended + max(least_gap, self._cost / share)

    @contextmanager
    def spending(self) -> Iterator[None]:
        """Measure what is done inside."""
        begin = time.thread_time()
        try:
            yield
        finally:
            self._cost = time.thread_time() - begin
            self._ended = time.monotonic()
