"""Programs whose memory is known: `python workloads.py NAME`. Sizes are in MiB, and every page is touched."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

MIB = 1 << 20


def fill(mebibytes: int) -> bytearray:
    """So much memory; larger than what malloc keeps, so that dropping it frees it."""
    return bytearray(b"x") * (mebibytes * MIB)


def ramp() -> None:
    """Grow to 150 in ten steps, and stay there."""
    held = []
    for _ in range(10):
        held.append(fill(15))
        time.sleep(0.02)
    time.sleep(0.2)


def spike(milliseconds: float) -> None:
    """Have 20 all the time, and 130 more for a moment."""
    held = fill(20)
    time.sleep(0.1)
    peak = fill(130)
    time.sleep(milliseconds / 1000)
    del peak
    time.sleep(0.1)
    del held


def beside(after: float) -> None:
    """Have 50, while another process has 20, and 130 more for a moment."""
    held = fill(50)
    if os.fork() == 0:
        del held
        small = fill(20)
        time.sleep(after)
        large = fill(130)
        del large, small
        os._exit(0)
    os.wait()
    time.sleep(0.1)
    del held


def shared() -> None:
    """Fill 100, fork four children that all see it, and let each have 25 of its own."""
    held = fill(100)
    for _ in range(4):
        if os.fork() == 0:
            own = fill(25)
            time.sleep(0.6)
            del own
            os._exit(0)
    for _ in range(4):
        os.wait()
    del held


def parallel() -> None:
    """Four processes of 40 at once."""
    started = [start("hold", 40, 0.6) for _ in range(4)]
    for process in started:
        process.wait()


def sequential() -> None:
    """Five processes of 100, one after the other."""
    for _ in range(5):
        start("hold", 100, 0.08).wait()


def staggered() -> None:
    """Four processes that keep 10, and one after the other have 100 more for a moment."""
    started = [start("peak", 0.1 + 0.2 * position, 0.9) for position in range(4)]
    for process in started:
        process.wait()


def hold(mebibytes: float, seconds: float) -> None:
    """Have so much for so long."""
    held = fill(int(mebibytes))
    time.sleep(seconds)
    del held


def peak(at: float, until: float) -> None:
    """Have 10 until the end, and 100 more for a moment."""
    begin = time.monotonic()
    held = fill(10)
    time.sleep(at)
    more = fill(100)
    time.sleep(0.02)
    del more
    time.sleep(max(0.0, until - (time.monotonic() - begin)))
    del held


def start(name: str, *arguments: float) -> subprocess.Popen[bytes]:
    """Start one of the programs below as a process of its own."""
    return subprocess.Popen([sys.executable, "-I", "-S", __file__, name, *map(str, arguments)])


def burn(seconds: float) -> None:
    """Use so much CPU time."""
    while time.process_time() < seconds:
        sum(range(1000))


def orphan(file: str) -> None:
    """Let a daemon, which nobody waits for, use 0.4 s of CPU time and write 20 MB, and outlive its parent."""
    reading, writing = os.pipe()
    if os.fork() == 0:
        if os.fork() == 0:
            burn(0.4)
            with Path(file).open("wb") as output:
                output.write(b"x" * 20_000_000)
                output.flush()
                os.fsync(output.fileno())
            os.write(writing, b"done")
        os._exit(0)
    os.wait()
    os.read(reading, 4)
    time.sleep(0.1)  # long enough for it to end


PROGRAMS: dict[str, Callable[..., None]] = {
    "ramp": ramp,
    "spike": spike,
    "beside": beside,
    "shared": shared,
    "parallel": parallel,
    "sequential": sequential,
    "staggered": staggered,
    "hold": hold,
    "peak": peak,
    "burn": burn,
}

if __name__ == "__main__":
    program, arguments = sys.argv[1], sys.argv[2:]
    if program == "orphan":
        orphan(*arguments)
    else:
        PROGRAMS[program](*map(float, arguments))
