"""What the judge must find in each pair; a fast judge with another answer is worth nothing."""

from collections.abc import Iterator
from typing import Any

from measuring.contestants import Contestant
from measuring.dataset import Kind
from measuring.seeded import expected_columns, expected_keys

EQUAL_KINDS = (Kind.COPY, Kind.SHUFFLED)


def expected_exit_code(kind: Kind) -> int:
    """The exit code for `ordered` beside a side of this kind."""
    return 0 if kind in EQUAL_KINDS else 1


def wrong_findings(report: dict[str, Any], contestant: Contestant, kind: Kind, rows: int) -> str | None:
    """What the report should say and does not; None if it is right."""
    relation = report["results"]["pairs"][0]["relations"][0]
    checks = {
        **dict.fromkeys(EQUAL_KINDS, _check_equal(report, relation, contestant, rows)),
        Kind.SEEDED: _check_seeded(relation),
        Kind.NUDGED: _check_nudged(relation, rows),
    }
    return "; ".join(checks[kind]) or None


def _check_equal(report: dict[str, Any], relation: dict[str, Any], contestant: Contestant, rows: int) -> Iterator[str]:
    level = "fingerprint" if contestant is Contestant.FINGERPRINT else "exact"
    yield from _compare("finding", report["finding"], f"EQUAL {level}")
    yield from _compare("rows", (relation["rows_reference"], relation["rows_candidate"]), (rows, rows))
    if not relation["controls"] or not all(control["caught"] for control in relation["controls"]):
        yield "the negative controls were not all caught"


def _check_seeded(relation: dict[str, Any]) -> Iterator[str]:
    difference = relation["difference"] or {}
    keys = expected_keys()
    yield from _compare("keys", _present(difference.get("keys", {})), keys)
    yield from _compare("columns", _present(difference.get("columns", {})), expected_columns())
    only_candidate = keys["changed"] + keys["extra"] + keys["duplicate_key"]
    yield from _compare("rows only in reference", difference.get("only_reference"), keys["changed"] + keys["missing"])
    yield from _compare("rows only in candidate", difference.get("only_candidate"), only_candidate)
    yield from _compare("truncated", difference.get("truncated"), False)


def _check_nudged(relation: dict[str, Any], rows: int) -> Iterator[str]:
    """Every row is changed, in one column; a truncated report need not have looked at all of them."""
    difference = relation["difference"] or {}
    keys, columns = _present(difference.get("keys", {})), _present(difference.get("columns", {}))
    yield from _compare("kinds", list(keys), ["changed"])
    yield from _compare("columns", columns, {"score": keys.get("changed")})
    if not difference.get("truncated"):
        yield from _compare("changed rows of a report that is not truncated", keys.get("changed"), rows)


def _present(counts: dict[str, int]) -> dict[str, int]:
    return {name: number for name, number in counts.items() if number}


def _compare(what: str, found: object, expected: object) -> Iterator[str]:
    if found != expected:
        yield f"{what}: {found} instead of {expected}"
