"""Where a difference begins: in its first year, and there in what is made first."""

from pathlib import Path

import pytest

from tests.parity.explaining import Lab, Rows, write_manifest
from tests.parity.tracing import (
    EVENT_TYPES,
    EVENTS,
    HAPPENED,
    STATE,
    STATE_TYPES,
    STATES,
    contract_of,
    diverging,
    traced,
)


def test_a_state_that_feeds_the_next_year_is_where_it_begins(lab: Lab) -> None:
    """The state of person 2 in 2025 is wrong, and so are his raises of 2026."""
    lab.fill(EVENT_TYPES, HAPPENED, [(y, k, s, e, v + ((y, k) == (2026, 2))) for y, k, s, e, v in HAPPENED], "events")
    lab.fill(STATE_TYPES, STATE, [(y, k, v + (k == 2)) for y, k, v in STATE], "states")
    found = traced(lab, contract_of(relations={"events": EVENTS, "states": STATES}))
    assert found is not None
    assert (found.first_relation, found.first_year, found.entity) == ("states", 2025, {"employee_id": 2})
    assert found.differing == ("states", "events")
    assert found.words == (
        "After it differs: events.",
        "The first to diverge is employee_id 2: states, y 2025: salary changed.",
    )


def test_of_two_damages_the_earlier_one_is_told(lab: Lab) -> None:
    """The state of person 2 in 2025, and by itself an event of person 1 in 2026."""
    theirs = [(y, k, s, e, v + ((y, k, s) == (2026, 1, 1))) for y, k, s, e, v in HAPPENED]
    lab.fill(EVENT_TYPES, HAPPENED, theirs, "events")
    lab.fill(STATE_TYPES, STATE, [(y, k, v + ((y, k) == (2025, 2))) for y, k, v in STATE], "states")
    found = traced(lab, contract_of(relations={"events": EVENTS, "states": STATES}))
    assert found is not None
    assert found.entity == {"employee_id": 2}
    assert [moment.relation for moment in found.history if moment.first_difference] == ["states"]


YEARLY = {"y": "INTEGER", "x": "INTEGER"}


@pytest.mark.parametrize(
    ("ours", "theirs", "origin"),
    [
        # of all years: the first that differs, before the events and after them
        ([(2025, 1), (2026, 1)], [(2025, 2), (2026, 1)], ("int_rates", 2025)),
        ([(2025, 1), (2026, 1)], [(2025, 1), (2026, 2)], ("events", 2025)),
        # of the last year only: nobody knows when it began, but the events are made from it
        ([(2026, 1)], [(2026, 2)], ("int_rates", None)),
    ],
)
def test_an_intermediate_step_has_a_year_of_its_own(
    lab: Lab, tmp_path: Path, ours: Rows, theirs: Rows, origin: tuple[str, int | None]
) -> None:
    diverging(lab)
    lab.fill(YEARLY, ours, theirs, "int_rates")
    manifest = write_manifest(tmp_path, {"int_rates": [], "events": ["int_rates"], "states": ["events"]})
    found = traced(lab, contract_of(), manifest)
    assert found is not None
    assert (found.first_relation, found.first_year) == origin


def test_what_holds_the_last_year_only_is_no_origin_if_what_is_made_of_it_begins_later(
    lab: Lab, tmp_path: Path
) -> None:
    lab.fill(EVENT_TYPES, HAPPENED, [(y, k, s, e, v + (y == 2026)) for y, k, s, e, v in HAPPENED], "events")
    lab.fill(STATE_TYPES, STATE, [(y, k, v + 1) for y, k, v in STATE], "states")
    lab.fill(YEARLY, [(2026, 1)], [(2026, 2)], "int_rates")
    manifest = write_manifest(tmp_path, {"int_rates": [], "events": ["int_rates"], "states": ["events"]})
    found = traced(lab, contract_of(), manifest)
    assert found is not None
    assert (found.first_relation, found.first_year) == ("states", 2025)
    assert found.words[0] == "After it differ: events, int_rates."
