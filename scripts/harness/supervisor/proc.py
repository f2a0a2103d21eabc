"""Reading /proc: small files of processes that may end at any moment."""

import os
from collections.abc import Callable, Iterable

from harness.supervisor.system import Proportional, Usage

BLOCK = 16384
HALF_A_PAGE = 2048


def read(path: str) -> bytes:
    """The whole file; nothing if it cannot be read, mostly because the process has ended."""
    parts = []
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return b""
    try:
        while part := os.read(descriptor, BLOCK):
            parts.append(part)
            if len(part) < HALF_A_PAGE:  # the kernel hands out long lists in pages that are nearly full
                break
    except OSError:
        return b""
    finally:
        os.close(descriptor)
    return b"".join(parts)


def field(content: bytes, name: bytes) -> int | None:
    """The number in a line such as `VmRSS:  1024 kB`, which is not the first."""
    begin = content.find(b"\n" + name + b":")
    if begin < 0:
        return None
    words = content[begin + len(name) + 2 : begin + len(name) + 40].split(None, 1)
    return int(words[0])


def amount(content: bytes, name: bytes) -> int:
    """The bytes in a line that counts kB; 0 if there is no such line."""
    return (field(content, name) or 0) * 1024


def threads(pid: int) -> list[str]:
    """The threads of a process, the first one first."""
    try:
        return os.listdir(f"/proc/{pid}/task")  # noqa: PTH208  names are enough, and this is done all the time
    except OSError:
        return []


def children(pid: int, tasks: Iterable[str]) -> list[int]:
    """The processes that these threads of a process have started and not yet waited for."""
    return [int(child) for task in tasks for child in read(f"/proc/{pid}/task/{task}/children").split()]


def descendants(roots: Iterable[int], is_simple: Callable[[int], bool] = lambda _pid: False) -> dict[int, int]:
    """All processes below these, with their parents; a simple one has started others in its first thread only."""
    waiting = list(roots)
    seen = set(waiting)
    parents = {}
    while waiting:
        pid = waiting.pop()
        for child in children(pid, [str(pid)] if is_simple(pid) else threads(pid)):
            if child not in seen:
                seen.add(child)
                parents[child] = pid
                waiting.append(child)
    return parents


def usage(pid: int) -> Usage | None:
    """The memory of a process; None if it has ended."""
    content = read(f"/proc/{pid}/status")
    if field(content, b"VmRSS") is None:
        # The first thread may have ended before the others. Then only those show the memory.
        others = threads(pid)[1:]
        content = read(f"/proc/{pid}/task/{others[0]}/status") if others else b""
    resident = field(content, b"VmRSS")
    if resident is None:
        return None
    peak, shared = amount(content, b"VmHWM"), amount(content, b"RssFile") + amount(content, b"RssShmem")
    return Usage(resident * 1024, max(peak, resident * 1024), shared, field(content, b"Threads") or 1)


def proportional(pid: int) -> Proportional | None:
    """The PSS of a process; the kernel walks through all its pages to tell, about 5 ms per GB."""
    content = read(f"/proc/{pid}/smaps_rollup")
    if field(content, b"Pss") is None:
        return None
    total, anonymous = amount(content, b"Pss"), amount(content, b"Anonymous")
    if field(content, b"Pss_File") is None:  # Linux before 5.4: all of it may be shared
        return Proportional(total, total, anonymous)
    # A page that two have mapped is half a page less in the PSS; if more have it mapped, it is nearly a whole one less.
    forked = 2 * max(0, anonymous - amount(content, b"Pss_Anon"))
    return Proportional(total, amount(content, b"Pss_File") + amount(content, b"Pss_Shmem"), forked)


def is_running(pid: int) -> bool:
    """Whether a process can still do anything, so is no zombie; one whose first thread only has ended is none."""
    return _after_name(pid)[:1] not in ([b"Z"], [b"X"], []) or len(threads(pid)) > 1


def start_time(pid: int) -> int | None:
    """When a process was started, in clock ticks since boot: with the pid, it names the process for good."""
    fields = _after_name(pid)
    return int(fields[19]) if len(fields) > 19 else None


def _after_name(pid: int) -> list[bytes]:
    """The fields of /proc/PID/stat from the third, the state, on: the name before may hold spaces and brackets."""
    return read(f"/proc/{pid}/stat").rpartition(b")")[2].split()
