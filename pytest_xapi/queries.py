"""How many queries a block sends, for apps that use SQLAlchemy or SQLModel; loaded when it is imported."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event

__all__ = ["count_queries"]

_OF_TRANSACTIONS = ("BEGIN", "COMMIT", "RELEASE", "ROLLBACK", "SAVEPOINT")
_MOST_SHOWN = 20


@contextmanager
def count_queries(
    where: Any, *, exactly: int | None = None, at_most: int | None = None
) -> Iterator[list[str]]:
    """A block whose queries are counted; it gives their SQL, in order, also while it lasts.

    What begins and ends transactions does not count, nor do the savepoints of `rolled_back_session`. When the
    block ends with another number than `exactly`, or with more than `at_most`, the test fails and shows them.

    Args:
        where: an engine, connection or session of SQLAlchemy or SQLModel, synchronous or asynchronous; of a
            session all that goes over its connection or engine counts, so that what the app sends does.
        exactly: how many there have to be.
        at_most: how many there may be.
    """
    __tracebackhide__ = True
    found: list[str] = []

    def note(connection: object, cursor: object, statement: str, *more: object) -> None:
        if is_query(statement):
            found.append(statement)

    target = _listened(where)
    event.listen(target, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(target, "before_cursor_execute", note)
    wanted = _not_as_wanted(len(found), exactly, at_most)
    if wanted is not None:
        pytest.fail(f"{len(found)} queries were sent, {wanted} expected:\n{_shown(found)}", pytrace=False)


def is_query(statement: str) -> bool:
    """Whether a statement does more than to begin or end a transaction or savepoint."""
    return not statement.lstrip().upper().startswith(_OF_TRANSACTIONS)


def _listened(where: Any) -> Engine | Connection:
    inner = where
    for name in ("sync_session", "sync_engine", "sync_connection"):
        inner = getattr(inner, name, inner)
    if hasattr(inner, "get_bind"):
        inner = inner.get_bind()
    if not isinstance(inner, Engine | Connection):
        raise TypeError(f"count_queries(): {where!r} is not an engine, connection or session of SQLAlchemy")
    return inner


def _not_as_wanted(count: int, exactly: int | None, at_most: int | None) -> str | None:
    if exactly is not None and count != exactly:
        return str(exactly)
    if at_most is not None and count > at_most:
        return f"at most {at_most}"
    return None


def _shown(found: list[str]) -> str:
    lines = [f"  {number}. {' '.join(statement.split())}" for number, statement in enumerate(found, 1)]
    left = len(lines) - _MOST_SHOWN
    return "\n".join([*lines[:_MOST_SHOWN], *([f"  ... and {left} more"] if left > 0 else [])])
