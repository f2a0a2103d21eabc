"""Waiting for processes that have ended: the command, and the orphans that this process has adopted."""

import os
import select
import time

POLL_SECONDS = 0.01


class Reaper:
    """Knows how the command has ended."""

    def __init__(self, command: int) -> None:
        self._command = command
        self._status: int | None = None
        self._poll = select.poll()
        self._descriptor: int | None = None
        if hasattr(os, "pidfd_open"):
            self._descriptor = os.pidfd_open(command)
            self._poll.register(self._descriptor, select.POLLIN)

    @property
    def exit_code(self) -> int | None:
        """How the command has ended: negative for a signal; None if it has not been reaped."""
        return None if self._status is None else os.waitstatus_to_exitcode(self._status)

    def wait(self, seconds: float) -> bool:
        """Wait so long, or until the command has ended; whether it has."""
        if self._descriptor is not None:
            return bool(self._poll.poll(max(0.0, seconds) * 1000))
        until = time.monotonic() + seconds
        while not self._reap_command():
            if (rest := until - time.monotonic()) <= 0:
                return False
            time.sleep(min(POLL_SECONDS, rest))
        return True

    def reap_orphans(self) -> None:
        """Reap what has ended, but not the command: as long as it is there, /proc tells how long it ran."""
        while self._descriptor is not None:
            try:
                ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            except ChildProcessError:
                return
            if ended is None or ended.si_pid == self._command:
                return
            os.waitpid(ended.si_pid, 0)

    def reap_all(self) -> bool:
        """Reap all that has ended; whether this process still has children."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return False
            if pid == 0:
                return True
            if pid == self._command:
                self._status = status

    def _reap_command(self) -> bool:
        if self._status is None:
            pid, status = os.waitpid(self._command, os.WNOHANG)
            self._status = status if pid else None
        return self._status is not None
