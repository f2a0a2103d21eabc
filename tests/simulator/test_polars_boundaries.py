"""Amounts and days that fall exactly on a boundary: equal to the oracle, and the boundary is shown to be reached."""

import datetime as dt
from pathlib import Path

import polars as pl

from tests.reference.relations import Relations, records
from tests.simulator.test_polars_runs import Tables, assert_equal, expected, people, simulated, tables, with_value

ALWAYS, NEVER = 2**32, 0
YEAR = range(2025, 2026)


def quiet(years: range) -> Tables:
    """Nobody leaves, is promoted, gets a raise or enrols of his own will."""
    calm = with_value(tables(years), "segment_parameters", termination_threshold=NEVER, promotion_threshold=NEVER)
    calm = with_value(calm, "segment_parameters", voluntary_threshold=NEVER)
    return with_value(with_value(calm, "merit_matrix", merit_bps=0), "yearly_rules", cola_bps=0)


def same(**values: dt.date | int | None) -> pl.DataFrame:
    """Twenty employees of 35 with the given values, without plan status unless it is given."""
    alike: dict[str, dt.date | int | None] = {
        "birth_date": dt.date(1990, 5, 5),
        "hire_date": dt.date(2018, 3, 1),
        "termination_date": None,
        "deferral_rate": 0,
        "enrollment_date": None,
    }
    census = people(20)
    return census.with_columns(
        pl.lit(value).cast(census.schema[name]).alias(name) for name, value in (alike | values).items()
    )


def run(census: pl.DataFrame, with_tables: Tables, years: range, folder: Path) -> Relations:
    found = simulated(census, with_tables, years, folder / "out", shards=2)
    assert_equal(found, expected(census, with_tables, years))
    return found


def events(found: Relations, event_type: str) -> list[dict[str, object]]:
    return [event for event in records(found, "events") if event["event_type"] == event_type]


def test_who_is_enrolled_on_the_last_day_cannot_opt_out(tmp_path: Path) -> None:
    # Eligible on 31 December 2024 (30 days of waiting), enrolled 365 days later.
    changed = with_value(quiet(YEAR), "yearly_rules", auto_delay_days=365)
    found = run(
        same(hire_date=dt.date(2024, 12, 1)),
        with_value(changed, "segment_parameters", opt_out_threshold=ALWAYS),
        YEAR,
        tmp_path,
    )
    assert [event["event_date"] for event in events(found, "enrollment")] == [dt.date(2025, 12, 31)] * 20
    assert events(found, "enrollment_change") == []


def test_an_enrolment_escalates_from_its_minimum_age_on(tmp_path: Path) -> None:
    changed = with_value(quiet(YEAR), "yearly_rules", escalation_threshold=ALWAYS)
    for early, escalations in ((181, 20), (180, 20), (179, 0)):
        census = same(deferral_rate=300, enrollment_date=dt.date(2025, 1, 1) - dt.timedelta(days=early))
        found = run(census, changed, YEAR, tmp_path / str(early))
        assert len(events(found, "deferral_escalation")) == escalations


def test_a_contribution_of_the_limit_is_not_limited_by_it(tmp_path: Path) -> None:
    changed = with_value(quiet(YEAR), "yearly_rules", escalation_threshold=NEVER)
    # 10 % of 235,000 USD is the limit of 2025; a dollar more of pay reaches beyond it.
    for salary, reason in ((235_000_00, "none"), (235_001_00, "elective_deferral")):
        found = run(same(deferral_rate=1_000, salary=salary), changed, YEAR, tmp_path / str(salary))
        contribution = next(event for event in events(found, "contribution") if event["event_sequence"] == 9)
        assert contribution["amount"] == 23_500_00
        assert contribution["event_payload"] == f'{{"limited_by":"{reason}","source":"employee"}}'


def test_a_choice_at_the_match_ceiling_was_not_raised_to_it(tmp_path: Path) -> None:
    changed = with_value(quiet(YEAR), "yearly_rules", whole_match_threshold=ALWAYS)
    for rate, raised in ((499, "true"), (500, "false"), (501, "false")):
        chosen = with_value(changed, "segment_parameters", voluntary_threshold=ALWAYS, voluntary_rate_bps=rate)
        found = run(same(), chosen, YEAR, tmp_path / str(rate))
        assert {(event["rate"], event["event_payload"]) for event in events(found, "enrollment")} == {
            (max(rate, 500), f'{{"method":"voluntary","whole_match":{raised}}}')
        }


def test_the_unpaid_are_never_promoted_so_their_hazard_stays(tmp_path: Path) -> None:
    years = range(2025, 2029)
    changed = with_value(tables(years), "segment_parameters", promotion_threshold=ALWAYS)
    # Whoever is above level 1 leaves, so that a promotion in the plan alone would show.
    higher = pl.when(pl.col("level_id") > 1).then(ALWAYS).otherwise(NEVER).alias("termination_threshold")
    changed |= {"segment_parameters": changed["segment_parameters"].with_columns(higher)}
    census = same(salary=0, level_id=1)
    found = run(census, changed, years, tmp_path)
    unpaid = set(census["employee_id"])
    changes = events(found, "promotion") + events(found, "termination")
    assert changes
    assert not [event for event in changes if event["employee_id"] in unpaid]


def test_whoever_leaves_on_the_promotion_or_merit_date_still_gets_it(tmp_path: Path) -> None:
    changed = with_value(tables(YEAR), "segment_parameters", termination_threshold=ALWAYS)
    promoted = pl.when(pl.col("level_id") < 5).then(ALWAYS).otherwise(NEVER).alias("promotion_threshold")
    changed |= {"segment_parameters": changed["segment_parameters"].with_columns(promoted)}
    found = run(people(1_000), changed, YEAR, tmp_path)
    left = {(event["employee_id"], event["event_date"]) for event in events(found, "termination")}
    for event_type in ("promotion", "raise"):
        assert left & {(event["employee_id"], event["event_date"]) for event in events(found, event_type)}


def test_hire_and_leave_on_31_december(tmp_path: Path) -> None:
    changed = with_value(tables(YEAR), "yearly_rules", new_hire_termination_bps=9_000, growth_bps=10_000)
    found = run(people(200), changed, YEAR, tmp_path)
    eve = dt.date(2025, 12, 31)
    one_day = [row for row in records(found, "snapshot") if row["hire_date"] == row["termination_date"] == eve]
    assert one_day
    assert all(row["paid_compensation"] == (row["current_salary"] + 182) // 365 for row in one_day)
