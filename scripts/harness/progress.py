"""Saying what is going on, to someone who watches a terminal; to nobody else."""

import sys
import threading
import time
from collections.abc import Callable

BEAT_SECONDS = 0.5


class Progress:
    """One line on stderr that is rewritten in place; silent when stderr is not a terminal."""

    def __init__(self, program: str) -> None:
        self._program = program
        self._shown = sys.stderr.isatty()
        self._activity = ""
        self._since = 0.0
        self._rows = 0
        self._share_done: Callable[[], float | None] = lambda: None
        self._stopped = threading.Event()
        self._beat: threading.Thread | None = None

    def watch(self, share_done: Callable[[], float | None]) -> None:
        """Ask this, from a thread, how much of the current activity is done (0 to 1, or None)."""
        self._share_done = share_done
        if self._shown and self._beat is None:
            self._beat = threading.Thread(target=self._keep_beating, daemon=True)
            self._beat.start()

    def start(self, activity: str, rows: int = 0) -> None:
        """Announce what is done now, and over how many rows."""
        self._activity, self._rows, self._since = activity, rows, time.monotonic()
        self.tick()

    def tick(self) -> None:
        """Show how long it has taken so far, and how fast it goes."""
        if self._shown and not self._stopped.is_set():
            seconds = time.monotonic() - self._since
            line = f"{self._program}: {self._activity} … {seconds:.0f} s{self._speed(seconds)}"
            print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)

    def stop(self) -> None:
        """Leave a clean line for what comes next."""
        self._stopped.set()
        if self._beat:
            self._beat.join()
        if self._shown:
            print("\r\033[K", end="", file=sys.stderr, flush=True)

    def _speed(self, seconds: float) -> str:
        if not self._rows:
            return ""
        done = self._share_done()
        if done is None or seconds < 1:
            return f", {self._rows:,} rows"
        return f", {done:.0%} of {self._rows:,} rows, {done * self._rows / seconds:,.0f} rows/s"

    def _keep_beating(self) -> None:
        while not self._stopped.wait(BEAT_SECONDS):
            self.tick()
