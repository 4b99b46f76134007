"""What leaves an app: classes of responses, statuses, headers, cookies, and more answers documented."""

from datetime import datetime
from enum import Enum
from typing import Annotated, Any

from pydantic import BaseModel

from xapi import XAPI, APIRouter, Depends, HTTPException, Request, Response, status
from xapi.encoders import jsonable_encoder
from xapi.responses import (
    FileResponse,
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    StreamingResponse,
)


class Shouted(Response):
    media_type = "text/loud"

    def render(self, content: Any) -> bytes:
        return str(content).upper().encode()


class Indented(JSONResponse):
    media_type = "application/vnd.sheet+json"

    def render(self, content: Any) -> bytes:
        return repr(sorted(content)).encode()


class Size(Enum):
    SMALL = "a5"
    LARGE = "a3"


class Sheet(BaseModel):
    name: str
    size: Size = Size.SMALL
    printed: datetime | None = None


class Problem(BaseModel):
    reason: str


problems: dict[int | str, dict[str, Any]] = {
    404: {"model": Problem, "description": "No such sheet"},
    "4XX": {"description": "What else is wrong"},
    "default": {"model": Problem},
}
app = XAPI(default_response_class=PlainTextResponse)
json = APIRouter(default_response_class=JSONResponse)


@app.get("/plain")
async def plain():
    return "plain"


@app.get("/html", response_class=HTMLResponse)
async def html():
    return "<p>text</p>"


@app.get("/html/made")
async def html_made():
    return HTMLResponse("<p>text</p>", status_code=203)


@app.get("/xml")
def xml():
    return Response("<a/>", media_type="application/xml")


@app.get("/loud", response_class=Shouted)
def loud(text: str = "text"):
    return text


@json.get("/own", response_class=Indented)
def own():
    return {"b": 1, "a": 2}


@app.get("/away", response_class=RedirectResponse)
def away():
    return "/html"


@app.get("/away/for-good", response_class=RedirectResponse, status_code=301)
def away_for_good():
    return "https://example.com/ä b"


@app.get("/away/made")
def away_made():
    return RedirectResponse("/html", status_code=303)


async def numbers():
    for number in range(3):
        yield f"{number}\n".encode()


@app.get("/stream")
async def stream():
    return StreamingResponse(numbers(), media_type="text/lines", headers={"x-lines": "3"})


@app.get("/stream/file")
def stream_file():
    def lines():
        with open("poem.txt", "rb") as file:
            yield from file

    return StreamingResponse(lines(), media_type="text/plain")


@app.get("/file")
async def file():
    return FileResponse("poem.txt", filename="a poem ä.txt")


@app.get("/file/class", response_class=FileResponse)
async def file_class():
    return "poem.txt"


@json.get("/sheets/{name}", response_model=Sheet, responses={**problems, 203: {"content": {"image/png": {}}}})
async def sheet(name: str, as_image: bool = False):
    if name == "none":
        return JSONResponse({"reason": "none"}, status_code=404)
    if as_image:
        return Response(b"png", media_type="image/png", status_code=203)
    return {"name": name, "size": "a3", "more": True}


@json.put("/sheets/{name}", responses={201: {"model": Sheet, "description": "Made"}})
async def put_sheet(name: str, sheet: Sheet, response: Response):
    if name == "new":
        return JSONResponse(jsonable_encoder(sheet), status_code=status.HTTP_201_CREATED)
    response.status_code = status.HTTP_202_ACCEPTED
    return sheet


@json.post("/sheets", status_code=201, response_description="The sheet as it is kept")
async def add(sheet: Sheet) -> dict[str, Any]:
    return {"kept": jsonable_encoder(sheet, exclude_unset=True), "by": sheet}


def marked(response: Response) -> None:
    response.headers["x-mark"] = "dependency"
    response.set_cookie("mark", "m", max_age=60, httponly=True, samesite="strict")
    response.status_code = 207


@json.get("/marked")
async def marked_by(response: Response, mark: Annotated[None, Depends(marked)]):
    response.headers["x-more"] = "endpoint"
    return {"status": response.status_code}


@json.get("/marked/made")
async def marked_made(mark: Annotated[None, Depends(marked)]):
    response = JSONResponse({"made": True}, headers={"x-own": "1"})
    response.set_cookie("own", "o")
    response.delete_cookie("gone")
    return response


@json.delete("/sheets/{name}", status_code=status.HTTP_204_NO_CONTENT)
def remove(name: str) -> None:
    if name == "kept":
        raise HTTPException(409, {"reason": "kept"}, headers={"x-why": "kept"})


@json.get("/asked")
async def asked(request: Request) -> Any:
    return {
        "method": request.method,
        "cookies": request.cookies,
        "query": request.query_params.multi_items(),
        "body": len(await request.body()),
    }


app.include_router(json, prefix="/json", responses={500: {"model": Problem}})
