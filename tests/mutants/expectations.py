"""What the judge must say, and in what its answer falls short of that."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

from tests.mutants.judging import Document, Outcome

Roots = frozenset[tuple[Any, Any]]  # (year, employee) of the rows in which the divergence begins


class Expected(Protocol):
    """An ending: the exit code and the finding decide whether the mutant was caught, the rest whether it was named."""

    @property
    def exit_code(self) -> int:
        """The exit code."""

    @property
    def finding(self) -> str:
        """The finding in the report."""

    def misnamed(self, outcome: Outcome) -> Iterator[str]:
        """Everything that the report does not name, or names wrongly."""


@dataclass(frozen=True)
class Equal:
    """Proved equal."""

    proof: str = ""  # what the proof of some relation says
    waived: str = ""
    finding: str = "EQUAL exact"
    exit_code: int = 0

    def misnamed(self, outcome: Outcome) -> Iterator[str]:
        """The report must not show anything that failed."""
        yield from (f"failed: {check['name']}: {check['detail']}" for check in outcome.checks("failed"))
        proofs = [str(relation["proof"]) for relation in outcome.relations.values()]
        if not any(self.proof in proof for proof in proofs):
            yield f"proof {self.proof!r} is not among {proofs}"
        waived = {check["precondition"] for check in outcome.checks("waived")}
        if waived != ({self.waived} if self.waived else set()):
            yield f"waived: {waived}, expected {self.waived!r}"
        if outcome.junit_is_red is not False:
            yield "the JUnit report is missing or red"


@dataclass(frozen=True)
class Different:
    """A proved difference, and where it begins."""

    relation: str
    roots: Roots = frozenset()
    kinds: Mapping[str, int] | None = field(default_factory=dict)  # None: kinds and columns are not counted
    columns: frozenset[str] = frozenset()
    more_columns: bool = False  # others may have changed with them
    drift: frozenset[tuple[str, str]] = frozenset()
    others: frozenset[str] = frozenset()  # relations that differ as a consequence
    words: str = ""  # what is said about it, somewhere on stdout
    entity: str = "employee_id"  # the column that says whom a row is about; empty if it is about nobody
    keyed: bool = True  # without a key nobody can be followed through both sides; the samples name whom it is about
    one_root: bool = False  # all but one row follow from that one
    finding: str = "DIFFERENT"
    exit_code: int = 1

    def misnamed(self, outcome: Outcome) -> Iterator[str]:
        """Relation, schema, columns, kinds, year and employee, wherever the report tells them."""
        differing = {name for name, found in outcome.relations.items() if found["finding"] == "DIFFERENT"}
        if differing != {self.relation} | self.others:
            yield f"relations: {sorted(differing)}, expected {sorted({self.relation} | self.others)}"
        if self.relation not in outcome.report.get("headline", ""):
            yield f"headline: {outcome.report.get('headline')!r} does not name {self.relation}"
        if outcome.junit_is_red is not True:
            yield "the JUnit report is missing or green"
        if self.words not in outcome.stdout:
            yield f"stdout does not say {self.words!r}"
        found = outcome.relations.get(self.relation, {})
        yield from self._misnamed_drift(found)
        yield from self._misnamed_rows(found.get("difference"))
        yield from self._misnamed_origin(outcome.pair.get("explanation") or {})

    @cached_property
    def year(self) -> Any:  # noqa: ANN401  a year as the result stores it
        """The first divergent year."""
        return min((year for year, _ in self.roots if year is not None), default=None)

    @cached_property
    def employees(self) -> set[Any]:
        """Those whose rows diverge in that year."""
        first = self.year
        return {employee for year, employee in self.roots if year == first}

    def _misnamed_drift(self, found: Document) -> Iterator[str]:
        told = {(entry["kind"], entry["column"]) for entry in found.get("drift", [])}
        missed = {wanted for wanted in self.drift if not any(_same_drift(wanted, drift) for drift in told)}
        if missed or len(told) != len(self.drift):
            yield f"drift: {sorted(told)}, expected {sorted(self.drift)}"

    def _misnamed_rows(self, difference: Document | None) -> Iterator[str]:
        if not difference:
            if self.roots:
                yield "no difference of rows is told"
            return
        if self.kinds is not None:
            yield from self._misnamed_kinds(difference, self.kinds)
        if difference["first_year"] != self.year:
            yield f"first_year: {difference['first_year']}, expected {self.year}"
        column = self.entity or "simulation_year"
        wanted = self.employees if self.entity else {self.year}
        named = {_row(sample)[column] for sample in difference["samples"]}
        if not named & wanted:
            yield f"samples: name none of {_some(wanted)}, but {_some(named)}"

    def _misnamed_kinds(self, difference: Document, expected: Mapping[str, int]) -> Iterator[str]:
        kinds = {kind: number for kind, number in difference["keys"].items() if number}
        if kinds != dict(expected):
            yield f"kinds: {kinds}, expected {dict(expected)}"
        columns = set(difference["columns"] or _unlike(difference["distributions"]))
        if not (columns >= self.columns if self.more_columns else columns == self.columns):
            yield f"columns: {sorted(columns)}, expected {sorted(self.columns)}"
        if self.one_root:
            roots, rows = difference["roots"] or {}, sum(expected.values())
            told = [roots.get(name) for name in ("entities", "root_rows", "cascade_rows")]
            if told != [1, 1, rows - 1] or set(roots["columns"]) != self.columns:
                yield f"roots: {roots}, expected 1 of {rows} rows, in {sorted(self.columns)}"

    def _misnamed_origin(self, explanation: Document) -> Iterator[str]:
        told = explanation.get("first_relation"), explanation.get("first_year")
        if told != (self.relation, self.year):
            yield f"explanation: begins in {told}, expected {(self.relation, self.year)}"
        entity = next(iter((explanation.get("entity") or {}).values()), None)
        if self.roots and self.entity and self.keyed and entity not in self.employees:
            yield f"explanation: entity {entity}, expected one of {_some(self.employees)}"


@dataclass(frozen=True)
class Unjudged:
    """No evidence, or an error: never equal, and the reason is named."""

    precondition: str = ""  # that failed; without one it must be a problem
    about: str = ""
    text: str = ""
    finding: str = "NO_EVIDENCE"
    exit_code: int = 2

    def misnamed(self, outcome: Outcome) -> Iterator[str]:
        """The precondition and what it is about, or the problem; and no report that a reader could take for success."""
        failed = [check for check in outcome.checks("failed") if check["precondition"] == self.precondition]
        if self.precondition and not any(check["about"] == self.about for check in failed):
            names = [check["name"] for check in outcome.checks("failed")]
            yield f"failed preconditions: {names}, expected {self.precondition} about {self.about or 'the pair'}"
        told = [check["detail"] for check in failed] if self.precondition else _problems(outcome)
        if not any(self.text in text for text in told):
            yield f"{self.text!r} is not told in {told}"
        if not outcome.report.get("headline", "").startswith("PARITY NOT JUDGED: "):
            yield f"headline: {outcome.report.get('headline')!r}"
        if outcome.junit_is_red is not True:
            yield "the JUnit report is missing or green"


@dataclass(frozen=True)
class Refused:
    """Stopped before anything was judged: by a line on stderr, and whatever report there is must not be green."""

    text: str
    finding: str = "no report"
    exit_code: int = 2

    def misnamed(self, outcome: Outcome) -> Iterator[str]:
        """The line says what is wrong."""
        if self.text not in outcome.stderr:
            yield f"stderr does not say {self.text!r}"
        if "Traceback" in outcome.stderr:
            yield "stderr shows a traceback"


def _problems(outcome: Outcome) -> list[str]:
    problems = (outcome.pair.get("problem"), outcome.report.get("problem"), outcome.report.get("headline"))
    return [problem for problem in problems if problem]


def _row(sample: Document) -> Document:
    """The key, and what else is shown of a row."""
    rows = [*sample["reference"], *sample["candidate"], {}]
    return {**rows[0], **sample["key"]}


def _unlike(distributions: list[Document]) -> list[str]:
    return [column["column"] for column in distributions if column["reference"] != column["candidate"]]


def _same_drift(wanted: tuple[str, str], told: tuple[str, str]) -> bool:
    return told[0].startswith(wanted[0]) and told[1] == wanted[1]


def _some(values: set[Any]) -> list[Any]:
    return sorted(values, key=str)[:6]
