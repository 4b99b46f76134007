"""The rows: what is measured, on whom, and what xapi is to reach."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How a target compares xapi with a contender."""

    FASTER = "x"
    """The other's figure divided by ours is at least the bound."""
    WITHIN = "of"
    """Our figure divided by the other's is at most the bound."""
    ADDS = "over"
    """Our figure less the other's is at most the bound, in the row's unit."""


class Unit(StrEnum):
    """What a row's figures are shown in. They are measured in nanoseconds and bytes."""

    MICROSECONDS = "µs"
    MILLISECONDS = "ms"
    MEGABYTES = "MB"

    @property
    def size(self) -> float:
        """How many nanoseconds or bytes one is."""
        return 1e3 if self is Unit.MICROSECONDS else 1e6


@dataclass(frozen=True, slots=True)
class Contender:
    """Who does a row's work: a peer with one of its work items, under the label of the tables."""

    label: str
    peer: str
    item: str


@dataclass(frozen=True, slots=True)
class Target:
    """What xapi is to reach in a row.

    Attributes:
        against: The contender's label.
        bound: The least or the most, as `kind` says.
        kind: How the two are compared.
    """

    against: str
    bound: float
    kind: Kind = Kind.FASTER


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the tables.

    Attributes:
        name: As on the command line.
        title: What is done.
        group: ``asgi``, ``client`` or ``startup``.
        contenders: Who does it. What the first one answers is what all have to answer; the last one is xapi.
        targets: The first is the main one: the one that ``held.toml`` is about.
        unit: What the figures are shown in.
        lenient: Labels of contenders that refuse in their own words: only that they refuse is compared.
    """

    name: str
    title: str
    group: str
    contenders: tuple[Contender, ...]
    targets: tuple[Target, ...]
    unit: Unit = Unit.MICROSECONDS
    lenient: frozenset[str] = frozenset()


def _asgi(
    name: str, title: str, others: str, least: float, *more: Target, lenient: str = "", ahead_of: str = ""
) -> Row:
    labels = ["fastapi", *others.split(), "xapi"]
    return Row(
        name,
        title,
        "asgi",
        tuple(Contender(label, label, name) for label in labels),
        (Target("fastapi", least), *more, *(Target(label, 1.0) for label in ahead_of.split())),
        lenient=frozenset(lenient.split()),
    )


def _client(name: str, title: str, others: str, *targets: Target) -> Row:
    labels = [*others.split(), "xapi"]
    return Row(name, title, "client", tuple(Contender(label, label, name) for label in labels), targets)


def _startup(name: str, title: str, most: float, unit: Unit = Unit.MILLISECONDS) -> Row:
    contenders = tuple(Contender(label, label, name) for label in ("fastapi", "xapi"))
    return Row(name, title, "startup", contenders, (Target("fastapi", most, Kind.WITHIN),), unit)


def _within(against: str, most: float) -> Target:
    return Target(against, most, Kind.WITHIN)


_BY_HAND = "starlette bare"
_LITESTARS = "litestar litestar-msgspec"
_ALL = f"{_LITESTARS} blacksheep"

_ROWS = (
    _asgi("a", "GET plain JSON, async", f"{_BY_HAND} {_ALL}", 14, _within("bare", 2.0), ahead_of=_ALL),
    _asgi("b", "the same in a worker thread", "", 4.5),
    _asgi("b32", "the same, 32 at a time", "", 10),
    _asgi("c", "GET path and query, typed", f"{_BY_HAND} {_ALL}", 14, _within("bare", 1.5), ahead_of=_ALL),
    _asgi("d", "POST small model, same out", f"{_BY_HAND} {_ALL}", 12, _within("bare", 1.8), ahead_of=_ALL),
    _asgi("e", "POST 100 nested models, same out", _BY_HAND, 2, _within("bare", 1.1)),
    _asgi("f", "5 dependencies, 2 with yield", _LITESTARS, 20, ahead_of=_LITESTARS),
    _asgi("g", "headers and cookies", _ALL, 12, ahead_of=_ALL),
    _asgi("h", "multipart form, 4 kB file", "", 2),
    _asgi("i", "refused body (422)", _ALL, 7, lenient=_ALL, ahead_of=_ALL),
    _asgi("j", "1,000 models out", _BY_HAND, 1.15, _within("bare", 1.1)),
    _asgi("k", "last of 500 routes, the app's own", _ALL, 110, ahead_of=_ALL),
    _asgi("k2", "last of 500 routes, included", "", 250),
    _asgi("l", "3 function middlewares", "", 15),
    _asgi("m", "100 plain dicts out, no model", "", 8),
    Row(
        "n",
        "overridden dependency",
        "asgi",
        (
            Contender("fastapi", "fastapi", "n"),
            Contender("xapi-plain", "xapi", "n-plain"),
            Contender("xapi", "xapi", "n"),
        ),
        (Target("fastapi", 20), _within("xapi-plain", 1.3)),
        lenient=frozenset({"xapi-plain"}),  # it answers with what was not replaced
    ),
    _client(
        "client.get", "sync client, GET", "starlette litestar", Target("starlette", 8), Target("litestar", 2)
    ),
    _client("client.post", "sync client, POST and read JSON", "starlette litestar"),
    _client("async_client.get", "async client, GET", "httpx", Target("httpx", 1)),
    _client("websocket.echo", "WebSocket, one echo", "starlette", Target("starlette", 5)),
    _client("websocket.session", "WebSocket, open, echo, close", "starlette"),
    _client("client.open", "open and close, with lifespan", "starlette", Target("starlette", 10)),
    Row(
        "override.first",
        "sync client, the first GET under an override",
        "client",
        (Contender("xapi-plain", "xapi", "override.plain"), Contender("xapi", "xapi", "override.first")),
        (_within("xapi-plain", 3),),
    ),
    Row(
        "plugin.load",
        "pytest --collect-only with the plugin",
        "client",
        (Contender("pytest", "xapi", "pytest"), Contender("xapi", "xapi", "plugin")),
        (Target("pytest", 15, Kind.ADDS),),
        Unit.MILLISECONDS,
    ),
    _startup("import", "import of the package", 0.6),
    _startup("build", "build 500 routes", 0.35),
    _startup("openapi", "OpenAPI of 500 routes, first time", 0.35),
    _startup("memory", "resident after both", 0.75, Unit.MEGABYTES),
)

ROWS: Mapping[str, Row] = {row.name: row for row in _ROWS}
"""By name, in the order of the tables."""
GROUPS: Mapping[str, str] = {
    "asgi": "At the ASGI call",
    "client": "Testing toolkit",
    "startup": "Start-up, cold processes",
}
"""The tables, and their titles."""
