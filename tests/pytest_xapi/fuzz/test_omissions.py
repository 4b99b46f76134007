"""What of a document is never sent is said, with the reason: in the summary, and in the reports."""

from __future__ import annotations

import json

import pytest

SPEC_FIRST = """
    import json
    from pathlib import Path

    DOCUMENT = json.loads(Path(__file__).with_name("document.json").read_text("utf-8"))

    async def app(scope, receive, send):
        if scope["type"] != "http":
            return
        body = json.dumps(DOCUMENT).encode() if scope["path"] == "/openapi.json" else b"1"
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})
"""


def operation(**more: object) -> dict[str, object]:
    answer = {"description": "OK", "content": {"application/json": {"schema": {}}}}
    return {"responses": {"200": answer}, **more}


def parameter(name: str, location: str, **more: object) -> dict[str, object]:
    return {"name": name, "in": location, "schema": {"type": "string"}, **more}


@pytest.fixture
def document(app_module, pytester: pytest.Pytester):
    """Write an app that shows a document, and answers 200 to everything."""

    def write(paths: dict[str, object], version: str = "3.1.0", **more: object) -> None:
        content = {
            "openapi": version,
            "info": {"title": "Spec first", "version": "1"},
            "paths": paths,
            **more,
        }
        app_module(SPEC_FIRST)
        pytester.path.joinpath("document.json").write_text(json.dumps(content), encoding="utf-8")

    return write


def never_sent(output: str) -> list[str]:
    return [line for line in output.splitlines() if line.startswith("never sent: ")]


def test_what_was_never_sent_has_a_line_for_each_reason(document, fuzz) -> None:
    ignored = parameter("Authorization", "header")
    length = parameter("Content-Length", "header")
    document(
        {
            "/a": {"get": operation(parameters=[ignored])},
            "/b": {"get": operation(parameters=[ignored, length])},
        }
    )
    run = fuzz("--xapi-fuzz-phase=boundary")
    assert never_sent(run.output) == [
        "never sent: header parameter `Authorization` of GET /a, header parameter `Authorization` of GET /b: "
        "OpenAPI describes it elsewhere",
        "never sent: header parameter `Content-Length` of GET /b: clients set it for each message themselves",
    ]
    assert [omission["what"] for omission in run.records["GET /b boundary"]["omissions"]] == [
        "header parameter `Authorization`",
        "header parameter `Content-Length`",
    ]


def test_what_shares_a_reason_is_named_in_part_and_reported_in_full(document, fuzz) -> None:
    paths = {f"/{n}": {"get": operation(parameters=[parameter("Accept", "header")])} for n in range(12)}
    document(paths)
    run = fuzz("--xapi-fuzz-phase=boundary")
    (line,) = never_sent(run.output)
    assert line.endswith("`Accept` of GET /4 and 7 others: OpenAPI describes it elsewhere")
    assert sum(len(record["omissions"]) for record in run.records.values()) == 12


def test_a_run_in_which_all_is_sent_says_nothing(document, fuzz) -> None:
    document({"/a": {"get": operation(parameters=[parameter("q", "query")])}})
    assert never_sent(fuzz().output) == []


@pytest.mark.parametrize(
    "media_type", ["application/xml", "text/xml", "application/problem+xml", "application/yaml"]
)
def test_that_xml_and_yaml_are_not_judged_is_said_once_for_each_operation(document, fuzz, media_type) -> None:
    content = {"content": {media_type: {"schema": {"type": "object", "required": ["a"]}}}}
    answers = {"200": {"description": "OK", **content, "content": {"application/json": {}}}}
    document(
        {
            "/a": {
                "post": operation(
                    requestBody=content, responses=answers | {"400": {"description": "", **content}}
                )
            }
        }
    )
    run = fuzz(cases=3)
    assert never_sent(run.output) == [
        f"never sent: a judged body of {media_type} of POST /a, "
        f"a judged response 400 of {media_type} of POST /a: what XML and YAML hold is not held to a schema"
    ]
