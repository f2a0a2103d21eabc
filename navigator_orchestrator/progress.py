"""One status line on a terminal; silence when piped."""

import sys
from typing import TextIO


class Progress:
    """Shows the latest stage on one line that is overwritten."""

    def __init__(self, stream: TextIO | None = None, *, enabled: bool = True) -> None:
        self._stream = stream or sys.stderr
        self._enabled = enabled and self._stream.isatty()

    def show(self, text: str) -> None:
        """Replace the status line."""
        if self._enabled:
            self._stream.write(f"\r\x1b[2K{text}")
            self._stream.flush()

    def clear(self) -> None:
        """Remove the status line, so that what follows starts on a clean one."""
        self.show("")

    def note(self, text: str) -> None:
        """One line that stays, on a terminal or not."""
        self.clear()
        self._stream.write(f"navigator: {text}\n")
        self._stream.flush()
