"""A fault that all operations of an app show is one finding, and fails one item."""

from __future__ import annotations

from pathlib import Path

import pytest

GUARDED = """
    from typing import Annotated
    from xapi import XAPI, Depends, HTTPException, Security
    from xapi.security import APIKeyHeader

    app = XAPI()

    def user(key: Annotated[str | None, Security(APIKeyHeader(name="X-Key", auto_error=False))]) -> str:
        if key != "s3cret-key":
            raise HTTPException(STATUS)
        return key

    User = Annotated[str, Depends(user)]

    @app.get("/open")
    def open_() -> int:
        return 1

    @app.get("/a")
    def a(user: User) -> int:
        return 1

    @app.get("/b/{number}")
    def b(number: int, user: User) -> int:
        return number

    @app.post("/c")
    def c(text: str, user: User) -> str:
        return text

    @app.get("/d", responses={STATUS: {}})
    def d(user: User) -> int:
        return 1
"""
CONFTEST = "import pytest\n\n@pytest.fixture\ndef xapi_auth():\n    return {'APIKeyHeader': 's3cret-key'}\n"
SOME_METHODS = """
    from starlette.applications import Starlette
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    ANSWER = {"responses": {"200": {"description": ""}}}
    PATHS = {path: {"get": ANSWER, "put": ANSWER, "delete": ANSWER} for path in ("/a", "/b")}
    PATHS["/c"] = {"get": ANSWER}
    DOCUMENT = {"openapi": "3.1.0", "info": {"title": "A", "version": "1"}, "paths": PATHS}

    async def document(request):
        return JSONResponse(DOCUMENT)

    async def answer(request):
        return JSONResponse({})

    app = Starlette(
        routes=[
            Route("/openapi.json", document),
            *(Route(path, answer, methods=[name.upper()]) for path in PATHS for name in PATHS[path]),
        ]
    )
"""


def failed(run) -> list[str]:
    return [name for name, outcome in run.outcomes.items() if outcome == "failed"]


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("with_credentials", [False, True])
def test_an_undeclared_refusal_without_credentials_is_one_finding(
    app_module, fuzz, pytester: pytest.Pytester, status: int, with_credentials: bool
) -> None:
    app_module(GUARDED.replace("STATUS", str(status)))
    if with_credentials:
        pytester.makeconftest(CONFTEST)
    run = fuzz()
    assert run.findings == {("the app", "status_code_conformance")}
    assert failed(run) == ["xapi::GET /a boundary"]
    assert f"3 operations answered {status} to a request without credentials" in run.output
    assert f'XAPI(responses={{{status}: {{"description": ' in run.output
    assert "To accept it: xapi fuzz accept " in run.output
    assert "warning XF111 GET /a, GET /b/{number}, POST /c: Undocumented status" in run.output


def test_the_one_finding_stands_at_the_handler_of_the_first_operation(app_module, fuzz) -> None:
    app_module(GUARDED.replace("STATUS", "401"))
    (finding,) = (one for record in fuzz().records.values() for one in record["findings"])
    assert finding["operations"][0] == "GET /a"
    lines = Path(finding["file"]).read_text().splitlines()
    assert '"/a"' in lines[finding["line"] - 2]
    assert lines[finding["line"] - 1].lstrip().startswith("def ")


def test_the_one_finding_can_be_accepted(app_module, fuzz) -> None:
    app_module(GUARDED.replace("STATUS", "401"))
    fuzz("--xapi-fuzz-baseline=accepted.toml", "--xapi-fuzz-baseline-update")
    text = Path("accepted.toml").read_text()
    assert text.count("[[accepted]]") == 1
    Path("accepted.toml").write_text(text.replace('reason = ""', 'reason = "our clients know"'))
    run = fuzz("--xapi-fuzz-baseline=accepted.toml")
    assert run.exit_code == 0, run.output
    assert "1 accepted" in run.output


def test_of_what_is_chosen_the_first_one_answers(app_module, fuzz) -> None:
    app_module(GUARDED.replace("STATUS", "401"))
    run = fuzz("--xapi-op", "POST /c")
    assert failed(run) == ["xapi::POST /c boundary"]
    assert "1 operation answered 401" in run.output
    run = fuzz("--xapi-fuzz-phase=random")
    assert failed(run) == ["xapi::GET /a random"]


