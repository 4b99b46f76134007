"""What grows: the sizes, the names of their work items, and what is sent for them.

All sizes of one kind are answered alike, so that their answers can be compared.
"""

from collections.abc import Callable, Mapping
from functools import cache, partial

from benchmarks.traffic import Request, plain

ROUTES = (10, 100, 1_000, 10_000)
"""How many routes an app has; the last one is asked for."""
DEPTHS = (1, 10, 25, 50)
"""How many dependencies there are, each needing the next."""
BODIES = (1_000, 100_000, 1_000_000, 10_000_000)
"""About how many bytes the JSON of a body has, be it of texts or of models."""
DECLARED = (50, 500, 2_500)
"""How many routes an app declares, each with two models of its own."""
CHAINS = (10, 100, 1_000)
"""How many dependencies a new app has, each needing the next."""
CONCURRENCIES = (1, 10, 100, 1_000)
"""How many requests are under way at a time."""

TEXT = '"a line of text, as it may stand in a letter"'
ITEM = '{"name":"item 1000000","price":7.5,"tags":["new","red"],"in_stock":true}'

CONCURRENT: Mapping[str, tuple[str, int]] = {
    "b32": ("b", 32),
    **{f"turns-{number}": ("turns", number) for number in CONCURRENCIES},
    **{f"threads-{number}": ("b", number) for number in CONCURRENCIES},
}
"""Items that are other items, so many requests at a time."""


def last_of(routes: int, number: int) -> Request:
    """The last of so many routes."""
    return Request(f"/resource-{routes - 1}/{number}")


def dependent(number: int) -> Request:
    """What each dependency asks for."""
    return Request("/report", query=f"user_id={number}")


def texts(size: int, number: int) -> Request:
    """A body of about so many bytes: a number, and as many texts as it takes."""
    return Request("/texts", "POST", body=b'{"number":%d,%s' % (number, _many("texts", TEXT, size)))


def batch(size: int, number: int) -> Request:
    """A body of about so many bytes: a number, and as many small objects as it takes."""
    return Request("/batches", "POST", body=b'{"number":%d,%s' % (number, _many("items", ITEM, size)))


@cache
def _many(name: str, part: str, size: int) -> bytes:
    count = max(1, size // (len(part) + 1))
    return f'"{name}":[{",".join([part] * count)}]}}'.encode()


TRAFFIC: Mapping[str, Callable[[int], Request]] = {
    **{f"routes-{count}": partial(last_of, count) for count in ROUTES},
    **{f"depth-{depth}": dependent for depth in DEPTHS},
    **{f"body-{size}": partial(texts, size) for size in BODIES},
    **{f"models-{size}": partial(batch, size) for size in BODIES},
    "turns": plain,
}
"""By work item."""
