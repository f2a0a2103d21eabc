"""The targets that mutants are judged by can be read: in the suite, because mutants run in a session of their own."""

from collections.abc import Callable
from pathlib import Path

import pytest

from harness.target_file import load_target
from tests.mutants.processes import on_strings
from tests.mutants.targets import CHANGES, Content, derive

DERIVED = CHANGES | {"puppet": lambda content: on_strings(content, Path(__file__).parent, "")}


@pytest.mark.parametrize("name", DERIVED)
def test_what_is_derived_from_the_target_of_the_project_is_a_target(name: str, tmp_path: Path) -> None:
    change: Callable[[Content], object] = DERIVED[name]
    manifest = tmp_path / "manifest.json"
    manifest.write_text("{}")
    loaded = load_target(str(derive(tmp_path / "target.yaml", manifest, change)))
    assert loaded.target.name == "navigator"
