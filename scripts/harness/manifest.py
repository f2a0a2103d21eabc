"""Getting dbt's manifest.json: it lies there, or a command of the target writes it."""

import os
import sys
from pathlib import Path

from harness.errors import RunError
from harness.execute import Limits, execute
from harness.target import LoadedTarget, Manifest
from harness.workload import fill


def find_manifest(loaded: LoadedTarget, manifest: Manifest, out: Path, timeout: float) -> Path | None:
    """The path of the manifest; None if it is not there, or its command fails: nothing rests on it but an order."""
    values = {"python": sys.executable, "out": str(out)}
    if manifest.argv:
        argv = [fill(part, values) for part in manifest.argv]
        log = out / "run.log"
        try:
            made = execute(
                argv,
                cwd=loaded.working_directory,
                environment=os.environ,
                log=log,
                limits=Limits(timeout),
                on_tick=lambda: None,
            )
        except RunError:
            return None
        if made.ending:
            return None
    path = loaded.working_directory / fill(manifest.file, values)
    return path if path.is_file() else None
