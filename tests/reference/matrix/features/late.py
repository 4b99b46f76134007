"""Routers that get routes, dependencies, options and handlers after they were included."""

from matrix.programs import Case, Program, Request

SOURCE = """from xapi.responses import PlainTextResponse

app = new_app()
router = APIRouter(prefix="/inner")
outer = APIRouter(prefix="/outer")
events = []

def note(name):
    async def noted():
        events.append(name)
    return Depends(noted)

class OwnError(Exception): ...

async def answer(request, error):
    return PlainTextResponse("answered", 418)

@router.get("/first")
async def first(): return events

@router.get("/fails")
async def fails(): raise OwnError("own")

INCLUDED
LATE
"""
INCLUSIONS = {
    "included in a router": "outer.include_router(router)\napp.include_router(outer)",
    "included twice": "app.include_router(router)\napp.include_router(router, prefix='/outer')",
    "included when the outer one is": "app.include_router(outer)\nouter.include_router(router)",
}
LATE = {
    "nothing": "",
    "route": "@router.get('/late')\nasync def late(): return 'late'",
    "route by add_api_route": "router.add_api_route('/late', first, methods=['GET'])",
    "route of a path that is there": "@router.get('/first')\nasync def again(): return 'again'",
    "other method": "@router.post('/first')\nasync def posted(): return 'posted'",
    "WebSocket": "@router.websocket('/socket')\nasync def socket(socket: WebSocket):\n"
    "    await socket.accept()\n    await say(socket, 'late')",
    "dependency": "router.dependencies.append(note('late'))",
    "dependency of the outer router": "outer.dependencies.append(note('late'))",
    "dependency of the app": "app.router.dependencies.append(note('late'))",
    "tags": "router.tags.append('late')",
    "responses": "router.responses[404] = {'description': 'late'}",
    "prefix": "router.prefix = '/moved'",
    "deprecation": "router.deprecated = True",
    "hiding": "router.include_in_schema = False",
    "response class": "router.default_response_class = PlainTextResponse",
    "handler": "app.add_exception_handler(OwnError, answer)",
    "handler in the dictionary": "app.exception_handlers[OwnError] = answer",
    "handler of a decorator": "@app.exception_handler(OwnError)\n"
    "async def own(request, error): return PlainTextResponse('own', 419)",
    "router": "more = APIRouter()\n@more.get('/late')\nasync def late(): return 'late'\n"
    "router.include_router(more)",
    "router that gets a route": "more = APIRouter()\nrouter.include_router(more)\n"
    "@more.get('/late')\nasync def late(): return 'late'",
    "override": "def late(): return 1\ndef first_dependency(): return 0\n"
    "@router.get('/late')\nasync def read(value: Annotated[int, Depends(first_dependency)]): return value\n"
    "app.dependency_overrides[first_dependency] = late",
    "route without the router's knowledge": "router.routes.append(router.routes[0])",
    "removed route": "router.routes.pop(0)",
    "mount": "router.mount('/late', XAPI(title='Program'))",
    "starlette route": "router.add_route('/late', lambda request: PlainTextResponse('late'))",
}
PATHS = [
    "/inner/first",
    "/outer/inner/first",
    "/inner/late",
    "/outer/inner/late",
    "/inner/fails",
    "/moved/first",
]
REQUESTS = [
    *(Request(f"GET {path}") for path in PATHS),
    Request("POST /inner/first"),
    Request("GET /inner/late/openapi.json"),
    Request("WS /inner/socket"),
    Request("WS /outer/inner/socket"),
]


def program(included: str, late: str) -> Program:
    return Program(SOURCE.replace("INCLUDED", included).replace("LATE", late), REQUESTS)


CASES = [
    Case(f"{late}, {included}", {"one spelling": program(INCLUSIONS[included], LATE[late])})
    for late in LATE
    for included in INCLUSIONS
]
