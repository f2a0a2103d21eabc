"""Mutants: a command line, exclusions or tolerances that would let a difference through."""

from collections.abc import Callable, Sequence

from tests.mutants.bases import RECORD
from tests.mutants.expectations import Expected, Refused, Unjudged
from tests.mutants.mutant import Planted, Staged
from tests.mutants.sql import EVENTS, PROBE, SNAPSHOT, a_row, an_event
from tests.mutants.stage import Arguments, Stage

EXCLUSION, TOLERANCE, OPTION = "exclusion", "tolerance", "option"
EVENT_VALUES = ("event_id", "event_date", "event_payload", "amount", "salary", "level_id", "rate")
RAISE = an_event("raise", 2026)
CENT = f"UPDATE {EVENTS} SET amount = amount + 1 WHERE {RAISE}"
OTHER_CONFIGURATION = f"UPDATE {RECORD} SET config_fingerprint = 'other'"


def excluding(stage: Stage, *columns: str, relation: str = EVENTS) -> Sequence[str]:
    """The option that leaves columns out."""
    entries = [f"  - {{relation: {relation}, column: {column}, reason: to see what happens}}\n" for column in columns]
    return ("--exclusions", str(stage.write("exclusions.yaml", "exclusions:\n" + "".join(entries))))


def tolerating(stage: Stage, column: str, bound: str, relation: str = EVENTS) -> Sequence[str]:
    """The option that lets a column differ a little."""
    entry = f"  - {{relation: {relation}, column: {column}, {bound}, reason: to see what happens}}\n"
    return ("--exclusions", str(stage.write("exclusions.yaml", f"tolerances:\n{entry}")))


def _exclusion(name: str, columns: Sequence[str], expected: Expected, relation: str = EVENTS) -> Staged:
    def prepare(stage: Stage) -> Arguments:
        candidate = stage.candidate("plain", CENT)
        return (*stage.compare(candidate=candidate), *excluding(stage, *columns, relation=relation))

    return Staged(name, EXCLUSION, prepare, expected)


def _refused_bound(name: str, column: str, bound: str, text: str) -> Staged:
    def prepare(stage: Stage) -> Arguments:
        return (*stage.compare(candidate=stage.candidate("plain", CENT)), *tolerating(stage, column, bound))

    return Staged(name, TOLERANCE, prepare, Refused(text, "ERROR"))


def _insufficient(name: str, bound: str, change: str, extra: str) -> Planted:
    """A tolerance for `noise` that does not allow what happened to it."""
    sql = f"UPDATE {PROBE} SET noise = {change} WHERE {{where}}"
    return Planted(
        name, TOLERANCE, sql, a_row(PROBE, 2026, extra), PROBE, ("noise",), pair="probed",
        arguments=lambda stage: tolerating(stage, "noise", bound, PROBE),
    )  # fmt: skip


def _seen(name: str, family: str, arguments: Callable[[Stage], Arguments], *changes: str) -> Planted:
    """An option that must not hide the cent."""
    return Planted(name, family, "; ".join([CENT, *changes]), RAISE, columns=("amount",), arguments=arguments)


def _option(name: str, arguments: Sequence[str], expected: Expected, *changes: str) -> Staged:
    def prepare(stage: Stage) -> Arguments:
        return (*stage.compare(candidate=stage.candidate("plain", *changes)), *arguments)

    return Staged(name, OPTION, prepare, expected)


def _with_ledger(*arguments: str) -> Callable[[Stage], Arguments]:
    return lambda stage: (*stage.compare(pair="ledger"), *arguments)


NUMBER = "isfinite(noise) AND noise > 0"

