"""The memory over time, in a file that stays small."""

import csv
from pathlib import Path

from harness.supervisor.series import Row, Series
from tests.supervisor.driving import MIB, WORKLOADS, Driver


def test_the_series_shows_what_the_record_sums_up(driver: Driver) -> None:
    path = driver.folder / "series.csv"
    record = driver.run(*WORKLOADS, "parallel", series=path)
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["seconds", "rss", "pss", "processes"]
    assert len(rows) == record["observer"]["samples"]
    highest = max(rows, key=lambda row: int(row["rss"]))
    assert int(highest["rss"]) == record["memory"]["peak_rss_sum"] > 160 * MIB
    assert float(highest["seconds"]) == record["memory"]["at_seconds"]
    assert max(int(row["pss"]) for row in rows if row["pss"]) <= record["memory"]["peak_pss"]
    assert max(int(row["processes"]) for row in rows) == 5
    times = [float(row["seconds"]) for row in rows]
    assert times == sorted(times)
    assert times[-1] <= record["wall_seconds"]


def test_however_long_it_ran_the_file_is_short_and_has_the_peaks(tmp_path: Path) -> None:
    ticks = [Row(second / 10, 1000 + second % 7, None, 2) for second in range(100_000)]
    ticks[77_777] = Row(7777.7, 5000, None, 2)
    ticks[77_778] = Row(7777.8, 1000, 900, 3)
    series = Series()
    lengths = set()
    for tick in ticks:
        series.add(tick)
        lengths.add(len(series.rows))
    assert max(lengths) <= 2000
    series.write(tmp_path / "series.csv")
    header, *lines = (tmp_path / "series.csv").read_text().splitlines()
    assert header == "seconds,rss,pss,processes"
    assert 1000 <= len(lines) <= 2000
    # The two ticks share a row, which says when the RSS was highest.
    assert [line for line in lines if ",5000," in line] == ["7777.700,5000,900,3"]
    assert float(lines[-1].split(",")[0]) > 9990


def test_a_short_run_loses_nothing(tmp_path: Path) -> None:
    series = Series()
    for second in range(2000):
        series.add(Row(float(second), second, second or None, 1))
    series.write(tmp_path / "series.csv")
    assert len((tmp_path / "series.csv").read_text().splitlines()) == 2001
