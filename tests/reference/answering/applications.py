"""Applications in applications: mounts, sub-applications, root paths, static files, templates, WSGI, routers
in routers, and a frontend below all of it.
"""

import atexit
import os
import tempfile
from pathlib import Path
from typing import Annotated, Any

from starlette.applications import Starlette
from starlette.routing import Mount, Route

from xapi import XAPI, APIRouter, Cookie, Depends, Header, HTTPException, Request, Response
from xapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse
from xapi.routing import APIRoute
from xapi.staticfiles import StaticFiles
from xapi.templating import Jinja2Templates

WHEN = 1_700_000_000

_directory = tempfile.TemporaryDirectory()
atexit.register(_directory.cleanup)
FILES = Path(_directory.name)


def write(name: str, text: str):
    path = FILES / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    os.utime(path, (WHEN, WHEN))


write("static/style.css", "body { color: black }")
write("static/pages/index.html", "<p>pages</p>")
write("site/index.html", "<p>site</p>")
write("site/404.html", "<p>nothing here</p>")
write("site/about/index.html", "<p>about</p>")
write("dist/index.html", "<div id=app></div>")
write("dist/assets/app.js", "start()")
write("dist/help/index.html", "<p>help</p>")
write("lost/index.html", "<p>lost</p>")
write("lost/404.html", "<p>lost, and not found</p>")
write("templates/item.html", '<a href="{{ url_for("read_item", item_id=item_id) }}">{{ name }}</a>')
write("templates/static.html", '{{ url_for("static", path="/style.css") }} {{ request.url.path }}')

app = XAPI(title="Outer", version="3.2.1", redirect_slashes=True)
app.state.color = "blue"

# The frontends stand first, and come last


def needs_pass(x_pass: Annotated[str | None, Header()] = None):
    if x_pass == "wrong":
        raise HTTPException(403, "no pass")


lost = APIRouter(prefix="/lost", dependencies=[Depends(needs_pass)])
lost.frontend("/", directory=FILES / "lost")
app.include_router(lost)
app.frontend("/shop/", directory=FILES / "dist")


@app.get("/shop/api/{name}")
def shop_api(name: str):
    return name


# Static files

app.mount("/static", StaticFiles(directory=FILES / "static"), name="static")
app.mount("/site", StaticFiles(directory=str(FILES / "site"), html=True), name="site")

# Templates

templates = Jinja2Templates(directory=FILES / "templates")


@app.get("/items/{item_id}", name="read_item")
def read_item(request: Request, item_id: str, name: str = "<thing>"):
    context = {"item_id": item_id, "name": name}
    return templates.TemplateResponse(request=request, name="item.html", context=context)


@app.get("/template/static", response_class=HTMLResponse)
async def static_link(request: Request):
    return templates.TemplateResponse(request, "static.html", status_code=203, headers={"x-made": "yes"})


@app.get("/links")
def links(request: Request):
    return {
        "item": str(request.url_for("read_item", item_id="a b")),
        "path": str(request.app.url_path_for("read_item", item_id="1")),
        "router": request.scope["router"].url_path_for("sub:sub_root"),
        "base": str(request.base_url),
        "color": request.app.state.color,
    }


# Sub-applications

sub = XAPI(title="Inner", dependencies=[Depends(lambda: None)])


@sub.get("/", name="sub_root")
def sub_root(request: Request):
    return {
        "root_path": request.scope["root_path"],
        "path": request.scope["path"],
        "url": str(request.url),
        "base": str(request.base_url),
        "here": str(request.url_for("sub_item", number=3)),
        "title": request.app.title,
    }


@sub.get("/numbers/{number}", name="sub_item")
def sub_item(number: int):
    return number


@sub.get("/fails")
def sub_fails():
    raise LookupError("inner")


@sub.get("/http-error")
def sub_http_error():
    raise HTTPException(418, "inner")


@app.exception_handler(LookupError)
def outer_handler(request: Request, error: LookupError):
    return PlainTextResponse(f"outer handler: {error}", 409)


@app.exception_handler(404)
def outer_not_found(request: Request, error: Any):
    return JSONResponse({"outer": "not found"}, 404)


deepest = XAPI()


@deepest.get("/leaf/{name}")
def leaf(request: Request, name: str):
    return [name, request.scope["root_path"], request.url.path]


sub.mount("/deepest", deepest, name="deepest")
app.mount("/sub", sub, name="sub")

proxied = XAPI(root_path="/behind/the/proxy/", servers=[{"url": "/elsewhere"}])


@proxied.get("/where")
def where(request: Request):
    return [request.scope["root_path"], request.url.path, str(request.url_for("where"))]


app.mount("/proxied", proxied)


async def plain(request: Request):
    return PlainTextResponse(f"starlette {request.path_params}")


app.mount(
    "/starlette", Starlette(routes=[Route("/{name}", plain), Mount("/in", routes=[Route("/x", plain)])])
)
app.mount("/tenants/{tenant}", Starlette(routes=[Route("/hello", plain)]))


async def raw(scope: Any, receive: Any, send: Any):
    await PlainTextResponse(f"{scope['type']} {scope['path']} {scope['root_path']}")(scope, receive, send)


app.mount("/raw", raw)
app.add_route("/added", plain, methods=["GET", "POST"])
app.host("api.example.org", deepest, name="host")

# Routers in routers


class Upper(APIRoute):
    def get_route_handler(self):
        answer = super().get_route_handler()

        async def handler(request: Request):
            response = await answer(request)
            response.headers["x-route-class"] = "Upper"
            return response

        return handler


def version_header(x_version: Annotated[str, Header()] = "none"):
    return x_version


