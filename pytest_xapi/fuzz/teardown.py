"""Whether what follows a `yield` is skipped when a request fails: read from the source of a dependency."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Sequence
from textwrap import dedent
from types import CodeType
from typing import TypeVar

_RELEASES = frozenset(
    [
        "aclose",
        "clear",
        "close",
        "delete",
        "disconnect",
        "discard",
        "end",
        "exit",
        "finish",
        "free",
        "kill",
        "pop",
        "put",
        "putconn",
        "put_nowait",
        "release",
        "remove",
        "reset",
        "rollback",
        "shutdown",
        "stop",
        "terminate",
        "unlock",
        "unsubscribe",
    ]
)
"""Functions that give back what was taken, whatever it is that has them."""


def skipped_line(code: CodeType) -> int | None:
    """The first line that gives something back, and does not run if an exception comes out of the `yield`.

    A `yield` within `with` or `try` is never blamed, and neither is what is done after success alone. A
    line counts if it gives back (`release`, `close` ...) what was made or used before the `yield`, deletes
    from it, or takes away what was added. Parameters belong to whoever has made them.

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
    before, after = found
    known = {name.id for name in _nodes(before, ast.Name)} - parameters
    added = {ast.dump(node.target) for node in _nodes(before, ast.AugAssign) if isinstance(node.op, ast.Add)}
    statements = [node.lineno for node in _nodes(after, ast.stmt) if _gives_back(node, known, added)]
    calls = [node.lineno for node in _nodes(after, ast.Call) if _gives_back(node, known, added)]
    return first + min(statements + calls) - 1 if statements or calls else None


def _split(body: Sequence[ast.stmt]) -> tuple[Sequence[ast.stmt], Sequence[ast.stmt]] | None:
    """What stands before the `yield` and what follows it, if nothing is around it."""
    for position, statement in enumerate(body):
        if isinstance(getattr(statement, "value", None), ast.Yield):
            return body[: position + 1], body[position + 1 :]
    return None


Node = TypeVar("Node", bound=ast.AST)


def _nodes(statements: Sequence[ast.stmt], kind: type[Node]) -> Iterator[Node]:
    return (node for one in statements for node in ast.walk(one) if isinstance(node, kind))


def _gives_back(node: ast.AST, known: set[str], added: set[str]) -> bool:
    if isinstance(node, ast.Delete):
        return any(
            isinstance(target, ast.Subscript) and _is_of(target.value, known) for target in node.targets
        )
    if isinstance(node, ast.AugAssign):
        return isinstance(node.op, ast.Sub) and ast.dump(node.target) in added
    if not isinstance(node, ast.Call):
        return False
    function = node.func
    if isinstance(function, ast.Name):
        return function.id in _RELEASES and any(_is_of(argument, known) for argument in node.args)
    return (
        isinstance(function, ast.Attribute)
        and function.attr in _RELEASES
        and any(_is_of(part, known) for part in (function.value, *node.args))
    )


def _is_of(node: ast.AST, known: set[str]) -> bool:
    """Whether an expression begins with a name that is known: `pool`, `app.state.pool`."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return isinstance(node, ast.Name) and node.id in known
