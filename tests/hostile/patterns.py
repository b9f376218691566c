"""Finds every regular expression of the code, and makes text that costs each of them as much as it can."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import flows
from flows.extract.gazetteer import gazetteer

UNTRAINED = "flows.learn"
"""Training reads no corpus."""
REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT)
CATEGORY = {
    codes.CATEGORY_DIGIT: "7",
    codes.CATEGORY_SPACE: " ",
    codes.CATEGORY_WORD: "a",
    codes.CATEGORY_NOT_DIGIT: "a",
    codes.CATEGORY_NOT_SPACE: "a",
    codes.CATEGORY_NOT_WORD: "-",
}
OTHERS = "aA7 -.,(\"'\n/:x"
"""Characters tried for a class that says what it does not hold."""
MOST_PUMPS = 40
"""Repeats of one expression that are tried; long lists of words have hundreds alike."""
UNMATCHED = "\x01"
"""Ends a text so that an expression that wants its end, or more, goes back."""


def expressions() -> dict[str, re.Pattern[Any]]:
    """Every compiled expression by where it stands: of modules, of what they cache, of the lexicons, and in calls."""
    found: dict[str, re.Pattern[Any]] = {}
    for info in pkgutil.walk_packages(flows.__path__, "flows."):
        if info.ispkg or info.name.startswith(UNTRAINED):
            continue
        module = importlib.import_module(info.name)
        for name, value in vars(module).items():
            if getattr(value, "__module__", info.name) == info.name or isinstance(value, re.Pattern | list | dict):
                found |= {f"{info.name}.{name}{place}": one for place, one in _within(value)}
        found |= {f"{info.name}:{line}": one for line, one in _written(Path(str(module.__file__)))}
    return found | _guards()


def _guards() -> dict[str, re.Pattern[Any]]:
    """The expressions of the lexicon of guards, which researchers edit."""
    lexicon = gazetteer()
    guards = [one for rules in lexicon.rules.values() for one in (*rules.before, *rules.after)]
    numbered = enumerate([*lexicon.everywhere, *guards])
    return {f"flows.extract.gazetteer guard {number}": one for number, one in numbered}


def _within(value: Any, place: str = "") -> Iterator[tuple[str, re.Pattern[Any]]]:
    """The expressions in a value: itself, its parts, or what a cached function without arguments gives."""
    if isinstance(value, re.Pattern):
        yield place, value
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from _within(part, f"{place}[{key}]")
    elif isinstance(value, list | tuple):
        for number, part in enumerate(value):
            yield from _within(part, f"{place}[{number}]")
    elif hasattr(value, "cache_info"):
        told = value.__wrapped__.__annotations__
        if set(told) == {"return"} and "Pattern" in str(told["return"]):
            yield from _within(value(), f"{place}()")


def _written(path: Path) -> Iterator[tuple[int, re.Pattern[Any]]]:
    """Expressions that stand as plain text in calls of `re`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args
        if not is_call or not isinstance(node.func.value, ast.Name) or node.func.value.id != "re":  # type: ignore[attr-defined]
            continue
        written = node.args[0]  # type: ignore[attr-defined]
        is_text = isinstance(written, ast.Constant) and isinstance(written.value, str | bytes)
        if is_text and node.func.attr != "escape":
            ignores_case = any(
                isinstance(one, ast.Attribute) and one.attr in ("I", "IGNORECASE") for one in ast.walk(node)
            )
            yield node.lineno, re.compile(written.value, re.IGNORECASE if ignores_case else 0)


