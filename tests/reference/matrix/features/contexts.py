"""What errors of validation tell: the operation, its function, where that is, and the errors themselves."""

from matrix.programs import Case, Program, Request

SOURCE = """import functools
from xapi.exceptions import RequestValidationError, ResponseValidationError
from xapi.responses import JSONResponse

def told(error):
    names = ("function", "path", "file", "line")
    context = {name: getattr(error, f"endpoint_{name}", "none") for name in names}
    kinds = [(found["type"], found["loc"]) for found in error.errors()]
    return jsonable_encoder({"errors": kinds, "body": getattr(error, "body", None), **context})

app = XAPI(title="Program")

@app.exception_handler(RequestValidationError)
async def request_error(request, error):
    return JSONResponse(told(error), 422)

@app.exception_handler(ResponseValidationError)
async def response_error(request, error):
    return JSONResponse(told(error), 500)

@app.exception_handler(WebSocketRequestValidationError)
async def socket_error(socket, error):
    await socket.accept()
    await say(socket, told(error), 1008)

class Model(BaseModel):
    size: int

class Checker:
    def __call__(self, q: int): return "x"
    async def method(self, q: int): return "x"

ENDPOINT
"""
HEADERS = [("content-type", "application/json")]
ENDPOINTS = {
    "query": "@app.get('/read')\nasync def read(q: int): ...",
    "sync": "@app.get('/read')\ndef read(q: int): ...",
    "several methods": "@app.api_route('/read', methods=['GET', 'POST'])\nasync def read(q: int): ...",
    "path": "@app.get('/{name}')\nasync def read(name: int): ...",
    "dependency": "def below(q: int): ...\n"
    "@app.get('/read', dependencies=[Depends(below)])\nasync def read(): ...",
    "class": "app.get('/read')(Checker())",
    "method": "app.get('/read')(Checker().method)",
    "partial": "def read(q: int): ...\napp.get('/read')(functools.partial(read))",
    "lambda": "app.get('/read')(lambda q=Query(): q)",
    "wrapped": "def wrapped(function):\n    @functools.wraps(function)\n"
    "    async def wrapper(*args, **kwargs): return await function(*args, **kwargs)\n    return wrapper\n"
    "@app.get('/read')\n@wrapped\nasync def read(q: int): ...",
    "router": "router = APIRouter()\n@router.get('/read')\nasync def read(q: int): ...\n"
    "app.include_router(router)",
    "prefix": "router = APIRouter(prefix='/a')\n@router.get('/read')\nasync def read(q: int): ...\n"
    "app.include_router(router, prefix='/b')",
    "mount": "sub = app\napp = XAPI(title='Program')\n@sub.get('/read')\nasync def read(q: int): ...\n"
    "app.mount('/sub', sub)",
    "body": "@app.post('/read')\nasync def read(model: Model): ...",
    "broken body": "@app.post('/broken')\nasync def read(model: Model): ...",
    "form": "@app.post('/form')\nasync def read(size: Annotated[int, Form()]): ...",
    "root path": "app.root_path = '/root'\n@app.get('/read')\nasync def read(q: int): ...",
    "response model": "@app.get('/read', response_model=int)\nasync def read(): return 'x'",
    "return annotation": "@app.get('/read')\nasync def read() -> int: return 'x'",
    "response of a sync endpoint": "@app.get('/read')\ndef read() -> list[int]: return ['x', 1, 'y']",
    "response of a model": "@app.get('/read')\nasync def read() -> Model: return {'size': 'x'}",
    "response of an object": "@app.get('/read', response_model=Model)\nasync def read(): return Checker()",
    "response of a router": "router = APIRouter(prefix='/a')\n"
    "@router.get('/read')\nasync def read() -> int: return 'x'\n"
    "app.include_router(router, prefix='/b')",
    "response of a class": "app.get('/read', response_model=int)(Checker())",
    "response that is None": "@app.get('/read')\nasync def read() -> Model: return None",
    "items of JSON Lines": "@app.get('/read')\nasync def read() -> AsyncIterator[int]: yield 'x'",
    "WebSocket": "@app.websocket('/socket')\nasync def read(socket: WebSocket, q: int): ...",
    "WebSocket of a dependency": "def below(q: int): ...\n@app.websocket('/socket')\n"
    "async def read(socket: WebSocket, value: Annotated[Any, Depends(below)]): ...",
    "WebSocket of a router": "router = APIRouter(prefix='/a')\n@router.websocket('/socket')\n"
    "async def read(socket: WebSocket, q: int): ...\napp.include_router(router)",
}  # fmt: skip
REQUESTS = [
    *(Request(f"GET {path}") for path in ("/read?q=1", "/read", "/b/a/read", "/sub/read")),
    Request("POST /read", HEADERS, '{"size": "x"}'),
    Request("POST /broken", HEADERS, "{"),
    Request("POST /form", [("content-type", "application/x-www-form-urlencoded")], "size=x"),
    Request("WS /socket"),
    Request("WS /a/socket"),
]

CASES = [
    Case(
        name, {"one spelling": Program(SOURCE.replace("ENDPOINT", endpoint), REQUESTS, has_operations=False)}
    )
    for name, endpoint in ENDPOINTS.items()
]
