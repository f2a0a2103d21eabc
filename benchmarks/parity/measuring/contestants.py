"""Who is measured: the judge at its two levels of proof, the floor, and what else one might use."""

import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
JUDGE = HERE.parents[1] / "scripts" / "parity_testing_framework.py"
TARGET = HERE / "target.yaml"
JUDGE_MEMORY = "2GB"
PEER_MEMORY = "8GB"  # more than any of them asks for: they are not measured at our limit


class Contestant(StrEnum):
    """A command that gets two results."""

    EXACT = "judge"
    FINGERPRINT = "judge --proof fingerprint"
    SCAN = "bare scan"
    EXCEPT_ALL = "EXCEPT ALL"
    DATACOMPY = "datacompy (polars)"
    RELADIFF = "reladiff (HASHDIFF)"

    @property
    def is_judge(self) -> bool:
        """Whether it is what the bars are for."""
        return self in (Contestant.EXACT, Contestant.FINGERPRINT)

    @property
    def needs_peers(self) -> bool:
        """Whether it runs in the virtual environment of the other tools."""
        return self in (Contestant.DATACOMPY, Contestant.RELADIFF)

    @property
    def slug(self) -> str:
        """The name as part of a file name."""
        return self.name.lower()


TOOLS = {
    Contestant.SCAN: "scan.py",
    Contestant.EXCEPT_ALL: "except_all.py",
    Contestant.DATACOMPY: "datacompy_polars.py",
    Contestant.RELADIFF: "reladiff_hashdiff.py",
}


@dataclass(frozen=True)
class Pair:
    """Two results, and where the judge may write."""

    reference: Path
    candidate: Path
    output: Path


def command(contestant: Contestant, pair: Pair, peers: Path | None) -> list[str]:
    """The command line."""
    sides = [str(pair.reference), str(pair.candidate)]
    if contestant.is_judge:
        proof = "fingerprint" if contestant is Contestant.FINGERPRINT else "exact"
        options = ["--target", str(TARGET), "--proof", proof, "--memory-limit", JUDGE_MEMORY]
        return [sys.executable, str(JUDGE), "--compare", *sides, *options, "--output", str(pair.output)]
    python = str(peers) if contestant.needs_peers else sys.executable
    memory = JUDGE_MEMORY if contestant is Contestant.SCAN else PEER_MEMORY
    return [python, str(HERE / "tools" / TOOLS[contestant]), *sides, memory]