def attacks(pattern: re.Pattern[Any], length: int) -> Iterator[Any]:
    """Texts of that length made of each repeat of the expression: what leads to it, then what it repeats, again."""
    tree = parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG)
    pumps = list(dict.fromkeys(_pumps(tree, "")))[:MOST_PUMPS]
    for before, repeated in pumps:
        for text in (
            before + repeated * (length // len(repeated)),
            (before + repeated) * (length // len(before + repeated)),
        ):
            whole = text[: length - 1] + UNMATCHED
            yield whole.encode("latin-1", "replace") if isinstance(pattern.pattern, bytes) else whole


def is_nested(pattern: re.Pattern[Any]) -> bool:
    """Whether a repeat without end stands directly around another one: `(a+)+`, which may take exponential time.

    Repeats that a character sets apart, such as `(a+ )+`, do not count.
    """
    return _nested(parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG))


def _nested(tree: Any) -> bool:
    for operation, value in tree:
        parts = list(_parts(operation, value))
        if operation in REPEATS and value[1] is codes.MAXREPEAT and any(_is_all_repeat(part) for part in parts):
            return True
        if any(_nested(part) for part in parts):
            return True
    return False


def _is_all_repeat(tree: Any) -> bool:
    """Whether one pass may consist of a single endless repeat and nothing that must stand beside it."""
    must = [(operation, value) for operation, value in tree if not _may_be_empty(operation, value)]
    endless = [one for one in tree if one[0] in REPEATS and one[1][1] is codes.MAXREPEAT]
    if endless and all(one in endless for one in must) and len(must) <= 1:
        return True
    inner = [part for operation, value in tree for part in _parts(operation, value) if operation not in REPEATS]
    return len(must) <= 1 and any(_is_all_repeat(part) for part in inner)


def _may_be_empty(operation: Any, value: Any) -> bool:
    if operation in (codes.AT, codes.ASSERT, codes.ASSERT_NOT):
        return True
    if operation in REPEATS and value[0] == 0:
        return True
    parts = list(_parts(operation, value))
    return bool(parts) and any(all(_may_be_empty(*one) for one in part) for part in parts)


def _parts(operation: Any, value: Any) -> Iterator[Any]:
    """The expressions within one of its operations."""
    if operation in REPEATS:
        yield value[2]
    elif operation is codes.SUBPATTERN:
        yield value[3]
    elif operation is codes.BRANCH:
        yield from value[1]
    elif operation is codes.ATOMIC_GROUP:
        yield value


def _pumps(tree: Any, before: str) -> Iterator[tuple[str, str]]:
    for operation, value in tree:
        if operation in REPEATS and value[1] > 3:
            options = [_sample(value[2])]
            if len(value[2]) == 1 and value[2][0][0] is codes.BRANCH:
                options += [_sample(option) for option in value[2][0][1][1]]
            elif len(value[2]) == 1 and value[2][0][0] is codes.IN and value[2][0][1][0][0] is not codes.NEGATE:
                options += [_member([one]) for one in value[2][0][1]]
            yield from ((before, option) for option in options if option)
        for part in _parts(operation, value):
            yield from _pumps(part, before)
        before += _sample([(operation, value)])


def _sample(tree: Any) -> str:
    """A short text that the expression matches, or nearly so."""
    text = ""
    for operation, value in tree:
        if operation is codes.LITERAL:
            text += chr(value)
        elif operation is codes.NOT_LITERAL:
            text += "a" if value != ord("a") else "b"
        elif operation is codes.ANY:
            text += "a"
        elif operation is codes.IN:
            text += _member(value)
        elif operation in REPEATS:
            text += _sample(value[2]) * value[0]
        elif (part := next(_parts(operation, value), None)) is not None:
            text += _sample(part)
    return text


def _member(items: Any) -> str:
    """A character of a class."""
    if items[0][0] is not codes.NEGATE:
        operation, value = items[0]
        if operation is codes.CATEGORY:
            return CATEGORY[value]
        return chr(value if operation is codes.LITERAL else value[0])
    refused = items[1:]
    return next((one for one in OTHERS if not any(_is_in(one, *item) for item in refused)), "\u00e9")


def _is_in(character: str, operation: Any, value: Any) -> bool:
    if operation is codes.LITERAL:
        return ord(character) == value
    if operation is codes.RANGE:
        return bool(value[0] <= ord(character) <= value[1])
    kinds = {
        codes.CATEGORY_DIGIT: character.isdigit(),
        codes.CATEGORY_SPACE: character.isspace(),
        codes.CATEGORY_WORD: character.isalnum() or character == "_",
    }
    return kinds.get(value, True)
