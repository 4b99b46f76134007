"""What happens around the `yield` of dependencies: order, exceptions, background tasks, streams.

What happens is noted in a list, which `GET /events` gives and empties.
"""

from contextlib import asynccontextmanager, contextmanager
from typing import Annotated, Any

from xapi import XAPI, BackgroundTasks, Depends, HTTPException, Request
from xapi.responses import PlainTextResponse, StreamingResponse

app = XAPI()
events: list[str] = []


class OwnError(Exception):
    pass


@app.exception_handler(OwnError)
async def answer_own_error(request: Request, error: OwnError):
    events.append(f"handler {error}")
    return PlainTextResponse(f"own error: {error}", status_code=418)


@app.get("/events")
async def read_events():
    seen = list(events)
    events.clear()
    return seen


def note(name: str):
    async def noted():
        events.append(f"enter {name}")
        yield
        events.append(f"exit {name}")

    return Depends(noted)


async def outermost():
    events.append("enter outermost")
    try:
        yield "outermost"
    except BaseException as error:
        events.append(f"outermost saw {type(error).__name__}")
        raise
    finally:
        events.append("exit outermost")


def middle(value: Annotated[str, Depends(outermost)]):
    events.append("enter middle")
    try:
        yield f"{value} middle"
    except Exception as error:
        events.append(f"middle saw {type(error).__name__}")
        raise
    finally:
        events.append("exit middle")


async def innermost(value: Annotated[str, Depends(middle)]):
    events.append("enter innermost")
    try:
        yield f"{value} innermost"
    except Exception as error:
        events.append(f"innermost saw {type(error).__name__}")
        raise
    finally:
        events.append("exit innermost")


Inner = Annotated[str, Depends(innermost)]


def act(how: str, tasks: BackgroundTasks | None = None) -> Any:
    events.append("endpoint")
    match how:
        case "http":
            raise HTTPException(404, "gone")
        case "own":
            raise OwnError("endpoint")
        case "value":
            raise ValueError("endpoint")
        case "response":
            return PlainTextResponse("as it is")
        case "stream":

            async def parts():
                for part in ("a", "b"):
                    events.append(f"send {part}")
                    yield part

            return StreamingResponse(parts())
        case "task" if tasks is not None:
            tasks.add_task(events.append, "task")
        case "invalid":
            return {"not": "text"}
    return how


@app.get("/yield/{how}", response_model=str)
async def in_request(how: str, value: Inner, tasks: BackgroundTasks):
    return act(how, tasks)


@app.get("/sync-yield/{how}")
def in_request_sync(how: str, value: Inner, tasks: BackgroundTasks):
    return act(how, tasks)


async def function_scoped():
    events.append("enter function")
    try:
        yield "function"
    except Exception as error:
        events.append(f"function saw {type(error).__name__}")
        raise
    finally:
        events.append("exit function")


def function_below_function(value: Annotated[str, Depends(function_scoped, scope="function")]):
    events.append("enter upper")
    yield f"upper of {value}"
    events.append("exit upper")


@app.get("/function/{how}")
async def in_function(
    how: str,
    one: Annotated[str, Depends(outermost)],
    two: Annotated[str, Depends(function_scoped, scope="function")],
    three: Annotated[str, Depends(function_below_function, scope="function")],
    tasks: BackgroundTasks,
):
    return act(how, tasks)


def translating():
    try:
        yield
    except ValueError as error:
        raise HTTPException(400, f"translated {error}") from error


def translating_to_own():
    try:
        yield
    except ValueError as error:
        raise OwnError("dependency") from error


@app.get("/translate/{how}", dependencies=[Depends(outermost), Depends(translating)])
def translate(how: str):
    return act(how)


@app.get("/translate-own/{how}", dependencies=[Depends(outermost), Depends(translating_to_own)])
def translate_to_own(how: str):
    return act(how)


async def swallowing():
    try:
        yield
    except (ValueError, HTTPException):
        events.append("swallowed")


