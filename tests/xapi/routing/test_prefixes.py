"""Prefixes with parameters, empty paths, frontends in apps that make ids of tags."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path as FilePath
from typing import Annotated, Any

import pytest

from xapi import XAPI, APIRouter, Depends, Path, WebSocket
from xapi.exceptions import DeclarationError
from xapi.testclient import TestClient


def tenant_of(tenant: Annotated[int, Path(gt=1)]) -> int:
    return tenant


def through_a_dependency(tenant: Annotated[int, Depends(tenant_of)]) -> int:
    return tenant


def as_default(tenant: int = Path(gt=1)) -> int:
    return tenant


@pytest.mark.parametrize("endpoint", [tenant_of, as_default, through_a_dependency])
@pytest.mark.parametrize("prefixes", [("/{tenant}",), ("", "/{tenant}"), ("/v1/{tenant}", "/in")], ids=str)
def test_a_parameter_stands_in_the_prefix_of_an_inclusion(
    endpoint: Callable[..., Any], prefixes: tuple[str, ...]
) -> None:
    inner = router = APIRouter()
    inner.get("/x")(endpoint)
    for prefix in prefixes[:-1]:
        outer = APIRouter()
        outer.include_router(router, prefix=prefix)
        router = outer
    app = XAPI()
    app.include_router(router, prefix=prefixes[-1])
    path = "".join(reversed(prefixes)) + "/x"
    client = TestClient(app)
    assert client.get(path.format(tenant=3)).json() == 3
    assert client.get(path.format(tenant=1)).status_code == 422
    [parameter] = app.openapi()["paths"][path]["get"]["parameters"]
    assert (parameter["name"], parameter["in"]) == ("tenant", "path")


def test_a_parameter_of_a_websocket_stands_in_the_prefix_of_an_inclusion() -> None:
    router, app = APIRouter(), XAPI()

    @router.websocket("/ws")
    async def socket(websocket: WebSocket, tenant: Annotated[int, Path()]) -> None:
        await websocket.accept()
        await websocket.send_json(tenant)
        await websocket.close()

    app.include_router(router, prefix="/{tenant}")
    with TestClient(app).websocket_connect("/3/ws") as session:
        assert session.receive_json() == 3


def test_a_parameter_that_no_prefix_has_is_told_at_the_inclusion_in_an_app() -> None:
    router = APIRouter()
    router.get("/x")(as_default)
    with pytest.raises(DeclarationError, match=r"in as_default\(\): .*'tenant' .*the path has no \{tenant\}"):
        XAPI().include_router(router, prefix="/none")


def test_a_frontend_needs_no_tags_where_ids_are_made_of_them(tmp_path: FilePath) -> None:
    def of_tag(route: Any) -> str:
        return f"{route.tags[0]}-{route.name}"

    (tmp_path / "index.html").write_text("front")
    router = APIRouter(generate_unique_id_function=of_tag)
    router.frontend("/inner", directory=tmp_path)
    app = XAPI(generate_unique_id_function=of_tag)
    app.frontend("/ui", directory=tmp_path)
    app.include_router(router, prefix="/in")
    app.get("/x", tags=["t"])(tenantless)
    client = TestClient(app)
    assert (client.get("/ui/").text, client.get("/in/inner/").text) == ("front", "front")
    assert app.openapi()["paths"]["/x"]["get"]["operationId"] == "t-tenantless"


def tenantless() -> None: ...


async def socket_endpoint(websocket: WebSocket) -> None: ...


@pytest.mark.parametrize("kind", ["operation", "websocket", "nested"])
def test_an_empty_path_below_an_empty_prefix_is_refused(kind: str) -> None:
    router = APIRouter()
    if kind == "websocket":
        router.websocket("")(socket_endpoint)
    else:
        router.get("")(tenantless)
    if kind == "nested":
        outer = APIRouter()
        outer.include_router(router)
        router = outer
    with pytest.raises(DeclarationError, match="Prefix and path cannot be both empty"):
        XAPI().include_router(router)


@pytest.mark.parametrize("own", [True, False], ids=["of the router", "of the inclusion"])
def test_an_empty_path_is_that_of_its_prefix(own: bool) -> None:
    router = APIRouter(prefix="/p") if own else APIRouter()
    router.get("")(tenantless)
    app = XAPI()
    app.include_router(router, prefix="" if own else "/p")
    assert TestClient(app, follow_redirects=False).get("/p").status_code == 200
