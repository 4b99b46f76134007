"""Who is measured: each peer, where it lives and which modules hold its work."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Peer:
    """One contestant.

    Attributes:
        name: As on the command line of a worker and in the tables.
        environment: The virtual environment it runs in; a file in ``requirements/``.
        title: As people write it.
        distribution: The distribution whose version is reported.
        apps: The module in ``benchmarks.apps`` with its work items at the ASGI call.
        clients: The module in ``benchmarks.clients`` with its work items of the testing toolkit.
        framework: The package that the shared sources import, for FastAPI and xapi.
    """

    name: str
    environment: str
    title: str
    distribution: str
    apps: str = ""
    clients: str = ""
    framework: str = ""


_PEERS = (
    Peer("fastapi", "fastapi", "FastAPI", "fastapi", apps="declared", framework="fastapi"),
    Peer(
        "starlette", "starlette", "Starlette", "starlette", apps="starlette_by_hand", clients="of_starlette"
    ),
    Peer("bare", "starlette", "bare ASGI", "pydantic-core", apps="bare"),
    Peer("httpx", "starlette", "httpx", "httpx", clients="of_httpx"),
    Peer(
        "litestar", "litestar", "Litestar", "litestar", apps="litestar_with_pydantic", clients="of_litestar"
    ),
    Peer("litestar-msgspec", "litestar", "L. msgspec", "msgspec", apps="litestar_with_msgspec"),
    Peer("blacksheep", "blacksheep", "BlackSheep", "blacksheep", apps="blacksheep_by_hand"),
    Peer("schemathesis", "fuzz", "Schemathesis", "schemathesis"),
    Peer("fuzzing", "fuzz", "xapi", "xapi-framework"),
    Peer("pytest", "pytest", "pytest alone", "pytest"),
    Peer("pytest-starlette", "pytest-starlette", "pytest, Starlette", "pytest"),
    Peer("testing", "pytest-xapi", "xapi", "xapi-framework"),
    Peer("xapi", "xapi", "xapi", "xapi-framework", apps="declared", clients="of_xapi", framework="xapi"),
)

PEERS: Mapping[str, Peer] = {peer.name: peer for peer in _PEERS}
"""By name."""
