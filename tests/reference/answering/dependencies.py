"""Dependencies: what they are, how often they run, and in which order.

What happens is noted in a list, which `GET /events` gives and empties.
"""

import functools
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any

from starlette.requests import HTTPConnection

from xapi import (
    XAPI,
    APIRouter,
    BackgroundTasks,
    Body,
    Cookie,
    Depends,
    Form,
    Header,
    HTTPException,
    Path,
    Query,
    Request,
    Response,
    Security,
)
from xapi.responses import JSONResponse
from xapi.security import APIKeyHeader, OAuth2PasswordBearer, SecurityScopes

app = XAPI()
events: list[str] = []


@app.get("/events")
async def read_events():
    seen = list(events)
    events.clear()
    return seen


# What can be a dependency


class Paging:
    def __init__(self, skip: int = 0, limit: Annotated[int, Query(le=50)] = 10):
        self.skip, self.limit = skip, limit


class Checker:
    def __init__(self, word: str):
        self.word = word

    def __call__(self, q: str = ""):
        return self.word in q


class AsyncChecker(Checker):
    async def __call__(self, q: str = ""):
        return self.word not in q


class Resource:
    def __call__(self, name: str = "r") -> Iterator[str]:
        events.append(f"open {name}")
        yield name
        events.append(f"close {name}")


class AsyncResource:
    async def __call__(self, name: str = "a") -> AsyncIterator[str]:
        events.append(f"async open {name}")
        yield name
        events.append(f"async close {name}")


@app.get("/kinds")
async def kinds(
    paging: Annotated[Paging, Depends()],
    again: Annotated[Paging, Depends(Paging)],
    found: Annotated[bool, Depends(Checker("bar"))],
    absent: Annotated[bool, Depends(AsyncChecker("bar"))],
    product: Annotated[int, Depends(functools.partial(lambda factor, n=1: factor * n, 3))],
    old_style: bool = Depends(Checker("foo")),
):
    return [paging.skip, paging.limit, again is paging, found, absent, product, old_style]


@app.get("/kinds/yield")
async def yielding_kinds(
    one: Annotated[str, Depends(Resource())],
    two: Annotated[str, Depends(AsyncResource())],
    three: Annotated[str, Depends(functools.partial(Resource().__call__))],
):
    events.append("endpoint")
    return [one, two, three]


def wrapped_by(function):
    @functools.wraps(function)
    async def wrapper(*args, **kwargs):
        return f"wrapped {function(*args, **kwargs)}"

    return wrapper


@wrapped_by
def wrapped_dependency(w: int = 1):
    return w


@app.get("/wrapped")
def wrapped(value: Annotated[str, Depends(wrapped_dependency)]):
    return value


def passed_on(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)

    return wrapper


def renamed(function):
    def wrapper(q: str = "q"):
        return function(q)

    return wrapper


def awaited(function):
    @functools.wraps(function)
    async def wrapper(*args, **kwargs):
        return await function(*args, **kwargs)

    return wrapper


