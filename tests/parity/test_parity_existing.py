"""Comparing results that exist already: nothing is run, and what nobody saw is told as unverified."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.parity.judging import SCRIPT, TARGET, Judge, Outcome

EQUAL = (0, "pass", "EQUAL exact")
DIFFERENT = (1, "fail", "DIFFERENT")
NO_EVIDENCE = (2, "could_not_judge", "NO_EVIDENCE")
RELATIONS = ("fct_yearly_events", "fct_workforce_snapshot", "employee_state_by_year", "run_record")


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory, store: Path) -> Path:
    """Two results, and the second one with one cent changed."""
    folder = tmp_path_factory.mktemp("made")
    kept = Judge(tmp_path_factory.mktemp("runs"), store)("", "--keep-databases").directory
    shutil.copyfile(kept / "reference" / "reference.duckdb", folder / "reference.duckdb")
    shutil.copyfile(kept / "candidate" / "candidate.duckdb", folder / "candidate.duckdb")
    shutil.copyfile(folder / "candidate.duckdb", folder / "cent.duckdb")
    with duckdb.connect(str(folder / "cent.duckdb")) as connection:
        connection.execute("update fct_yearly_events set amount = amount + 1 where amount = 3226")
    for name in ("reference", "candidate"):
        _export(folder / f"{name}.duckdb", folder / name)
    return folder


def _export(database: Path, folder: Path) -> None:
    """One file, or one folder by year, for each relation."""
    folder.mkdir()
    with duckdb.connect(str(database), read_only=True) as connection:
        for name in RELATIONS[1:]:
            connection.execute(f"copy (from {name}) to '{folder / name}.parquet'")
        events = folder / "fct_yearly_events"
        connection.execute(
            f"copy fct_yearly_events to '{events}' (format parquet, partition_by simulation_year, "
            "write_partition_columns true)"
        )


def _compare(judge: Judge, reference: Path, candidate: Path, *arguments: str, target: str = str(TARGET)) -> Outcome:
    """Run the judge without a workload."""
    script = Path(__file__).resolve().parents[2] / "scripts" / "parity_testing_framework.py"
    options = ["--target", target] if target else []
    command = [sys.executable, str(script), "--compare", str(reference), str(candidate), *options]
    finished = subprocess.run(
        [*command, "--output", str(judge.output), *arguments], capture_output=True, text=True, check=False, timeout=60
    )
    print(finished.stdout, finished.stderr)
    return judge.outcome(finished.returncode, finished.stdout, finished.stderr)


def test_two_databases(judge: Judge, made: Path) -> None:
    outcome = _compare(judge, made / "reference.duckdb", made / "candidate.duckdb")
    assert outcome.verdicts == EQUAL
    assert outcome.report["results"]["workload"] == {}
    assert len(outcome.pair["relations"]) == 3


def test_what_nobody_saw_is_unverified_in_words(judge: Judge, made: Path) -> None:
    outcome = _compare(judge, made / "reference.duckdb", made / "candidate.duckdb")
    unverified = {check["name"]: check["detail"] for check in outcome.pair["checks"] if check["status"] == "unverified"}
    assert unverified == {
        "reference: fresh": "nobody saw the run that wrote it",
        "candidate: fresh": "nobody saw the run that wrote it",
        "reference: as-asked": "nobody asked for anything; the result says seed 42",
        "candidate: as-asked": "nobody asked for anything; the result says seed 42",
    }
    witnesses = [check["detail"] for check in outcome.pair["checks"] if check["precondition"] == "witness"]
    assert witnesses == ["the result shows reference", "the result shows candidate"]
    assert "not verified" in outcome.stdout
    assert "nobody saw the run that wrote it" in outcome.markdown


def test_provenance_can_be_demanded(judge: Judge, made: Path) -> None:
    known = _compare(judge, made / "reference.duckdb", made / "candidate.duckdb", "--require-provenance")
    assert known.verdicts == EQUAL
    results = (made / "reference.duckdb", made / "candidate.duckdb")
    unknown = _compare(judge, *results, "--require-provenance", "--only", "fct_yearly_events", target="")
    assert unknown.verdicts == NO_EVIDENCE
    assert "cannot be verified: nothing in it shows which mode" in unknown.failed_checks["candidate: witness"]


def test_a_difference_is_explained_as_after_a_run(judge: Judge, made: Path) -> None:
    outcome = _compare(judge, made / "reference.duckdb", made / "cent.duckdb", "--candidates", "candidate")
    assert outcome.verdicts == DIFFERENT
    assert outcome.events["difference"]["columns"] == {"amount": 1}


def test_the_mode_can_be_demanded(judge: Judge, made: Path) -> None:
    outcome = _compare(judge, made / "reference.duckdb", made / "candidate.duckdb", "--candidates", "other")
    assert outcome.verdicts == NO_EVIDENCE
    assert "candidate not witnessed" in outcome.failed_checks["candidate: witness"]


def test_two_folders_of_parquet(judge: Judge, made: Path) -> None:
    outcome = _compare(judge, made / "reference", made / "candidate")
    assert outcome.verdicts == EQUAL
    assert outcome.events["rows_candidate"] == 12


def test_a_database_and_a_folder(judge: Judge, made: Path) -> None:
    assert _compare(judge, made / "reference.duckdb", made / "candidate").verdicts == EQUAL


def test_without_a_target_everything_is_compared_and_run_record_differs(judge: Judge, made: Path) -> None:
    outcome = _compare(judge, made / "reference.duckdb", made / "cent.duckdb", target="")
    assert outcome.verdicts == DIFFERENT
    assert sorted(relation["name"] for relation in outcome.pair["relations"]) == sorted(RELATIONS)
    assert outcome.events["difference"]["keys"]["missing"] == 1
    assert outcome.events["difference"]["keys"]["extra"] == 1


def test_without_a_target_and_only_what_agrees(judge: Judge, made: Path) -> None:
    names = ("fct_yearly_events",)
    outcome = _compare(judge, made / "reference.duckdb", made / "candidate.duckdb", "--only", *names, target="")
    assert outcome.verdicts == EQUAL
    assert outcome.report["headline"].endswith("only fct_yearly_events")


@pytest.mark.parametrize(
    ("second", "reason"),
    [("reference.duckdb", "are the same file"), ("linked.duckdb", "the same file under two names"),
     ("copied.duckdb", "byte for byte the same")],
)  # fmt: skip
def test_one_result_under_two_names(judge: Judge, made: Path, tmp_path: Path, second: str, reason: str) -> None:
    first = tmp_path / "reference.duckdb"
    shutil.copyfile(made / "reference.duckdb", first)
    shutil.copyfile(first, tmp_path / "copied.duckdb")
    (tmp_path / "linked.duckdb").hardlink_to(first)
    outcome = _compare(judge, first, tmp_path / second)
    assert outcome.verdicts == NO_EVIDENCE
    assert reason in outcome.failed_checks["two-results"]


def test_a_database_that_is_open_for_writing_is_not_opened(judge: Judge, made: Path, tmp_path: Path) -> None:
    busy = tmp_path / "busy.duckdb"
    shutil.copyfile(made / "candidate.duckdb", busy)
    code = f"import duckdb; c = duckdb.connect({str(busy)!r}); print('open', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "open\n"
        outcome = _compare(judge, made / "reference.duckdb", busy)
        writer.communicate("\n")
    assert outcome.verdicts == NO_EVIDENCE
    assert f"is open for writing in process {writer.pid}" in outcome.failed_checks["candidate: closed"]


def test_a_write_ahead_log_left_over(judge: Judge, made: Path, tmp_path: Path) -> None:
    shutil.copyfile(made / "candidate.duckdb", tmp_path / "crashed.duckdb")
    (tmp_path / "crashed.duckdb.wal").write_bytes(b"half")
    outcome = _compare(judge, made / "reference.duckdb", tmp_path / "crashed.duckdb")
    assert outcome.verdicts == NO_EVIDENCE
    assert "has a write-ahead log" in outcome.failed_checks["candidate: closed"]


def test_parquet_files_of_one_relation_with_other_types(judge: Judge, made: Path, tmp_path: Path) -> None:
    shutil.copytree(made / "candidate", tmp_path / "odd")
    (file,) = (tmp_path / "odd" / "fct_yearly_events" / "simulation_year=2026").glob("*.parquet")
    with duckdb.connect() as connection:
        connection.execute(f"create table t as select * replace (rate::varchar as rate) from '{file}'")
        connection.execute(f"copy t to '{file}' (format parquet)")
    outcome = _compare(judge, made / "reference", tmp_path / "odd")
    assert outcome.verdicts == DIFFERENT
    assert "columns of a file of candidate" in outcome.stdout


def test_a_truncated_parquet_file(judge: Judge, made: Path, tmp_path: Path) -> None:
    shutil.copytree(made / "candidate", tmp_path / "torn")
    file = tmp_path / "torn" / "fct_workforce_snapshot.parquet"
    file.write_bytes(file.read_bytes()[:-20])
    outcome = _compare(judge, made / "reference", tmp_path / "torn")
    assert outcome.verdicts == (2, "could_not_judge", "ERROR")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--compare", "gone.duckdb", "gone"],
            "--compare: there is no gone.duckdb; expected a DuckDB file or a folder",
        ),
        (["--allow", "everything"], "--allow: unknown precondition 'everything'; choose two-results, fresh"),
        (["--exclusions", "gone.yaml"], "--exclusions: there is no file gone.yaml"),
        (["--only", "fct_gone"], "--only: unknown relation 'fct_gone'; choose fct_yearly_events"),
    ],
)
def test_what_does_not_exist(judge: Judge, made: Path, arguments: list[str], message: str) -> None:
    outcome = _compare(judge, made / "reference.duckdb", made / "candidate.duckdb", *arguments)
    assert outcome.verdicts == (2, "could_not_judge", "ERROR")
    assert message in outcome.stderr


def test_a_waiver_shows_and_one_without_use_fails(judge: Judge, made: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.duckdb"
    shutil.copyfile(made / "candidate.duckdb", other)
    with duckdb.connect(str(other)) as connection:
        connection.execute("update run_record set census_fingerprint = 'other'")
    waived = _compare(judge, made / "reference.duckdb", other, "--allow", "same-inputs")
    assert waived.verdicts == EQUAL
    assert "waived: same-inputs" in waived.report["headline"]
    unused = _compare(judge, made / "reference.duckdb", made / "candidate.duckdb", "--allow", "same-inputs")
    assert unused.verdicts == NO_EVIDENCE
    assert "nothing had to be excused" in unused.failed_checks["--allow: same-inputs"]


def test_a_proof_by_fingerprint_says_so(judge: Judge, made: Path) -> None:
    outcome = _compare(judge, made / "reference.duckdb", made / "candidate.duckdb", "--proof", "fingerprint")
    assert outcome.verdicts == (0, "pass", "EQUAL fingerprint")
    assert outcome.report["headline"].startswith("PARITY EQUAL (fingerprint): reference = candidate")


def test_a_file_counts_for_the_year_that_it_says_itself(judge: Judge, made: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(made / "candidate", tmp_path / "moved")
    (part,) = (folder / "fct_yearly_events" / "simulation_year=2026").glob("*.parquet")
    rows = f"select * replace (2025 as simulation_year) from read_parquet('{part}', hive_partitioning = false)"
    duckdb.execute(f"copy ({rows}) to '{tmp_path}/part.parquet'")
    shutil.move(tmp_path / "part.parquet", part)
    outcome = _compare(judge, made / "reference", folder)
    assert outcome.verdicts == DIFFERENT
    assert outcome.events["difference"]["first_year"] == 2025


def test_a_library_that_does_not_load_is_no_difference(tmp_path: Path) -> None:
    (tmp_path / "duckdb.py").write_text("raise ImportError('not for this machine')")
    command = [sys.executable, str(SCRIPT), "--compare", "a", "b"]
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    finished = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert finished.returncode == 2
    assert finished.stderr.splitlines() == [
        f"{SCRIPT}: cannot start: not for this machine; make setup installs what it needs"
    ]
