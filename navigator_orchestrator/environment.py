"""Environment variables that decide a run, and `.env.rollback`, which a rollback leaves (read, never executed)."""

import re
from collections.abc import Mapping
from pathlib import Path

from navigator_orchestrator.errors import NavigatorError

ROOT = Path(__file__).resolve().parent.parent
ROLLBACK_FILE = ROOT / ".env.rollback"
LEGACY_FLAG = "FEATURE_FLAG_LEGACY_EVENTS"
ROLLBACK_ID = "ROLLBACK_ID"  # which rollback wrote the file; nothing here depends on it
EMPLOYEE_LIMIT = "DBT_DEV_EMPLOYEE_LIMIT"
OPTIMIZATION = "DBT_OPTIMIZATION_MODE"

_LINE = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=([A-Za-z0-9_.:+-]+)")
_KEYS = (LEGACY_FLAG, ROLLBACK_ID)


def read_rollback_file(path: Path = ROLLBACK_FILE) -> dict[str, str]:
    """Variables of `.env.rollback`, one KEY=VALUE a line; comments and empty lines are skipped. No file: no variables.

    Raises:
        NavigatorError: a line is anything else, its key is not known or stands twice, or its value is not valid.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError:
        raise NavigatorError(f"{path}: is not UTF-8 text of KEY=VALUE lines") from None
    variables: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        text = line.strip(" \t")
        if not text or text.startswith("#"):
            continue
        try:
            name, value = _variable(text, variables)
        except NavigatorError as error:
            raise NavigatorError(f"{path}:{number}: {error}") from None
        variables[name] = value
    return variables


def _variable(line: str, before: Mapping[str, str]) -> tuple[str, str]:
    match = _LINE.fullmatch(line)
    if match is None:
        raise NavigatorError(f"expected KEY=VALUE without quotes or spaces; found {line!r}")
    name, value = match.groups()
    if name not in _KEYS:
        raise NavigatorError(f"unknown key {name!r}; valid keys: {', '.join(_KEYS)}")
    if name in before:
        raise NavigatorError(f"{name} stands twice; keep one")
    legacy_flag({name: value})
    return name, value


def legacy_flag(variables: Mapping[str, str]) -> bool | None:
    """Value of FEATURE_FLAG_LEGACY_EVENTS; None when it is not set.

    Raises:
        NavigatorError: it is neither true nor false.
    """
    value = variables.get(LEGACY_FLAG)
    if value not in {None, "true", "false"}:
        raise NavigatorError(f"{LEGACY_FLAG}={value!r}: only 'true' or 'false' are accepted")
    return None if value is None else value == "true"
