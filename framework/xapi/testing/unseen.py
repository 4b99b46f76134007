"""Failures that no response shows: they are told as warnings, which a filter turns into errors.

What stands behind an answer 500 that a test has got is kept, to be shown with that test if it fails.
"""

from __future__ import annotations

import warnings
from collections import deque
from traceback import TracebackException
from types import TracebackType


class UnseenFailure(UserWarning):
    """Code of the app has failed where nobody saw it; the cause is what it has raised."""


def tell(place: str, error: BaseException) -> None:
    """Warn of a failure that has happened in a place of the app.

    Raises:
        UnseenFailure: warnings of this kind are errors.
    """
    __tracebackhide__ = True
    told = UnseenFailure(f"{place}: {type(error).__name__}: {error}")
    told.__cause__ = error
    warnings.warn(told, stacklevel=3)


_MOST_SHOWN = 5
_shown: deque[tuple[str, TracebackException]] = deque(maxlen=_MOST_SHOWN)
"""What stands behind the last server errors of a test; texts of it, not the frames, which hold the app."""


def begin_test() -> None:
    """Forget what a test before has seen."""
    _shown.clear()


def show(request: str, error: BaseException, trace: TracebackType | None) -> None:
    """Keep the exception behind a server error.

    Args:
        request: Which request was answered so.
        error: What was raised.
        trace: The part of its traceback that is to be shown.
    """
    _shown.append((request, TracebackException(type(error), error, trace, lookup_lines=False)))


def shown() -> str:
    """What stands behind the server errors of this test, the last five; nothing where there were none."""
    return "\n".join(f"{request}\n{''.join(error.format())}" for request, error in _shown)
