"""Internals of FastAPI that libraries call and read. Run with the alias, by `test_under_the_alias.py`."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import Annotated, Any

import pytest
from fastapi import (
    APIRouter,
    BackgroundTasks,
    Body,
    Depends,
    FastAPI,
    Form,
    Header,
    Path,
    Query,
    Request,
    Security,
    WebSocket,
)
from fastapi._compat import ModelField, Undefined, get_definitions, get_model_name_map
from fastapi.datastructures import Default, DefaultPlaceholder
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import (
    add_non_field_param_to_dependency,
    analyze_param,
    get_dependant,
    get_flat_params,
    get_parameterless_sub_dependant,
    get_typed_return_annotation,
    get_typed_signature,
    request_params_to_args,
    solve_dependencies,
)
from fastapi.encoders import ENCODERS_BY_TYPE, jsonable_encoder
from fastapi.openapi.utils import get_openapi_path, validation_error_response_definition
from fastapi.requests import HTTPConnection
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from fastapi.routing import APIRoute, get_request_handler, iter_route_contexts, request_response
from fastapi.security import SecurityScopes
from fastapi.testclient import TestClient
from fastapi.utils import create_model_field, deep_dict_update, get_value_or_default
from pydantic import BaseModel
from starlette.datastructures import QueryParams
from starlette.routing import Route


class Item(BaseModel):
    name: str
    price: float = 1.0


def limit(limit: int = 10, token: Annotated[str | None, Header()] = None) -> dict[str, Any]:
    return {"limit": limit, "token": token}


@pytest.mark.parametrize(
    ("annotation", "attribute"),
    [
        (Request, "request_param_name"),
        (type("OwnRequest", (Request,), {}), "request_param_name"),
        (WebSocket, "websocket_param_name"),
        (HTTPConnection, "http_connection_param_name"),
        (Response, "response_param_name"),
        (JSONResponse, "response_param_name"),
        (BackgroundTasks, "background_tasks_param_name"),
        (SecurityScopes, "security_scopes_param_name"),
        (int, None),
        (Item, None),
    ],
)
def test_what_is_injected_by_type_is_noted(annotation: Any, attribute: str | None) -> None:
    dependant = Dependant(path="/")
    noted = add_non_field_param_to_dependency(
        param_name="given", type_annotation=annotation, dependant=dependant
    )
    assert noted is (None if attribute is None else True)
    assert {name for name, value in vars(dependant).items() if value == "given"} == {attribute} - {None}


def test_a_callable_is_read() -> None:
    def endpoint(
        id: int, request: Request, item: Item, q: Annotated[list[str], Query()], d: Any = Depends(limit)
    ) -> None: ...

    dependant = get_dependant(path="/{id}", call=endpoint)
    assert [field.name for field in dependant.path_params] == ["id"]
    assert [field.name for field in dependant.query_params] == ["q"]
    assert [field.name for field in dependant.body_params] == ["item"]
    assert dependant.request_param_name == "request"
    assert [below.call for below in dependant.dependencies] == [limit]
    assert [field.alias for field in get_flat_params(dependant)] == ["id", "q", "limit", "token"]
    assert isinstance(dependant.query_params[0], ModelField)
    assert isinstance(dependant, Dependant)


def test_a_dependant_is_copied_field_by_field() -> None:
    from dataclasses import fields, replace

    class Own(Dependant):
        __slots__ = ("more",)

    def endpoint(q: int, request: Request, d: Any = Depends(limit)) -> None: ...

    read = get_dependant(path="/", call=endpoint)
    copied = Own(**{field.name: getattr(read, field.name) for field in fields(read) if field.init})
    found = solving(app := FastAPI(), replace(copied, path="/other"))
    TestClient(app).post("/solve?q=3")
    assert found[0][0].keys() == {"q", "request", "d"}


def test_a_dependency_without_a_parameter_is_read() -> None:
    below = get_parameterless_sub_dependant(depends=Security(limit, scopes=["read"]), path="/")
    assert (below.call, below.name, below.own_oauth_scopes) == (limit, None, ["read"])


def test_signatures_are_read_with_texts_evaluated() -> None:
    def function(item: Item, other: Unknown = 1) -> Item: ...  # type: ignore[name-defined] # noqa: F821

    signature = get_typed_signature(function)
    assert signature.parameters["item"].annotation is Item
    assert get_typed_return_annotation(function) is Item


@pytest.mark.parametrize(
    ("annotation", "value", "kind"),
    [
        (int, 3, "Query"),
        (Item, Undefined, "Body"),
        (Annotated[str, Header()], None, "Header"),
        (Annotated[str, Form()], None, "Form"),
    ],
)
def test_a_parameter_is_analysed(annotation: Any, value: Any, kind: str) -> None:
    import inspect

    value = inspect.Parameter.empty if value is Undefined else value
    details = analyze_param(param_name="x", annotation=annotation, value=value, path_param_names=set())
    assert details.field is not None
    assert type(details.field.field_info).__name__ == kind
    assert analyze_param(
        param_name="x", annotation=int, value=Depends(limit), path_param_names=set()
    ).depends == Depends(limit)


def solving(app: FastAPI, dependant: Dependant, body: Any = Undefined, **keywords: Any) -> list[Any]:
    """Solve a dependant in a request to `app`; gives values and errors, gathered where they are appended."""
    found: list[Any] = []

    @app.post("/solve")
    async def solve(request: Request) -> None:
        async with AsyncExitStack() as stack:
            solved = await solve_dependencies(
                request=request,
                dependant=dependant,
                body=body,
                async_exit_stack=stack,
                embed_body_fields=False,
                dependency_overrides_provider=app,
                **keywords,
            )
            found.append((solved.values, solved.errors))

    return found


def test_a_dependant_is_solved_with_overrides_and_a_body() -> None:
    def endpoint(item: Item, q: int, d: Any = Depends(limit)) -> None: ...

    app = FastAPI()
    found = solving(app, get_dependant(path="/", call=endpoint), {"name": "a"})
    client = TestClient(app)
    client.post("/solve?q=3&limit=5")
    client.post("/solve?q=x&limit=y")
    app.dependency_overrides[limit] = lambda: "replaced"
    client.post("/solve?q=3")
    assert found[0] == ({"item": Item(name="a"), "q": 3, "d": {"limit": 5, "token": None}}, [])
    assert [error["loc"] for error in found[1][1]] == [("query", "limit"), ("query", "q")]
    assert found[2][0]["d"] == "replaced"


def test_results_are_shared_by_a_cache_that_is_handed_on() -> None:
    calls: list[int] = []

    def counted() -> int:
        calls.append(1)
        return len(calls)

    def endpoint(a: int = Depends(counted), b: int = Depends(counted, use_cache=False)) -> None: ...

    app = FastAPI()
    cache: dict[Any, Any] = {}
    found = solving(app, get_dependant(path="/", call=lambda a=Depends(counted): a), dependency_cache=cache)
    client = TestClient(app)
    client.post("/solve")
    client.post("/solve")
    assert [values for values, _ in found] == [{"a": 1}, {"a": 1}]
    assert len(cache) == 1


def test_what_is_opened_is_left_with_the_stack() -> None:
    order: list[str] = []

    async def opened() -> Any:
        order.append("open")
        yield 1
        order.append("close")

    app = FastAPI()

    @app.get("/")
    async def endpoint(request: Request) -> None:
        dependant = get_dependant(path="/", call=lambda a=Depends(opened): a)
        async with AsyncExitStack() as stack:
            await solve_dependencies(
                request=request, dependant=dependant, async_exit_stack=stack, embed_body_fields=False
            )
            order.append("solved")
        order.append("left")

    TestClient(app).get("/")
    assert order == ["open", "solved", "close", "left"]


def test_a_message_of_something_else_is_solved_by_its_attributes() -> None:
    """As libraries for message brokers hand it on: a request without a scope of ASGI."""

    class Message(Request):
        def __init__(self) -> None:
            self.scope = {"path_params": {"id": "3"}}
            self._headers = {"X-Token": "t"}  # type: ignore[assignment]
            self._query_params = {"q": "a b"}  # type: ignore[assignment]
            self._cookies = {}

    def endpoint(id: int, q: str, x_token: Annotated[str, Header()], item: Item) -> None: ...

    async def solve() -> Any:
        dependant = get_dependant(path="/{id}", call=endpoint)
        async with AsyncExitStack() as stack:
            return await solve_dependencies(
                request=Message(),
                dependant=dependant,
                body={"name": "n"},
                async_exit_stack=stack,
                embed_body_fields=False,
            )

    import asyncio

    solved = asyncio.run(solve())
    assert solved.errors == []
    assert solved.values == {"id": 3, "q": "a b", "x_token": "t", "item": Item(name="n")}


def test_a_group_of_dependencies_is_solved() -> None:
    group = Dependant(path="/")
    group.dependencies.append(get_parameterless_sub_dependant(depends=Depends(limit), path="/"))
    app = FastAPI()
    found = solving(app, group)
    TestClient(app).post("/solve?limit=x")
    assert [error["loc"] for error in found[0][1]] == [("query", "limit")]


def test_fields_are_made_and_serve() -> None:
    field = create_model_field("x", list[int])
    assert field.validate(["1"]) == ([1], [])
    assert field.validate("x", loc=("here",))[1][0]["loc"] == ("here",)
    assert field.serialize([1]) == [1]
    assert ModelField(field_info=Query(alias="y", annotation=int), name="x").alias == "y"
    assert field == field
    assert field != create_model_field("x", list[int])


def test_fields_that_were_read_make_a_model() -> None:
    from pydantic import create_model

    def endpoint(n: Annotated[int, Query(gt=3)], item: Item, names: list[str] = Query(["a"])) -> None: ...  # noqa: B008

    dependant = get_dependant(path="/", call=endpoint)
    fields = [*dependant.query_params, *dependant.body_params]
    members: Any = {field.name: (field.field_info.annotation, field.field_info) for field in fields}
    made = create_model("Made", **members)
    assert made.model_validate({"n": 4, "item": {"name": "x"}}).item == Item(name="x")
    assert made.model_json_schema()["properties"]["n"]["exclusiveMinimum"] == 3


def test_exceptions_are_reported_under_their_names() -> None:
    from fastapi import HTTPException
    from fastapi.exceptions import RequestValidationError

    names = {f"{cls.__module__}.{cls.__qualname__}" for cls in (HTTPException, RequestValidationError)}
    assert names == {"fastapi.exceptions.HTTPException", "fastapi.exceptions.RequestValidationError"}


def test_a_field_that_is_added_by_hand_is_read() -> None:
    app = FastAPI()

    @app.get("/")
    def endpoint(**values: Any) -> Any:
        return values

    route = app.routes[-1]
    assert isinstance(route, APIRoute)
    route.dependant.query_params.append(ModelField(field_info=Query(annotation=int, ge=3), name="n"))
    client = TestClient(app)
    assert client.get("/?n=4").json() == {"n": 4}
    assert client.get("/?n=2").status_code == 422


def test_values_are_read_for_fields() -> None:
    def endpoint(a: int, b: Annotated[list[str], Query()], c: str = "c") -> None: ...

    fields = get_dependant(path="/", call=endpoint).query_params
    assert request_params_to_args(fields, QueryParams("a=1&b=x&b=y")) == (
        {"a": 1, "b": ["x", "y"], "c": "c"},
        [],
    )
    values, errors = request_params_to_args(fields, QueryParams("a=x"))
    assert values == {}
    assert [error["loc"] for error in errors] == [("query", "a"), ("query", "b")]


def test_schemas_are_made_of_fields() -> None:
    fields = [create_model_field("item", Item), create_model_field("n", int)]
    names = get_model_name_map({Item})
    schemas, definitions = get_definitions(fields=fields, model_name_map=names)
    assert schemas[fields[0], "validation"] == {"$ref": "#/components/schemas/Item"}
    assert definitions["Item"]["required"] == ["name"]


def test_a_placeholder_says_nothing() -> None:
    router = APIRouter(default_response_class=Default(JSONResponse), deprecated=Default(None))

    @router.get("/", response_class=Default(JSONResponse), status_code=Default(None))
    def endpoint() -> str:
        return "text"

    app = FastAPI(default_response_class=PlainTextResponse)
    app.include_router(router, default_response_class=Default(JSONResponse))
    assert TestClient(app).get("/").text == "text"
    assert isinstance(Default(1), DefaultPlaceholder)
    assert get_value_or_default(Default(1), 2) == 2
    assert get_value_or_default(Default(1), Default(2)) == Default(1)


def test_a_handler_is_made_and_served() -> None:
    def endpoint(item: Annotated[Item, Body(embed=True)], tasks: BackgroundTasks) -> Item:
        tasks.add_task(done.append, item.name)
        return item

    done: list[str] = []
    app = FastAPI()
    handler = get_request_handler(
        get_dependant(path="/", call=endpoint),
        response_field=create_model_field("r", Item, mode="serialization"),
        status_code=201,
        response_model_exclude_unset=True,
        embed_body_fields=True,
    )
    app.add_route("/", handler, methods=["POST"])
    route = APIRoute("/own", endpoint, methods=["POST"])
    route.app = request_response(handler)
    app.router.routes.append(route)
    client = TestClient(app)
    answer = client.post("/own", json={"item": {"name": "a"}})
    assert (answer.status_code, answer.json(), done) == (201, {"name": "a"}, ["a"])
    assert client.post("/own", json={}).json()["detail"][0]["loc"] == ["body", "item"]
    with pytest.raises(RuntimeError, match=r"put request_response\(\) around it"):
        client.post("/", json={"item": {"name": "a"}})


def test_a_handler_of_a_route_is_served_by_its_app() -> None:
    class Own(APIRoute):
        def __init__(self, *args: Any, **keywords: Any) -> None:
            super().__init__(*args, **keywords)
            self.app = request_response(self.get_route_handler())

    router = APIRouter(route_class=Own)

    @router.get("/{id}")
    def endpoint(id: int) -> int:
        return id

    app = FastAPI()
    app.include_router(router, prefix="/p")
    assert TestClient(app).get("/p/3").json() == 3
    assert TestClient(app).get("/p/x").status_code == 422


def test_a_route_that_a_library_has_rewritten_serves_what_it_was_given() -> None:
    """As libraries for pages do: a dependency more, the body again, and a handler of its own."""
    from fastapi.dependencies.utils import _get_body_field, _get_flat_body_params

    seen: list[Any] = []
    app = FastAPI()

    @app.post("/{id}")
    def endpoint(id: int, item: Item, other: Annotated[int, Body()]) -> Item:
        return item

    route = app.routes[-1]
    assert isinstance(route, APIRoute)
    more = Depends(lambda page=1: seen.append(page))
    route.dependencies.append(more)
    route.dependant.dependencies.append(get_parameterless_sub_dependant(depends=more, path=route.path_format))
    route.body_field = _get_body_field(
        body_params=_get_flat_body_params(route.dependant),
        name=route.unique_id,
        embed_body_fields=route._embed_body_fields,
    )
    route.app = request_response(route.get_route_handler())
    client = TestClient(app)
    assert client.post("/3?page=4", json={"item": {"name": "a"}, "other": 1}).json()["name"] == "a"
    assert seen == ["4"]
    assert client.post("/3", json={"item": {"name": "a"}}).status_code == 422
    assert [one["name"] for one in app.openapi()["paths"]["/{id}"]["post"]["parameters"]] == ["id", "page"]


def test_routes_are_told_as_they_are_served() -> None:
    router = APIRouter(prefix="/r")
    router.get("/x")(lambda: 1)
    app = FastAPI(openapi_url=None)
    app.include_router(router, prefix="/p")
    (context,) = iter_route_contexts(app.routes)
    assert (context.path, context.methods) == ("/p/r/x", {"GET"})
    assert context.original_route is router.routes[0]


def test_what_is_put_into_the_tables_counts() -> None:
    class Odd:
        pass

    ENCODERS_BY_TYPE[Odd] = lambda value: "odd"
    app = FastAPI()
    app.get("/{n}")(lambda n: Odd())
    kept = dict(validation_error_response_definition)
    validation_error_response_definition["title"] = "Ours"
    try:
        assert jsonable_encoder([Odd()]) == ["odd"]
        assert TestClient(app).get("/1").json() == "odd"
        assert app.openapi()["components"]["schemas"]["HTTPValidationError"]["title"] == "Ours"
    finally:
        validation_error_response_definition.update(kept)
        del ENCODERS_BY_TYPE[Odd]


def test_a_part_of_the_document_is_made() -> None:
    app = FastAPI()

    @app.get("/{id}")
    def endpoint(id: Annotated[int, Path(ge=1)]) -> Item: ...

    ids: set[str] = set()
    route = app.routes[-1]
    assert isinstance(route, APIRoute)
    item, schemes, definitions = get_openapi_path(route=route, operation_ids=ids)
    assert item == app.openapi()["paths"]["/{id}"]
    assert ids == {"endpoint__id__get"}
    assert (schemes, "Item" in definitions) == ({}, True)


def test_dictionaries_are_merged() -> None:
    into: dict[str, Any] = {"a": {"b": [1]}, "c": 1}
    deep_dict_update(into, {"a": {"b": [2], "d": 3}, "c": 2})
    assert into == {"a": {"b": [1, 2], "d": 3}, "c": 2}


def test_a_websocket_is_an_endpoint_of_its_own_kind() -> None:
    async def endpoint(websocket: WebSocket, n: int) -> None: ...

    dependant = get_dependant(path="/", call=endpoint)
    assert (dependant.websocket_param_name, [field.name for field in dependant.query_params]) == (
        "websocket",
        ["n"],
    )


def test_libraries_may_tell_that_routes_have_changed() -> None:
    app = FastAPI()
    client = TestClient(app)
    assert client.get("/late").status_code == 404
    app.router.routes += [Route("/late", lambda request: PlainTextResponse("late"))]
    app.router._mark_routes_changed()  # type: ignore[attr-defined]
    assert client.get("/late").text == "late"


def test_libraries_read_the_schema_of_a_field() -> None:
    app = FastAPI()
    app.get("/{number}")(lambda number: None)
    (route,) = [route for route in app.routes if isinstance(route, APIRoute)]
    (field,) = route.dependant.path_params
    made = create_model_field(name="n", type_=int)
    assert [found._type_adapter.core_schema["type"] for found in (field, made)] == ["any", "int"]  # type: ignore[attr-defined]
