"""Mutants: runs that the judge starts itself and that do not do what they should."""

import os
import shutil
import signal
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from tests.mutants import targets
from tests.mutants.bases import CANDIDATE_MODE, REFERENCE_MODE
from tests.mutants.expectations import Expected, Refused, Unjudged
from tests.mutants.mutant import Planted, Rearranged, Staged
from tests.mutants.sql import EVENTS, an_event
from tests.mutants.stage import Arguments, Stage
from tests.mutants.targets import Content

FAMILY = "process"
PUPPET = Path(__file__).with_name("puppet.py")
WORKLOAD = ("--employees", "300", "--start-year", "2025", "--end-year", "2027", "--seed", "42")


def runs(stage: Stage, *faults: str, change: str = "") -> Arguments:
    """Judge runs of the puppet; `change` is a fault of the target itself."""
    store = stage.folder / "store"
    store.mkdir()
    pair = stage.bases.pair("plain")
    os.link(pair.reference, store / f"{REFERENCE_MODE}.duckdb")
    os.link(pair.candidate, store / f"{CANDIDATE_MODE}.duckdb")
    stage.write("store/census.parquet", "census")
    stage.write("settings.txt", "settings")
    stage.environment |= {"PUPPET_STORE": str(store), "PUPPET_FAULT": ",".join(faults)}
    stage.closing.callback(_end_daemon, store / "daemon")
    puppet = stage.folder / "puppet.yaml"
    target = targets.derive(puppet, stage.bases.manifest, lambda content: on_strings(content, stage.folder, change))
    return ("--target", target, *WORKLOAD)


def on_strings(content: Content, folder: Path, change: str) -> None:
    """Let the puppet run instead of the simulator."""
    command, asked = ["{python}", str(PUPPET)], ["{start_year}", "{end_year}", "{seed}"]
    content |= {
        "working_directory": str(folder),
        "reference": REFERENCE_MODE,
        "candidates": [CANDIDATE_MODE],
        "census": {"file": "census.parquet", "argv": [*command, "census", "{census}", "{employees}"]},
        "inputs": ["settings.txt"],
        "modes": {name: content["modes"][name] for name in (REFERENCE_MODE, CANDIDATE_MODE)},
    }
    for mode in content["modes"].values():
        mode |= {"argv": [*command, "run", "{mode}", "{database}", "{census}", *asked], "sharded": False}
    if change == "identical witness":
        content["modes"][CANDIDATE_MODE]["witness"] = content["modes"][REFERENCE_MODE]["witness"]
    if change == "witness that always holds":
        for number, mode in enumerate(content["modes"].values()):
            mode["witness"] = {"sql": f"SELECT 'yes' AS a, {number} AS b", "expected": {"a": "yes"}}


def _end_daemon(path: Path) -> None:
    if path.exists():
        with suppress(ProcessLookupError):
            os.kill(int(path.read_text(encoding="utf-8")), signal.SIGKILL)


def _run(name: str, fault: str, expected: Expected, more: Sequence[str] = ()) -> Staged:
    """A fault of the candidate, or of "reference:", or of both."""
    struck, _, what = fault.rpartition(":")
    modes = {"": [CANDIDATE_MODE], "reference": [REFERENCE_MODE], "both": [REFERENCE_MODE, CANDIDATE_MODE]}[struck]
    return Staged(name, FAMILY, lambda stage: (*runs(stage, *(f"{mode}:{what}" for mode in modes)), *more), expected)


def _failed(text: str) -> Unjudged:
    return Unjudged(text=text, finding="ERROR")


def _unwritable(stage: Stage) -> Arguments:
    """The output directory lies below a file."""
    arguments = runs(stage)
    shutil.rmtree(stage.folder / "out", ignore_errors=True)
    stage.write("out", "a file")
    return arguments


def _older_report(stage: Stage) -> Arguments:
    """A report of success lies there already; the judge is stopped before it can say anything."""
    arguments = runs(stage)
    assert stage.judge(arguments).exit_code == 0
    return ("--target", stage.folder / "puppet.yaml", *WORKLOAD, "--candidates", "nobody")