def test_a_refusal_of_something_else_is_a_finding_of_its_operation(
    app_module, fuzz, pytester: pytest.Pytester
) -> None:
    app_module(GUARDED.replace("STATUS", "401").replace("return text", "raise HTTPException(403)"))
    pytester.makeconftest(CONFTEST)
    run = fuzz()
    assert run.findings == {("the app", "status_code_conformance"), ("POST /c", "status_code_conformance")}


def test_what_is_declared_is_no_finding(app_module, fuzz) -> None:
    app_module(GUARDED.replace("STATUS", "401").replace("XAPI()", "XAPI(responses={401: {}})"))
    assert fuzz().exit_code == 0


def test_allow_of_what_servers_answer_by_themselves_is_no_finding(app_module, fuzz) -> None:
    app_module(
        """
        from xapi import XAPI

        app = XAPI()

        @app.get("/a")
        @app.head("/a")
        @app.put("/a")
        @app.trace("/a")
        def answer() -> int:
            return 1
        """
    )
    run = fuzz("--xapi-fuzz-phase=boundary")
    assert {operation for operation, _ in run.findings} == set()


def test_allow_of_the_first_route_is_one_finding(app_module, fuzz) -> None:
    app_module(SOME_METHODS)
    run = fuzz()
    assert run.findings == {("the app", "allow_header_conformance")}
    assert failed(run) == ["xapi::GET /a boundary"]
    assert "warning XF119 GET /a, PUT /a, DELETE /a, GET /b, PUT /b, DELETE /b: `Allow` lacks" in run.output


READERS = """
    import json
    from email.message import Message
    from starlette.applications import Starlette
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    def of(*media_types, **more):
        content = {name: {"schema": {"type": "object"}} for name in media_types}
        answers = {"responses": {"200": {"description": ""}, "422": {"description": ""}, **more}}
        return {"post": {"requestBody": {"required": True, "content": content}, **answers}}

    PATHS = {
        "/json": of("application/json"),
        "/problem": of("application/merge-patch+json"),
        "/form": of("multipart/form-data"),
        "/declared": of("application/json", **{"400": {"description": ""}}),
        "/text": of("application/x-www-form-urlencoded"),
    }
    DOCUMENT = {"openapi": "3.1.0", "info": {"title": "A", "version": "1"}, "paths": PATHS}

    async def document(request):
        return JSONResponse(DOCUMENT)

    async def answer(request):
        content = await request.body()
        kind = request.headers.get("content-type", "")
        if kind.startswith("multipart/") and b"\\r\\n\\r\\n" not in content:
            return JSONResponse("no parts", UNREAD)
        if "json" in kind:
            try:
                content.decode()
            except ValueError:
                return JSONResponse("no text", UNREAD)
            try:
                value = json.loads(content)
            except ValueError:
                return JSONResponse("no JSON", UNREAD)
            if not isinstance(value, dict):
                return JSONResponse("no object", WRONG)
        elif kind.split(";")[0] not in request.url.path and "form" not in kind:
            return JSONResponse("another type", 422)
        return JSONResponse({})

    app = Starlette(
        routes=[
            Route("/openapi.json", document),
            *(Route(path, answer, methods=["POST"]) for path in PATHS),
        ]
    )
"""


@pytest.mark.parametrize("status", [400, 415])
def test_an_undeclared_answer_to_bodies_that_cannot_be_read_is_one_finding(
    app_module, fuzz, status: int
) -> None:
    app_module(READERS.replace("UNREAD", str(status)).replace("WRONG", "422"))
    run = fuzz("--xapi-max-examples=20")
    shared = [one for record in run.records.values() for one in record["findings"] if one["operations"]]
    (finding,) = shared
    assert finding["title"] == f"Undocumented status {status} of bodies that cannot be read"
    expected = ["POST /json", "POST /problem", "POST /form", *(["POST /declared"] if status == 415 else ())]
    assert finding["operations"] == expected
    assert {one for one in run.findings if one[1] == "status_code_conformance"} == {
        ("the app", "status_code_conformance")
    }


def test_a_refusal_of_whatever_is_wrong_with_a_body_is_not_of_those_that_cannot_be_read(
    app_module, fuzz
) -> None:
    app_module(READERS.replace("UNREAD", "400").replace("WRONG", "400"))
    run = fuzz("--xapi-fuzz-phase=boundary", "--xapi-op=POST /json")
    assert ("POST /json", "status_code_conformance") in run.findings
    assert "cannot be read" not in run.output
