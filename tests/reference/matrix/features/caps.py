"""`max_concurrency` of dependencies: how many of them run at the same time, for requests that come together.

Those that run wait for each other, so that as many as may run do run. `/read` tells the highest number.
"""

from matrix.programs import Case, Program, Request

SOURCE = """import asyncio
import threading

app = new_app()
lock = threading.Lock()
running = most = 0

def begin():
    global running, most
    with lock:
        running += 1
        most = max(most, running)

def end():
    global running
    with lock:
        running -= 1

async def wait():
    # Long enough for all requests that wait for nothing else to get here.
    for _ in range(200):
        await asyncio.sleep(0)

DEPENDENCY

ENDPOINT

@app.get("/most")
async def tell():
    return most
"""
ASYNC = """async def limited():
    begin()
    await wait()
    end()
    return 1
"""
GENERATOR = """async def limited():
    begin()
    await wait()
    yield 1
    await wait()
    end()
"""
SYNC = """together = threading.Barrier(2)
def limited():
    begin()
    together.wait(5)
    end()
    return 1
"""
ONE = """@app.get("/read")
async def read(value: Annotated[int, Depends(limitedCAP)]): return value
"""
TWICE = """@app.get("/read")
async def read(
    value: Annotated[int, Depends(limitedCAP)], again: Annotated[int, Depends(limitedCAP, use_cache=False)]
):
    return value
"""
BELOW = """def below(value: Annotated[int, Depends(limitedCAP)]): return value
@app.get("/read")
async def read(value: Annotated[int, Depends(below)]): return value
"""
DECORATOR = """@app.get("/read", dependencies=[Depends(limitedCAP)])
async def read(): return 1
"""
ROUTER = """router = APIRouter(dependencies=[Depends(limitedCAP)])
@router.get("/read")
async def read(): return 1
app.include_router(router)
"""
DEFAULT = """@app.get("/read")
async def read(value: int = Depends(limitedCAP)): return value
"""
SOCKET = """@app.websocket("/read")
async def read(socket: WebSocket, value: Annotated[int, Depends(limitedCAP)]):
    await socket.accept()
    await say(socket, value)
"""
OVERRIDDEN = (
    ONE
    + """
async def another():
    begin()
    await wait()
    end()
    return 2
app.dependency_overrides[limited] = another
"""
)
KINDS = {"async": ASYNC, "async with yield": GENERATOR, "sync": SYNC}
ENDPOINTS = {
    "parameter": ONE,
    "default": DEFAULT,
    "decorator": DECORATOR,
    "router": ROUTER,
    "dependency": BELOW,
    "websocket": SOCKET,
}
CAPS = {"one": 1, "two": 2, "none": None, "zero": 0, "negative": -1}


def program(kind: str, endpoint: str, cap: str, times: int) -> Program:
    source = SOURCE.replace("DEPENDENCY", kind).replace("ENDPOINT", endpoint).replace("CAP", cap)
    line = "WS /read" if endpoint is SOCKET else "GET /read"
    return Program(source, [Request(line, times=times), Request("GET /most")], has_operations=False)


def cap(value: object) -> str:
    return f", max_concurrency={value}"


CASES = [
    *(
        Case(
            f"{kind}: {name}",
            {title: program(dependency, endpoint, cap(value), 4) for title, endpoint in ENDPOINTS.items()},
        )
        for kind, dependency in KINDS.items()
        for name, value in CAPS.items()
        if kind != "sync" or name in ("two", "zero")
    ),
    Case(
        "with a scope",
        {
            scope: program(GENERATOR, ONE, f"{cap(1)}, scope={scope!r}", 3)
            for scope in ("function", "request")
        },
    ),
    Case("used twice in a request", {"one spelling": program(ASYNC, TWICE, cap(1), 2)}),
    Case("overridden", {"one spelling": program(ASYNC, OVERRIDDEN, cap(1), 3)}),
    *(
        Case(f"of {name}", {"one spelling": program(ASYNC, ONE, cap(value), 2)})
        for name, value in {"text": "'2'", "fraction": 1.5, "true": True}.items()
    ),
]
