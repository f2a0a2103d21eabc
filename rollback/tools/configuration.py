"""The two places that tell the simulator to write with the legacy writers."""

import re
from pathlib import Path

from rollback.tools.errors import StepError
from rollback.tools.files import write_whole

ENV_FILE = ".env.rollback"


def write_env_file(root: Path, run_id: str, flag: str) -> None:
    """Write .env.rollback, whole: KEY=VALUE lines that the simulator reads and nobody executes."""
    text = (
        f"# Written by rollback_plan.sh execute, run {run_id}; `rollback_plan.sh restore` removes it.\n"
        f"{flag}=true\nROLLBACK_ID={run_id}\n"
    )
    write_whole(root / ENV_FILE, text.encode())


def edit_configuration(path: Path, values: dict[str, bool | str]) -> None:
    """Set top-level keys of a YAML file; every other character stays, comments too.

    Raises:
        StepError: a key stands there twice.
    """
    text = path.read_bytes().decode()
    for key, value in values.items():
        text = _set(path, text, key, str(value).lower() if isinstance(value, bool) else value)
    write_whole(path, text.encode())


def _set(path: Path, text: str, key: str, value: str) -> str:
    pattern = re.compile(
        rf"^({re.escape(key)}[ \t]*:[ \t]*)([^#\s][^#\r\n]*?)?([ \t]*(?:#[^\r\n]*)?)(?=\r?$)", re.MULTILINE
    )
    found = pattern.findall(text)
    if len(found) > 1:
        raise StepError(f"{path}: {key} stands there {len(found)} times; leave one")
    if found:
        return pattern.sub(lambda match: f"{match[1]}{value}{match[3]}", text)
    return f"{text}{'' if text.endswith(chr(10)) or not text else chr(10)}{key}: {value}\n"
