"""The commands that a document names, and whether they exist."""

import ast
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

# A program, and what the document calls it with: a target, a session, a file, a module, a verb or an option.
Named = tuple[str, str]

MODULE = "python -m"
ROLLBACK = "rollback_plan.sh"
PROGRAMS = re.compile(r"(?:.*/)?(?:make|nox|python[\d.]*|[\w-]+\.(?:py|sh))")
_OPENERS = ("cd", "env", "time", "sudo")  # what a command may begin with, too
_SEPARATORS = re.compile("[&|;]+")
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")
_OPTION = re.compile(r"--[a-z][a-z-]*")
_VERB = re.compile(r"[a-z][a-z-]*")


def named_commands(markdown: str) -> Iterator[Named]:
    """What the code blocks and the code spans call; a span counts that begins with a command."""
    prose, *blocks = re.split(r"^ *```.*\n", markdown, flags=re.MULTILINE)  # text and code blocks alternate
    code = "\n".join(blocks[::2]).replace("\\\n", " ").splitlines()
    code += re.findall(r"`([^`\n]+)`", "\n".join([prose, *blocks[1::2]]))
    for line in code:
        commands = [_bare(words) for words in _split(line)]
        if commands and commands[0] and (PROGRAMS.fullmatch(commands[0][0]) or commands[0][0] in _OPENERS):
            for words in commands:
                yield from _named(words)


def _split(line: str) -> list[list[str]]:
    """The simple commands of a line, each as its words."""
    lexer = shlex.shlex(line.strip().removeprefix("$ "), posix=True, punctuation_chars="&|;")
    lexer.whitespace_split = True
    commands: list[list[str]] = [[]]
    try:
        for word in lexer:
            commands.append([]) if _SEPARATORS.fullmatch(word) else commands[-1].append(word)
    except ValueError:  # a quotation mark that nothing closes: no command, but what one printed
        return []
    return commands


def _bare(words: list[str]) -> list[str]:
    """A command without what is set for it."""
    while words and (_ASSIGNMENT.match(words[0]) or words[0] in _OPENERS[1:]):
        words = words[1:]
    return words


def _named(words: list[str]) -> Iterator[Named]:
    program, arguments = (words[0].rpartition("/")[2], words[1:]) if words else ("", [])
    if program == "make":
        yield from (("make", target) for target in _targets(arguments))
    elif program == "nox":
        yield from (("nox", session) for session in _sessions(arguments))
    elif program == ROLLBACK:
        yield from _called(ROLLBACK, arguments)
    elif program.endswith((".py", ".sh")):
        yield "file", words[0]
        yield from _called(words[0], arguments)
    elif PROGRAMS.fullmatch(program):
        yield from _python(arguments)


def _targets(arguments: list[str]) -> Iterator[str]:
    """The targets of make: neither options nor what belongs to one, nor variables."""
    for before, word in zip(["", *arguments], arguments, strict=False):
        if not word.startswith("-") and "=" not in word and before not in ("-C", "-f", "-j"):
            yield word


def _sessions(arguments: list[str]) -> Iterator[str]:
    listing = False
    for word in arguments:
        if word == "--":  # what comes now is for the session
            return
        option, _, value = word.partition("=")
        if word.startswith("-"):
            listing = option in ("-s", "-e", "--session", "--sessions")
        if listing and (value or not word.startswith("-")):
            yield value or word


def _python(arguments: list[str]) -> Iterator[Named]:
    """The file or the module that an interpreter is given, and what that is called with."""
    for place, word in enumerate(arguments):
        rest = arguments[place + 1 :]
        if word == "-m" and rest:
            yield MODULE, rest[0]
            if rest[0] == "nox":
                yield from _named(rest)
            else:
                yield from _called(f"{MODULE} {rest[0]}", rest[1:])
        elif word.endswith(".py"):
            yield "python", word
            yield from _called(word, rest)
        if word in ("-m", "-c") or not word.startswith("-"):
            return


def _called(program: str, arguments: list[str]) -> Iterator[Named]:
    """The verb, if there may be one, and the long options."""
    if arguments and _VERB.fullmatch(arguments[0]):
        yield program, arguments[0]
        program = f"{program} {arguments[0]}"
    yield from ((program, found[0]) for word in arguments if (found := _OPTION.match(word)))


def exists(root: Path, named: Named) -> bool:
    """Whether a repository has what a document names."""
    program, name = named
    known = {"make": _is_target, "nox": _is_session, "python": _is_file, "file": _is_script, MODULE: _is_module}
    if program in known:
        return known[program](root, name)
    if not _is_own(root, program):
        return True
    if _OPTION.fullmatch(name):
        return name in _OPTION.findall(_help(root, *program.split()) or "")
    return _help(root, *program.split(), name) is not None


def _is_target(root: Path, name: str) -> bool:
    return name in re.findall(r"^([a-z][a-z-]*):", (root / "Makefile").read_text(), re.MULTILINE)


def _is_session(root: Path, name: str) -> bool:
    return name in nox_sessions(root / "noxfile.py")


def _is_file(root: Path, name: str) -> bool:
    return (root / name).is_file()


def _is_script(root: Path, name: str) -> bool:
    """A page may leave out the folder that it is about."""
    return any(f"/{path}".endswith(f"/{name.removeprefix('./')}") for path in _scripts(root))


def _is_module(root: Path, name: str) -> bool:
    module, top = root / name.replace(".", "/"), name.partition(".")[0]
    installed = not (root / top).exists() and find_spec(top) is not None
    return installed or module.is_dir() or module.with_suffix(".py").is_file()


def nox_sessions(noxfile: Path) -> set[str]:
    """The functions that the noxfile decorates with nox.session."""
    return {
        node.name
        for node in ast.parse(noxfile.read_text()).body
        if isinstance(node, ast.FunctionDef)
        and any(ast.unparse(decorator).startswith("nox.session") for decorator in node.decorator_list)
    }


@cache
def _scripts(root: Path) -> list[str]:
    folders = [path for path in root.iterdir() if path.is_dir() and not path.name.startswith(".")]
    found = [*root.glob("*.py"), *(path for folder in folders for path in folder.rglob("*.[ps][yh]"))]
    return [str(path.relative_to(root)) for path in found]


def _is_own(root: Path, program: str) -> bool:
    """Whether it is a program of this repository, which can be asked for its help."""
    if program.startswith(MODULE):
        return (root / program.split()[2].partition(".")[0]).is_dir()
    path = program.partition(" ")[0]
    return path == ROLLBACK or (path.endswith(".py") and (root / path).is_file())


@cache
def _help(root: Path, *words: str) -> str | None:
    """What a program says of itself or of its verb; None if there is no such verb."""
    if words[0] == ROLLBACK:
        command = ["bash", str(root / "rollback" / ROLLBACK), "help", *words[1:]]
    else:
        command = [sys.executable, *(words[1:] if words[0] == "python" else words), "--help"]
    finished = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False, timeout=60)
    return finished.stdout if finished.returncode == 0 else None
