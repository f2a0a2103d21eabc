#!/usr/bin/env python3
"""Show by simulation what the verdicts of the scale judge are worth: error rates, coverage, power.

Data is drawn from known laws with the noise that was measured, the judge's own functions are applied, and the rates
are held against the bars. The numbers are drawn from a fixed seed: the same trials give the same rates.
Exit code: 0 all bars met, 1 one missed.
"""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]  # run by path, it needs the judge and its own neighbours

if TYPE_CHECKING:
    from benchmarks.verdict_power.rates import Rate

TOPICS = ("growth", "comparison", "history")
ENOUGH_TRIALS = 1000


def build_parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--topics", nargs="+", choices=TOPICS, default=TOPICS, metavar="TOPIC", help=", ".join(TOPICS))
    parser.add_argument(
        "--trials",
        type=int,
        default=ENOUGH_TRIALS,
        metavar="N",
        help=f"in each situation (default: {ENOUGH_TRIALS}; with fewer, chance alone may miss a bar)",
    )
    parser.add_argument("--output", type=Path, metavar="FILE", help="write all rates as JSON")
    return parser


def main(argv: list[str]) -> int:
    """Simulate what the command line asks for."""
    parser = build_parser()
    arguments = parser.parse_args(argv)
    if arguments.trials < 1:
        parser.error(f"--trials: at least 1, not {arguments.trials}")
    begin = time.process_time()
    rates = _simulate(arguments.topics, arguments.trials)
    _print_table(rates)
    missed = [rate for rate in rates if not rate.met]
    for rate in missed:
        print(f"MISSED {rate.band.claim}: {rate.rate:.2%} of {rate.trials:,}, {rate.situation}")
    cpu_seconds = time.process_time() - begin
    print(f"{len(rates)} rates, {len(missed)} outside their bars, {cpu_seconds:.0f} CPU seconds")
    if arguments.output:
        document: dict[str, Any] = {"trials": arguments.trials, "cpu_seconds": cpu_seconds}
        document["rates"] = [rate.document() for rate in rates]
        arguments.output.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    return 1 if missed else 0


def _simulate(topics: list[str], trials: int) -> "list[Rate]":
    from benchmarks.verdict_power.comparison_trials import comparison_rates
    from benchmarks.verdict_power.growth_trials import growth_rates
    from benchmarks.verdict_power.history_trials import history_rates

    simulations = {"growth": growth_rates, "comparison": comparison_rates, "history": history_rates}
    return [rate for topic in topics for rate in simulations[topic](trials)]


def _print_table(rates: "list[Rate]") -> None:
    """One line a claim: its bar, the range of its rates, and where it comes closest to missing the bar."""
    from benchmarks.verdict_power.rates import by_claim

    print(f"{'claim':55} {'bar':>9} {'lowest':>7} {'highest':>7} {'cells':>5}  closest to the bar")
    for claim, found in by_claim(rates).items():
        band, closest = found[0].band, found[0]
        bar = f"{band.least:.0%}–{band.most:.1%}" if band.demands else "–"
        shares = [rate.rate for rate in found]
        met = "met   " if all(rate.met for rate in found) else "MISSED"
        remark = f"{met} {closest.rate:.2%} at {closest.situation}" if band.demands else ""
        print(f"{claim:55} {bar:>9} {min(shares):7.2%} {max(shares):7.2%} {len(found):5}  {remark}".rstrip())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
