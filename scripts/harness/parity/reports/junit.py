"""The report as JUnit XML, for what shows the results of tests. What was not proved is never a success there."""

import re
from collections.abc import Iterator
from typing import Literal
from xml.etree import ElementTree as ET

from harness.errors import ExitCode
from harness.parity.oracle_result import OracleResult
from harness.parity.reports.headline import describe_difference, why_unjudged
from harness.parity.reports.report import Report
from harness.parity.reports.rows_in_words import sample_lines
from harness.parity.reports.wording import check_in_words, difference_in_sentences, fine_print
from harness.parity.results import Finding, PairResult, RelationResult
from harness.reports.texts import visible, visible_lines

Outcome = Literal["failure", "error", "skipped"]

# Everything but what XML 1.0 allows: a reader would refuse the whole file.
_FORBIDDEN = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render_junit(report: Report) -> str:
    """One suite for each pair and one for the oracles; a report that is not good has at least one red case."""
    root = ET.Element("testsuites", name="parity")
    for pair in report.pairs:
        _add_pair(root, report.reference, pair)
    if report.oracles:
        _add_oracles(root, report.oracles)
    good = report.finding.exit_code is ExitCode.PASS
    if len(root) == 0 or (not good and not _counted(root, "failure") + _counted(root, "error")):
        suite = _add_suite(root, "judgement")
        text = visible_lines(report.problem or report.headline)
        _add_case(suite, "judgement", "judgement", None if good else "error", report.headline, text)
    for element in (root, *root):
        _set_totals(element)
    ET.indent(root)
    return f"<?xml version='1.0' encoding='utf-8'?>\n{ET.tostring(root, encoding='unicode')}\n"


def _add_pair(root: ET.Element, reference: str, pair: PairResult) -> None:
    suite = _add_suite(root, f"{reference} and {pair.candidate}")
    _add_preconditions(suite, pair)
    for result in pair.relations:
        _add_relation(suite, reference, pair.candidate, result)


def _add_preconditions(suite: ET.Element, pair: PairResult) -> None:
    """The case of everything that must hold before rows count, and of there being something to judge at all."""
    reasons = why_unjudged(pair)
    told_elsewhere = pair.finding is Finding.DIFFERENT or any(not result.finding.equal for result in pair.relations)
    if not reasons and not pair.finding.equal and not told_elsewhere:
        reasons = [f"{pair.candidate}: {pair.finding}: nothing was compared"]
    details = [pair.problem or "", *reasons, *_besides(pair)]
    case = _add_case(
        suite, pair.candidate, "preconditions", "error" if reasons else None, "; ".join(reasons), _lines(details)
    )
    if not reasons:
        _add_text(case, "system-out", _lines(_besides(pair)))


def _add_relation(suite: ET.Element, reference: str, candidate: str, result: RelationResult) -> None:
    outcome: Outcome | None = None if result.finding.equal else "error"
    message, details = f"{result.finding}", ""
    if result.finding is Finding.DIFFERENT:
        outcome, message = "failure", describe_difference(result)
        details = _lines([message, *_told(reference, candidate, result)])
    case = _add_case(suite, candidate, result.name, outcome, message, details or message)
    case.set("time", f"{result.seconds:.3f}")
    if outcome is None:
        _add_text(case, "system-out", f"{result.finding}: {result.rows_reference:,} rows, {result.proof}")


def _told(reference: str, candidate: str, result: RelationResult) -> Iterator[str]:
    difference = result.difference
    if difference is None:
        return
    yield from difference_in_sentences(difference)
    for sample in difference.samples[:20]:
        yield from sample_lines(sample, reference, candidate)


def _add_oracles(root: ET.Element, oracles: tuple[OracleResult, ...]) -> None:
    outcomes: dict[str, Outcome | None] = {
        "passed": None, "failed": "failure", "error": "error", "not exercised": "skipped"
    }  # fmt: skip
    suite = _add_suite(root, "oracles")
    for oracle in oracles:
        outcome = outcomes[oracle.status]
        message = oracle.reason if outcome == "skipped" and oracle.reason else oracle.detail
        details = _lines([oracle.title, oracle.told, *oracle.runs])
        case = _add_case(suite, "oracles", oracle.name, outcome, message, details)
        case.set("time", f"{oracle.seconds:.3f}")
        if outcome is None:
            _add_text(case, "system-out", details)


def _besides(pair: PairResult) -> Iterator[str]:
    yield from (f"waived by --allow: {check_in_words(made)}" for made in pair.waived_checks)
    yield from (f"not verified: {check_in_words(made)}" for made in pair.unverified_checks)
    yield from fine_print(pair)


def _add_suite(root: ET.Element, name: str) -> ET.Element:
    return ET.SubElement(root, "testsuite", name=_clean(visible(name)))


def _add_case(suite: ET.Element, of: str, name: str, outcome: Outcome | None, message: str, details: str) -> ET.Element:
    case = ET.SubElement(suite, "testcase", classname=_clean(f"parity.{visible(of)}"), name=_clean(visible(name)))
    case.set("time", "0.000")
    if outcome:
        told = _add_text(case, outcome, details)
        told.set("message", _clean(visible(message)))
    return case


def _add_text(case: ET.Element, tag: str, text: str) -> ET.Element:
    element = ET.SubElement(case, tag)
    element.text = _clean(text)
    return element


def _set_totals(element: ET.Element) -> None:
    cases = list(element.iter("testcase"))
    element.set("tests", str(len(cases)))
    for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        element.set(attribute, str(_counted(element, tag)))
    element.set("time", f"{sum(float(case.get('time', '0')) for case in cases):.3f}")


def _counted(element: ET.Element, tag: str) -> int:
    return sum(1 for _ in element.iter(tag))


def _lines(lines: Iterator[str] | list[str]) -> str:
    return "\n".join(visible_lines(line) for line in lines if line)


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("", text)
