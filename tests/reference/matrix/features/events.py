"""Server-Sent Events whose fields have line breaks and other values that they cannot have."""

from matrix.programs import Case, Program, Request

FIELDS = {
    "event with a line feed": r"event='a\nb'",
    "event with a carriage return": r"event='a\rb'",
    "event with both": r"event='a\r\nb'",
    "event with another separator": r"event='a\u2028b'",
    "empty event": "event=''",
    "event that is no text": "event=1",
    "id with a line feed": r"id='1\n2'",
    "id with a carriage return": r"id='1\r'",
    "id with a null": r"id='1\0'",
    "empty id": "id=''",
    "id that is no text": "id=5",
    "comment with line feeds": r"comment='a\nb\r\nc'",
    "empty comment": "comment=''",
    "data with line feeds": r"data='a\nb'",
    "raw data with line feeds": r"raw_data='a\rb\n\nc'",
    "data and raw data": "data=1, raw_data='x'",
    "data that is null": "data=None",
    "data that is bytes": "data=b'x'",
    "data without a number": "data={'a': float('nan')}",
    "negative retry": "retry=-1",
    "retry with a fraction": "retry=1.5",
    "retry as a text": "retry='5'",
    "nothing": "",
    "all": r"data=[1], event='e', id='i', retry=3, comment='c'",
}
SOURCE = """from xapi.sse import EventSourceResponse, ServerSentEvent

app = new_app()

@app.get("/made")
async def made():
    try:
        ServerSentEvent(FIELDS)
    except ValueError as error:
        return [(found["type"], found["loc"]) for found in error.errors()]
    return "made"

@app.get("/async", response_class=EventSourceResponse)
async def asynchronous() -> AsyncIterator[ServerSentEvent]:
    yield ServerSentEvent(FIELDS)

@app.get("/sync", response_class=EventSourceResponse)
def synchronous() -> Iterator[ServerSentEvent]:
    yield ServerSentEvent(FIELDS)

@app.get("/untyped", response_class=EventSourceResponse)
async def untyped():
    yield ServerSentEvent(FIELDS)
"""
REQUESTS = [Request(f"GET /{path}") for path in ("made", "async", "sync", "untyped")]

CASES = [
    Case(name, {"one spelling": Program(SOURCE.replace("FIELDS", fields), REQUESTS, has_operations=False)})
    for name, fields in FIELDS.items()
]
