"""Ending whole trees of processes, also those that resist, hide or multiply."""

import os
import select
import signal
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from harness.supervisor import proc
from harness.supervisor.system import System
from harness.supervisor.tree_file import Process, read_tree_file

PATIENCE_SECONDS = 10.0  # for processes that the kernel cannot end at once, such as those that wait for a disk
PAUSE_SECONDS = 0.002


def end_all(system: System, reap: Callable[[], bool]) -> tuple[int, ...]:
    """End every descendant of this process; those that would not end.

    A process that is stopped can neither start others nor answer a signal; so first all are stopped, then all are
    killed. What slipped through is caught by the next round. That this process has no children left proves that
    none was missed, because it adopts the orphans.
    """
    until = time.monotonic() + PATIENCE_SECONDS
    while reap() or system.descendants():
        if time.monotonic() > until:
            return tuple(pid for pid in system.descendants() if system.is_running(pid))
        stopped: set[int] = set()
        while found := set(system.descendants()) - stopped:
            _send(found, signal.SIGSTOP)
            stopped |= found
        _send(stopped, signal.SIGKILL)
        time.sleep(PAUSE_SECONDS)
    return ()


def _send(pids: Iterable[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)


def end_leftovers(tree_file: Path) -> int:
    """End the processes of a supervisor that was killed itself, and remove its file; how many there were.

    Only processes that the file names by pid and start time are ended, and those below them. While the supervisor
    lives, they are its business. Linux only.
    """
    left = read_tree_file(tree_file)
    if left is None or not hasattr(os, "pidfd_open"):
        return 0
    handles: dict[int, int] = {}
    try:
        if _open(left.supervisor, handles):
            return 0
        for process in left.processes:
            _open(process, handles)
        ended = _end_opened(handles)
    finally:
        for handle in handles.values():
            os.close(handle)
    tree_file.unlink(missing_ok=True)
    return ended


def _open(process: Process, handles: dict[int, int]) -> bool:
    """Get a handle of a process if it still runs, and is the same: unlike a pid, a handle is never given to another."""
    try:
        handle = os.pidfd_open(process.pid)
    except OSError:
        return False
    if proc.start_time(process.pid) == process.start and proc.is_running(process.pid):
        handles[process.pid] = handle
        return True
    os.close(handle)
    return False


def _end_opened(handles: dict[int, int]) -> int:
    """End these processes and all below them; how many were killed."""
    until = time.monotonic() + PATIENCE_SECONDS
    killed: set[int] = set()
    while (running := _running(handles)) and time.monotonic() < until:
        _send_to_handles(running, signal.SIGSTOP)
        starts = {pid: proc.start_time(pid) for pid in proc.descendants(running) if pid not in handles}
        opened = [_open(Process(pid, start), handles) for pid, start in starts.items() if start is not None]
        if any(opened):
            continue  # stop these too before any is killed
        _send_to_handles(running, signal.SIGKILL)
        killed |= set(running)
        time.sleep(PAUSE_SECONDS)
    return len(killed)


def _running(handles: dict[int, int]) -> dict[int, int]:
    poll = select.poll()
    for handle in handles.values():
        poll.register(handle, select.POLLIN)
    ended = {handle for handle, _ in poll.poll(0)}
    return {pid: handle for pid, handle in handles.items() if handle not in ended}


def _send_to_handles(handles: dict[int, int], number: signal.Signals) -> None:
    for handle in handles.values():
        with suppress(ProcessLookupError, PermissionError):
            signal.pidfd_send_signal(handle, number)
