"""Whether what follows a `yield` is skipped when a request fails: read from the source of a dependency."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Sequence
from textwrap import dedent
from types import CodeType

_RELEASES = frozenset(
    {
        "aclose",
        "clear",
        "close",
        "disconnect",
        "discard",
        "pop",
        "release",
        "remove",
        "reset",
        "stop",
        "unlock",
    }
)
"""Methods that give back what was taken, whatever it is that has them."""


def skipped_line(code: CodeType) -> int | None:
    """The first line that gives something back, and does not run if an exception comes out of the `yield`.

    A `yield` within `with` or `try` is never blamed, and neither is what is done after success alone: a line
    counts if it calls a method of what was made before the `yield`, hands over what was given out, or gives
    back (`release`, `close` ...) to what was used before. Parameters belong to whoever has made them.

    Parameters:
        code: of a function with one `yield`.

    Returns:
        The number of the line; `None` if there is none, or no source.
    """
    try:
        lines, first = inspect.getsourcelines(code)
        tree = ast.parse(dedent("".join(lines)))
    except (OSError, SyntaxError):
        return None
    function = next(
        (node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)), None
    )
    if function is None:
        return None
    parameters = {argument.arg for argument in ast.walk(function.args) if isinstance(argument, ast.arg)}
    found = _split(function.body)
    if found is None:
        return None
    before, given, after = found
    made = {name.id for name in _names(before) if isinstance(name.ctx, ast.Store)} - parameters
    used = {name.id for name in _names(before)} - parameters
    lent = {name.id for name in _names([given])} & made
    for call in (node for statement in after for node in ast.walk(statement) if isinstance(node, ast.Call)):
        if _gives_back(call, made, used, lent):
            return first + call.lineno - 1
    return None


def _split(body: Sequence[ast.stmt]) -> tuple[Sequence[ast.AST], ast.AST, Sequence[ast.AST]] | None:
    """What stands before the `yield`, what it gives, and what follows it, if nothing is around it."""
    for position, statement in enumerate(body):
        value = getattr(statement, "value", None)
        if isinstance(value, ast.Yield):
            return body[:position], value, body[position + 1 :]
    return None


def _names(nodes: Sequence[ast.AST]) -> Iterator[ast.Name]:
    return (name for node in nodes for name in ast.walk(node) if isinstance(name, ast.Name))


def _gives_back(call: ast.Call, made: set[str], used: set[str], lent: set[str]) -> bool:
    handed = {argument.id for argument in call.args if isinstance(argument, ast.Name)}
    if handed & lent:
        return True
    function = call.func
    if not isinstance(function, ast.Attribute) or not isinstance(function.value, ast.Name):
        return False
    owner = function.value.id
    return owner in made or (owner in used and function.attr in _RELEASES)
