"""What the benchmark lets run: `load.py hold PROCESSES SECONDS` or `load.py work ROUNDS`."""

import os
import sys
import time

MEGABYTES = 200


def hold(processes: int, seconds: float) -> None:
    """So many processes, this one included, with 200 MB each."""
    children: list[int] = []
    for _ in range(processes - 1):
        child = os.fork()
        if child == 0:
            children = []
            break
        children.append(child)
    held = bytearray(b"x") * (MEGABYTES * 1_000_000)
    time.sleep(seconds)
    del held
    for child in children:
        os.waitpid(child, 0)


def work(rounds: int) -> None:
    """The same work every time, in one thread, some of it with memory."""
    for number in range(rounds):
        values = list(range(number % 7, 100_000))
        values.reverse()
        sum(values)


if __name__ == "__main__":
    name, *numbers = sys.argv[1:]
    if name == "hold":
        hold(int(numbers[0]), float(numbers[1]))
    else:
        work(int(numbers[0]))
