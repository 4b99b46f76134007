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

    Args:
        code: Of a function with one `yield`.

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
    line = min(_given_back(after, known, added), default=None)
    return None if line is None else first + line - 1


def _split(body: Sequence[ast.stmt]) -> tuple[Sequence[ast.stmt], Sequence[ast.stmt]] | None:
    """What stands before the `yield` and what follows it, if nothing is around it."""
    for position, statement in enumerate(body):
        if isinstance(getattr(statement, "value", None), ast.Yield):
            return body[: position + 1], body[position + 1 :]
    return None


Node = TypeVar("Node", bound=ast.AST)


def _nodes(statements: Sequence[ast.stmt], kind: type[Node]) -> Iterator[Node]:
    return (node for one in statements for node in ast.walk(one) if isinstance(node, kind))


def _given_back(after: Sequence[ast.stmt], known: set[str], added: set[str]) -> Iterator[int]:
    """The lines that give something back, counted from the function's first one."""
    for node in _nodes(after, ast.AST):
        match node:
            case ast.Delete(targets=targets):
                found = any(isinstance(one, ast.Subscript) and _is_of(one.value, known) for one in targets)
            case ast.AugAssign(target=target, op=ast.Sub()):
                found = ast.dump(target) in added
            case ast.Call(func=ast.Name(id=name), args=parts):
                found = name in _RELEASES and any(_is_of(part, known) for part in parts)
            case ast.Call(func=ast.Attribute(value=owner, attr=name), args=parts):
                found = name in _RELEASES and any(_is_of(part, known) for part in (owner, *parts))
            case _:
                continue
        if found:
            yield node.lineno


def _is_of(node: ast.AST, known: set[str]) -> bool:
    """Whether an expression begins with a name that is known: `pool`, `app.state.pool`."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return isinstance(node, ast.Name) and node.id in known
