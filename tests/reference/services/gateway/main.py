"""What stands before an app and beside it: middleware, a proxy's prefix, apps below it, events."""

from typing import Annotated

from flask import Flask, request

from xapi import XAPI, APIRouter, BackgroundTasks, Depends, Request, Response
from xapi.middleware.cors import CORSMiddleware
from xapi.middleware.gzip import GZipMiddleware
from xapi.middleware.httpsredirect import HTTPSRedirectMiddleware
from xapi.middleware.trustedhost import TrustedHostMiddleware
from xapi.middleware.wsgi import WSGIMiddleware
from xapi.staticfiles import StaticFiles
from xapi.templating import Jinja2Templates

app = XAPI(
    root_path="/behind",
    servers=[{"url": "https://eu.example.com", "description": "Europe"}, {"url": "/relative"}],
)
below = XAPI(title="Below", docs_url="/manual", redoc_url=None)
silent = XAPI(openapi_url=None)
secure = XAPI()
secure.add_middleware(HTTPSRedirectMiddleware)
hosted = XAPI(root_path="/own", root_path_in_servers=False)
hosted.add_middleware(TrustedHostMiddleware, allowed_hosts=["test", "*.example.com"])
old = Flask("old")
pages = Jinja2Templates(directory="pages")
events: list[str] = []

app.add_middleware(GZipMiddleware, minimum_size=500, compresslevel=3)
app.add_middleware(
    CORSMiddleware,
    allow_origins=["https://app.example.com", "http://localhost:3000"],
    allow_credentials=True,
    allow_methods=["GET", "PUT"],
    allow_headers=["x-mark"],
    expose_headers=["x-steps"],
    max_age=60,
)


@app.middleware("http")
async def steps(request: Request, call_next):
    request.state.steps = ["in"]
    response = await call_next(request)
    response.headers["x-steps"] = ",".join([*request.state.steps, "out"])
    return response


async def step(request: Request) -> str:
    request.state.steps.append("dependency")
    return request.url.path


@app.get("/plain")
async def plain(request: Request, path: Annotated[str, Depends(step)]):
    return {"path": path, "root": request.scope.get("root_path"), "url": str(request.url_for("plain"))}


@app.get("/long")
async def long() -> dict[str, str]:
    return {"text": "word " * 200}


@app.put("/plain")
async def replaced(request: Request) -> dict[str, str | None]:
    client = request.client
    return {
        "host": client and client.host,
        "query": request.url.query,
        "agent": request.headers["user-agent"],
    }


@app.get("/page/{name}", name="page")
async def page(request: Request, name: str) -> Response:
    return pages.TemplateResponse(request=request, name="hello.html", context={"name": name})


@app.get("/broken")
async def broken() -> None:
    raise LookupError("broken")


def note(text: str) -> None:
    with open("notes.txt", "a") as file:
        file.write(f"{text}\n")


def noted(background: BackgroundTasks, mark: str | None = None) -> str | None:
    if mark:
        background.add_task(note, f"mark {mark}")
    return mark


@app.post("/notes/{text}", status_code=202)
async def notes(text: str, background: BackgroundTasks, mark: Annotated[str | None, Depends(noted)]):
    background.add_task(note, text=f"text {text}")
    return {"mark": mark}


@below.get("/where")
async def where(request: Request) -> dict[str, str]:
    return {"root": request.scope["root_path"], "path": request.url.path}


@hosted.get("/here")
@secure.get("/here")
@silent.get("/here")
def here() -> str:
    return "here"


@old.route("/greet", methods=["GET", "POST"])
def greet() -> str:
    return f"{request.method} by {request.args.get('name', 'nobody')} at {request.path}"


@app.on_event("startup")
async def opened() -> None:
    events.append("opened")


@app.on_event("startup")
def opened_again() -> None:
    events.append("opened again")


@app.on_event("shutdown")
def shut() -> None:
    note(f"shut after {events}")


group = APIRouter()


@group.get("/events")
def shown() -> list[str]:
    return events


app.include_router(group, prefix="/of", tags=["group"], responses={418: {"description": "Never"}})
app.mount("/below", below)
app.mount("/silent", silent)
app.mount("/secure", secure)
app.mount("/hosted", hosted)
app.mount("/old", WSGIMiddleware(old))
app.mount("/files", StaticFiles(directory="files"), name="files")