@app.get("/swallow/{how}", dependencies=[Depends(outermost), Depends(swallowing)])
def swallow(how: str):
    return act(how)


@app.get(
    "/swallow-function/{how}",
    dependencies=[Depends(outermost), Depends(swallowing, scope="function")],
)
def swallow_in_function(how: str):
    return act(how)


async def failing_exit():
    yield
    events.append("failing exit")
    raise OwnError("exit")


async def failing_exit_http():
    yield
    events.append("failing exit")
    raise HTTPException(410, "exit")


@app.get("/failing-exit/function", dependencies=[Depends(failing_exit, scope="function")])
def failing_function_exit():
    return "fine"


@app.get("/failing-exit/function-http", dependencies=[Depends(failing_exit_http, scope="function")])
def failing_function_exit_http():
    return "fine"


@app.get(
    "/failing-exit/swallowed",
    dependencies=[Depends(swallowing, scope="function"), Depends(failing_exit_http, scope="function")],
)
def failing_exit_that_is_swallowed():
    return "fine"


@app.get("/failing-exit/request", dependencies=[Depends(outermost), Depends(failing_exit)])
def failing_request_exit():
    return "fine"


async def failing_entry():
    events.append("failing entry")
    raise HTTPException(401, "entry")
    yield


@app.get("/failing-entry", dependencies=[Depends(outermost), Depends(failing_entry), note("never")])
def failing_entrance():
    return "never"


@app.get("/failing-sibling/{number}", dependencies=[Depends(outermost)])
def failing_validation(number: int):
    return number


def exit_by_return():
    try:
        yield "value"
    finally:
        events.append("finally")


@app.get("/parts")
def parts(value: Annotated[str, Depends(exit_by_return)], size: int = 2):
    def produce():
        for place in range(size):
            events.append(f"part {place}")
            yield f"{value}{place} "

    return StreamingResponse(produce(), media_type="text/plain")


@contextmanager
def sync_context():
    events.append("enter context")
    yield "context"
    events.append("exit context")


@asynccontextmanager
async def async_context():
    events.append("enter async context")
    yield "async context"
    events.append("exit async context")


def from_context():
    with sync_context() as value:
        yield value


async def from_async_context():
    async with async_context() as value:
        yield value


@app.get("/contexts")
def contexts(a: Annotated[str, Depends(from_context)], b: Annotated[str, Depends(from_async_context)]):
    events.append("endpoint")
    return [a, b]


def told(request: Any) -> list[Any]:
    """A request, and what happened during it."""
    line = request if isinstance(request, str) else request[0]
    return [request, f"GET /events?after={line.removeprefix('GET ')}"]


REQUESTS = [
    *[request for how in ("fine", "http", "own", "value", "response", "stream", "task", "invalid")
      for request in told(f"GET /yield/{how}")],
    *[request for how in ("fine", "http", "own", "value", "stream", "task")
      for request in told(f"GET /sync-yield/{how}")],
    *[request for how in ("fine", "http", "own", "value", "response", "stream", "task")
      for request in told(f"GET /function/{how}")],
    *[request for how in ("fine", "value", "http", "own") for request in told(f"GET /translate/{how}")],
    *[request for how in ("fine", "value", "http") for request in told(f"GET /translate-own/{how}")],
    *[request for how in ("fine", "value", "http", "own") for request in told(f"GET /swallow/{how}")],
    *[request for how in ("fine", "value", "http") for request in told(f"GET /swallow-function/{how}")],
    *told("GET /failing-exit/function"),
    *told("GET /failing-exit/function-http"),
    *told("GET /failing-exit/swallowed"),
    *told("GET /failing-exit/request"),
    *told("GET /failing-entry"),
    *told("GET /failing-sibling/x"),
    *told("GET /failing-sibling/1"),
    *told("GET /parts"),
    *told("GET /contexts"),
    "GET /events",
]  # fmt: skip
