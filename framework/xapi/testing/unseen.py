"""Failures that no response shows: they are told as warnings, which a filter turns into errors."""

from __future__ import annotations

import warnings


class UnseenFailure(UserWarning):
    """Code of the app has failed where nobody saw it; the cause is what it has raised."""


def tell(place: str, error: BaseException) -> None:
    """Warn of a failure that has happened in a place of the app.

    Raises:
        UnseenFailure: warnings of this kind are errors.
    """
    told = UnseenFailure(f"{place}: {type(error).__name__}: {error}")
    told.__cause__ = error
    warnings.warn(told, stacklevel=3)
