"""The rows: what is measured, on whom, and what xapi is to reach."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from benchmarks import growth


class Kind(StrEnum):
    """How a target compares xapi with a contender."""

    FASTER = "x"
    """The other's figure divided by ours is at least the bound."""
    WITHIN = "of"
    """Our figure divided by the other's is at most the bound."""
    ADDS = "over"
    """Our figure less the other's is at most the bound, in the row's unit."""
    MOST = "most"
    """Our figure is at most the bound, in the row's unit; nobody is compared with."""


class Unit(StrEnum):
    """What a row's figures are shown in. They are measured in nanoseconds, bytes and objects."""

    MICROSECONDS = "µs"
    MILLISECONDS = "ms"
    MEGABYTES = "MB"
    KILOBYTES = "kB"
    OBJECTS = "objects"

    @property
    def size(self) -> float:
        """How many nanoseconds, bytes or objects one is."""
        return {Unit.MILLISECONDS: 1e6, Unit.MEGABYTES: 1e6, Unit.OBJECTS: 1}.get(self, 1e3)


@dataclass(frozen=True, slots=True)
class Contender:
    """Who does a row's work.

    Attributes:
        label: As in the tables.
        peer: The peer's name.
        item: The work item.
        size: In a row of growth, how much of it there is, in words.
        units: How many units of it there are, where the cost of one is compared.
    """

    label: str
    peer: str
    item: str
    size: str = ""
    units: int = 1


