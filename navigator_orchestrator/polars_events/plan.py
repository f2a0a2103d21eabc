"""The retirement plan in one year (docs/model.md section 10): eligibility to investment return."""

import polars as pl

from navigator_orchestrator.polars_events.draws import uniform, with_draws
from navigator_orchestrator.polars_events.initial_state import NEVER, UNKNOWN
from navigator_orchestrator.polars_events.pay import with_pay
from navigator_orchestrator.polars_events.rules import BPS, Rules, days, half_up, look_up

HALVES = ["hi_4", "lo_4", "hi_5", "hi_6", "lo_6", "hi_7", "lo_8"]


def plan(people: pl.LazyFrame, rules: Rules, hashed_seed: int) -> pl.LazyFrame:
    """What the plan does for everyone employed in the year; adds the columns of the functions below."""
    frame = with_draws(people, hashed_seed, rules.year.simulation_year, HALVES)
    for rule in (_eligibility, _enrollment, _opt_out, _escalation, _employee, _match, _investment, _end):
        frame = rule(frame, rules)
    return frame


def _eligibility(frame: pl.LazyFrame, rules: Rules) -> pl.LazyFrame:
    """`newly_eligible`; `eligible`: day of the year, negative before it, large if never."""
    first_day = rules.first_day
    day = pl.max_horizontal(pl.col("hire_date_day") + (rules.year.wait_days - first_day), pl.lit(0, dtype=pl.Int64))
    newly = (pl.col("eligible_day") == NEVER) & (pl.col("age") >= rules.year.minimum_age) & (day <= pl.col("last"))
    frame = frame.with_columns(newly_eligible=newly)
    return frame.with_columns(
        eligible=pl.when("newly_eligible").then(day).otherwise(pl.col("eligible_day") - first_day)
    )


def _enrollment(frame: pl.LazyFrame, rules: Rules) -> pl.LazyFrame:
    """`voluntary`, `automatic`, `enrolls`; `enrolls_on`: day of the year; `chosen_rate` bps; `whole_match`."""
    year, outside = rules.year, ~pl.col("enrolled")
    frame = frame.with_columns(
        _day=pl.max_horizontal(pl.col("eligible"), pl.lit(0, dtype=pl.Int64))
        + uniform(pl.col("lo_4"), year.voluntary_window_days),
        _auto_day=pl.col("eligible") + year.auto_delay_days,
        _rate=rules.by_segment("voluntary_rate_bps"),
        _whole=pl.col("hi_5") < year.whole_match_threshold,
    )
    drawn = pl.col("hi_4") < rules.by_segment("voluntary_threshold")
    frame = frame.with_columns(
        voluntary=outside & drawn & (pl.col("_day") <= pl.col("last")),
        whole_match=pl.col("_whole") & (pl.col("_rate") < year.match_ceiling_bps),
    )
    automatic = (
        outside
        & ~pl.col("voluntary")
        & (pl.col("hire_date_day") >= days(year.auto_hired_from))
        & (pl.col("_auto_day") >= 0)
        & (pl.col("_auto_day") <= pl.col("last"))
    )
    frame = frame.with_columns(automatic=automatic if year.auto_enrollment else pl.lit(value=False))
    return frame.with_columns(
        enrolls=pl.col("voluntary") | pl.col("automatic"),
        enrolls_on=pl.when("voluntary").then("_day").otherwise("_auto_day"),
        chosen_rate=pl.when("automatic")
        .then(year.auto_rate_bps)
        .when("whole_match")
        .then(year.match_ceiling_bps)
        .otherwise("_rate"),
    )


def _opt_out(frame: pl.LazyFrame, rules: Rules) -> pl.LazyFrame:
    """`opts_out`, `opts_out_on` day of the year; an opt-out needs a day left to happen on."""
    left = pl.col("last") - pl.col("enrolls_on")
    days_open = pl.min_horizontal(left, pl.lit(rules.year.opt_out_window_days, dtype=pl.Int64))
    return frame.with_columns(
        opts_out=pl.col("automatic") & (left >= 1) & (pl.col("hi_6") < rules.by_segment("opt_out_threshold")),
        opts_out_on=pl.col("enrolls_on") + 1 + uniform(pl.col("lo_6"), days_open),
    )


