"""Parts of reports made by hand: relations, samples and a history that show everything a judgement can hold."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from harness.parity.checks import Check, Status
from harness.parity.explanation import (
    Change,
    ContingencyCell,
    Difference,
    Distribution,
    Explanation,
    Group,
    Moment,
    RelationStep,
    Roots,
    Sample,
)
from harness.parity.results import Control, Count, Drift, Finding, RelationResult, SideResult

_NAMES = ("amount changed", "row removed", "row doubled")
_CONTROLS = tuple(Control(name, caught=True, detail="fingerprint differs, 2 unmatched rows") for name in _NAMES)


def equal_relation(name: str, rows: int) -> RelationResult:
    """A relation that was proved equal."""
    counts = (Count(2025, None, rows // 2, rows // 2), Count(2026, None, rows - rows // 2, rows - rows // 2))
    proof = "exact, row by row in stored order"
    return RelationResult(name, Finding.EQUAL_EXACT, rows, rows, proof, 0.06, counts=counts, controls=_CONTROLS)


def side(name: str) -> SideResult:
    """A side that the judge ran."""
    argv = ("python", "-m", "navigator_orchestrator", "run", "--optimization", name)
    record = {"engine": name, "status": "complete", "census_fingerprint": "5f1c"}
    return SideResult(name, f"out/{name}/{name}.duckdb", name, argv, 4.2, "run.log", record)


def check(precondition: str, about: str, status: str = "passed", detail: str = "as it should be") -> Check:
    """A precondition."""
    return Check(precondition, about, Status(status), detail)


def different_events() -> RelationResult:
    """Events: 40 raises by a cent, one event missing, one doubled, one moved to another day."""
    difference = Difference(
        only_reference=42,
        only_candidate=43,
        keys={"changed": 40, "missing": 1, "extra": 0, "moved": 1, "duplicate_key": 1},
        columns={"compensation_cents": 40, "event_payload": 2},
        first_year=2026,
        by_group=(Group(2026, "raise", 40, 40), Group(2026, "hire", 1, 0), Group(2026, "contribution", 1, 3)),
        only_in_reference=1,
        only_in_candidate=0,
        truncated=False,
        words=(
            "40 rows changed (compensation_cents 40×, event_payload 2×), 1 row missing from optimized",
            "Every year has as many rows on both sides.",
            "40 diverge, first in compensation_cents 40×, missing 1×; 3 later rows may follow from that.",
        ),
        samples=event_samples(),
        sql="ATTACH 'legacy.duckdb' AS legacy (READ_ONLY);\nSELECT * FROM legacy.fct_yearly_events WHERE a < b;",
        changes=(
            Change("compensation_cents", 40, 0, 0, "1", 0.0000032, 0, "+1 on 40 of 40"),
            Change("event_payload", 2, 0, 1, None, None, 0, "JSON path $.rule"),
        ),
        contingency=(
            ContingencyCell(2026, "hire", None, "missing", 1, None, None, 1.7),
            ContingencyCell(2026, "raise", "compensation_cents", "changed", 40, "1", 0.0000032, 6.02),
            ContingencyCell(2026, "raise", "event_payload", "changed", 2, None, None, 0.31),
        ),
        roots=Roots(40, 41, 3, {"compensation_cents": 40, "missing": 1}),
    )
    drift = (Drift("type of", "deferral_rate_bps", "INTEGER", "BIGINT"),)
    return RelationResult("fct_yearly_events", Finding.DIFFERENT, 9788, 9789, None, 0.31, drift, difference=difference)


def event(number: int, cents: int, **changes: object) -> dict[str, object]:
    """An event of 2026."""
    key = {"simulation_year": 2026, "employee_id": f"EMP_{number:06}", "event_sequence": 5}
    payload = '{"percent_bps": 310, "rule": "merit", "level": 2}'
    rest = {
        "event_type": "raise",
        "event_date": date(2026, 7, 15),
        "compensation_cents": cents,
        "event_payload": payload,
    }
    return key | rest | changes


def event_samples() -> tuple[Sample, ...]:
    """One of each kind, and a change in the middle of a payload."""
    key = {"simulation_year": 2026, "employee_id": "EMP_000017", "event_sequence": 5}
    ours, theirs = (
        event(17, 7_654_300),
        event(17, 7_654_301, event_payload='{"percent_bps": 310, "rule": "cola", "level": 2}'),
    )
    other = key | {"employee_id": "EMP_000018"}
    moved, there = event(21, 6_000_000), event(21, 6_000_000, event_sequence=6)
    return (
        Sample("changed", key, ("compensation_cents", "event_payload"), (ours,), (theirs,), 1, 1),
        Sample("changed", other, ("bonus",), (event(18, 1, bonus=None),), (event(18, 1, bonus=Decimal("0.00")),), 1, 1),
        Sample("missing", key | {"employee_id": "EMP_000019"}, (), (event(19, 5_100_000),), (), 1, 0),
        Sample("moved", key | {"employee_id": "EMP_000021"}, ("event_sequence",), (moved,), (there,), 1, 1),
        Sample("duplicate_key", key | {"employee_id": "EMP_000020"}, (), (), (event(20, 5_200_000),), 1, 2),
    )  # fmt: skip


def different_summary() -> RelationResult:
    """A relation without a key."""
    numbers = {"rows": 1, "nulls": 0, "distinct": 1, "smallest": 100, "largest": 100, "mean": 100.0, "top": [[100, 1]]}
    difference = Difference(
        1, 1, {}, {}, None, (Group(None, None, 1, 1),), None, None, truncated=True,
        words=("1 row only in legacy, 1 row only in optimized",), samples=(), sql="SELECT 1;",
        distributions=(Distribution("total", numbers, numbers | {"smallest": 101, "largest": 101, "top": [[101, 1]]}),),
    )  # fmt: skip
    return RelationResult("summary", Finding.DIFFERENT, 8, 8, None, 0.02, difference=difference)


def explanation() -> Explanation:
    """The difference begins in an intermediate model."""
    steps = (
        RelationStep("stg_census_data", "same", declared=False, detail=""),
        RelationStep("int_compensation", "different", declared=False, detail="40 rows"),
        RelationStep("int_enrollment", "ignored", declared=False, detail="on one side only"),
        RelationStep("fct_yearly_events", "different", declared=True, detail=""),
    )
    return Explanation(
        order="the dbt graph in manifest.json",
        first_relation="int_compensation",
        first_year=2026,
        steps=steps,
        entity={"employee_id": "EMP_000017"},
        history=history(),
        words=("The intermediate int_compensation differs before any relation of the target does.",),
    )


def history(before: int = 3, after: int = 3) -> tuple[Moment, ...]:
    """The events of an employee, the first difference among them."""
    changed = event(17, 7_654_301)
    return (
        *(_moment(2025, place, "same", event(17, 7_424_151), event(17, 7_424_151)) for place in range(before)),
        replace(
            _moment(2026, 5, "changed", event(17, 7_654_300), changed),
            columns=("compensation_cents",),
            first_difference=True,
        ),
        *(_moment(2027, place, "missing", event(17, 7_654_300), None) for place in range(after)),
    )


def _moment(
    year: int, place: int, status: str, ours: dict[str, object] | None, theirs: dict[str, object] | None
) -> Moment:
    key = {"simulation_year": year, "employee_id": "EMP_000017", "event_sequence": place}
    return Moment("fct_yearly_events", key, status, (), ours, theirs, first_difference=False)
