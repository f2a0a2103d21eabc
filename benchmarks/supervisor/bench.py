#!/usr/bin/env python3
"""Measure what the measuring supervisor costs.

Its share of one processor and its memory while it watches trees of 1, 5 and 9 processes of 200 MB; and, in pairs of
random order, the wall and CPU time of one command with and without it. The command of a pair is short, because the
machine is more alike over seconds than over a minute; what a run of 10 s takes more is the slowdown of the short one,
and the start and the end of the supervisor, which do not depend on the length.
Exit code: 0 all bars met, 1 one missed, 2 none missed, but noise left one undecided.
"""

import argparse
import json
import math
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from scipy import stats

HERE = Path(__file__).resolve().parent
SUPERVISOR = HERE.parents[1] / "scripts" / "harness" / "supervisor" / "__main__.py"
PYTHON = [sys.executable, "-I", "-S"]
TREES = (1, 5, 9)
MAX_CORE_SHARE = 0.015  # for 5 processes
MAX_BYTES = 20_000_000
MAX_WALL_RATIO = 1.02
BAR_SECONDS = 10.0  # the length of the command that the bar is about
CONFIDENCE = 0.90  # of the interval: one-sided, an error of 5 %


@dataclass(frozen=True)
class Watched:
    """What the supervisor says about itself after it has watched a tree."""

    processes: int
    core_share: float
    peak_bytes: int
    samples: int
    pss_samples: int


@dataclass(frozen=True)
class Ratio:
    """How many times as much something is with a supervisor: geometric mean of the pairs and its interval."""

    name: str
    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Bar:
    """A demand, and whether it is met; None if the noise does not let that be told."""

    name: str
    met: bool | None


def main(argv: list[str]) -> int:
    """Measure, print and judge."""
    arguments = build_parser().parse_args(argv)
    trees = [watch(processes, arguments.seconds) for processes in TREES]
    for tree in trees:
        print(
            f"{tree.processes} × 200 MB: {tree.core_share:.2%} of a core, {tree.peak_bytes / 1e6:.1f} MB,"
            f" {tree.samples} looks, PSS read {tree.pss_samples} times"
        )
    pairs = measure_pairs(arguments.pairs, arguments.pair_seconds)
    ratios = [ratio_of(name, [pair[name] for pair in pairs]) for name in pairs[0]]
    for ratio in ratios:
        print(f"{ratio.name}: × {ratio.mean:.4f} ({ratio.low:.4f} to {ratio.high:.4f}, {len(pairs)} pairs)")
    bars = judge(trees, ratios[0])
    for bar in bars:
        print(f"{ {True: 'met', False: 'MISSED', None: 'undecided'}[bar.met] }: {bar.name}")
    if arguments.output:
        results = {"trees": trees, "pairs": pairs, "ratios": ratios, "bars": bars}
        arguments.output.write_text(json.dumps(results, default=asdict, indent=2) + "\n", encoding="utf-8")
    verdicts = {bar.met for bar in bars}
    return 1 if False in verdicts else 2 if None in verdicts else 0


def build_parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=10.0, help="how long each tree is watched (default: 10)")
    parser.add_argument("--pairs", type=int, default=80, help="from 2 upwards (default: 80)")
    parser.add_argument("--pair-seconds", type=float, default=2.0, help="length of a command of a pair (default: 2)")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write everything there as JSON")
    return parser


def watch(processes: int, seconds: float) -> Watched:
    """Let the supervisor watch a tree."""
    record = supervise("hold", processes, seconds)
    observer, memory = record["observer"], record["memory"]
    assert (record["exit_code"], observer["most_processes"]) == (0, processes), record  # noqa: S101  not what was meant
    return Watched(
        processes, observer["core_share"], observer["peak_bytes"], observer["samples"], memory["pss_samples"]
    )


def supervise(*load: object) -> dict[str, Any]:
    """Run a load under the supervisor; its record."""
    with tempfile.TemporaryDirectory() as folder:
        record = Path(folder) / "record.json"
        options = [f"--record={record}", f"--series={folder}/series.csv", f"--tree={folder}/tree.json"]
        subprocess.run(
            [sys.executable, "-P", "-S", SUPERVISOR, *options, "--", *PYTHON, HERE / "load.py", *map(str, load)],
            check=True,
        )
        content = json.loads(record.read_text(encoding="utf-8"))
    assert isinstance(content, dict)  # noqa: S101  it is what the supervisor writes
    return content


def measure_pairs(pairs: int, seconds: float) -> list[dict[str, float]]:
    """For each pair: how many times the times are what they are without a supervisor."""
    begin = time.monotonic()
    run_plain(20)
    rounds = max(1, round(20 * seconds / (time.monotonic() - begin)))
    ratios = []
    for _ in range(pairs):
        found = {run: run(rounds) for run in random.sample([run_plain, run_supervised], 2)}
        (plain, plain_cpu), (wall, wall_of_command, cpu) = found[run_plain], found[run_supervised]
        slowdown, around = wall_of_command / plain, wall - wall_of_command
        ratios.append(
            {
                "wall of 10 s": slowdown + around / BAR_SECONDS,
                "command alone": slowdown,
                "CPU with that of the supervisor": cpu / plain_cpu,
            }
        )
    return ratios


def run_plain(rounds: int) -> tuple[float, ...]:
    """Wall time and CPU time."""
    begin, before = time.monotonic(), children_seconds()
    subprocess.run([*PYTHON, HERE / "load.py", "work", str(rounds)], check=True)
    return time.monotonic() - begin, children_seconds() - before


def run_supervised(rounds: int) -> tuple[float, ...]:
    """Wall time with the start and end of the supervisor, wall time of the command, CPU time of both together."""
    begin, before = time.monotonic(), children_seconds()
    record = supervise("work", rounds)
    return time.monotonic() - begin, record["wall_seconds"], children_seconds() - before


def children_seconds() -> float:
    """CPU seconds of all children that have ended, and of theirs."""
    times = os.times()
    return times.children_user + times.children_system


def ratio_of(name: str, values: Sequence[float]) -> Ratio:
    """The geometric mean with a Student t interval of the logarithms."""
    logarithms = [math.log(value) for value in values]
    mean = statistics.mean(logarithms)
    error = statistics.stdev(logarithms) / math.sqrt(len(logarithms))
    reach = float(stats.t.ppf((1 + CONFIDENCE) / 2, len(logarithms) - 1)) * error
    return Ratio(name, math.exp(mean), math.exp(mean - reach), math.exp(mean + reach))


def judge(trees: Sequence[Watched], wall: Ratio) -> list[Bar]:
    """Hold the results against the bars."""
    five = next(tree for tree in trees if tree.processes == 5)
    largest = max(tree.peak_bytes for tree in trees)
    decided = wall.high <= MAX_WALL_RATIO or wall.low > MAX_WALL_RATIO
    return [
        Bar(f"at most {MAX_CORE_SHARE:.1%} of a core for 5 processes", five.core_share <= MAX_CORE_SHARE),
        Bar(f"at most {MAX_BYTES / 1e6:.0f} MB", largest <= MAX_BYTES),
        Bar(f"at most × {MAX_WALL_RATIO} wall time", wall.high <= MAX_WALL_RATIO if decided else None),
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
