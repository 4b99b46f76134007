"""Write the tables of docs/errors.md: exceptions and rules, why they come, and what to do.

python tools/errors_page.py

Rules are those of the reports, classes those of `docs/public-names.md`. Each class needs a text here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

from pytest_xapi.fuzz.model import rule_texts as of_property_tests
from pytest_xapi.gates import rule_texts as of_gates

DOCS = Path(__file__).parents[1] / "docs"
PAGE = DOCS / "errors.md"
ROW = re.compile(r"^\| `([\w.]+)` \| (.*) \|$", re.MULTILINE)
ELSEWHERE = re.compile(r"XG[36]")
"""The rules of the contract and of documents, which have pages of their own."""

RAISED = {
    # class: (when, what to do)
    "HTTPException": (
        "Your code raises it, to answer with an error.",
        "Nothing; declare the status in `responses` of the operation.",
    ),
    "WebSocketDisconnect": (
        "The client has closed the WebSocket, or is gone, while your code waited for a message.",
        "Catch it where there is something to release; without that, the connection just ends.",
    ),
    "WebSocketException": (
        "Your code raises it, to close a WebSocket with a code.",
        "Nothing.",
    ),
    "DeclarationError": (
        "An operation, a parameter or a dependency is declared in a way that cannot work. It is raised when "
        "the app is imported, or by its first request.",
        "The message has the file, the line, the function and what to write instead.",
    ),
    "DependencyError": (
        "A dependency yielded twice, or not at all, or swallowed the exception of its operation.",
        "Yield once, and let exceptions out of an `except` with `raise`.",
    ),
    "RequestValidationError": (
        "A request does not fit the declaration of its operation. The answer is 422.",
        "It is the client's mistake. To answer otherwise, handle it with `@app.exception_handler`.",
    ),
    "ResponseValidationError": (
        "A function returned something that does not fit its return type. The answer is 500.",
        "Correct the function, or its return type. The log has the place and the value's errors.",
    ),
    "ValidationException": (
        "The base of the two above, and of that for WebSockets.",
        "Catch one of the others.",
    ),
    "WebSocketJSONError": (
        "A frame that should be JSON is not. The connection is closed with code 1007.",
        "It is the client's mistake.",
    ),
    "WebSocketRequestValidationError": (
        "A handshake does not fit the declaration of its endpoint. The connection is closed with code 1008.",
        "It is the client's mistake; in a browser, look at the URL and its query.",
    ),
    "XAPIDeprecationWarning": (
        "Your code uses something that will be removed.",
        "The message names what takes its place.",
    ),
    "XAPIError": (
        "The base of `DeclarationError` and `DependencyError`.",
        "Catch one of the others.",
    ),
    "WebSocketDenialResponse": (
        "A test opened a WebSocket, and the app answered with a response instead.",
        "Read its `status_code` and `text`; if it is expected, `pytest.raises(WebSocketDenialResponse)`.",
    ),
    "ASGIProtocolError": (
        "The app under test sent messages in an order that ASGI does not allow.",
        "Look for middleware that sends a response twice, or a body before its start.",
    ),
    "ClientLeftOpen": (
        "A test entered a client and did not leave it, so the app was never shut down.",
        "Use `with TestClient(app) as client:`, or the fixture `client`.",
    ),
    "ConformanceError": (
        "A response is not what the document says: its status, its type, a header, its body.",
        "Declare the response in `responses`, or correct it. The message says where they differ.",
    ),
    "LifespanError": (
        "The start or the stop of the app failed or hangs.",
        "Look at the lifespan: what it connects to is not there in tests, perhaps; replace it.",
    ),
    "OverrideError": (
        "A test replaces a dependency that no operation of the app has.",
        "Give the function that stands in `Depends(...)` itself, not one that it wraps or a copy from "
        "another import.",
    ),
    "TaskLeftRunning": (
        "The app has shut down, and a task that it started still runs.",
        "Keep the task, cancel it in the lifespan, and await it.",
    ),
    "PackageTaskLeftRunning": (
        "The same of a task that an installed package started.",
        "Close the package's client or pool in the lifespan.",
    ),
    "TestTaskLeftRunning": (
        "The same of a task that code of the tests started.",
        "End it in the test or its fixture.",
    ),
    "UnseenFailure": (
        "Code of the app failed where no response shows it: in a background task, after the response, or "
        "after its beginning, in a task.",
        "Its cause is the exception; correct that.",
    ),
    "WebSocketTimeout": (
        "The app sent nothing in the time for which the test waits.",
        "Either the app waits for a message, too, or its message comes later: give `timeout`.",
    ),
}
"""Public exceptions and warnings, by their names."""


def classes() -> dict[str, str]:
    """The public exceptions and warnings: the module by the name."""
    found: dict[str, str] = {}
    for module, names in ROW.findall((DOCS / "public-names.md").read_text(encoding="utf-8")):
        for name in re.findall(r"`(\w+)`", names):
            one = getattr(import_module(module), name)
            if isinstance(one, type) and issubclass(one, BaseException):
                found.setdefault(name, module)
    return found


def page() -> str:
    """The whole page: what is there by hand, with its last two tables anew.

    Raises:
        ValueError: An exception has no text, or a text no exception.
    """
    public = classes()
    if public.keys() != RAISED.keys():
        raise ValueError(
            f"texts are missing, or too many: {', '.join(sorted(public.keys() ^ RAISED.keys()))}"
        )
    raised = [(f"`{name}`", *RAISED[name]) for name in sorted(public)]
    texts = [*of_property_tests.TEXTS.values(), *of_gates.TEXTS.values()]
    broken = [
        (f"{text.id} `{text.name}`", text.severity, f"{text.summary} {text.meaning}", text.fix)
        for text in texts
        if not ELSEWHERE.match(text.id)
    ]
    text = PAGE.read_text(encoding="utf-8")
    text = with_table(text, ("class", "when", "what to do"), raised)
    return with_table(text, ("rule", "severity", "what is wrong", "what to do"), broken)


def with_table(text: str, head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """The text with another table in the place of the one that has this head."""
    first = line(head)
    table = "\n".join([first, re.sub("[^|]+", "---", first), *map(line, rows)])
    return re.sub(re.escape(first) + r"(\n\|.*)+", lambda _: table, text)


def line(cells: Iterable[str]) -> str:
    """A line of a table."""
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
