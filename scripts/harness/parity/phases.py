"""What the parts of a comparison cost."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Phases:
    """CPU seconds of this process, all threads, by phase."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def of(self, name: str) -> Iterator[None]:
        """Charge what happens within to a phase."""
        begin = time.process_time()
        try:
            yield
        finally:
            self.seconds[name] = round(self.seconds.get(name, 0.0) + time.process_time() - begin, 4)
