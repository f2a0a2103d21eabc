"""GitHub's expressions, as far as the workflows use them; anything else is refused."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

TEMPLATE = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_TOKENS = re.compile(
    r"(?P<space>\s+)|(?P<text>'(?:[^']|'')*')|(?P<operator>&&|\|\||==|!=|!|[(),])"
    r"|(?P<name>[A-Za-z_][\w-]*(?:\.[\w-]+)*)"
)
_OPERATORS = {"&&": " and ", "||": " or ", "!": " not ", "==": " == ", "!=": " != "}
_CONSTANTS = {"true": True, "false": False, "null": None}

Contexts = Mapping[str, Any]


class Text(str):
    """A text of an expression: GitHub compares without case."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        """Equality, also within lists."""
        return isinstance(other, str) and self.lower() == other.lower()

    def __ne__(self, other: object) -> bool:
        """The opposite, which str does not derive."""
        return not self == other

    def __hash__(self) -> int:
        """What equals has one hash."""
        return hash(self.lower())


def evaluate(expression: str, contexts: Contexts, status: Mapping[str, bool]) -> Any:  # noqa: ANN401  any value of JSON
    """The value of an expression; `status` says what always(), cancelled(), … answer."""
    functions: dict[str, Callable[..., Any]] = {
        "contains": _contains,
        "fromJSON": json.loads,
        "toJSON": json.dumps,
        "format": lambda text, *values: text.format(*values),
        **{name: (lambda answer=answer: answer) for name, answer in status.items()},
    }
    names: list[Any] = []
    code = "".join(_translated(expression, contexts, functions, names))
    return eval(f"({code.strip()})", {"__builtins__": {}}, {"v": names})  # noqa: S307  of our own workflows


def filled(text: str, contexts: Contexts, status: Mapping[str, bool]) -> str:
    """A text whose templates are replaced by their values."""
    return TEMPLATE.sub(lambda found: _shown(evaluate(found[1], contexts, status)), text)


def condition(text: str, contexts: Contexts, status: Mapping[str, bool]) -> bool:
    """Whether an `if:` holds; without a function of status it also asks for success()."""
    bare = found[1] if (found := TEMPLATE.fullmatch(text)) else text
    holds = bool(evaluate(bare, contexts, status))
    return holds if re.search(r"\b(always|cancelled|failure|success)\(\)", bare) else holds and status["success"]


def _translated(
    expression: str, contexts: Contexts, functions: Mapping[str, Callable[..., Any]], names: list[Any]
) -> list[str]:
    """The expression in Python; every name in it becomes an entry of a list."""
    parts, place = [], 0
    while place < len(expression):
        token = _TOKENS.match(expression, place)
        if token is None:
            raise ValueError(f"not understood: {expression[place:]!r}")
        place = token.end()
        if token["operator"]:
            parts.append(_OPERATORS.get(token["operator"], token["operator"]))
        elif token["text"] or token["name"]:
            is_call = expression[place : place + 1] == "("
            value = (
                token["text"][1:-1].replace("''", "'")
                if token["text"]
                else functions[token["name"]]
                if is_call
                else _looked_up(token["name"], contexts)
            )
            names.append(Text(value) if isinstance(value, str) else value)
            parts.append(f"v[{len(names) - 1}]")
    return parts


def _contains(where: object, what: str) -> bool:
    """Part of a text, or an entry of a list."""
    return what.lower() in where.lower() if isinstance(where, str) else isinstance(where, list) and what in where


def _looked_up(name: str, contexts: Contexts) -> Any:  # noqa: ANN401  any value of JSON
    """The value of a context; as on GitHub, null for whatever is not there."""
    if name in _CONSTANTS:
        return _CONSTANTS[name]
    first, *rest = name.split(".")
    value = contexts[first]
    for key in rest:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _shown(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