items = APIRouter(prefix="/things", tags=["things"], responses={404: {"description": "No such thing"}})
users = APIRouter(route_class=Upper)
v1 = APIRouter(prefix="/v1", dependencies=[Depends(version_header)], default_response_class=PlainTextResponse)


@items.get("")
@items.get("/all")
def things():
    return "things"


@items.api_route("/many", methods=["GET", "PUT", "DELETE"])
def many(request: Request):
    return request.method


@items.post("/", status_code=201, response_class=JSONResponse)
def new_thing(version: Annotated[str, Depends(version_header)]):
    return version


@users.get("/users/me", response_model=None)
def me(session: Annotated[str | None, Cookie()] = None) -> Response | dict[str, Any]:
    if session == "out":
        return RedirectResponse("/v1/things", status_code=303)
    return {"session": session}


@users.get("/users/{name}")
def user(name: str):
    return name


@users.get("/users/{name}/fails")
def user_fails(name: str):
    raise LookupError(name)


v1.include_router(items)
v1.include_router(users, prefix="/people")
app.include_router(v1)
app.include_router(v1, prefix="/latest", tags=["latest"], deprecated=True)
app.include_router(items, prefix="/plain")


@items.get("/late")
def late():
    return "late"


@app.api_route("/any", methods=["get", "POST", "OPTIONS"], include_in_schema=False)
def any_method(request: Request):
    return request.method


app.add_api_route("/added-api", things, methods=["GET"], name="added", status_code=202)

PAGE = {"headers": {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}}

REQUESTS = [
    "GET /static/style.css",
    "HEAD /static/style.css",
    "POST /static/style.css",
    "GET /static/nothing.css",
    "GET /static/../site/index.html",
    "GET /static/%2e%2e/site/index.html",
    "GET /static/pages",
    "GET /static/",
    "GET /static",
    ("GET /static/style.css", {"headers": {"if-modified-since": "Wed, 15 Nov 2023 00:00:00 GMT"}}),
    ("GET /static/style.css", {"headers": {"if-modified-since": "Mon, 13 Nov 2023 00:00:00 GMT"}}),
    ("GET /static/style.css", {"headers": {"range": "bytes=0-3"}}),
    ("GET /static/style.css", {"headers": {"range": "bytes=90-"}}),
    "GET /site/",
    "GET /site",
    "GET /site/about",
    "GET /site/about/",
    "GET /site/nothing",
    "GET /items/one",
    "GET /items/a%20b?name=x%26y",
    "GET /template/static",
    "GET /links",
    ("GET /links", {"headers": {"host": "shop.example.com:8443"}}),
    "GET /sub/",
    "GET /sub",
    "GET /sub/numbers/4",
    "GET /sub/numbers/x",
    "POST /sub/numbers/4",
    "GET /sub/nothing",
    "GET /sub/fails",
    "GET /sub/http-error",
    "GET /sub/deepest/leaf/n",
    "GET /sub/deepest/leaf/",
    "GET /sub/openapi.json",
    "GET /proxied/where",
    "GET /proxied/openapi.json",
    "GET /behind/the/proxy/where",
    "GET /starlette/n",
    "GET /starlette/in/x",
    "POST /starlette/n",
    "GET /starlette/none/x",
    "GET /tenants/t1/hello",
    "GET /tenants/t1/x",
    "GET /raw",
    "GET /raw/",
    "GET /raw/deep/er",
    "DELETE /raw/x",
    "GET /added",
    "POST /added",
    "PUT /added",
    ("GET /leaf/x", {"headers": {"host": "api.example.org"}}),
    "GET /leaf/x",
    "GET /v1/things",
    "GET /v1/things/",
    "POST /v1/things/",
    ("POST /latest/v1/things/", {"headers": {"x-version": "2"}}),
    "GET /v1/things/all/",
    "GET /v1/things/many",
    "DELETE /v1/things/many",
    "PATCH /v1/things/many",
    "GET /latest/v1/things/all",
    "GET /plain/things/all",
    "GET /v1/things/late",
    "GET /plain/things/late",
    "GET /v1/people/users/me",
    ("GET /v1/people/users/me", {"headers": {"cookie": "session=out"}}),
    ("GET /v1/people/users/me", {"headers": {"cookie": "session=in"}}),
    "GET /v1/people/users/ada",
    "GET /latest/v1/people/users/ada/fails",
    "GET /v1/people/users/",
    "GET /any",
    "OPTIONS /any",
    "HEAD /any",
    "GET /added-api",
    "GET /nothing",
    "POST /nothing",
    "GET /shop",
    "GET /shop/",
    ("GET /shop/", PAGE),
    "GET /shop/assets/app.js",
    "HEAD /shop/assets/app.js",
    "GET /shop/api/x",
    "GET /shop/api/x/y",
    ("GET /shop/api/x/y", PAGE),
    ("HEAD /shop/deep/link", PAGE),
    ("POST /shop/deep/link", PAGE),
    ("GET /shop/deep/link", {"headers": {"accept": "text/html;q=0, */*"}}),
    ("GET /shop/deep/link", {"headers": {"accept": "application/xhtml+xml"}}),
    ("GET /shop/deep/link", {"headers": {"accept": "*/*"}}),
    ("GET /shop/help?q=1", PAGE),
    "GET /shop/help/",
    ("GET /shop/../static/style.css", PAGE),
    "GET /shop/..%2fstatic%2fstyle.css",
    ("GET /shop/assets/app.js", {"headers": {"range": "bytes=0-4"}}),
    "GET /lost/",
    "GET /lost/nothing",
    ("GET /lost/nothing", PAGE),
    ("GET /lost/", {"headers": {"x-pass": "wrong"}}),
    ("GET /lost/nothing", {"headers": {"x-pass": "wrong"}}),
]  # fmt: skip