def _escalation(frame: pl.LazyFrame, rules: Rules) -> pl.LazyFrame:
    """`escalates`, `escalation_at_cap`; `participates`.

    `rate`: bps that the year's contributions are made at; `contributes_to`: day of the year.
    """
    year = rules.year
    latest = rules.first_day - year.escalation_minimum_days
    frame = frame.with_columns(
        escalates=pl.col("enrolled")
        & (pl.col("deferral_rate") < year.escalation_cap_bps)
        & (pl.col("enrollment_day") <= latest)
        & (pl.col("hi_7") < year.escalation_threshold),
        escalation_at_cap=pl.col("deferral_rate") >= year.escalation_cap_bps - year.escalation_step_bps,
        participates=pl.col("enrolled") | pl.col("enrolls"),
        contributes_to=pl.when("opts_out").then(pl.col("opts_out_on") - 1).otherwise("last"),
    )
    stepped = pl.min_horizontal(
        pl.col("deferral_rate") + year.escalation_step_bps, pl.lit(year.escalation_cap_bps, dtype=pl.Int64)
    )
    return frame.with_columns(
        rate=pl.when("enrolls").then("chosen_rate").when("escalates").then(stepped).otherwise("deferral_rate")
    )


def _employee(frame: pl.LazyFrame, rules: Rules) -> pl.LazyFrame:
    """`base`, `employee_contribution` in cents; `deferral_limited`."""
    start = pl.when("enrolled").then(0).otherwise("enrolls_on")
    frame = with_pay(frame, rules, "_pay", start, pl.col("contributes_to"))
    frame = frame.with_columns(
        base=pl.when("participates")
        .then(pl.min_horizontal("_pay", pl.lit(rules.year.compensation_limit, dtype=pl.Int64)))
        .otherwise(0)
    )
    frame = frame.with_columns(
        _wanted=half_up(pl.col("base") * pl.col("rate"), BPS),
        _limit=look_up(rules.deferral_limit_by_age, pl.col("age")),
    )
    return frame.with_columns(
        employee_contribution=pl.min_horizontal("_wanted", "_limit"),
        deferral_limited=pl.col("_wanted") > pl.col("_limit"),
    )


def _match(frame: pl.LazyFrame, rules: Rules) -> pl.LazyFrame:
    """`employer_match` in cents; `additions_limited`. Each tier matches what was contributed between its bounds."""
    year, below, weighted = rules.year, pl.lit(0, dtype=pl.Int64), pl.lit(0, dtype=pl.Int64)
    for tier, (up_to, match) in enumerate(year.match_tiers):
        frame = frame.with_columns(half_up(pl.col("base") * up_to, BPS).alias(f"_cap{tier}"))
        cap = pl.col(f"_cap{tier}")
        inside = pl.min_horizontal("employee_contribution", cap) - below
        weighted = weighted + pl.max_horizontal(inside, pl.lit(0, dtype=pl.Int64)) * match
        below = cap
    matched = half_up(weighted, BPS)
    if year.match_last_day_rule:
        matched = pl.when("left").then(0).otherwise(matched)
    counted = pl.min_horizontal("employee_contribution", pl.lit(year.elective_limit, dtype=pl.Int64))
    frame = frame.with_columns(
        _match=matched,
        _room=pl.max_horizontal(year.annual_additions_limit - counted, pl.lit(0, dtype=pl.Int64)),
    )
    return frame.with_columns(
        employer_match=pl.min_horizontal("_match", "_room"), additions_limited=pl.col("_match") > pl.col("_room")
    )


def _investment(frame: pl.LazyFrame, rules: Rules) -> pl.LazyFrame:
    """`invested`, `return_bps`, `investment_return` in cents."""
    spread = rules.year.portfolio_spread_bps
    frame = frame.with_columns(
        _added=pl.col("employee_contribution") + pl.col("employer_match"),
        return_bps=look_up(rules.segments["portfolio_bps"] - spread, pl.col("segment"))
        + uniform(pl.col("lo_8"), 2 * spread + 1),
    )
    frame = frame.with_columns(_invested=pl.col("balance") + pl.col("_added") // 2)
    frame = frame.with_columns(invested=~pl.col("left") & (pl.col("_invested") > 0))
    grown = half_up(pl.col("_invested") * (BPS + pl.col("return_bps")), BPS)
    return frame.with_columns(investment_return=pl.when("invested").then(grown - pl.col("_invested")).otherwise(0))


def _end(frame: pl.LazyFrame, rules: Rules) -> pl.LazyFrame:
    """State at the end of the year: `end_…` columns."""
    return frame.with_columns(
        end_balance=pl.col("balance") + pl.col("_added") + pl.col("investment_return"),
        end_enrolled=pl.col("participates") & ~pl.col("opts_out"),
        end_rate=pl.when("opts_out").then(0).otherwise("rate"),
        end_enrollment_day=pl.when("opts_out")
        .then(UNKNOWN)
        .when("enrolls")
        .then(pl.col("enrolls_on") + rules.first_day)
        .otherwise("enrollment_day"),
        end_eligible_day=pl.when("newly_eligible").then(pl.col("eligible") + rules.first_day).otherwise("eligible_day"),
    )
