"""Running a command and measuring the whole process, start to end."""

import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

POLL_SECONDS = 0.02


@dataclass(frozen=True)
class Sample:
    """What one process, together with the children it waited for, has used."""

    cpu_seconds: float
    wall_seconds: float
    peak_rss_mib: float
    exit_code: int | None  # None: it was stopped because it took too long
    load: float  # what else ran, as the processes per processor of the last minute when it began


def run(argv: list[str], log: Path, timeout: float) -> Sample:
    """Run a command to its end, its output going to a file.

    The peak of the memory includes what this process had when it forked, so this one must stay small.
    """
    load = round(os.getloadavg()[0] / (os.cpu_count() or 1), 2)
    begin = time.monotonic()
    with log.open("wb") as output:
        child = subprocess.Popen(argv, stdout=output, stderr=subprocess.STDOUT, start_new_session=True)
    stopped = False
    try:
        while (ended := os.wait4(child.pid, os.WNOHANG))[0] == 0:
            time.sleep(POLL_SECONDS)
            if not stopped and time.monotonic() - begin > timeout:
                stopped = True
                os.killpg(child.pid, signal.SIGKILL)
    except BaseException:
        os.killpg(child.pid, signal.SIGKILL)
        os.waitpid(child.pid, 0)
        raise
    _, status, usage = ended
    child.returncode = os.waitstatus_to_exitcode(status)
    return Sample(
        cpu_seconds=round(usage.ru_utime + usage.ru_stime, 3),
        wall_seconds=round(time.monotonic() - begin, 3),
        peak_rss_mib=round(usage.ru_maxrss / 1024, 1),
        exit_code=None if stopped else child.returncode,
        load=load,
    )


def last_line(log: Path) -> str:
    """What a command said last."""
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1][:200] if lines else ""
