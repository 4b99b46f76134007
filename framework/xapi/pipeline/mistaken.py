"""Results that can only be a mistake: what has not been awaited, raised or made."""

from __future__ import annotations

from collections.abc import Awaitable
from types import CoroutineType
from typing import Any

from xapi.exceptions import MISTAKEN, ResponseValidationError


def mistake_in(value: Any) -> str | None:
    """What was forgotten, if a value is one that nobody means to send.

    Args:
        value: a result of an endpoint, or a part of one.
    """
    if isinstance(value, CoroutineType):
        code = value.cr_code
        return (
            f"a coroutine, which has to be awaited: write `await {code.co_name}(...)` in an `async def` "
            f"function; it is defined in {code.co_filename}:{code.co_firstlineno}"
        )
    if isinstance(value, Awaitable):
        return f"of type {type(value).__qualname__}, which has to be awaited"
    if isinstance(value, BaseException):
        return f"an exception: write `raise {type(value).__name__}(...)` instead of returning it"
    if isinstance(value, type):
        return f"the class {value.__qualname__}: return an object of it, {value.__qualname__}(...)"
    return None


def check_result(result: Any) -> None:
    """Refuse to send a result that can only be a mistake.

    Args:
        result: what an endpoint without a response model has returned.

    Raises:
        ResponseValidationError: it is one.
    """
    if (mistake := mistake_in(result)) is not None:
        raise refused(result, mistake)


def refused(result: Any, mistake: str) -> ResponseValidationError:
    """The error for a result that is a mistake."""
    told = {
        "type": MISTAKEN,
        "loc": ("response",),
        "msg": f"the result is {mistake}",
        "input": result,
    }
    _close(result)
    return ResponseValidationError([told], body=result)


def told_mistake(part: Any) -> str | None:
    """What was forgotten, if a part of a result is one that nobody means to send, and is told now."""
    mistake = mistake_in(part)
    _close(part)
    return mistake


def _close(value: Any) -> None:
    """Close a coroutine: what is told need not be told by the interpreter again."""
    if isinstance(value, CoroutineType):
        value.close()
