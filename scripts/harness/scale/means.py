"""The geometric mean of the ratios of cells, where one cell of the baseline may stand for several of the contender.

A baseline that does not shard is compared with each number of shards. What disturbed one of its runs is then in
several ratios: taken for independent, three of them would make the interval up to a factor of √2 too narrow.
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harness.scale.cell_runs import CellRuns
from harness.scale.cells import Cell
from harness.scale.statistics.limits import CONFIDENCE
from harness.scale.statistics.noise import FloatArray, logarithms, mean_interval, pooled_variance, ratio_interval
from harness.scale.statistics.verdict import Interval


@dataclass(frozen=True)
class MeanRatio:
    """Contender ÷ baseline over fixed cells, each of the same weight.

    `block_sd` is the log sd of the mean from one run of each cell; None where nothing was repeated.
    """

    interval: Interval
    block_sd: float | None
    degrees_of_freedom: float  # 0: there is no interval


@dataclass(frozen=True)
class _Group:
    """Cells that share a cell of the baseline: the sum of their log ratios for each block, and how many they are."""

    sums: FloatArray
    cells: int


def paired_mean(cells: Sequence[CellRuns], *, confidence: float = CONFIDENCE) -> MeanRatio:
    """From the pairs of one session. Raises ValueError if there is no cell.

    Pairs of one block that share a run of the baseline are added up first. The variance of these sums is pooled over
    the groups of the same number of cells, and the degrees of freedom are those of Welch and Satterthwaite (Biometrics
    Bulletin 2, 1946); without shared runs this is the pooled t interval.
    """
    mean = float(np.mean([_log_ratio(*cell.pairs) for cell in cells]))
    by_size: dict[int, list[FloatArray]] = defaultdict(list)
    for group in _groups(cells):
        by_size[group.cells].append(group.sums)
    pooled = [(pooled_variance(groups), groups) for groups in by_size.values()]
    if any(degrees == 0 for (_, degrees), _ in pooled):
        return _unknown(mean, confidence)
    number = len(cells) ** 2
    parts = [(square * sum(1 / sums.size for sums in of) / number, degrees) for (square, degrees), of in pooled]
    block_sd = math.sqrt(sum(square * len(of) for (square, _), of in pooled) / number)
    return _mean_ratio(mean, parts, 0.0, block_sd, confidence)


def unpaired_mean(cells: Sequence[CellRuns], *, floor_sd: float, confidence: float = CONFIDENCE) -> MeanRatio:
    """From the runs of two sessions. Raises ValueError if there is no cell.

    `floor_sd` is the log sd by which two sessions differ though nothing changed. It moves all cells of a session
    together, so that its variance is added to that of the mean as it is. The log sd of one run is pooled over the cells
    of both sides.
    """
    mean = float(np.mean([_log_ratio(*cell.apart) for cell in cells]))
    stands_for: dict[Cell, int] = defaultdict(int)
    for cell in cells:
        stands_for[cell.against] += 1
    ours = {cell.against: logarithms(cell.apart[0]) for cell in cells}
    theirs = [logarithms(cell.apart[1]) for cell in cells]
    square, degrees = pooled_variance([*ours.values(), *theirs])
    if degrees == 0:
        return _unknown(mean, confidence)
    of_means = sum(stands_for[cell] ** 2 / runs.size for cell, runs in ours.items()) + sum(1 / r.size for r in theirs)
    of_runs = sum(number**2 for number in stands_for.values()) + len(theirs)
    number = len(cells) ** 2
    block_sd = math.sqrt(square * of_runs / number)
    return _mean_ratio(mean, [(square * of_means / number, degrees)], floor_sd, block_sd, confidence)


def _groups(cells: Sequence[CellRuns]) -> list[_Group]:
    """By the cell of the baseline; of a group only the blocks that all of its cells have."""
    members: dict[Cell, list[CellRuns]] = defaultdict(list)
    for cell in cells:
        members[cell.against].append(cell)
    groups = []
    for together in members.values():
        blocks = sorted(set.intersection(*({*cell.ours} & {*cell.theirs} for cell in together)))
        if blocks:
            ratios = [[math.log(cell.theirs[block] / cell.ours[block]) for block in blocks] for cell in together]
            groups.append(_Group(np.sum(np.array(ratios), axis=0), len(together)))
    return groups


def _mean_ratio(
    mean: float, parts: Sequence[tuple[float, int]], floor_sd: float, block_sd: float, confidence: float
) -> MeanRatio:
    interval, degrees = mean_interval(mean, parts, floor_sd, confidence)
    return MeanRatio(interval, block_sd, degrees)


def _unknown(mean: float, confidence: float) -> MeanRatio:
    return MeanRatio(ratio_interval(mean, math.inf, confidence), None, 0)


def _log_ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Of the geometric means, which for pairs is the mean of their log ratios."""
    return float(logarithms(theirs).mean() - logarithms(ours).mean())
