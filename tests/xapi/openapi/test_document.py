"""What documents say where no comparison with the reference shows it, and what making them costs nobody."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, ConfigDict, WithJsonSchema

from xapi import XAPI, APIRouter, Body, Depends, Query
from xapi.exceptions import DeclarationError
from xapi.openapi.document import get_document
from xapi.openapi.utils import get_openapi
from xapi.operation.describe import describe
from xapi.operation.options import OperationOptions
from xapi.security.base import SecurityBase


class Item(BaseModel):
    name: str
    price: float | None = None


def test_get_openapi_documents_the_operations_among_the_routes() -> None:
    app = XAPI()
    app.mount("/mounted", XAPI())

    @app.get("/items")
    def list_items() -> list[Item]: ...

    @app.websocket("/socket")
    async def socket() -> None: ...

    document = get_openapi(title="Shop", version="3", routes=app.routes)

    assert document["info"] == {"title": "Shop", "version": "3"}
    assert list(document["paths"]) == ["/items"]
    assert list(document["components"]["schemas"]) == ["Item"]


def test_a_document_is_made_of_operations_without_an_app() -> None:
    def read_item(item_id: int) -> Item: ...

    operation = describe("/items/{item_id:int}", read_item, ["GET"], OperationOptions())

    document = get_document([operation], title="Shop", version="1")

    assert document["paths"]["/items/{item_id}"]["get"]["parameters"] == [
        {"name": "item_id", "in": "path", "required": True, "schema": {"title": "Item Id", "type": "integer"}}
    ]


def test_each_method_of_an_operation_has_its_own_id() -> None:
    app = XAPI()

    @app.api_route("/items", methods=["GET", "POST", "DELETE"])
    def items() -> None: ...

    @app.api_route("/named", methods=["GET", "PUT"], operation_id="named")
    def named() -> None: ...

    paths = app.openapi()["paths"]

    assert {method: operation["operationId"] for method, operation in paths["/items"].items()} == {
        "get": "items_items_get",
        "post": "items_items_post",
        "delete": "items_items_delete",
    }
    assert paths["/named"]["get"]["operationId"] == "named_get"
    assert paths["/named"]["put"]["operationId"] == "named_put"


def test_operations_with_the_same_id_are_warned_of() -> None:
    app = XAPI()

    @app.get("/a", operation_id="read")
    def a() -> None: ...

    @app.get("/b", operation_id="read")
    def b() -> None: ...

    with pytest.warns(
        UserWarning, match=r"GET /a and GET /b have the same operation id 'read'.*set operation_id"
    ):
        app.openapi()


def test_the_document_is_made_once_and_made_anew_where_something_changed() -> None:
    app = XAPI()
    first = app.openapi()
    assert app.openapi() is first

    @app.get("/late")
    def late() -> None: ...

    second = app.openapi()
    assert list(second["paths"]) == ["/late"]
    assert app.openapi() is second
    app.openapi_schema = None
    assert app.openapi() is not second


def test_changing_one_part_of_a_document_changes_no_other() -> None:
    app = XAPI()
    Names = Annotated[list[str] | None, Query()]  # noqa: N806

    @app.get("/a")
    def a(names: Names = None) -> list[int]: ...

    @app.get("/b")
    def b(names: Names = None) -> list[int]: ...

    untouched = json.loads(json.dumps(app.openapi()["paths"]["/b"]))
    changed = app.openapi()["paths"]["/a"]["get"]
    changed["parameters"][0]["schema"]["anyOf"][0]["items"]["type"] = "integer"
    changed["responses"]["200"]["content"]["application/json"]["schema"]["items"]["type"] = "string"
    changed["responses"]["422"]["description"] = "Other"

    assert app.openapi()["paths"]["/b"] == untouched
    app.openapi_schema = None
    assert app.openapi()["paths"]["/b"] == untouched
    assert app.openapi()["paths"]["/a"] != {"get": changed}


def test_a_model_named_as_a_body_keeps_its_name() -> None:
    class Body_both_both_post(BaseModel):  # noqa: N801
        mine: int

    app = XAPI()

    @app.post("/both")
    def both(a: int = Body(), b: int = Body()) -> Body_both_both_post: ...

    schemas = app.openapi()["components"]["schemas"]

    assert schemas["Body_both_both_post"]["properties"].keys() == {"mine"}
    assert schemas["xapi__Body_both_both_post"]["properties"].keys() == {"a", "b"}
    content = app.openapi()["paths"]["/both"]["post"]["requestBody"]["content"]["application/json"]
    assert content == {"schema": {"$ref": "#/components/schemas/xapi__Body_both_both_post"}}


def test_bytes_in_base64_say_so() -> None:
    class Blob(BaseModel):
        model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")
        data: bytes

    app = XAPI()

    @app.get("/blob")
    def blob() -> Blob: ...

    assert app.openapi()["components"]["schemas"]["Blob"]["properties"]["data"] == {
        "title": "Data",
        "type": "string",
        "contentMediaType": "application/octet-stream",
        "contentEncoding": "base64",
    }


def test_a_callable_json_schema_extra_changes_the_schema() -> None:
    def extra(schema: dict[str, Any]) -> None:
        schema["x-extra"] = schema["title"]

    app = XAPI()

    @app.get("/items")
    def items(q: Annotated[int, Query(json_schema_extra=extra)]) -> None: ...  # type: ignore[typeddict-item]

    assert app.openapi()["paths"]["/items"]["get"]["parameters"][0]["schema"]["x-extra"] == "Q"


class Opaque:
    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Callable[..., Any]) -> Any:
        from pydantic_core import core_schema

        return core_schema.is_instance_schema(cls)


def test_a_type_without_json_schema_is_reported_with_operation_name_and_mend() -> None:
    app = XAPI()

    @app.get("/fine")
    def fine(q: int) -> None: ...

    @app.get("/items")
    def items(q: Annotated[Opaque | None, Query()] = None) -> None: ...

    message = r"GET /items: 'q' has the type .*Opaque.*, which has no JSON Schema \(.+\): give it one with"
    with pytest.raises(DeclarationError, match=message):
        app.openapi()


def test_a_type_without_json_schema_is_given_one() -> None:
    app = XAPI()

    @app.get("/items")
    def items(q: Annotated[Opaque, WithJsonSchema({"type": "string"}), Query()]) -> None: ...

    schema = app.openapi()["paths"]["/items"]["get"]["parameters"][0]["schema"]
    assert schema == {"type": "string", "title": "Q"}


def test_a_security_scheme_of_ones_own_is_documented() -> None:
    class Signed(SecurityBase):
        def __call__(self) -> str:
            return "someone"

    signed = Signed({"type": "http", "scheme": "signature"}, scheme_name="signed")
    app = XAPI(dependencies=[Depends(signed)])

    @app.get("/items")
    def items() -> None: ...

    document = app.openapi()

    assert document["paths"]["/items"]["get"]["security"] == [{"signed": []}]
    assert document["components"] == {"securitySchemes": {"signed": {"type": "http", "scheme": "signature"}}}


def test_callbacks_are_inherited_and_documented_with_their_models() -> None:
    calls = APIRouter()

    @calls.post("{$callback_url}")
    def called(item: Item) -> None: ...

    router = APIRouter(callbacks=calls.routes)

    @router.post("/subscriptions")
    def subscribe(callback_url: str) -> None: ...

    app = XAPI()
    app.include_router(router)
    document = app.openapi()

    callback = document["paths"]["/subscriptions"]["post"]["callbacks"]["called"]["{$callback_url}"]["post"]
    assert callback["requestBody"]["content"]["application/json"] == {
        "schema": {"$ref": "#/components/schemas/Item"}
    }
    assert "Item" in document["components"]["schemas"]


def test_importing_xapi_and_building_an_app_makes_no_document() -> None:
    code = (
        "import sys, xapi; app = xapi.XAPI(); app.get('/')(lambda: 1);"
        "print(sorted(name for name in sys.modules if name.startswith('xapi.openapi.')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['xapi.openapi.assets', 'xapi.openapi.pages', 'xapi.openapi.served']"
