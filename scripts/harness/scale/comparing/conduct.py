"""From a command line to a report."""

import argparse
from pathlib import Path

from harness.scale.comparing.arguments import GATES
from harness.scale.comparing.comparison import Comparison, compare
from harness.scale.comparing.confirming import confirmed
from harness.scale.comparing.history import entry_of, export, remember
from harness.scale.comparing.noise_floor import DEFAULT_FLOOR, read_noise_floor, record_noise
from harness.scale.comparing.report import Report
from harness.scale.comparing.sides import check_independent, read_sides
from harness.scale.comparing.trend import Trend, restarts, trends
from harness.scale.settings import Budgets, read_settings


def conduct(arguments: argparse.Namespace) -> Report:
    """Compare what the command line names, and store what may be of use to later comparisons.

    Raises:
        HarnessError: something cannot be used, or not be compared.
    """
    budgets = read_settings(arguments.config).budgets
    first = _compare(arguments, (arguments.baseline, arguments.optimized), budgets)
    second = None
    if arguments.confirm_baseline:
        second = _compare(arguments, (arguments.confirm_baseline, arguments.confirm_optimized), budgets)
        check_independent(first.sides, second.sides)
    comparison = confirmed(first, second)
    stored = [note for made in (first, second) if made for note in _store_noise(arguments.noise_floor, made)]
    found, told = _remember(arguments, comparison)
    return Report(
        exit_code=comparison.exit_code,
        settings=settings_of(arguments),
        comparison=comparison,
        second=second,
        trends=found,
        notes=(*dict.fromkeys(stored), *told),
    )


def settings_of(arguments: argparse.Namespace) -> dict[str, object]:
    """What was asked for."""
    return {name: str(value) if isinstance(value, Path) else value for name, value in vars(arguments).items()}


def _compare(arguments: argparse.Namespace, folders: tuple[Path, Path], budgets: Budgets) -> Comparison:
    modes = arguments.baseline_mode, arguments.optimized_mode
    sides = read_sides(folders, modes, cross_machine=arguments.allow_cross_machine)
    machine = sides.contender.context.machine_fingerprint
    floor = DEFAULT_FLOOR if sides.same_session else read_noise_floor(arguments.noise_floor, machine)
    return compare(sides, floor, budgets, GATES[arguments.gate] if arguments.gate else None)


def _store_noise(path: Path, made: Comparison) -> list[str]:
    """What an A/A comparison measured is the noise floor of its machine."""
    if made.sides.doubt:
        return [f"whether it is the same code is unknown, so this is no A/A comparison: {made.sides.doubt}"]
    if not made.sides.same_code or made.sides.machine_differences or not made.ratios:
        return []
    told = ", ".join(f"{measure} {ratio.interval.estimate:.3f} ×" for measure, ratio in made.ratios.items())
    if record_noise(path, made.sides, {measure: ratio.interval for measure, ratio in made.ratios.items()}):
        return [f"A/A: stored as noise of this machine in {path}: {told}"]
    return [f"A/A: these two sessions are in {path} already"]


def _remember(arguments: argparse.Namespace, comparison: Comparison) -> tuple[tuple[Trend, ...], list[str]]:
    """Append to the history and look back; what computes something else is no part of it."""
    if not arguments.history:
        return (), []
    if not comparison.matching.compared or any(common.difference for common in comparison.matching.common):
        return (), [f"not appended to {arguments.history}: the two do not compute the same"]
    history = remember(arguments.history, entry_of(comparison))
    told = "appended to" if history.appended else "this session is already in"
    if arguments.csv:
        export(history, arguments.csv)
    return trends(history), [f"{told} {arguments.history}, result {len(history.entries)}", *restarts(history)]
