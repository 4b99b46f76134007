"""Options that are deprecated, each with its warning, in every place and on apps."""

from matrix.places import ALL, UPLOAD
from matrix.programs import Case, Program, Request
from matrix.rows import Parameter, Row, cases

PLACES = [place for place in ALL if place is not UPLOAD]
SENDS = [{}, {"value": "abc"}, {"value": "b"}]


def option(name: str, keywords: str, annotation: str = "str") -> Row:
    places = PLACES if annotation == "{text}" else [place for place in PLACES if not place.is_file]
    return Row(name, {"value": Parameter(annotation, keywords)}, SENDS, places=places)


FAST_ENCODER = """from xapi.responses import CLASS
app = new_app(APP)
@app.get("/read", ROUTE)
async def read(): return ANSWER
"""
ENCODED = "{'a': [1.5, None, 'é']}"
ENCODERS = {
    "response class": {"ROUTE": "response_class=CLASS", "ANSWER": ENCODED},
    "answer": {"ANSWER": f"CLASS({ENCODED})"},
    "default": {"APP": "default_response_class=CLASS", "ANSWER": ENCODED},
}

PROGRAMS = {
    "on_event": """app = new_app()
@app.on_event("startup")
async def start(): ...
""",
    "on_event of a router": """app = new_app()
router = APIRouter()
@router.on_event("shutdown")
async def stop(): ...
app.include_router(router)
""",
    "on_startup": """async def start(): ...
app = new_app(on_startup=[start])
""",
    "deprecated operation": """app = new_app()
@app.get("/read", deprecated=True)
async def read(): ...
""",
    "deprecated router": """app = new_app()
router = APIRouter(deprecated=True)
@router.get("/read")
async def read(): ...
@router.get("/other", deprecated=False)
async def other(): ...
app.include_router(router)
""",
    "deprecated inclusion": """app = new_app()
router = APIRouter()
@router.get("/read")
async def read(): ...
app.include_router(router, deprecated=True)
""",
    "deprecated app": """app = new_app(deprecated=True)
@app.get("/read")
async def read(): ...
""",
    "the same operation id twice": """app = new_app()
@app.get("/read", operation_id="one")
async def read(): ...
@app.get("/other", operation_id="one")
async def other(): ...
""",
    "Ellipsis as default": """app = new_app()
@app.get("/read")
async def read(value: str = Query(...)): return value
""",
    "Ellipsis as default in Annotated": """app = new_app()
@app.get("/read")
async def read(value: Annotated[str, Query()] = ...): return value
""",
    "Ellipsis without a marker": """app = new_app()
@app.get("/read")
async def read(value: str = ...): return value
""",
}


def encoder(name: str, use: dict[str, str]) -> str:
    """A program with a response class that needs a faster encoder."""
    source = FAST_ENCODER
    for place in ("APP", "ROUTE", "ANSWER"):
        source = source.replace(place, use.get(place, ""))
    return source.replace("CLASS", name).replace(", )", ")")


for response in ("ORJSONResponse", "UJSONResponse"):
    PROGRAMS |= {f"{response} as {name}": encoder(response, use) for name, use in ENCODERS.items()}

CASES = [
    *cases(
        [
            option("regex", "regex='^a'"),
            option("regex and pattern", "regex='^a', pattern='^b'"),
            option("example", "example='abc'", "{text}"),
            option("example and examples", "example='abc', examples=['abd']", "{text}"),
            option("deprecated", "deprecated=True", "{text}"),
            option("deprecated with a text", "deprecated='use another one'", "{text}"),
            option("extra keywords", "note='kept'", "{text}"),
        ]
    ),
    *(
        Case(name, {"one spelling": Program(source, [Request("GET /read"), Request("GET /read?value=1")])})
        for name, source in PROGRAMS.items()
    ),
]
