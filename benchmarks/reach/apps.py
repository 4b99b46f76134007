"""The applications: examples of this project, and some that packages of the registries have in them.

Each makes its app in the process that fuzzes it. What an app stores is stored in the folder of the process.
"""

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

EXAMPLES = Path(__file__).parents[2] / "examples"
PASSWORD = "a password of the manager's own"
MANAGER = "manager@example.com"


def no_credentials(app: Any) -> Mapping[str, str]:
    """For apps without users."""
    return {}


@dataclass(frozen=True)
class Application:
    """An application.

    Attributes:
        packages: Its own code.
        make: Makes the app.
        document: The path of its OpenAPI document.
        credentials: The credential of each security scheme.
    """

    packages: tuple[str, ...]
    make: Callable[[], Any]
    document: str = "/openapi.json"
    credentials: Callable[[Any], Mapping[str, str]] = no_credentials


def shop() -> Any:
    """The largest example: accounts, products, orders, and a database."""
    os.environ |= {
        "SHOP_DATABASE": "shop.db",
        "SHOP_HASH_MEMORY": "32",
        "SHOP_LARGEST_IMAGE": "1000",
        "SHOP_MANAGER_EMAIL": MANAGER,
        "SHOP_MANAGER_PASSWORD": PASSWORD,
        "SHOP_SECRET": "a secret that all lifespans have in common",
    }
    return _example("shop", "shop.main")


def token_of_manager(app: Any) -> Mapping[str, str]:
    """Of the shop; its secret is the same for all lifespans."""
    from xapi.testing import TestClient

    with TestClient(app) as client:
        answer = client.post("/token", data={"username": MANAGER, "password": PASSWORD}).json()
    return {"OAuth2PasswordBearer": answer["access_token"]}


def tickets() -> Any:
    """The example with planted bugs."""
    return _example("buggy", "tickets.main")


def token_of_tickets(app: Any) -> Mapping[str, str]:
    """The tickets have one token, in the source."""
    return {"HTTPBearer": import_module("tickets.main").TOKEN}


def _example(folder: str, module: str) -> Any:
    sys.path.insert(0, str(EXAMPLES / folder))
    return import_module(module).app


def bioregistry() -> Any:
    """A register of identifiers of the life sciences, with the data that its package brings."""
    return import_module("bioregistry.app.impl").get_app()


def optimade() -> Any:
    """A server of crystal structures, with filters in a language of its own, on a database in memory."""
    Path("optimade.json").write_text('{"database_backend": "mongomock", "log_level": "critical"}')
    os.environ |= {"OPTIMADE_CONFIG_FILE": "optimade.json"}
    return import_module("optimade.server.main").app


def rdflib_endpoint() -> Any:
    """A SPARQL endpoint on a small graph."""
    graph = import_module("rdflib").Graph()
    graph.parse(
        data="""
        @prefix e: <http://example.com/> .
        e:tea a e:Drink ; e:price 3 ; e:name "tea"@en .
        e:cup a e:Thing ; e:holds e:tea ; e:made "2026-01-02" .
        """
    )
    return import_module("rdflib_endpoint").SparqlEndpoint(graph=graph)


def simple_repository_server() -> Any:
    """A package index on a folder with two packages."""
    import httpx

    local = import_module("simple_repository.components.local")
    routes = import_module("simple_repository_server.routers.simple")
    for name in ("kettle-1.0.tar.gz", "teapot-2.1-py3-none-any.whl", "teapot-2.0-py3-none-any.whl"):
        folder = Path("index") / name.partition("-")[0]
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"nothing")
    app = import_module("fastapi").FastAPI(title="Index")
    repository = local.LocalRepository(Path("index"))
    app.include_router(routes.build_router(repository, http_client=httpx.AsyncClient()))
    return app


def xpublish() -> Any:
    """A server of data sets; one is there."""
    degrees = import_module("numpy").arange(24.0).reshape(2, 3, 4)
    coordinates = {"time": [0, 1], "lat": [1.0, 2.0, 3.0], "lon": [1.0, 2.0, 3.0, 4.0]}
    data = import_module("xarray").Dataset({"air": (("time", "lat", "lon"), degrees)}, coords=coordinates)
    return import_module("xpublish").Rest({"air": data}).app


APPLICATIONS = {
    "shop": Application(("shop",), shop, credentials=token_of_manager),
    "buggy": Application(("tickets",), tickets, credentials=token_of_tickets),
    "bioregistry": Application(("bioregistry",), bioregistry),
    "optimade": Application(
        ("optimade.server", "optimade.filterparser", "optimade.filtertransformers"),
        optimade,
        document="/v1/extensions/openapi.json",
    ),
    "rdflib-endpoint": Application(("rdflib_endpoint",), rdflib_endpoint),
    "simple-repository-server": Application(("simple_repository_server",), simple_repository_server),
    "xpublish": Application(("xpublish",), xpublish),
}


def chosen() -> Application:
    """The application of this process, as the environment names it."""
    return APPLICATIONS[os.environ["REACH_APP"]]


@cache
def create() -> Any:
    """The app of this process; what it raises is written down."""
    from benchmarks.reach.watch import watched

    return watched(chosen().make())


@cache
def credentials() -> Mapping[str, str]:
    """The credential of each security scheme."""
    return chosen().credentials(create())