CANDIDATE = CANDIDATE_MODE
PROCESSES: list[Staged | Planted] = [
    _run("a candidate that crashes", "crash", _failed("failed with exit code 1")),
    _run("a candidate that hangs", "hang", _failed("--timeout"), ("--timeout", "2")),
    _run("a candidate that is killed", "die", _failed("signal 9")),
    _run("a candidate that writes nothing", "silence", _failed("wrote no")),
    _run("a candidate that writes garbage", "garbage", _failed("cannot be read")),
    _run("a candidate that writes a half", "half", Unjudged("witness", CANDIDATE, "enough bytes")),
    _run("a candidate that copies the reference", "copy", Unjudged("two-results", text="copy")),
    _run("a candidate that links the reference", "link", Unjudged("two-results", text="same file")),
    _run("a stale database", "stale", Unjudged("fresh", CANDIDATE, "stale")),
    _run("a stale record in a new file", "old record", Unjudged("fresh", CANDIDATE, "started_at")),
    _run("a switch that is ignored", "ignored switch", Unjudged("witness", CANDIDATE, "not witnessed")),
    _run("a silent fallback", "fallback", Unjudged("witness", CANDIDATE, "not witnessed")),
    _run("no witness at all", "no witness", Unjudged("witness", CANDIDATE, "not witnessed")),
    _run("another seed", "other seed", Unjudged("as-asked", CANDIDATE, "seed is 43")),
    _run("another seed in both", "both:other seed", Unjudged("as-asked", REFERENCE_MODE, "seed is 43")),
    _run("another census", "other census", Unjudged("same-inputs", text="census_fingerprint")),
    _run("another configuration", "other configuration", Unjudged("same-inputs", text="config_fingerprint")),
    _run("another horizon", "other horizon", Unjudged("as-asked", CANDIDATE, "end_year is 2026")),
    _run("an unfinished run", "unfinished", Unjudged("finished", CANDIDATE, "running")),
    _run("two results of one run", "both:same run", Unjudged("own-run", text="run_id")),
    _run("the last year is missing on both sides", "both:no last year", Unjudged("years", EVENTS, "2027")),
    _run("a year that nobody asked for, on both sides", "both:foreign year", Unjudged("years", EVENTS, "2028")),
    _run("a candidate that changes the census", "changes census", _failed("changed the census")),
    _run("a candidate that changes the configuration", "changes configuration", _failed("changed the configuration")),
    _run("a candidate that changes the reference", "changes reference", Unjudged("two-results", text="copy")),
    _run("a log beside the result", "leaves log", Unjudged("closed", CANDIDATE, ".wal")),
    _run("a daemon that goes on writing", "keeps writing", Unjudged("closed", CANDIDATE, "had to be ended")),
    _run("a reference that crashes", "reference:crash", Unjudged(text="failed with exit code 1", finding="ERROR")),
    _run("a reference that differs from itself", "reference:random cent",
         Unjudged(text="itself", finding="NONDETERMINISTIC_REFERENCE")),
    Planted("a candidate that differs, beside a steady reference", FAMILY, "", an_event("raise", 2026),
            columns=("amount",), prepare=lambda stage: runs(stage, f"{CANDIDATE}:cent")),
    _run("a report that cannot be written", "blocks report", Refused("cannot write")),
    Staged("an output directory below a file", FAMILY, _unwritable, Refused("cannot write")),
    Staged("an older report of success", FAMILY, _older_report, Refused("nobody", "ERROR")),
    Staged("one witness for two modes", FAMILY, lambda stage: runs(stage, change="identical witness"),
           Refused("witness: the same as that of", "ERROR")),
    Staged("a witness that holds for every result", FAMILY,
           lambda stage: runs(stage, change="witness that always holds"),
           Unjudged("witness", CANDIDATE, "holds for the result of")),
]  # fmt: skip

HONEST_RUNS = Rearranged("two honest runs", runs)
