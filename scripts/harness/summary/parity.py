"""The result of the parity judge: parity_report.json."""

from collections.abc import Iterator

from harness.reports.tables import NOTHING, Table
from harness.reports.texts import clipped
from harness.summary.document import Node
from harness.summary.section import Section, verdict_of

READS = 2  # the major version of parity_report.json
_NAME = 200  # the most of a name that a sentence repeats: a long one in each of thousands would fill the memory


def read_parity(document: Node) -> Section:
    """The section of a judgement, by comparison or by oracles."""
    document.check_version(READS)
    results = document["results"]
    oracles = list(results["oracles"].each())
    return Section(
        verdict=verdict_of(document),
        headline=document["headline"].text(),
        sentences=tuple(_sentences(document, results)),
        tables=(_oracles(oracles) if oracles else _relations(results),),
    )


def _sentences(document: Node, results: Node) -> Iterator[str]:
    problem = document.maybe("problem")
    if problem:
        yield problem.text()
    reference = _name(results["reference"])
    for pair in results["pairs"].each():
        sides = f"{reference} and {_name(pair['candidate'])}"
        if trouble := pair.maybe("problem"):
            yield f"{sides}: {trouble.text()}"
        if explanation := pair.maybe("explanation"):
            year = explanation.maybe("first_year")
            when = f", in {year.label()}" if year else ""
            yield f"{sides}: the difference begins in {explanation['first_relation'].text()}{when}"
            yield from (f"{sides}: {words.text()}" for words in explanation["words"].each())
        for relation in pair["relations"].each():
            if difference := relation.maybe("difference"):
                yield from _differences(f"{sides}: {_name(relation['name'])}", difference)


def _name(name: Node) -> str:
    return clipped(name.text(), _NAME)


def _differences(where: str, difference: Node) -> Iterator[str]:
    yield from (f"{where}: {words.text()}" for words in difference["words"].each())
    groups = [_group(group) for group in difference["by_group"].each()]
    whole = difference.maybe("whole_groups")  # a baseline knows only that they differ, and the sentences say so
    if groups and not (whole and whole.flag()):
        yield f"{where}: differing rows by year and event type: {'; '.join(groups)}"


def _group(group: Node) -> str:
    parts = [part.label() for part in (group.maybe("year"), group.maybe("event_type")) if part]
    reference, candidate = (group[side].number() for side in ("reference", "candidate"))
    return f"{' '.join(parts) or 'all'}: {reference:,} and {candidate:,}"


def _relations(results: Node) -> Table:
    header = ("candidate", "relation", "reference rows", "candidate rows", "verdict", "proof")
    rows = []
    for pair in results["pairs"].each():
        for relation in pair["relations"].each():
            proof = relation.maybe("proof")
            rows.append(
                (
                    pair["candidate"].text(),
                    relation["name"].text(),
                    f"{relation['rows_reference'].number():,}",
                    f"{relation['rows_candidate'].number():,}",
                    relation["finding"].text(),
                    proof.text() if proof else NOTHING,
                )
            )
    return Table(header, tuple(rows))


def _oracles(oracles: list[Node]) -> Table:
    """Those that did not pass, or, if all did, all of them."""
    told = [(each["title"].text(), each["status"].text(), each["detail"].text()) for each in oracles]
    failed = [row for row in told if row[1] != "passed"]
    return Table(("oracle", "status", "detail"), tuple(failed or told))