@dataclass(frozen=True, slots=True)
class Target:
    """What xapi is to reach in a row.

    Attributes:
        against: The contender's label.
        bound: The least or the most, as `kind` says.
        kind: How the two are compared.
        of: The label of whoever is to reach it.
        beyond: Whether it is no target but what would be beyond it: told, and no reason to fail.
    """

    against: str
    bound: float
    kind: Kind = Kind.FASTER
    of: str = "xapi"
    beyond: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the tables.

    Attributes:
        name: As on the command line.
        title: What is done.
        group: A key of `GROUPS`.
        contenders: Who does it. What the first one answers is what all have to answer; the last one is xapi.
        targets: The first is the main one: the one that ``held.toml`` is about.
        unit: What the figures are shown in.
        lenient: Labels of contenders that refuse in their own words: only that they refuse is compared.
        per: In a row of growth, the unit of which the cost is compared; empty where it is that of a request.
    """

    name: str
    title: str
    group: str
    contenders: tuple[Contender, ...]
    targets: tuple[Target, ...]
    unit: Unit = Unit.MICROSECONDS
    lenient: frozenset[str] = frozenset()
    per: str = ""


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


def _served(name: str, title: str, least: float) -> Row:
    labels = ["fastapi", *_BY_HAND.split(), *_ALL.split(), "xapi"]
    contenders = tuple(Contender(label, label, name.removeprefix("served.")) for label in labels)
    return Row(name, title, "socket", contenders, (Target("fastapi", least),))


def _growth(
    name: str,
    title: str,
    sizes: Sequence[int],
    item: str,
    per: str = "",
    *,
    unit: int = 0,
    others: str = "fastapi",
    compared: int = 2,
    most: float = 1.0,
) -> Row:
    """A row of growth.

    The largest size is compared with so many of the smallest. `unit` is how much of the size is one unit, and
    0 if the cost is that of a request.
    """
    contenders = tuple(
        Contender(f"{peer} {size:,}", peer, f"{item}-{size}", f"{size:,}", size // unit if unit else 1)
        for peer in (*others.split(), "xapi")
        for size in sizes
    )
    targets = tuple(
        Target(f"xapi {size:,}", most, Kind.WITHIN, of=f"xapi {sizes[-1]:,}") for size in sizes[:compared]
    )
    return Row(name, title, "growth", contenders, targets, per=per)


def _beside_bare(row: Row, most: float) -> Row:
    """A row of growth of which the largest size is compared with that of the bare callable."""
    largest = row.targets[0].of
    target = Target(largest.replace("xapi", "bare"), most, Kind.WITHIN, of=largest)
    return replace(row, targets=(target,))


def _kept(name: str, title: str, unit: Unit) -> Row:
    contender = Contender("xapi", "xapi", "steady")
    return Row(name, title, "growth", (contender,), (Target("xapi", 0, Kind.MOST),), unit)


def _fuzzing(name: str, title: str, least: float) -> Row:
    contenders = (Contender("schemathesis", "schemathesis", name), Contender("xapi", "fuzzing", name))
    return Row(name, title, "fuzzing", contenders, (Target("schemathesis", least),))


def _beyond(against: str, bound: float, kind: Kind = Kind.WITHIN) -> Target:
    return Target(against, bound, kind, beyond=True)


ALIKE = 1.1
"""What two processes may differ by that serve the same app: they have been seen 6 % apart."""
_BY_HAND = "starlette bare"
_LITESTARS = "litestar litestar-msgspec"
_ALL = f"{_LITESTARS} blacksheep"

_ROWS = (
    _asgi("a", "GET plain JSON, async", f"{_BY_HAND} {_ALL}", 14, _beyond("bare", 2.0), ahead_of=_ALL),
    _asgi("b", "the same in a worker thread", "", 4.5),
    _asgi("b32", "the same, 32 at a time", "", 10),
    _asgi("c", "GET path and query, typed", f"{_BY_HAND} {_ALL}", 14, _beyond("bare", 1.5), ahead_of=_ALL),
    _asgi("d", "POST small model, same out", f"{_BY_HAND} {_ALL}", 12, _beyond("bare", 1.8), ahead_of=_ALL),
    _asgi("e", "POST 100 nested models, same out", _BY_HAND, 2, _beyond("bare", 1.1)),
    _asgi("f", "5 dependencies, 2 with yield", _LITESTARS, 20, ahead_of=_LITESTARS),
    _asgi("g", "headers and cookies", _ALL, 12, ahead_of=_ALL),
    _asgi("h", "multipart form, 4 kB file", "blacksheep", 2, ahead_of="blacksheep"),
    _asgi("i", "refused body (422)", _ALL, 7, lenient=_ALL, ahead_of=_ALL),
    _asgi("j", "1,000 models out", _BY_HAND, 1.15, _beyond("bare", 1.1)),
    _asgi(
        "k",
        "last of 500 routes, the app's own",
        _ALL,
        110,
        _beyond("fastapi", 150, Kind.FASTER),
        ahead_of=_ALL,
    ),
    _asgi("k2", "last of 500 routes, included", "", 250, _beyond("fastapi", 400, Kind.FASTER)),
    _asgi("l", "3 function middlewares", "blacksheep", 15, ahead_of="blacksheep"),
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
        (Target("fastapi", 20), Target("xapi-plain", 1.3, Kind.WITHIN)),
        lenient=frozenset({"xapi-plain"}),  # it answers with what was not replaced
    ),
    _asgi("a2", "second source: GET nested JSON", "bare", 14),
    _asgi("c2", "second source: GET, lists and choices", "", 14),
    _asgi("d2", "second source: POST model, another out", "", 12),
    _asgi("e2", "second source: PUT 100 nested models", "bare", 1, Target("bare", 1.05, Kind.WITHIN)),
    _asgi("h2", "second source: form with two files", "blacksheep", 2, _beyond("blacksheep", 1, Kind.FASTER)),
    _asgi("i2", "second source: refused body (422)", "", 7, lenient=""),
    _asgi("j2", "second source: 1,000 dicts as models", "bare", 1, Target("bare", 1.05, Kind.WITHIN)),
    _asgi(
        "l2", "second source: middlewares that look", "blacksheep", 15, _beyond("blacksheep", 1, Kind.FASTER)
    ),
    _asgi("m2", "second source: 100 nested dicts out", "bare", 8),
    _served("served.a", "GET plain JSON, async", 3.0),
    _served("served.c", "GET path and query, typed", 3.5),
    _served("served.d", "POST small model, same out", 3.5),
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
        (Target("xapi-plain", 3, Kind.WITHIN),),
    ),
    Row(
        "plugin.load",
        "pytest --collect-only with the plugin",
        "client",
        (Contender("pytest", "xapi", "collect"), Contender("xapi", "xapi", "collect-with-plugin")),
        (Target("pytest", 15, Kind.ADDS),),
        Unit.MILLISECONDS,
    ),
    Row(
        "pytest.start",
        "pytest with one trivial test, the extra `test` installed",
        "client",
        (
            Contender("pytest", "pytest", "start"),
            Contender("pytest-starlette", "pytest-starlette", "start"),
            Contender("xapi", "testing", "start"),
        ),
        (Target("pytest-starlette", 1.15, Kind.WITHIN), _beyond("pytest", 1.15)),
        Unit.MILLISECONDS,
    ),
    _startup("import", "import of the package", 0.6),
    _startup("build", "build 500 routes", 0.35),
    _startup("openapi", "OpenAPI of 500 routes, first time", 0.35),
    _startup("memory", "resident after both", 0.75, Unit.MEGABYTES),
    _startup("first.large", "first request to an app of 500 routes", 1.0),
    _startup("first.others", "first requests to 100 other routes of it", 0.5),
    _startup("first.included", "first request to 500 short routes, included", 1.0),
    _startup("first.others.included", "first requests to 100 others of those", 0.5),
    _startup("first.small", "import to the first answer of a small app", 0.4),
    _growth("routes", "last of many routes", growth.ROUTES, "routes", compared=1, most=ALIKE),
    _growth("depth", "dependencies, each needing the next", growth.DEPTHS, "depth", "dependency", unit=1),
    _growth(
        "body",
        "bytes of a JSON body of texts",
        growth.BODIES,
        "body",
        "kB",
        unit=1_000,
        others="fastapi bare",
    ),
    _beside_bare(
        _growth(
            "models", "the same, of models", growth.BODIES, "models", "kB", unit=1_000, others="fastapi bare"
        ),
        1.1,
    ),
    _growth(
        "declared",
        "routes declared, documented and asked once, two models each",
        growth.DECLARED,
        "declared",
        "route",
        unit=1,
        others="",
        most=ALIKE,
    ),
    _growth(
        "chain",
        "new dependencies, each needing the next",
        growth.CHAINS,
        "chain",
        "dependency",
        unit=1,
        others="",
    ),
    _growth("concurrent", "requests at a time", growth.CONCURRENCIES, "turns"),
    _growth("threads", "requests at a time, in worker threads", growth.CONCURRENCIES, "threads"),
    _kept("objects", "objects that 10,000 requests leave", Unit.OBJECTS),
    _kept("resident", "memory that 10,000 requests leave", Unit.KILOBYTES),
    _fuzzing("fuzz.all", "a distinct request of property tests", 5),
    _fuzzing("fuzz.boundary", "the same, boundary phase alone", 4),
)

COLD: Sequence[frozenset[str]] = (
    frozenset({"import"}),
    frozenset({"first.small"}),
    frozenset({"build", "openapi", "memory"}),
    frozenset({"first.large", "first.others"}),
    frozenset({"first.included", "first.others.included"}),
)
"""The rows that one cold start measures together."""
ROWS: Mapping[str, Row] = {row.name: row for row in _ROWS}
"""By name, in the order of the tables."""
GROUPS: Mapping[str, str] = {
    "asgi": "At the ASGI call",
    "socket": "Behind uvicorn, CPU time of the server",
    "client": "Testing toolkit",
    "startup": "Start-up, cold processes",
    "growth": "Growth",
    "fuzzing": "Fuzzing",
}
"""The tables, and their titles."""