OPTIONS: list[Staged | Planted] = [
    _exclusion("a column of the key is excluded", ["employee_id"], Refused("employee_id", "ERROR")),
    _exclusion("the event type is excluded", ["event_type"], Refused("event_type", "ERROR")),
    _exclusion("a column that nobody has is excluded", ["ammount"], Unjudged("columns", EVENTS, "ammount")),
    _exclusion("a relation that nobody has is excluded", ["amount"], Refused("fct_events", "ERROR"), "fct_events"),
    _exclusion("every value is excluded", EVENT_VALUES, Unjudged("columns", EVENTS)),
    _exclusion("a column is excluded twice", ["amount", "amount"], Refused("amount", "ERROR")),
    _seen("another column is excluded", EXCLUSION, lambda stage: excluding(stage, "salary")),
    _seen("a column of another relation is excluded", EXCLUSION,
          lambda stage: excluding(stage, "age", relation=SNAPSHOT)),
    _refused_bound("a tolerance for the key", "employee_id", "abs_tol: 1.0", "employee_id"),
    _refused_bound("a tolerance without a bound", "amount", "abs_tol: null", "abs_tol"),
    _refused_bound("an infinite tolerance", "amount", "abs_tol: .inf", "abs_tol"),
    _refused_bound("a tolerance of everything", "amount", "rel_tol: 1.0", "rel_tol"),
    _refused_bound("a negative tolerance", "amount", "abs_tol: -1.0", "abs_tol"),
    Staged("a tolerance for text", TOLERANCE, lambda stage: (*stage.compare(), *tolerating(stage, "event_payload",
           "abs_tol: 1.0")), Unjudged("columns", EVENTS, "event_payload")),
    Staged("a tolerance for a column that nobody has", TOLERANCE, lambda stage: (*stage.compare(), *tolerating(stage,
           "noise", "abs_tol: 1.0")), Unjudged("columns", EVENTS, "noise")),
    _insufficient("more than the absolute tolerance", "abs_tol: 0.5", "noise + 0.75", NUMBER),
    _insufficient("more than the relative tolerance", "rel_tol: 1.0e-9", "noise * (1 + 1e-8)", NUMBER),
    _insufficient("more than the ulps", "ulps: 1", "nextafter(nextafter(noise, 'inf'::DOUBLE), 'inf'::DOUBLE)", NUMBER),
    _insufficient("a tolerance and NULL", "abs_tol: 1.0e+300", "NULL", NUMBER),
    _insufficient("a tolerance and NaN", "rel_tol: 0.5", "'nan'::DOUBLE", NUMBER),
    _insufficient("a tolerance and the other infinity", "rel_tol: 0.5", "'-inf'::DOUBLE", "isinf(noise)"),
    _insufficient("a tolerance and an infinity", "rel_tol: 0.5", "'inf'::DOUBLE", NUMBER),
    Planted("a tolerance and a changed neighbour", TOLERANCE,
            f"UPDATE {PROBE} SET noise = noise + 0.1, score = score + 1 WHERE {{where}}",
            a_row(PROBE, 2026, f"{NUMBER} AND score > 0"), PROBE, ("score",), more_columns=True, pair="probed",
            arguments=lambda stage: tolerating(stage, "noise", "abs_tol: 0.5", PROBE)),
    _option("a precondition that does not exist", ["--allow", "everything"], Refused("everything", "ERROR")),
    _option("two preconditions excused", ["--allow", "witness", "--allow", "fresh"], Refused("exactly one")),
    _option("nothing had to be excused", ["--allow", "witness"], Unjudged("witness", "--allow", "nothing")),
    _option("the controls excused", ["--allow", "negative-controls"], Refused("negative-controls", "ERROR")),
    _option("another precondition excused", ["--allow", "fresh"], Unjudged("same-inputs", text="config_fingerprint"),
            OTHER_CONFIGURATION),
    _seen("a difference excused", OPTION, lambda _: ("--allow", "same-inputs"), OTHER_CONFIGURATION),
    _option("a relation that nobody has is asked for", ["--only", "fct_events"], Refused("fct_events", "ERROR"), CENT),
    _option("a mode that nobody has", ["--candidates", "warp"], Refused("warp", "ERROR"), CENT),
    _option("years for results that exist already", ["--end-year", "2026"], Refused("--end-year"), CENT),
    _option("an unknown option", ["--tolerance", "0.01"], Refused("--tolerance"), CENT),
    _seen("fingerprints only", OPTION, lambda _: ("--proof", "fingerprint")),
    _seen("one sample only", OPTION, lambda _: ("--sample", "1")),
    _seen("the first difference only", OPTION, lambda _: ("--fail-fast",)),
    Staged("a memory limit that nothing fits in", OPTION, _with_ledger("--memory-limit", "1MB"),
           Unjudged(text="emory", finding="ERROR")),
    Staged("a memory limit that is none", OPTION, _with_ledger("--memory-limit", "much"),
           Refused("--memory-limit", "ERROR")),
]  # fmt: skip
