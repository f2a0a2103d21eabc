"""Stands in for GitHub's command line: answers from $STAND_IN/github.json, and notes what would have been written."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import jq  # type: ignore[import-not-found]  # a module of C without types

FOLDER = Path(os.environ["STAND_IN"])
HUB: dict[str, Any] = json.loads((FOLDER / "github.json").read_text(encoding="utf-8"))


def main(arguments: list[str]) -> int:
    """Answer one command."""
    group, *rest = arguments
    if group == "api":
        return _api(rest)
    verb, *rest = rest
    return {"run": _run, "issue": _issue}[group](verb, rest)


def _run(verb: str, arguments: list[str]) -> int:
    assert verb == "download"
    return _download(arguments[0], _options(arguments[1:]))


def _issue(verb: str, arguments: list[str]) -> int:
    if verb == "list":
        return _answer(HUB["issues"], _options(arguments))
    if verb == "edit":
        return _note({"edited": arguments[0], "body": _body(_options(arguments[1:])["--body-file"])})
    assert verb == "create"
    told = _options(arguments)
    return _note({"created": told["--title"], "body": _body(told["--body-file"])})


def _api(arguments: list[str]) -> int:
    flags = {"--paginate", "--silent"} & set(arguments)
    rest = [argument for argument in arguments if argument not in flags]
    (path,) = (argument for argument in rest if argument.startswith("repos/"))
    rest.remove(path)
    fields = dict(rest[n + 1].split("=", 1) for n, name in enumerate(rest) if name in ("--field", "--raw-field"))
    options = _options([*rest])
    method = options.get("--method", "GET")
    if method != "GET":
        return _note({"method": method, "path": path, "body": _body(fields["body"].removeprefix("@"))})
    if path.endswith("/pulls"):
        assert fields["state"] == "open"
        return _answer([pull for pull in HUB["pulls"] if pull["head"]["label"] == fields["head"]], options)
    path = path.partition("?")[0]
    if path.endswith("/workflows/scale_parity_tests.yml/runs"):
        pages = HUB["runs"] if "--paginate" in flags else HUB["runs"][:1]
        return max(_answer({"workflow_runs": [run for run in page if _asked(run, fields)]}, options) for page in pages)
    if path.endswith("/artifacts"):
        return _answer({"artifacts": HUB["artifacts"].get(path.split("/")[-2], [])}, options)
    return _answer(HUB[path.rpartition("/")[2]], options)


def _asked(run: dict[str, str], fields: dict[str, str]) -> bool:
    return run["event"] == fields["event"] and run["created_at"] >= fields["created"].removeprefix(">=")


def _options(arguments: list[str]) -> dict[str, str]:
    return dict(zip(arguments[::2], arguments[1::2], strict=True))


def _answer(document: object, options: dict[str, str]) -> int:
    if "--jq" not in options:
        print(json.dumps(document))
        return 0
    for value in jq.compile(options["--jq"]).input_value(document).all():
        print(value if isinstance(value, str) else json.dumps(value))
    return 0


def _download(number: str, options: dict[str, str]) -> int:
    folder = Path(options["--dir"])
    folder.mkdir(parents=True)
    (folder / "history.jsonl").write_text(HUB["histories"][number], encoding="utf-8")
    return 0


def _body(path: str) -> str:
    return Path(path).read_text(encoding="utf-8")


def _note(written: dict[str, str]) -> int:
    with (FOLDER / "written.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(written) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
