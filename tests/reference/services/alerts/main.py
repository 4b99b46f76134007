"""What goes wrong and who answers: handlers, dependencies that clean up, classes of dependencies."""

from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any

from pydantic import BaseModel
from starlette.exceptions import HTTPException as BaseHTTPException

from xapi import XAPI, APIRouter, BackgroundTasks, Depends, Header, HTTPException, Request
from xapi.encoders import jsonable_encoder
from xapi.exception_handlers import http_exception_handler, request_validation_exception_handler
from xapi.exceptions import RequestValidationError
from xapi.responses import JSONResponse, PlainTextResponse

log: list[str] = []


class OutOfPaper(Exception):
    def __init__(self, tray: str) -> None:
        self.tray = tray


class OwnerError(Exception):
    pass


class Job(BaseModel):
    title: str
    copies: int = 1


async def key(x_key: Annotated[str, Header()]) -> str:
    if x_key != "brass":
        raise HTTPException(status_code=400, detail="The key does not fit")
    return x_key


async def caller(x_caller: Annotated[str | None, Header()] = None) -> AsyncIterator[str]:
    name = x_caller or "nobody"
    log.append(f"{name} comes")
    try:
        yield name
    except OwnerError as error:
        raise HTTPException(status_code=409, detail=f"Owner: {error}") from error
    finally:
        log.append(f"{name} goes")


def line(name: Annotated[str, Depends(caller)]) -> Iterator[str]:
    log.append("line opens")
    yield f"line of {name}"
    log.append("line closes")


class Paging:
    def __init__(self, q: str | None = None, skip: int = 0, most: int = 10) -> None:
        self.q = q
        self.skip = skip
        self.most = most


class Contains:
    def __init__(self, part: str) -> None:
        self.part = part

    def __call__(self, q: str = "") -> bool:
        return self.part in q


def base(q: str | None = None) -> str | None:
    log.append("base")
    return q


def derived(q: Annotated[str | None, Depends(base)], last: Annotated[str | None, Header()] = None):
    return q or last


app = XAPI(dependencies=[Depends(base)])
locked = APIRouter(prefix="/locked", dependencies=[Depends(key)])


@app.exception_handler(OutOfPaper)
async def paper_handler(request: Request, error: OutOfPaper) -> JSONResponse:
    return JSONResponse({"tray": error.tray, "path": request.url.path}, status_code=418)


@app.exception_handler(BaseHTTPException)
async def http_handler(request: Request, error: BaseHTTPException) -> Any:
    if error.status_code == 404:
        return PlainTextResponse(str(error.detail), status_code=404)
    return await http_exception_handler(request, error)


@app.exception_handler(RequestValidationError)
async def invalid(request: Request, error: RequestValidationError) -> Any:
    if request.url.path == "/jobs":
        content = jsonable_encoder({"errors": error.errors(), "body": error.body})
        return JSONResponse(content, status_code=400)
    return await request_validation_exception_handler(request, error)


@app.get("/trays/{tray}")
async def trays(tray: str) -> dict[str, str]:
    if tray == "empty":
        raise OutOfPaper(tray)
    if tray == "none":
        raise HTTPException(404, "No such tray", headers={"x-why": "none"})
    if tray == "locked":
        raise HTTPException(423, {"tray": tray}, headers={"x-why": "locked"})
    return {"tray": tray}


@app.post("/jobs")
async def jobs(job: Job) -> Job:
    return job


@app.post("/jobs/later")
def later(job: Job, tasks: BackgroundTasks, line: Annotated[str, Depends(line)]) -> Job:
    tasks.add_task(log.append, f"{job.title} on {line}")
    return job


@app.get("/numbers/{number}")
async def numbers(number: int) -> int:
    return number


@app.get("/called")
async def called(line: Annotated[str, Depends(line)], fails: str = "") -> dict[str, str]:
    if fails == "owner":
        raise OwnerError("away")
    if fails == "http":
        raise HTTPException(403, "Not now")
    return {"line": line}


@app.get("/paging")
async def paging(paging: Annotated[Paging, Depends()], again: Annotated[Paging, Depends(Paging)]):
    return {"q": paging.q, "range": [paging.skip, again.most], "same": paging is again}


@app.get("/contains")
async def contains(it: Annotated[bool, Depends(Contains("bar"))], q: str = "") -> dict[str, bool]:
    return {"it": it}


@app.get("/chained")
async def chained(
    value: Annotated[Any, Depends(derived)], anew: Annotated[Any, Depends(base, use_cache=False)]
):
    return [value, anew]


@app.get("/log")
async def shown() -> list[str]:
    return log


@locked.get("/door", dependencies=[Depends(derived)])
async def door() -> str:
    return "open"


app.include_router(locked)
app.include_router(locked, prefix="/twice", tags=["twice"], dependencies=[Depends(caller)])
