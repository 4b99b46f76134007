"""What errors of validation tell to handlers and in logs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from starlette.responses import Response

from xapi import XAPI, APIRouter, Depends, Request
from xapi.exceptions import (
    EndpointContext,
    RequestValidationError,
    ResponseValidationError,
    ValidationException,
    WebSocketRequestValidationError,
)
from xapi.responses import JSONResponse
from xapi.routing import APIRoute
from xapi.testclient import TestClient

CONTEXT: EndpointContext = {"function": "read", "path": "GET /x", "file": "app.py", "line": 3}


def context_of(error: ValidationException) -> dict[str, object]:
    return {
        "function": error.endpoint_function,
        "path": error.endpoint_path,
        "is here": error.endpoint_file == __file__,
        "has a line": isinstance(error.endpoint_line, int),
    }


def test_a_text_names_the_file_the_line_and_the_operation() -> None:
    error = RequestValidationError(
        [{"loc": ("query", "q"), "msg": "wrong", "type": "int"}], endpoint_ctx=CONTEXT
    )
    assert str(error) == (
        '1 validation error:\n  query.q: wrong [int]\n\n  File "app.py", line 3, in read\n    GET /x'
    )


def test_the_text_of_an_endpoint_that_is_no_function_names_the_operation() -> None:
    error = ResponseValidationError([], endpoint_ctx={"path": "GET /x"})
    assert str(error).endswith("0 validation errors:\n\n  Endpoint: GET /x")


@pytest.mark.parametrize("errors", [[1], ["why"], [{}], [{"loc": "x", "msg": 1}], [None]])
def test_errors_of_any_shape_can_be_told(errors: list[Any]) -> None:
    error = WebSocketRequestValidationError(errors)
    assert str(errors[0]) in str(error)
    assert context_of(error) == {"function": None, "path": None, "is here": False, "has a line": False}


class Telling(APIRoute):
    """Answers with what the error of validation tells, inside of the route."""

    def get_route_handler(self) -> Callable[[Request], Any]:
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                return await handler(request)
            except ValidationException as error:
                return JSONResponse(context_of(error))

        return handle


def test_code_around_an_operation_is_told() -> None:
    router = APIRouter(route_class=Telling, prefix="/inner")

    @router.get("/{key}")
    def read(key: int) -> int:
        return "no number"  # type: ignore[return-value]

    app = XAPI()
    app.include_router(router)
    expected = {"function": "read", "path": "GET /inner/{key}", "is here": True, "has a line": True}
    with TestClient(app) as client:
        assert client.get("/inner/x").json() == expected
        assert client.get("/inner/1").json() == expected


def test_an_error_that_was_raised_by_hand_is_told_as_one_of_the_endpoint() -> None:
    app = XAPI()

    def broken() -> None:
        raise RequestValidationError([{"loc": ("query", "q"), "msg": "wrong", "type": "own"}])

    @app.get("/a", dependencies=[Depends(broken)])
    def read() -> None: ...

    @app.exception_handler(RequestValidationError)
    def told(request: Request, error: RequestValidationError) -> JSONResponse:
        return JSONResponse(context_of(error))

    with TestClient(app) as client:
        assert client.get("/a").json() == {
            "function": "read",
            "path": "GET /a",
            "is here": True,
            "has a line": True,
        }


def test_what_an_error_says_itself_is_kept() -> None:
    app = XAPI()

    @app.get("/a")
    def read() -> None:
        raise RequestValidationError([], endpoint_ctx=CONTEXT)

    @app.exception_handler(RequestValidationError)
    def told(request: Request, error: RequestValidationError) -> JSONResponse:
        return JSONResponse(error.endpoint_ctx)

    with TestClient(app) as client:
        assert client.get("/a").json() == CONTEXT
