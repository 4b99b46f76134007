"""A witness: requests, and how their answers show the bug."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from corpus.exchange import Exchange, Sent

History = Sequence[Exchange]


def failed(history: History) -> bool:
    """The last answer is a server error."""
    return history[-1].status >= 500


def succeeded(exchange: Exchange) -> bool:
    """The answer is 2xx."""
    return 200 <= exchange.status < 300


@dataclass(frozen=True)
class Witness:
    """Requests that show a bug.

    Attributes:
        requests: They are sent one after the other; at least one of them shows it.
        shown: Whether the last of the exchanges since the app was started shows it.
    """

    requests: tuple[Sent, ...]
    shown: Callable[[History], bool] = failed


def by(*requests: Sent) -> Witness:
    """A witness of a server error."""
    return Witness(requests)
