"""The pictures of a session whose truth is known: what they show, and that they become PNG files."""

from collections import Counter
from collections.abc import Callable
from io import BytesIO
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

from harness.scale.cells import Cell, matrix_of
from harness.scale.document import Report
from harness.scale.outcome import Status
from harness.scale.reports.pictures.axes import short
from harness.scale.reports.pictures.chart import Chart, Curve, Dots, Frame, Note, Rule, Shape, Spans, Tone
from harness.scale.reports.pictures.charts import charts_of
from harness.scale.reports.pictures.png import draw_picture
from tests.scale.pages import BOTH, all_failed, good, one_size
from tests.scale.synthetic import CONTEXT, Synthetic, cells, quadratic

SIZES = (1_000, 2_500, 5_000, 10_000, 20_000, 50_000)
BLUE, RED = (0, 114, 178), (169, 33, 26)


def run_once() -> Report:
    return Synthetic().report(iterations=1)


def two_fail() -> Report:
    faults = {Cell("optimized", 50_000, 5, 1): Status.TIMEOUT, Cell("optimized", 20_000, 1, 4): Status.EXIT}
    return Synthetic(faults=faults).report()


def many_cells() -> Report:
    return Synthetic().report(matrix_of(BOTH, [5_000, 20_000, 50_000], [1, 2, 5], [1, 4, 8], exact_sizes=False))


def shards_without_baseline(processors: int = 2) -> Report:
    """Two shards are 1.6 times as fast as one."""
    law = Synthetic(wall=lambda cell: (3 + 0.0005 * cell.employees * cell.years) / (1 if cell.shards == 1 else 1.6))
    matrix = matrix_of(["optimized"], [5_000, 20_000, 50_000], [1, 5], [1, 2], exact_sizes=False)
    return law.report(matrix, machine=CONTEXT["machine"] | {"processors": processors})


def one_shard_without_baseline() -> Report:
    return Synthetic().report(matrix_of(["optimized"], [5_000, 20_000, 50_000], [1], [1], exact_sizes=False))


def charts(report: Report, mode: str = "optimized") -> tuple[Chart, Chart, Chart, Chart]:
    return charts_of(report, mode)


def frame(chart: Chart) -> Frame:
    assert chart.frame, chart.words
    return chart.frame


def dots(chart: Chart) -> list[Dots]:
    return [mark for mark in frame(chart).marks if isinstance(mark, Dots)]


def notes(chart: Chart) -> list[str]:
    return [mark.text for mark in frame(chart).marks if isinstance(mark, Note)]


def told(chart: Chart) -> str:
    return "\n".join(line.text for line in chart.told)


# --- PNG ----------------------------------------------------------------------------------------------------


def has_colour(image: Image.Image, colour: tuple[int, int, int]) -> bool:
    """Whether some pixel nearly has it."""
    return bool((np.abs(np.asarray(image.convert("RGB")).astype(int) - colour).sum(axis=2) < 12).any())


def picture(report: Report, mode: str = "optimized") -> Image.Image:
    image = Image.open(BytesIO(draw_picture(report, mode)))
    image.load()
    assert image.format == "PNG"
    return image


@pytest.mark.parametrize("mode", BOTH)
@pytest.mark.parametrize("made", [good, one_size, run_once, all_failed, two_fail])
def test_a_picture_is_1600_pixels_wide(made: Callable[[], Report], mode: str) -> None:
    image = picture(made(), mode)
    assert image.width == 1_600
    assert 1_100 < image.height < 1_500


@pytest.mark.parametrize("made", [shards_without_baseline, one_shard_without_baseline])
def test_a_picture_without_a_baseline(made: Callable[[], Report]) -> None:
    assert picture(made()).width == 1_600


@pytest.mark.parametrize("mode", BOTH)
@pytest.mark.parametrize("made", [good, two_fail, all_failed, shards_without_baseline, many_cells])
def test_nothing_is_cut_off_at_the_edges(made: Callable[[], Report], mode: str) -> None:
    pixels = np.asarray(picture(made(), "optimized" if made is shards_without_baseline else mode).convert("L"))
    for edge in (pixels[:8], pixels[-8:], pixels[:, :8], pixels[:, -8:]):
        assert edge.min() == 255


