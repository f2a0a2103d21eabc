"""Every command of the runbook runs, in its order, ends with 0, and prints lines like those that are shown."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.rollback.checkout import ROOT, Checkout
from tests.rollback.test_execute_and_restore import make_ready, pin_another_duckdb

RUNBOOK = (ROOT / "rollback" / "RUNBOOK.md").read_text()


@dataclass(frozen=True)
class Command:
    """One command of the runbook, with what is shown below it."""

    words: tuple[str, ...]
    shown: tuple[str, ...]


def commands(markdown: str) -> Iterator[Command]:
    for block in re.findall(r"```console\n(.*?)```", markdown, re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *shown = part.splitlines()
            yield Command(tuple(shlex.split(command)), tuple(line for line in shown if line not in {"", "…"}))


def shape(line: str) -> str:
    """What a line says, without the numbers, names and times in it."""
    start = re.sub(r"\S*[0-9/]\S*", "#", line)
    return " ".join(start.split()[:4])


COMMANDS = list(commands(RUNBOOK))


def test_it_shows_commands_of_the_script_only() -> None:
    assert {command.words[0] for command in COMMANDS} == {"./rollback/rollback_plan.sh"}
    assert {command.words[1] for command in COMMANDS} >= {"validate", "drill", "execute", "resume", "restore", "prune"}


def test_every_command_of_it_works_and_prints_what_is_shown(checkout: Checkout) -> None:
    old = (checkout.root / "requirements.lock").read_text()
    pin_another_duckdb(checkout)  # as today's lock does
    make_ready(checkout, old)  # as a drill does
    checkout.make_dirty()
    before = checkout.picture()
    for command in COMMANDS:
        finished = checkout(*command.words[1:])
        assert finished.returncode == 0, (command.words, finished)
        printed = {shape(line) for line in (finished.stderr + finished.stdout).splitlines()}
        missing = [line for line in command.shown if shape(line) not in printed]
        # Uncommitted work and an earlier drill differ from one day to the next.
        missing = [line for line in missing if not line.startswith(("uncommitted work", "last drill", "READY"))]
        assert missing == [], (command.words, sorted(printed))
    assert checkout.picture() == before


@pytest.mark.parametrize("message", re.findall(r"^\| 7\d `(.*?)`", RUNBOOK, re.MULTILINE))
def test_the_messages_it_explains_exist(message: str, checkout: Checkout) -> None:
    code = "".join(path.read_text() for path in (ROOT / "rollback" / "tools").glob("*.py"))
    fragments = [part.strip(" …()") for part in message.split("…") if part.strip(" …()")]
    assert fragments
    assert [part for part in fragments if part not in code.replace("{state}", "open")] == []
