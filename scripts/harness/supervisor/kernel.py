"""Calls of the Linux kernel that Python does not offer."""

import ctypes
import os
import platform
import signal

# From <linux/prctl.h> and <linux/kcmp.h>.
_SET_PARENT_DEATH_SIGNAL = 1
_SET_CHILD_SUBREAPER = 36
_COMPARE_MEMORY = 1
_COMPARE = {"x86_64": 312, "aarch64": 272}.get(platform.machine())  # the number of the system call kcmp
_libc = ctypes.CDLL(None, use_errno=True)


def adopt_orphans() -> None:
    """Become the parent of all descendants whose parent ends."""
    _control_process(_SET_CHILD_SUBREAPER, 1)


def end_with_parent(number: signal.Signals) -> None:
    """Let this process get the signal when its parent ends."""
    _control_process(_SET_PARENT_DEATH_SIGNAL, number)


def share_memory(pid: int, other: int) -> bool | None:
    """Whether two processes have one and the same memory; None if the kernel does not tell."""
    if _COMPARE is None:
        return None
    result = _libc.syscall(*map(ctypes.c_long, (_COMPARE, pid, other, _COMPARE_MEMORY, 0, 0)))
    return None if result < 0 else result == 0


def _control_process(option: int, value: int) -> None:
    if _libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"prctl {option}: {os.strerror(number)}")
