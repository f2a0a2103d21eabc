"""Environment variables, with `.env.rollback` of the repository below them (read as KEY=VALUE, never executed)."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

from navigator_orchestrator.errors import NavigatorError

ROOT = Path(__file__).resolve().parent.parent
LEGACY_FLAG = "FEATURE_FLAG_LEGACY_EVENTS"
EMPLOYEE_LIMIT = "DBT_DEV_EMPLOYEE_LIMIT"
OPTIMIZATION = "DBT_OPTIMIZATION_MODE"

_LINE = re.compile(r"([A-Z][A-Z0-9_]*)=([A-Za-z0-9_.:+-]*)")


def effective_environment(root: Path = ROOT) -> dict[str, str]:
    """`os.environ` over the variables of `.env.rollback`, if that file exists."""
    return read_env_file(root / ".env.rollback") | dict(os.environ)


def read_env_file(path: Path) -> dict[str, str]:
    """Variables of a file of KEY=VALUE lines; comments and empty lines are skipped.

    Raises:
        NavigatorError: a line is anything else.
    """
    if not path.is_file():
        return {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        raise NavigatorError(f"{path}: is not UTF-8 text of KEY=VALUE lines") from None
    values = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _LINE.fullmatch(line.strip())
        if match is None:
            raise NavigatorError(f"{path}:{number}: expected KEY=VALUE without quotes or spaces; found {line!r}")
        values[match[1]] = match[2]
    return values


def legacy_flag(environment: Mapping[str, str]) -> bool | None:
    """Value of FEATURE_FLAG_LEGACY_EVENTS; None when it is not set.

    Raises:
        NavigatorError: it is neither true nor false.
    """
    value = environment.get(LEGACY_FLAG)
    if value not in {None, "true", "false"}:
        raise NavigatorError(f"{LEGACY_FLAG}={value!r}: only 'true' or 'false' are accepted")
    return None if value is None else value == "true"
