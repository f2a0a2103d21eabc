"""The result of one invocation as data: everything that the renderings show, and the content of the JSON file."""

from dataclasses import dataclass
from typing import Any

from harness.parity.judge import Judgement
from harness.parity.oracle_result import OracleResult
from harness.parity.results import SCHEMA_VERSION, Finding, PairResult
from harness.plain import plain


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
    baseline: dict[str, Any] | None = None
    oracles: tuple[OracleResult, ...] = ()

    @property
    def pairs(self) -> tuple[PairResult, ...]:
        """Everything that was compared: the candidates, and the reference with a second run of itself."""
        repeated = self.judgement.repeated
        return (*self.judgement.pairs, *([repeated] if repeated else []))

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
                "context": context | {"target": self.target, "settings": self.settings},
                "results": {
                    "reference": self.reference,
                    "workload": self.workload,
                    "employees": self.judgement.employees,
                    "sides": self.judgement.sides,
                    "pairs": self.judgement.pairs,
                    "repeated": self.judgement.repeated,
                    "oracles": self.oracles,
                    "baseline": self.baseline,
                },
            }
        )
        return document
