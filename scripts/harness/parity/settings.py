"""How a comparison is to be made, as the command line asks for it."""

from dataclasses import dataclass, field

from harness.parity.checks import Waiver


@dataclass(frozen=True)
class Settings:
    """What holds for all pairs and relations of one judgement."""

    proof: str = "exact"
    sample: int = 5
    only: tuple[str, ...] = ()
    fail_fast: bool = False
    waiver: Waiver = field(default_factory=Waiver)
