"""Dependencies with `yield` and errors: in every scope, at every point, for every kind of endpoint.

What happens is noted in a list, which `GET /events` gives.
"""

from collections.abc import Iterator

from matrix.programs import Case, Program, Request

SOURCE = """from xapi.responses import PlainTextResponse, StreamingResponse

app = new_app()
events = []

class OwnError(Exception): ...

@app.exception_handler(OwnError)
async def answer(request, error):
    events.append(f"handler {error}")
    return PlainTextResponse("own error", 418)

@app.get("/events")
async def read_events():
    return events

ERRORS = {"http": HTTPException(409, "http"), "own": OwnError("own"), "value": ValueError("value")}

ASYNC def outer():
    events.append("enter outer")
    try:
        yield "outer"
    except BaseException as error:
        events.append(f"outer saw {type(error).__name__}")
        raise
    finally:
        events.append("exit outer")

ASYNC def inner(value: Annotated[str, Depends(outerSCOPE)]):
    events.append("enter inner")
    BEFORE
    try:
        yield value + " inner"
    except BaseException as error:
        events.append(f"inner saw {type(error).__name__}")
        EXCEPT
    finally:
        events.append("exit inner")
        AFTER

Inner = Annotated[str, Depends(innerSCOPE)]

def task(name):
    events.append(f"task {name}")

ENDPOINT
"""
ENDPOINTS = {
    "returns": """@app.get("/read")
async def read(value: Inner, tasks: BackgroundTasks):
    events.append("endpoint")
    tasks.add_task(task, "one")
    ACT
    return value
""",
    "returns a response": """@app.get("/read")
def read(value: Inner):
    events.append("endpoint")
    ACT
    return PlainTextResponse(value)
""",
    "streams": """@app.get("/read")
async def read(value: Inner):
    events.append("endpoint")
    async def parts():
        events.append("first part")
        yield value
        ACT
        events.append("last part")
        yield "end"
    return StreamingResponse(parts())
""",
    "yields": """@app.get("/read")
async def read(value: Inner) -> AsyncIterator[str]:
    events.append("endpoint")
    yield value
    ACT
""",
    "is a WebSocket": """@app.websocket("/read")
async def read(socket: WebSocket, value: Inner):
    events.append("endpoint")
    await socket.accept()
    ACT
    await say(socket, value)
""",
    "needs it in the decorator": """@app.get("/read", dependencies=[Depends(innerSCOPE)])
async def read():
    events.append("endpoint")
    ACT
    return "done"
""",
}
SCOPES = {"by default": "", "of the function": ", scope='function'", "of the request": ", scope='request'"}
POINTS = ("BEFORE", "ACT", "EXCEPT", "AFTER")
TITLES = {
    "BEFORE": "raised before the yield",
    "ACT": "raised by the endpoint",
    "EXCEPT": "answered with another",
    "AFTER": "raised after the yield",
}


def program(endpoint: str, scope: str, asynchronous: str, acts: dict[str, str]) -> Program:
    """The program of an endpoint; `acts` are what is done at points, and nothing is at the others."""
    source = SOURCE.replace("ENDPOINT", ENDPOINTS[endpoint])
    for point in POINTS:
        source = source.replace(point, acts.get(point, "raise" if point == "EXCEPT" else "pass"))
    source = source.replace("SCOPE", scope).replace("ASYNC ", asynchronous)
    line = "WS /read" if "WebSocket" in endpoint else "GET /read"
    return Program(source, [Request(line), Request("GET /events")], has_operations=False)


def cases() -> Iterator[Case]:
    for endpoint in ENDPOINTS:
        for title, acts in acting().items():
            variants = {
                f"{kind}, {name}": program(endpoint, scope, asynchronous, acts)
                for kind, asynchronous in (("async", "async "), ("sync", ""))
                for name, scope in SCOPES.items()
            }
            yield Case(f"{endpoint}: {title}", variants)


def acting() -> dict[str, dict[str, str]]:
    """What is done at which points, by title."""
    raised = {error: f"raise ERRORS['{error}']" for error in ("http", "own", "value")}
    return {
        "nothing is raised": {},
        **{
            f"{error} error {TITLES[point]}": {point: act}
            for error, act in raised.items()
            for point in ("BEFORE", "ACT", "AFTER")
        },
        "value error swallowed": {"ACT": raised["value"], "EXCEPT": "pass"},
        "http error swallowed": {"ACT": raised["http"], "EXCEPT": "pass"},
        "value error answered with http": {"ACT": raised["value"], "EXCEPT": raised["http"]},
        "value error answered with own": {"ACT": raised["value"], "EXCEPT": raised["own"]},
    }


CASES = list(cases())
