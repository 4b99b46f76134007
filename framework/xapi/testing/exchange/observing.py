"""An optional observer of every exchange in this process; unset by default."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from xapi.testing.exchange.base import Exchange


class Observer(Protocol):
    """Sees every exchange, of whatever client and app."""

    async def call(self, exchange: Exchange) -> None:
        """Call `exchange.app` with the exchange's scope, `receive` and `send`, in the app's task and context.

        What the app raises has to be raised.
        """


observer: Observer | None = None
"""Set by who wants to observe; an exchange without one pays a look at this name."""
