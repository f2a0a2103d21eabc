"""Speed-up, efficiency and serial fraction, computed by hand."""

import math

import pytest

from harness.scale.statistics.ratios import paired_ratio, unpaired_ratio
from harness.scale.statistics.sharding import measured_speed_up


def test_four_times_as_fast_with_eight_shards() -> None:
    """S = 4, S/p = 1/2, e = (1/4 - 1/8) / (1 - 1/8) = 1/7."""
    sharding = measured_speed_up([8.0, 8.0], [2.0, 2.0], 8, paired=True)
    assert sharding.speed_up.estimate == pytest.approx(4)
    assert sharding.efficiency.estimate == pytest.approx(0.5)
    assert sharding.serial_fraction.estimate == pytest.approx(1 / 7)


@pytest.mark.parametrize("shards", [2, 4, 8, 64])
def test_the_serial_fraction_of_amdahls_law_is_its_serial_work(shards: int) -> None:
    sharding = measured_speed_up([1.0, 1.0], [0.1 + 0.9 / shards] * 2, shards, paired=True)
    assert sharding.serial_fraction.estimate == pytest.approx(0.1)


def test_more_than_ideal_is_a_negative_serial_fraction() -> None:
    assert measured_speed_up([9.0, 9.0], [2.0, 2.0], 4, paired=True).serial_fraction.estimate < 0


@pytest.mark.parametrize("paired", [True, False])
def test_the_interval_is_that_of_the_ratio(paired: bool) -> None:
    single, sharded = [8.0, 8.4, 7.9], [2.0, 2.2, 1.9]
    ratio = (paired_ratio if paired else unpaired_ratio)(sharded, single, confidence=0.8).interval
    sharding = measured_speed_up(single, sharded, 8, paired=paired, confidence=0.8)
    assert sharding.speed_up == ratio
    assert sharding.efficiency.low == pytest.approx(ratio.low / 8)
    assert sharding.efficiency.high == pytest.approx(ratio.high / 8)
    # A larger speed-up is a smaller serial fraction: the ends change places.
    assert sharding.serial_fraction.low == pytest.approx((1 / ratio.high - 1 / 8) / (7 / 8))
    assert sharding.serial_fraction.high == pytest.approx((1 / ratio.low - 1 / 8) / (7 / 8))
    assert sharding.serial_fraction.confidence == 0.8


def test_one_run_leaves_everything_open() -> None:
    sharding = measured_speed_up([8.0], [2.0], 8, paired=True)
    assert (sharding.speed_up.low, sharding.speed_up.high) == (0, math.inf)
    assert sharding.serial_fraction.low == pytest.approx(-1 / 7)
    assert sharding.serial_fraction.high == math.inf


@pytest.mark.parametrize("shards", [1, 0, -4])
def test_one_shard_is_no_division(shards: int) -> None:
    with pytest.raises(ValueError, match="at least 2 shards"):
        measured_speed_up([8.0], [2.0], shards, paired=True)
