"""Saying what is going on: a line that is rewritten, on a terminal; one line per finished step, elsewhere."""

import sys
import time

BEAT_SECONDS = 0.2


class Progress:
    """Everything goes to stderr; stdout is for results."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()
        self._activity = ""
        self._since = self._next = 0.0

    def start(self, activity: str) -> None:
        """Announce what is done now."""
        self._activity, self._since, self._next = activity, time.monotonic(), 0.0
        self.tick()

    def tick(self) -> None:
        """Show how long it has taken so far; call it often."""
        now = time.monotonic()
        if self._shown and now >= self._next:
            self._next = now + BEAT_SECONDS
            print(f"\r\033[K{self._activity} … {now - self._since:.0f} s", end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Leave a clean line for what comes next."""
        if self._shown:
            print("\r\033[K", end="", file=sys.stderr, flush=True)

    def note(self, line: str) -> None:
        """A line that stays."""
        self.clear()
        print(line, file=sys.stderr, flush=True)