def test_a_picture_with_very_many_cells_leaves_no_corner_empty() -> None:
    pixels = np.asarray(picture(many_cells()).convert("L"))
    height, width = pixels.shape
    for column in (pixels[:, : width // 2], pixels[:, width // 2 :]):
        assert column[height - 250 :].min() < 128


def test_a_picture_is_higher_if_it_has_more_cells() -> None:
    few = Synthetic().report(matrix_of(BOTH, [5_000, 20_000, 50_000], [1], [1], exact_sizes=False))
    assert picture(many_cells()).height > picture(few).height + 300


def test_what_ran_is_blue_and_what_failed_is_red() -> None:
    assert has_colour(picture(two_fail()), BLUE)
    assert has_colour(picture(two_fail()), RED)
    assert not has_colour(picture(all_failed()), BLUE)
    assert not has_colour(picture(one_shard_without_baseline()).crop((0, 0, 1_600, 600)), RED)


# --- time ---------------------------------------------------------------------------------------------------


def test_every_run_of_the_deciding_curve_is_a_point() -> None:
    report = good()
    runs = [
        (outcome.run.cell.employees, outcome.measurement.wall_seconds)
        for outcome in report.outcomes
        if outcome.measurement
        and outcome.run.counts
        and (outcome.run.cell.mode, outcome.run.cell.years, outcome.run.cell.shards) == ("optimized", 5, 1)
    ]
    assert len(runs) == 3 * len(SIZES)
    assert sorted(point for mark in dots(charts(report)[0]) for point in mark.points) == sorted(runs)


def test_disturbed_runs_are_hollow() -> None:
    position = next(
        o.run.position for o in good().outcomes if o.run.counts and o.run.cell == Cell("optimized", 5_000, 5, 1)
    )
    hollow = [mark for mark in dots(charts(Synthetic(disturbed=frozenset({position})).report())[0]) if not mark.filled]
    assert [len(mark.points) for mark in hollow] == [1]
    assert "disturbed" in hollow[0].key


def test_the_heading_has_number_interval_limit_and_verdict() -> None:
    time, marginal, memory, gain = charts(good())
    assert "wall time: n^1.0" in told(time)
    assert ", limit n^1.15 → PASS" in told(time)
    assert "CPU time: n^1.0" in told(marginal)
    assert "limit 40 GB → PASS" in told(memory)
    assert told(gain).count("limit ≥ 2 × → PASS") == 2
    assert {line.tone for chart in (time, marginal, memory, gain) for line in chart.told} == {Tone.GOOD}


def test_quadratic_growth_fails_in_the_heading_and_rises_without_its_fixed_cost() -> None:
    time, marginal, _, gain = charts(Synthetic(wall=quadratic).report())
    assert "n^2.0" in told(time)
    assert told(time).endswith("→ FAIL")
    assert {line.tone for chart in (time, marginal, gain) for line in chart.told} == {Tone.BAD}
    curve = next(mark for mark in frame(marginal).marks if isinstance(mark, Curve))
    assert curve.points[-1][1] > 20 * curve.points[0][1]


def test_linear_growth_is_flat_without_its_fixed_cost() -> None:
    """The law of the session: half a millisecond for each employee and year, and five years."""
    marginal = charts(Synthetic(noise=0.001).report())[1]
    wall = next(mark for mark in dots(marginal) if mark.key.startswith("wall"))
    assert [milliseconds for _, milliseconds in wall.points] == pytest.approx([2.5] * len(wall.points), rel=0.05)
    assert frame(marginal).y.low == 0


def test_a_failed_size_is_marked_above_everything_that_ran() -> None:
    time = charts(two_fail())[0]
    assert "TIMEOUT" in notes(time)
    crosses = [mark for mark in dots(time) if mark.shape is Shape.CROSS]
    ran = [y for mark in dots(time) if mark.shape is not Shape.CROSS for _, y in mark.points]
    assert [x for mark in crosses for x, _ in mark.points] == [50_000]
    assert all(y > max(ran) for mark in crosses for _, y in mark.points)
    assert frame(time).y.share(max(ran)) < 0.9


def test_neighbours_that_failed_do_not_write_over_each_other() -> None:
    faults = {Cell("optimized", size, 5, 1): Status.WRONG_ANSWER for size in SIZES[2:]}
    time = charts(Synthetic(faults=faults).report())[0]
    labels = [mark for mark in frame(time).marks if isinstance(mark, Note)]
    places = sorted((frame(time).y.share(label.at[1]), frame(time).x.share(label.at[0])) for label in labels)
    assert len(places) == 4
    for (height, left), (other, right) in pairwise(places):
        assert other - height > 0.04 or right - left > 0.2
    assert all(0.1 < left < 0.9 for _, left in places)


def test_with_one_size_nothing_is_fitted() -> None:
    time, marginal, memory, _ = charts(one_size())
    for chart in (time, memory):
        assert not any(isinstance(mark, Curve) for mark in frame(chart).marks)
    assert marginal.frame is None
    assert "fewer than 3 sizes" in marginal.words
    assert [name for _, name in frame(time).x.ticks] == ["1k"]


def test_with_single_runs_the_line_is_no_law_and_has_no_band() -> None:
    time, *_ = charts(run_once())
    assert [mark.key for mark in frame(time).keyed] == ["straight line", "quadratic", "run"]
    assert "cannot tell" in told(time)


def test_when_all_failed_every_size_is_named() -> None:
    for chart in charts(all_failed())[:3]:
        assert chart.frame is None
        assert all(f"{short(size)} employees: TIMEOUT" in chart.words for size in SIZES)


# --- memory -------------------------------------------------------------------------------------------------


def test_memory_stands_in_brackets_against_the_budget() -> None:
    report = good()
    memory = charts(report)[2]
    budget, size = [mark for mark in frame(memory).marks if isinstance(mark, Rule)]
    assert (budget.at, budget.text, size.at) == (40, "budget 40 GB", 50_000)
    runs = [o for o in report.outcomes if o.run.counts and o.run.cell == Cell("optimized", 50_000, 5, 1)]
    known = {(o.measurement.memory.lower / 1e9, o.measurement.memory.upper / 1e9) for o in runs if o.measurement}
    ours = next(mark for mark in frame(memory).marks if isinstance(mark, Spans) and mark.key.startswith("at least"))
    assert {(low, high) for (size_, low), (_, high) in ours.ends if size_ == 50_000} == known


def test_a_projection_of_memory_reaches_the_size_of_the_budget_and_no_further_than_twice_the_largest_run() -> None:
    def farthest(largest: int) -> float:
        sizes = [largest // 25, largest // 10, largest // 5, largest // 2, largest]
        report = Synthetic().report(matrix_of(["optimized"], sizes, [1], [1], exact_sizes=True))
        curve = next(mark for mark in frame(charts(report)[2]).marks if isinstance(mark, Curve))
        return max(x for x, _ in curve.points)

    assert farthest(25_000) == 50_000
    assert farthest(20_000) < 25_000


# --- speed-up -----------------------------------------------------------------------------------------------


def test_every_cell_has_a_speed_up_with_its_interval() -> None:
    report = good()
    gain = charts(report)[3]
    measured = {mark.filled: [ratio for ratio, _ in mark.points] for mark in dots(gain) if mark.shape is Shape.CIRCLE}
    within = [cell.shards <= CONTEXT["machine"]["processors"] for cell in cells(report, "optimized")]
    assert {filled: len(ratios) for filled, ratios in measured.items()} == Counter(within)
    assert measured[True] + measured[False] == pytest.approx([3.0] * len(within), rel=0.1)
    assert [mark.points[0][0] for mark in dots(gain) if mark.shape is Shape.DIAMOND] == pytest.approx([3.0], rel=0.03)
    assert [mark.at for mark in frame(gain).marks if isinstance(mark, Rule)] == [2.0]
    assert [name for _, name in frame(gain).y.ticks][-1] == "geometric mean"


def test_a_cell_without_a_partner_says_why() -> None:
    faults = {Cell("baseline", 50_000, 5, 1): Status.TIMEOUT, Cell("optimized", 5_000, 1, 1): Status.MEMORY}
    gain = charts(Synthetic(faults=faults).report())[3]
    assert sorted(notes(gain)) == ["MEMORY", "baseline: TIMEOUT", "baseline: TIMEOUT"]


def test_without_a_baseline_shards_are_compared_with_one_shard() -> None:
    gain = charts(shards_without_baseline())[3]
    measured, ideal = (
        [ratio for mark in dots(gain) if mark.shape is shape for ratio, _ in mark.points]
        for shape in (Shape.CIRCLE, Shape.TICK)
    )
    assert measured == pytest.approx([1.6] * 6, rel=0.1)
    assert ideal == [2.0] * 6
    assert all(note.endswith("% efficient") and 70 <= int(note.split("%")[0]) <= 90 for note in notes(gain))
    assert "efficiency 8" in told(gain)


@pytest.mark.parametrize(("processors", "filled"), [(1, False), (2, True)])
def test_more_shards_than_processors_are_hollow(processors: int, *, filled: bool) -> None:
    gain = charts(shards_without_baseline(processors))[3]
    assert {mark.filled for mark in dots(gain) if mark.shape is Shape.CIRCLE} == {filled}


@pytest.mark.parametrize(
    ("made", "mode", "words"),
    [
        (one_shard_without_baseline, "optimized", "no baseline"),
        (good, "baseline", "what the other modes are measured against"),
        (all_failed, "optimized", "No workload has good runs of both"),
    ],
)
def test_an_empty_picture_says_why(made: Callable[[], Report], mode: str, words: str) -> None:
    gain = charts(made(), mode)[3]
    assert gain.frame is None
    assert words in gain.words
