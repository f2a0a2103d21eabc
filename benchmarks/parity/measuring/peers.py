"""The virtual environment of the other tools, made by uv from pinned requirements."""

import subprocess
import sys
from pathlib import Path

REQUIREMENTS = Path(__file__).resolve().parents[1] / "peers.txt"


def set_up_peers(folder: Path, uv: Path) -> tuple[Path | None, str]:
    """The Python that has the other tools, or None and why there is none."""
    python, installed = folder / "bin" / "python", folder / "peers.txt"
    wanted = REQUIREMENTS.read_text()
    if installed.is_file() and installed.read_text() == wanted:
        return python, ""
    commands = (
        [uv, "venv", "--quiet", "--clear", "--python", sys.executable, folder],
        [uv, "pip", "install", "--quiet", "--no-deps", "--python", python, "--requirement", REQUIREMENTS],
        [uv, "pip", "check", "--quiet", "--python", python],
    )
    for command in commands:
        try:
            subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True, timeout=900)
        except subprocess.CalledProcessError as error:
            return None, f"cannot be installed: {(error.stderr.strip() or str(error)).splitlines()[-1]}"
        except (OSError, subprocess.SubprocessError) as error:
            return None, f"cannot be installed: {error}"
    installed.write_text(wanted)
    return python, ""
