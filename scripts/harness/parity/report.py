"""The result as files: JSON is the source, Markdown is for people."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from harness.parity.headline import describe_difference, why_unjudged
from harness.parity.judge import Judgement
from harness.parity.checks import Status
from harness.parity.results import SCHEMA_VERSION, Finding, PairResult, RelationResult
from harness.plain import plain
from harness.parity.summary import COLUMNS, describe_sample, table_rows
from harness.words import counted


@dataclass(frozen=True)
class Report:
    """A judgement, or why there is none, together with its circumstances."""

    finding: Finding
    headline: str
    problem: str | None
    reference: str
    workload: dict[str, int]
    target: dict[str, str]
    judgement: Judgement
    settings: dict[str, Any]

    def as_document(self, context: dict[str, Any]) -> dict[str, Any]:
        """The content of the JSON file."""
        document: dict[str, Any] = plain(
            {
                "schema_version": SCHEMA_VERSION,
                "verdict": self.finding.verdict,
                "finding": self.finding,
                "exit_code": int(self.finding.exit_code),
                "headline": self.headline,
                "problem": self.problem,
                "context": context | {"target": self.target},
                "results": {
                    "reference": self.reference,
                    "workload": self.workload,
                    "employees": self.judgement.employees,
                    "sides": self.judgement.sides,
                    "pairs": self.judgement.pairs,
                },
            }
        )
        return document

    def as_markdown(self) -> str:
        """The content of the Markdown file."""
        lines = [f"# {self.headline}", ""]
        if self.problem:
            lines += ["```", self.problem, "```", ""]
        lines += _table(("what", "value"), [(name, str(content)) for name, content in self.workload.items()])
        if self.judgement.sides:
            lines += _runs(self.judgement)
        for pair in self.judgement.pairs:
            lines += _pair(self.reference, pair)
        return "\n".join(lines).rstrip() + "\n"


def _runs(judgement: Judgement) -> list[str]:
    rows = [(run.name, f"{run.wall_seconds or 0:.1f} s", f"`{' '.join(run.argv)}`") for run in judgement.sides]
    return ["## Runs", "", *_table(("mode", "time", "command"), rows)]


def _pair(reference: str, pair: PairResult) -> list[str]:
    lines = [f"## {reference} and {pair.candidate}: {pair.finding}", ""]
    if pair.problem:
        lines += ["```", pair.problem, "```", ""]
    lines += [f"* not judged: {reason}" for reason in why_unjudged(pair)[bool(pair.problem) :]]
    lines += [""] if pair.failed_checks else []
    if pair.relations:
        lines += _table(COLUMNS[1:], [row[1:] for row in table_rows(pair)])
    for result in pair.relations:
        if result.finding is Finding.DIFFERENT:
            lines += _difference(reference, pair.candidate, result)
    lines += _fine_print(pair)
    return lines


def _difference(reference: str, candidate: str, result: RelationResult) -> list[str]:
    lines = [f"### {result.name}", "", describe_difference(result), ""]
    difference = result.difference
    if difference is None:
        return lines
    lines += [f"* {sentence}" for sentence in difference.words[1:]]
    lines += ["* Only the first divergent year was taken apart; there is more."] if difference.truncated else []
    lines += [
        "",
        *_table(
            ("year", "event type", f"rows only in {reference}", f"rows only in {candidate}"),
            _groups(difference.by_group),
        ),
    ]
    lines += ["```"]
    lines += [describe_sample(sample, reference, candidate) for sample in difference.samples]
    return [
        *lines,
        "```",
        "",
        "To see the rows that only the reference has:",
        "",
        "```sql",
        difference.sql,
        "```",
        "",
    ]


def _groups(groups: Iterable[Any]) -> Iterator[tuple[str, ...]]:
    for group in groups:
        yield (_cell(group.year), _cell(group.event_type), f"{group.reference:,}", f"{group.candidate:,}")


def _fine_print(pair: PairResult) -> list[str]:
    """What was not compared, and what was verified besides the rows."""
    lines = [
        f"* {result.name}: column {column} is not compared, because {reason}"
        for result in pair.relations
        for column, reason in result.volatile.items()
    ]
    for reason in dict.fromkeys(pair.ignored.values()):
        names = ", ".join(name for name, why in pair.ignored.items() if why == reason)
        lines.append(f"* not compared, because {reason}: {names}")
    planted = [control for result in pair.relations for control in result.controls]
    caught = sum(control.caught for control in planted)
    if planted:
        lines.append(f"* {counted(len(planted), 'negative control')} planted, {caught} noticed")
    passed = [check.name for check in pair.checks if check.status is Status.PASSED]
    if passed:
        lines.append(f"* {counted(len(passed), 'check')} passed: {', '.join(passed)}")
    return [*lines, ""] if lines else []


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [_line(header), _line(["---"] * len(header)), *(_line(row) for row in rows)]
    return [*lines, ""]


def _line(cells: Sequence[str]) -> str:
    escaped = (cell.replace("|", "\\|").replace("\n", " ") for cell in cells)
    return f"| {' | '.join(escaped)} |"


def _cell(content: object) -> str:
    return "–" if content is None else str(content)
