"""The signals that ask the supervisor to end, and the end of the process that started it."""

import os
import signal
from types import FrameType

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT)


class Interruption:
    """Remembers the first request, so that it is met at a moment when nothing is left behind."""

    def __init__(self) -> None:
        self._name: str | None = None
        for number in SIGNALS:
            signal.signal(number, self._remember)

    def reason(self, parent: int) -> str | None:
        """Why the command must end now; the parent is the one whose end would be missed."""
        if self._name is None and os.getppid() != parent:
            self._name = "SIGTERM"  # what the kernel would have sent, had it known that it is wanted
        return f"signal {self._name}" if self._name else None

    def _remember(self, number: int, _frame: FrameType | None) -> None:
        self._name = self._name or signal.Signals(number).name
