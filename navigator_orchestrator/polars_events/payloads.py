"""Payload texts: few per event type, so they are looked up whole from small tables of type Enum."""

import json
from functools import cache
from itertools import product

import polars as pl

from navigator_orchestrator.polars_events.rules import Rules, look_up

REASONS = ["layoff", "new_hire", "retirement", "voluntary"]


def payloads(rules: Rules) -> dict[int, pl.Expr]:
    """Payload (Enum) of each event sequence, from columns of the year's outcome."""
    return {
        1: _hire(rules),
        2: _termination(rules),
        3: _promotion(rules),
        4: _raise(rules),
        5: _constant(minimum_age=rules.year.minimum_age, wait_days=rules.year.wait_days),
        6: _enrollment(),
        7: _constant(reason="opt_out"),
        8: _flag("escalation_at_cap", [{"at_cap": flag} for flag in (False, True)]),
        9: _flag("deferral_limited", _contribution("employee", "elective_deferral")),
        10: _flag("additions_limited", _contribution("employer_match", "annual_additions")),
        11: _investment_return(rules),
    }


@cache
def _text(**values: str | int | bool) -> str:
    return json.dumps(values, sort_keys=True, separators=(",", ":"))


def _choice(texts: list[str], position: pl.Expr) -> pl.Expr:
    """`texts[position]`; texts may repeat."""
    return look_up(pl.Series(texts, dtype=pl.Enum(list(dict.fromkeys(texts)))), position)


def _constant(**values: str | int) -> pl.Expr:
    text = _text(**values)
    return pl.lit(text, dtype=pl.Enum([text]))


def _flag(column: str, values: list[dict[str, str | bool]]) -> pl.Expr:
    return _choice([_text(**value) for value in values], pl.col(column))


def _contribution(source: str, limit: str) -> list[dict[str, str | bool]]:
    return [{"limited_by": limited_by, "source": source} for limited_by in ("none", limit)]


def _hire(rules: Rules) -> pl.Expr:
    oldest = max(rules.slots["hire_age"])
    texts = [_text(age=age, level_id=level) for age in range(oldest + 1) for level in range(rules.levels + 1)]
    return _choice(texts, pl.col("age") * (rules.levels + 1) + pl.col("level_id"))


def _segments(rules: Rules) -> list[tuple[str, str]]:
    """Names of age and tenure band by segment index, which starts at 1."""
    bands = product(rules.age_names, rules.tenure_names, range(rules.levels))
    return [("", ""), *((age, tenure) for age, tenure, _ in bands)]


def _termination(rules: Rules) -> pl.Expr:
    segments = _segments(rules)
    texts = [_text(age_band=age, reason=reason, tenure_band=tenure) for reason in REASONS for age, tenure in segments]
    reason = (
        pl.when("hired")
        .then(REASONS.index("new_hire"))
        .when(~pl.col("resigned"))
        .then(REASONS.index("layoff"))
        .when(pl.col("age") >= rules.year.retirement_age)
        .then(REASONS.index("retirement"))
        .otherwise(REASONS.index("voluntary"))
    )
    return _choice(texts, reason * len(segments) + pl.col("segment"))


def _promotion(rules: Rules) -> pl.Expr:
    texts = [_text(from_level=level, to_level=level + 1) for level in range(rules.levels + 1)]
    return _choice(texts, pl.col("level_id"))


def _raise(rules: Rules) -> pl.Expr:
    cells = zip(rules.merit_by_level_and_slot, list(rules.slots["rating"]) * (rules.levels + 1), strict=True)
    texts = [_text(cola_bps=rules.year.cola_bps, merit_bps=merit, rating=rating) for merit, rating in cells]
    return _choice(texts, pl.col("merit_cell"))


def _enrollment() -> pl.Expr:
    choices = [("auto", False), ("voluntary", False), ("voluntary", True)]
    texts = [_text(method=method, whole_match=whole) for method, whole in choices]
    chosen = pl.when("automatic").then(0).when("whole_match").then(2).otherwise(1)
    return _choice(texts, chosen)


def _investment_return(rules: Rules) -> pl.Expr:
    cells = zip(_segments(rules), rules.segments["portfolio_bps"], strict=True)
    texts = [_text(age_band=age, portfolio_bps=portfolio) for (age, _), portfolio in cells]
    return _choice(texts, pl.col("segment"))
