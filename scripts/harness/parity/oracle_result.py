"""What became of one oracle: something that a mode must agree on with itself."""

from dataclasses import dataclass
from typing import Literal

OracleStatus = Literal["passed", "failed", "not exercised", "error"]


@dataclass(frozen=True)
class OracleResult:
    """One oracle. `reason` says why it was not exercised, or what it did not probe although it passed."""

    name: str
    title: str
    status: OracleStatus
    detail: str
    runs: tuple[str, ...] = ()
    reason: str | None = None
    seconds: float = 0.0

    @property
    def told(self) -> str:
        """The detail and the reason in one line."""
        return "; ".join(part for part in (self.detail, self.reason) if part)
