"""Answers beside the success: models, headers, links, ranges, and where they come from."""

from http import HTTPStatus

from pydantic import BaseModel

from xapi import XAPI, APIRouter, status
from xapi.responses import JSONResponse


class Problem(BaseModel):
    """An error (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int


class Fine(BaseModel):
    id: int


class ProblemResponse(JSONResponse):
    media_type = "application/problem+json"


app = XAPI()
COMMON = {status.HTTP_401_UNAUTHORIZED: {"model": Problem}, "4XX": {"description": "The client's fault"}}


@app.get("/common", responses=COMMON)
def common() -> Fine: ...


@app.get(
    "/merged",
    responses={
        **COMMON,
        200: {"description": "All is well", "headers": {"ETag": {"schema": {"type": "string"}}}},
    },
)
def merged() -> Fine: ...


@app.get(
    "/media",
    responses={
        404: {"content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}},
        500: {"model": Problem},
    },
)
def media() -> Fine: ...


@app.get(
    "/class", response_class=ProblemResponse, responses={409: {"model": Problem, "description": "Twice"}}
)
def of_class() -> Problem: ...


@app.get(
    "/links",
    responses={
        HTTPStatus.OK: {"links": {"next": {"operationId": "common_common_get"}}},
        HTTPStatus.CONFLICT: {},
    },
)
def links() -> list[Fine]: ...


@app.post(
    "/created",
    status_code=HTTPStatus.CREATED,
    responses={201: {"model": Fine, "description": "Made"}, 303: {"description": "There"}},
)
def created(fine: Fine): ...


@app.get("/no-content", status_code=204, responses={204: {"description": "Nothing"}, 205: {}})
def no_content(): ...


@app.get("/validation/{a}", responses={422: {"description": "Only said otherwise"}})
def validation(a: int): ...


@app.get(
    "/several-models",
    responses={
        400: {"model": Problem | Fine},
        402: {"model": list[Problem]},
        403: {"model": dict[str, Problem]},
    },
)
def several_models(): ...


router = APIRouter(responses={401: {"description": "The router's"}, 403: {"model": Fine}})


@router.get("/routed", responses={403: {"description": "The operation's"}})
def routed(): ...


app.include_router(router, responses={401: {"model": Problem}, "default": {"model": Problem}})