def again(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        yield from function(*args, **kwargs)

    return wrapper


async def async_value(q: str = "q"):
    return f"async {q}"


def generated(q: str = "q"):
    yield f"generated {q}"


async def async_generated(q: str = "q"):
    yield f"async generated {q}"


class WithAsyncCall:
    @passed_on
    async def __call__(self, q: str = "q"):
        return f"called {q}"

    @passed_on
    def method(self, q: str = "q"):
        yield f"method {q}"


WRAPPED = {
    "async": passed_on(async_value),
    "awaited": awaited(async_value),
    "generator": passed_on(generated),
    "generator-in-generator": again(generated),
    "async-generator": passed_on(async_generated),
    "partial-of-wrapper": functools.partial(passed_on(async_value)),
    "wrapper-of-partial": passed_on(functools.partial(async_value)),
    "wrapper-of-wrapper": passed_on(passed_on(async_generated)),
    "instance": WithAsyncCall(),
    "method": WithAsyncCall().method,
}


def serve_wrapped(name: str, dependency: Any):
    @app.get(f"/wrapped/kinds/{name}")
    async def read_wrapped(value: Annotated[str, Depends(dependency)]):
        return value


for name, dependency in WRAPPED.items():
    serve_wrapped(name, dependency)


@app.get("/wrapped/endpoint")
@awaited
async def wrapped_endpoint(q: str = "q"):
    return q


@app.get("/wrapped/sync-endpoint")
@wrapped_by
def wrapped_sync_endpoint(q: str = "q"):
    return q


@app.get("/wrapped/passed-endpoint")
@passed_on
async def passed_endpoint(q: str = "q"):
    return q


@app.get("/lambda")
def through_lambda(value: Annotated[str, Depends(lambda q="z": q * 2)]):
    return value


# How often they run

count = 0


def counted():
    global count
    count += 1
    return count


def reset():
    global count
    count = 0


async def above(n: Annotated[int, Depends(counted)]):
    return n * 10


async def above_anew(n: Annotated[int, Depends(counted, use_cache=False)]):
    return n * 100


@app.get("/cache", dependencies=[Depends(reset), Depends(counted)])
async def cache(
    a: Annotated[int, Depends(counted)],
    b: Annotated[int, Depends(above)],
    c: Annotated[int, Depends(counted, use_cache=False)],
    d: Annotated[int, Depends(above_anew)],
    e: Annotated[int, Depends(counted)],
):
    return [a, b, c, d, e]


def scoped(scopes: SecurityScopes):
    counted()
    return [count, scopes.scopes, scopes.scope_str]


def through(inner: Annotated[Any, Security(scoped, scopes=["inner"])]):
    return inner


def unscoped():
    return counted()


@app.get("/cache/scopes", dependencies=[Depends(reset)])
def cache_of_scopes(
    plain: Annotated[Any, Depends(scoped)],
    same: Annotated[Any, Depends(scoped)],
    one: Annotated[Any, Security(scoped, scopes=["one"])],
    one_again: Annotated[Any, Security(scoped, scopes=["one"])],
    two: Annotated[Any, Security(scoped, scopes=["two", "one"])],
    swapped: Annotated[Any, Security(scoped, scopes=["one", "two"])],
    nested: Annotated[Any, Security(through, scopes=["outer"])],
    doubled: Annotated[Any, Security(through, scopes=["inner"])],
):
    return [plain, same, one, one_again, two, swapped, nested, doubled]


@app.get("/cache/unscoped", dependencies=[Depends(reset)])
def cache_without_scopes(
    a: Annotated[int, Depends(unscoped)],
    b: Annotated[int, Security(unscoped, scopes=["a"])],
    c: Annotated[int, Security(unscoped, scopes=["b"])],
):
    return [a, b, c]


@app.get("/cache/function-and-request", dependencies=[Depends(reset)])
def cache_of_two_ends(
    a: Annotated[int, Depends(counted)],
    b: Annotated[int, Depends(counted, scope="function")],
    c: Annotated[int, Depends(counted, scope="request")],
):
    return [a, b, c]


def reads_unscoped(value: Annotated[int, Depends(unscoped)]):
    return value


def reads_scoped(value: Annotated[Any, Depends(scoped)]):
    return value[0]


def reads_both(a: Annotated[int, Depends(unscoped)], b: Annotated[int, Security(unscoped, scopes=["own"])]):
    return [a, b]


@app.get("/cache/below-scopes", dependencies=[Depends(reset)])
def cache_below_scopes(
    a: Annotated[int, Depends(reads_unscoped)],
    b: Annotated[int, Security(reads_unscoped, scopes=["a"])],
    c: Annotated[int, Security(reads_unscoped, scopes=["b"])],
    d: Annotated[int, Depends(unscoped)],
    e: Annotated[int, Depends(reads_scoped)],
    f: Annotated[int, Security(reads_scoped, scopes=["a"])],
    g: Annotated[Any, Depends(reads_both)],
    h: Annotated[Any, Security(reads_both, scopes=["a"])],
    i: Annotated[Any, Security(reads_both, scopes=["own"])],
):
    return [a, b, c, d, e, f, g, h, i]


def counting_generator():
    yield counted()


def reads_generator(value: Annotated[int, Depends(counting_generator)]):
    return value


@app.get("/cache/generators", dependencies=[Depends(reset)])
def cache_of_generators(
    a: Annotated[int, Depends(counting_generator)],
    b: Annotated[int, Depends(counting_generator, scope="function")],
    c: Annotated[int, Depends(counting_generator, scope="request")],
    d: Annotated[int, Depends(reads_generator)],
    e: Annotated[int, Depends(reads_generator, scope="function")],
    f: Annotated[int, Depends(counting_generator)],
):
    return [a, b, c, d, e, f]


@app.get("/cache/order", dependencies=[Depends(reset)])
def cache_after_uncached(
    a: Annotated[int, Depends(counted, use_cache=False)],
    b: Annotated[int, Depends(counted)],
    c: Annotated[int, Depends(counted, use_cache=False)],
    d: Annotated[int, Depends(counted)],
):
    return [a, b, c, d]


# Levels


def note(name: str):
    async def noted():
        events.append(f"enter {name}")
        yield
        events.append(f"exit {name}")

    return Depends(noted)


inner = APIRouter(prefix="/inner", dependencies=[note("inner router")])
outer = APIRouter(prefix="/outer", dependencies=[note("outer router")])


@inner.get("/", dependencies=[note("decorator 1"), note("decorator 2")])
def levels(value: Annotated[None, note("parameter")]):
    events.append("endpoint")


def needs_header(x_token: Annotated[str, Header()]):
    if x_token != "right":
        raise HTTPException(403, "wrong token")


@inner.get("/guarded", dependencies=[Depends(needs_header)])
def guarded(number: int):
    return number


outer.include_router(inner, prefix="/in", dependencies=[note("inclusion")])
app.include_router(outer)

# Sub-dependencies that read the same things


def query_or_cookie(q: str | None = None, last: Annotated[str | None, Cookie()] = None):
    return q or last


@app.get("/chain")
def chain(value: Annotated[str | None, Depends(query_or_cookie)], q: str | None = None):
    return [value, q]


def path_reader(item_id: Annotated[int, Path(ge=1)]):
    return item_id * 2


@app.get("/items/{item_id}")
def item(item_id: str, doubled: Annotated[int, Depends(path_reader)]):
    return [item_id, doubled]


def body_reader(name: Annotated[str, Body()], size: Annotated[int, Body()] = 1):
    return name * size


@app.post("/bodies")
def bodies(value: Annotated[str, Depends(body_reader)], note: Annotated[str, Body()] = "-"):
    return [value, note]


@app.post("/single-body")
def single_body(value: Annotated[str, Depends(lambda text=Body(): text)]):
    return value


def form_reader(name: Annotated[str, Form()]):
    return name


@app.post("/forms")
def forms(value: Annotated[str, Depends(form_reader)], age: Annotated[int, Form()] = 0):
    return [value, age]


def injected(request: Request, connection: HTTPConnection, response: Response, tasks: BackgroundTasks):
    response.headers["x-from"] = request.method
    response.set_cookie("seen", "yes")
    response.status_code = 202
    tasks.add_task(events.append, "task of the dependency")
    return [request.url.path, connection.url.path]


@app.get("/injected")
def with_injected(paths: Annotated[Any, Depends(injected)], tasks: BackgroundTasks, response: Response):
    tasks.add_task(events.append, "task of the endpoint")
    response.headers["x-more"] = "1"
    return paths


@app.get("/injected/response")
def with_injected_and_own(paths: Annotated[Any, Depends(injected)]):
    return JSONResponse(paths, headers={"x-own": "1"})


@app.get("/injected/error")
def with_injected_and_error(paths: Annotated[Any, Depends(injected)]):
    raise HTTPException(409, "error")


# Errors in several callables


@app.get("/errors/{number}")
def many_errors(
    number: int,
    a: Annotated[Any, Depends(needs_header)],
    paging: Annotated[Paging, Depends()],
    key: Annotated[str, Depends(APIKeyHeader(name="x-key"))],
    q: int = 0,
):
    return "fine"


# Replacements


def original(q: str = "original"):
    return q


def replacement(other: str = "replacement"):
    return other


def yielding_original():
    events.append("never")
    yield "never"


async def yielding_replacement(q: int = 5):
    events.append("enter replacement")
    yield q
    events.append("exit replacement")


def through_original(value: Annotated[str, Depends(original)]):
    return f"through {value}"


@app.get("/replaced", dependencies=[Depends(yielding_original)])
def replaced(
    value: Annotated[str, Depends(original)],
    nested: Annotated[str, Depends(through_original)],
    yielded: Annotated[Any, Depends(yielding_original)],
):
    return [value, nested, yielded]


def scheme_replacement():
    return "token"


scheme = OAuth2PasswordBearer("token", scopes={"read": "Read"})


@app.get("/replaced/scheme")
def replaced_scheme(token: Annotated[str, Security(scheme, scopes=["read"])]):
    return token


app.dependency_overrides = {
    original: replacement,
    yielding_original: yielding_replacement,
    scheme: scheme_replacement,
}


def told(request: Any) -> list[Any]:
    """A request, and what happened during it."""
    line = request if isinstance(request, str) else request[0]
    return [request, f"GET /events?after={line.removeprefix('GET ')}"]


REQUESTS = [
    "GET /kinds",
    "GET /kinds?skip=3&limit=50&q=foobar&n=7",
    "GET /kinds?skip=x&limit=51",
    *told("GET /kinds/yield"),
    *told("GET /kinds/yield?name=n"),
    "GET /wrapped?w=4",
    "GET /wrapped?w=x",
    *[f"GET /wrapped/kinds/{name}?q=x" for name in WRAPPED],
    "GET /wrapped/endpoint",
    "GET /wrapped/sync-endpoint",
    "GET /wrapped/passed-endpoint",
    "GET /lambda",
    "GET /lambda?q=ab",
    "GET /cache",
    "GET /cache/scopes",
    "GET /cache/unscoped",
    "GET /cache/below-scopes",
    "GET /cache/generators",
    "GET /cache/order",
    "GET /cache/function-and-request",
    *told("GET /outer/in/inner/"),
    *told("GET /outer/in/inner/guarded?number=1"),
    *told(("GET /outer/in/inner/guarded?number=1", {"headers": {"x-token": "wrong"}})),
    *told(("GET /outer/in/inner/guarded?number=x", {"headers": {"x-token": "right"}})),
    *told(("GET /outer/in/inner/guarded?number=1", {"headers": {"x-token": "right"}})),
    *told(("GET /outer/in/inner/guarded?number=x", {"headers": {"x-token": "wrong"}})),
    "GET /chain",
    "GET /chain?q=query",
    ("GET /chain", {"headers": {"cookie": "last=cookie"}}),
    "GET /items/2",
    "GET /items/0",
    "GET /items/x",
    ("POST /bodies", {"json": {"name": "ab", "size": 2, "note": "n"}}),
    ("POST /bodies", {"json": {"size": "x"}}),
    ("POST /single-body", {"json": "text"}),
    ("POST /single-body", {"json": {"text": "text"}}),
    ("POST /forms", {"data": {"name": "Ada", "age": "36"}}),
    ("POST /forms", {"data": {"age": "x"}}),
    *told("GET /injected"),
    *told("GET /injected/response"),
    *told("GET /injected/error"),
    "GET /errors/1",
    "GET /errors/x?limit=51&skip=s&q=q",
    ("GET /errors/x?limit=51", {"headers": {"x-key": "k"}}),
    ("GET /errors/x", {"headers": {"x-key": "k", "x-token": "wrong"}}),
    ("GET /errors/1", {"headers": {"x-key": "k", "x-token": "right"}}),
    *told("GET /replaced"),
    *told("GET /replaced?other=o&q=7"),
    *told("GET /replaced?q=x"),
    "GET /replaced/scheme",
    "GET /events",
]  # fmt: skip
