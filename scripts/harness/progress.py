"""Saying what is going on, to someone who watches a terminal; to nobody else."""

import sys
import time


class Progress:
    """One line on stderr that is rewritten in place; silent when stderr is not a terminal."""

    def __init__(self, program: str) -> None:
        self._program = program
        self._shown = sys.stderr.isatty()
        self._activity = ""
        self._since = 0.0

    def start(self, activity: str) -> None:
        """Announce what is done now."""
        self._activity, self._since = activity, time.monotonic()
        self.tick()

    def tick(self) -> None:
        """Show how long it has taken so far."""
        if self._shown:
            seconds = time.monotonic() - self._since
            print(
                f"\r\033[K{self._program}: {self._activity} … {seconds:.0f} s",
                end="",
                file=sys.stderr,
                flush=True,
            )

    def stop(self) -> None:
        """Leave a clean line for what comes next."""
        if self._shown:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
