"""The benchmark of public documents: what its judge says of requests, and what counts as a fault."""

from __future__ import annotations

import base64
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks import command
from benchmarks.documents import command as documents_command
from benchmarks.documents import runs
from benchmarks.documents.figures import Document, shortfalls, table
from benchmarks.documents.judge.answers import Answers
from benchmarks.documents.judge.operations import Operations, Request
from benchmarks.documents.judge.prepare import is_whole, prepared
from benchmarks.documents.judge.served import Judge
from benchmarks.documents.runs import Run
from benchmarks.documents.sources import Source
from benchmarks.fuzz.runs import OURS, PLAIN

INTEGER = {"type": "integer", "minimum": 1}
TEXTS = {"type": "array", "items": {"type": "string"}, "maxItems": 2}
POINT = {"type": "object", "properties": {"x": INTEGER, "y": INTEGER}, "required": ["x"]}
ITEM = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "name": {"type": "string", "minLength": 1, "pattern": r"^\p{L}+$"},
        "secret": {"type": "string", "writeOnly": True},
        "parent": {"$ref": "#/components/schemas/Item"},
    },
}
JSON, FORM, PARTS = "application/json", "application/x-www-form-urlencoded", "multipart/form-data"


def document(*parameters: Any, body: Any = None, version: str = "3.1.0", responses: Any = None) -> Any:
    """A document of one operation; `POST /a/{id}` where it has a body, else `GET`."""
    operation: dict[str, Any] = {
        "parameters": [{"name": "id", "in": "path", "required": True, "schema": INTEGER}, *parameters],
        "responses": responses or {"200": {"description": "Fine"}, "422": {"description": "Refused"}},
    }
    if body is not None:
        operation["requestBody"] = {"required": True, "content": body}
    return {
        "openapi": version,
        "info": {"title": "Written for it", "version": "1"},
        "servers": [{"url": "https://example.org/v1"}],
        "paths": {
            "/a/{id}": {"get" if body is None else "post": operation},
            "/a/me": {"get": {"responses": operation["responses"]}},
        },
        "components": {"schemas": {"Item": ITEM}},
    }


def query(schema: Any, **more: Any) -> Any:
    return document({"name": "q", "in": "query", "schema": schema, **more})


def judged(
    shown: Any,
    target: str,
    headers: dict[str, str] | None = None,
    body: bytes = b"",
    method: str | None = None,
) -> str:
    """What the judge says of a request."""
    path, _, text = target.partition("?")
    pairs = list((headers or {}).items())
    method = method or ("POST" if "post" in shown["paths"]["/a/{id}"] else "GET")
    verdict, _ = Operations(shown).judged(Request(method, path, text, pairs, body))
    return verdict.name


@pytest.mark.parametrize(
    ("shown", "right", "wrong"),
    [
        (query(INTEGER), "/v1/a/1?q=2", "/v1/a/1?q=0"),
        (query(INTEGER), "/v1/a/1", "/v1/a/x"),
        (query(INTEGER), "/v1/a/1?q=2.0", "/v1/a/1?q=2&q=3"),
        (query(INTEGER, required=True), "/a/1?q=2", "/a/1"),
        (query({"type": "string", "minLength": 1}), "/a/1?q=2", "/a/1?q="),
        (query(TEXTS), "/a/1?q=a&q=b", "/a/1?q=a&q=b&q=c"),
        (query(TEXTS, explode=False), "/a/1?q=a,b", "/a/1?q=a,b,c"),
        (query(TEXTS, explode=False, style="pipeDelimited"), "/a/1?q=a%7Cb", "/a/1?q=a%7Cb%7Cc"),
        (query(POINT, style="deepObject"), "/a/1?q%5Bx%5D=1", "/a/1?q%5Bx%5D=0"),
        (query(POINT), "/a/1?x=1&y=2", "/a/1?y=2"),
        (query(POINT, explode=False), "/a/1?q=x,1,y,2", "/a/1?q=y,2"),
        (query({"type": ["boolean", "null"]}), "/a/1?q=true", "/a/1?q=True"),
        (query({"type": "string", "format": "date"}), "/a/1?q=2024-02-29", "/a/1?q=2023-02-29"),
        (query({"type": "string", "format": "time"}), "/a/1?q=16:39:57-08:00", "/a/1?q=16:39:57"),
        (query({"type": "string", "pattern": r"^\p{Lu}$"}), "/a/1?q=%C3%89", "/a/1?q=1"),
        (query({"type": "integer", "minimum": 1, "exclusiveMinimum": True}), "/a/1?q=2", "/a/1?q=1"),
        (query({**INTEGER, "$schema": "http://json-schema.org/draft-04/schema#"}), "/a/1?q=1", "/a/1?q=0"),
    ],
)
def test_parameters_are_read_as_their_styles_have_them(shown: Any, right: str, wrong: str) -> None:
    assert (judged(shown, right), judged(shown, wrong)) == ("right", "wrong")


def test_headers_and_cookies_are_read_as_they_came() -> None:
    shown = document(
        {"name": "X-Limit", "in": "header", "required": True, "schema": INTEGER},
        {"name": "session", "in": "cookie", "schema": {"type": "string", "maxLength": 3}},
        {"name": "Accept", "in": "header", "required": True, "schema": INTEGER},
    )
    assert judged(shown, "/a/1", {"x-limit": "2", "cookie": "other=long; session=a%20b"}) == "right"
    assert judged(shown, "/a/1", {"x-limit": "2", "cookie": "session=abcd"}) == "wrong"
    assert judged(shown, "/a/1", {"x-limit": "0"}) == "wrong"
    assert judged(shown, "/a/1") == "wrong"


@pytest.mark.parametrize(
    ("schema", "media_type", "right", "wrong"),
    [
        ({"$ref": "#/components/schemas/Item"}, JSON, b'{"name": "\xc3\xa9"}', b'{"name": "1"}'),
        ({"$ref": "#/components/schemas/Item"}, JSON, b'{"name": "a", "parent": {"name": "b"}}', b"{}"),
        ({"type": "number"}, JSON, b"1e3", b"NaN"),
        ({"type": "object", "properties": {"n": INTEGER}}, FORM, b"n=1&other=2", b"n=x"),
        ({"type": "object", "properties": {"n": TEXTS}}, FORM, b"n=1", b"n=1&n=2&n=3"),
        ({"type": "object", "properties": {"n": POINT}}, FORM, b"n=%7B%22x%22%3A1%7D", b"n=%7B%7D"),
        ({"type": "object", "required": ["n"]}, FORM, b"n=1", b"m=1"),
        ({"type": "string", "maxLength": 2}, "text/plain", b"ab", b"abc"),
        ({"type": "string", "maxLength": 2}, "application/pdf", b"\xff\xfe", b"\xff\xfe\xfd"),
    ],
)
def test_bodies_are_read_by_their_media_type(
    schema: Any, media_type: str, right: bytes, wrong: bytes
) -> None:
    shown = document(body={media_type: {"schema": schema}})
    headers = {"content-type": media_type}
    assert judged(shown, "/a/1", headers, right) == "right"
    assert judged(shown, "/a/1", headers, wrong) == "wrong"
    assert judged(shown, "/a/1", {"content-type": "application/other"}, right) == "wrong"
    assert judged(shown, "/a/1") == "wrong"


def test_forms_of_parts_are_read_with_their_files() -> None:
    schema = {
        "type": "object",
        "required": ["file"],
        "properties": {"file": {"type": "string", "format": "binary"}, "n": INTEGER},
    }
    shown = document(body={PARTS: {"schema": schema}}, version="3.0.3")
    file = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n\xff\r\n'
    number = b'--x\r\nContent-Disposition: form-data; name="n"\r\n\r\n%d\r\n'
    headers = {"content-type": f"{PARTS}; boundary=x"}
    assert judged(shown, "/a/1", headers, file + number % 1 + b"--x--\r\n") == "right"
    assert judged(shown, "/a/1", headers, file + number % 0 + b"--x--\r\n") == "wrong"
    assert judged(shown, "/a/1", headers, number % 1 + b"--x--\r\n") == "wrong"
    assert judged(shown, "/a/1", {"content-type": PARTS}, file) == "wrong"


@pytest.mark.parametrize(
    ("explode", "right", "wrong"), [(True, "x=1,y=2", "1.5"), (False, "x,1", "x"), (True, "", "x,1")]
)
def test_objects_in_headers_are_read_by_explode(explode: bool, right: str, wrong: str) -> None:
    schema = {"type": "object", "properties": {"x": INTEGER}}
    shown = document({"name": "X-P", "in": "header", "schema": schema, "explode": explode})
    assert judged(shown, "/a/1", {"x-p": right}) == "right"
    assert judged(shown, "/a/1", {"x-p": wrong}) == "wrong"


def test_what_cannot_be_judged_is_said_to_be_so() -> None:
    shown = document(body={"application/xml": {"schema": {"type": "object"}}})
    assert judged(shown, "/a/1", {"content-type": "application/xml"}, b"<a/>") == "unjudged"
    assert judged(shown, "/a/x", {"content-type": "application/xml"}, b"<a/>") == "wrong"
    shown = query({"$ref": "#/components/schemas/Missing"})
    assert judged(shown, "/a/1?q=1") == "unjudged"


def test_dialects_are_told_apart() -> None:
    nullable = {"type": "string", "nullable": True, "maxLength": 1}
    for version, verdict in (("3.0.3", "right"), ("3.1.0", "wrong")):
        shown = document(body={JSON: {"schema": nullable}}, version=version)
        assert judged(shown, "/a/1", {"content-type": JSON}, b"null") == verdict
    exclusive = {"type": "integer", "minimum": 1, "exclusiveMinimum": True}
    shown = {**query(exclusive), "openapi": "3.0.3"}
    assert (judged(shown, "/a/1?q=2"), judged(shown, "/a/1?q=1")) == ("right", "wrong")


def test_a_path_leads_to_the_more_specific_operation_and_others_are_none() -> None:
    shown = document()
    verdict, methods = Operations(shown).judged(Request("GET", "/v1/a/me", "", [], b""))
    assert verdict.operation is not None
    assert verdict.operation.label == "GET /a/me"
    assert set(methods) == {"GET"}
    assert judged(shown, "/v1/a/1", method="PATCH") == "wrong"
    assert judged(shown, "/v1/b") == "wrong"


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#/components/schemas/Item"},
        {"allOf": [{"$ref": "#/components/schemas/Item"}, {"required": ["n"], "properties": {"n": INTEGER}}]},
        {"oneOf": [{"type": "string", "maxLength": 0, "minLength": 1}, {"type": "array", "minItems": 2}]},
        {"type": "string", "format": "uuid"},
        {"type": "number", "exclusiveMinimum": 3, "multipleOf": 2},
        {"enum": ["a", "b"]},
        {"type": "object", "minProperties": 1, "properties": {"a": {"type": "boolean"}}},
    ],
)
def test_answers_keep_to_the_document(schema: Any) -> None:
    responses = {"201": {"description": "Made", "content": {JSON: {"schema": schema}}}}
    operations = Operations(document(responses=responses))
    answers = Answers(operations.schemas)
    answer = answers.of(operations.all[0], True)
    assert answer["status"] == 201
    assert not answers.unanswerable
    body = json.loads(base64.b64decode(answer["body"]))
    described = operations.all[0].node.child("responses").child("201").child("content").child(JSON)
    assert operations.schemas.errors(described.child("schema"), body, "response") == []


@pytest.mark.parametrize(
    ("media_type", "schema"),
    [(JSON, {"type": "string", "pattern": "^[0-9]{3}-[x-z]{40}$"}), ("text/plain", {"type": "object"})],
)
def test_what_cannot_be_answered_as_described_is_named(media_type: str, schema: Any) -> None:
    responses = {"200": {"description": "Fine", "content": {media_type: {"schema": schema}}}}
    operations = Operations(document(responses=responses))
    answers = Answers(operations.schemas)
    assert answers.of(operations.all[0], True)["status"] == 200
    assert answers.unanswerable == {"GET /a/{id}"}


@pytest.mark.parametrize(
    ("described", "status"),
    [
        (["400"], 400),
        (["404", "303"], 303),
        (["500"], 500),
        (["404", "default"], 200),
        (["404", "204"], 204),
    ],
)
def test_where_no_success_is_described_what_is_described_is_the_answer(
    described: list[str], status: int
) -> None:
    whole = document(responses={name: {"description": "So it is"} for name in described})
    operations = Operations(whole)
    answers = Answers(operations.schemas)
    verdict, _ = operations.judged(Request("GET", "/v1/a/1", "", [], b""), "")
    assert verdict.operation is not None
    assert answers.of(verdict.operation, True)["status"] == status
    assert not answers.unanswerable


def test_documents_are_served_with_refusals_and_without_credentials() -> None:
    shown = document(responses={"200": {"description": "Fine"}})
    shown["security"] = [{"key": []}]
    shown["paths"]["/a/{id}"]["get"]["security"] = [{"key": []}]
    served = prepared(shown)
    assert "security" not in served
    assert "security" not in served["paths"]["/a/{id}"]["get"]
    assert set(served["paths"]["/a/{id}"]["get"]["responses"]) == {"200", "default"}
    assert set(prepared(document())["paths"]["/a/{id}"]["get"]["responses"]) == {"200", "422"}
    silent = {"openapi": "3.1.0", "paths": {"/a": {"get": {}}}}
    assert set(prepared(silent)["paths"]["/a"]["get"]["responses"]) == {"default"}


def test_what_leads_to_other_files_or_has_no_operations_is_not_taken() -> None:
    assert is_whole(document())
    assert is_whole({"swagger": "2.0", "paths": {"/": {"get": {}}}})
    assert not is_whole({"openapi": "3.1.0", "paths": {"/a": {"parameters": []}}})
    assert not is_whole(query({"$ref": "other.yaml#/Item"}))
    assert not is_whole(["openapi"])


def asked(judge: Judge, target: str, meant: str, label: str = "GET /a/{id}") -> int:
    path, _, text = target.partition("?")
    message = {"label": label, "meant": meant, "method": "GET", "path": path, "query": text}
    return int(judge.asked({**message, "headers": [], "body": ""})["status"])


def test_requests_that_are_not_what_they_were_meant_to_be_are_counted_and_shown() -> None:
    judge = Judge(query(INTEGER))
    assert asked(judge, "/a/1", "valid") == 200
    assert asked(judge, "/a/1?q=0", "valid") == 422
    assert asked(judge, "/a/1?q=1", "invalid") == 200
    assert asked(judge, "/a/me", "valid") == 200  # which is another operation
    found = judge.summary()
    assert found["counts"] == {
        "valid right": 1,
        "valid wrong": 1,
        "invalid right": 1,
        "valid elsewhere": 1,
    }
    assert found["shown"]["valid wrong"][0]["request"] == "GET /a/1?q=0"
    assert found["sent"] == ["GET /a/me", "GET /a/{id}"]


SOURCE = Source("one", "3.1", Path(__file__))
FINDING = {"operation": "GET /a", "operations": [], "check": "not_a_server_error", "cause": "ValueError"}


def ran(
    counts: dict[str, int],
    *,
    findings: list[Any] | None = None,
    sent: bool = True,
    sent_too: list[str] | None = None,
) -> Run:
    record = {"findings": findings or [], "answers": {"GET /a": {"200": 1}} if sent else {}, "omissions": []}
    return Run(
        OURS,
        cases=100,
        cpu=1.0,
        memory=100e6,
        judged={"counts": counts, "operations": ["GET /a"], "sent": sent_too or [], "unanswerable": []},
        found={"records": [record], "silent": {}, "errors": []},
    )


RIGHT = ran({"valid right": 50, "invalid wrong": 50})
PLAIN_RUN = Run(PLAIN, cases=10, cpu=1.0, memory=90e6)


def test_a_document_without_faults_has_none() -> None:
    one = Document(SOURCE, RIGHT, RIGHT, PLAIN_RUN)
    assert list(one.faults()) == []
    assert list(shortfalls([one])) == []
    assert table([one]).lines[0][5:7] == ["100.00 %", "100.00 %"]
    assert table([one]).lines[0][-3:] == ["1.11", "100", "10.0"]


@pytest.mark.parametrize(
    ("ours", "fault"),
    [
        (ran({}, findings=[FINDING]), "finding: not_a_server_error GET /a: ValueError"),
        (ran({}, sent=False), "never sent, without a reason: GET /a"),
        (replace(RIGHT, ended=False), "internal error: it did not end"),
        (
            replace(ran({}, sent_too=["GET /a"]), found={}, said="INTERNALERROR"),
            "internal error: it said: INTERNALERROR",
        ),
        (replace(RIGHT, memory=200e6), "memory: 2.22 times that of plain Schemathesis"),
    ],
)
def test_each_fault_is_said(ours: Run, fault: str) -> None:
    assert list(Document(SOURCE, ours, ours, PLAIN_RUN).faults()) == [fault]


def test_findings_of_what_the_benchmark_cannot_answer_are_left_out() -> None:
    shared = {**FINDING, "operation": "the app", "operations": ["GET /a"]}
    more = {**FINDING, "operation": "the app", "operations": ["GET /a", "GET /b"], "cause": "Other"}
    ours = ran({}, findings=[FINDING, shared, more])
    ours.judged["unanswerable"] = ["GET /a"]
    assert Document(SOURCE, ours).findings == [more]


def test_a_refused_version_is_no_error() -> None:
    said = "ERROR: OpenAPI 2.0 is not supported: convert the document to OpenAPI 3"
    one = Document(SOURCE, replace(RIGHT, judged={}, found={}, said=said))
    assert list(one.faults()) == []
    assert table([one]).lines[0][3] == "refused"


@pytest.mark.parametrize(
    ("ours", "fault"),
    [
        (
            ran({"valid right": 999, "valid wrong": 1}),
            "of 1000 requests that were meant to be valid 1 are not",
        ),
        (
            ran({"invalid wrong": 96, "invalid right": 4}),
            "of 100 requests that were meant to be invalid 4 are not",
        ),
        (replace(RIGHT, cases=40), "one: 4.0 times the cases of plain Schemathesis"),
    ],
)
def test_figures_of_all_documents_are_held_to_their_targets(ours: Run, fault: str) -> None:
    assert list(shortfalls([Document(SOURCE, ours, ours, PLAIN_RUN)])) == [fault]


WRITTEN = {
    "3.0": document(
        {"name": "q", "in": "query", "schema": POINT, "style": "deepObject"},
        {"name": "tags", "in": "query", "schema": TEXTS},
        {"name": "X-Limit", "in": "header", "schema": {**INTEGER, "nullable": True}},
        body={JSON: {"schema": {"$ref": "#/components/schemas/Item"}}, FORM: {"schema": POINT}},
        version="3.0.3",
    ),
    "3.1": document(
        {"name": "on", "in": "query", "schema": {"type": ["boolean", "null"]}},
        {"name": "ids", "in": "query", "explode": False, "schema": {"type": "array", "items": INTEGER}},
        {"name": "session", "in": "cookie", "schema": {"type": "string", "enum": ["a", "b"]}},
        body={PARTS: {"schema": {"type": "object", "required": ["n"], "properties": {"n": INTEGER}}}},
    ),
    "3.2": document(
        {"name": "day", "in": "query", "schema": {"type": "string", "format": "date"}}, version="3.2.0"
    ),
}


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The processes run in the environment of the tests, which has all that they need."""
    for module in (runs, documents_command):
        monkeypatch.setattr(module, "python_of", lambda name: Path(sys.executable), raising=False)
    monkeypatch.setattr(documents_command, "prepare", lambda name, tell: Path(sys.executable))


SWAGGER = {
    "swagger": "2.0",
    "info": {"title": "Notes", "version": "1"},
    "basePath": "/v1",
    "consumes": ["application/json"],
    "paths": {
        "/notes": {
            "get": {
                "parameters": [
                    {"name": "limit", "in": "query", "type": "integer", "minimum": 1, "required": True},
                    {"name": "tags", "in": "query", "type": "array", "items": {"type": "string"}},
                ],
                "responses": {"200": {"description": "ok"}, "default": {"description": "refused"}},
            },
            "post": {
                "parameters": [
                    {"name": "note", "in": "body", "required": True, "schema": {"$ref": "#/definitions/N"}}
                ],
                "responses": {"200": {"description": "ok"}, "default": {"description": "refused"}},
            },
        }
    },
    "definitions": {
        "N": {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}}
    },
}


@pytest.mark.usefixtures("here")
def test_requests_to_documents_are_what_they_are_meant_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = []
    for version, shown in WRITTEN.items():
        file = tmp_path / f"{version}.json"
        file.write_text(json.dumps(prepared(shown)))
        found.append(Source(f"written/{version}", version, file))
    swagger = tmp_path / "2.0.json"
    swagger.write_text(json.dumps(SWAGGER))
    found.append(Source("written/2.0", "2.0", swagger))
    monkeypatch.setattr(documents_command, "sources", lambda judge, tell: found)
    code = command.main(["documents", "--ours", "--seconds", "3", "--json", str(tmp_path / "runs")])
    output = capsys.readouterr()
    assert code == 0, output.out + output.err
    written = [json.loads(line) for line in (tmp_path / "runs").read_text().splitlines()]
    for one in written:
        counts = one["judged"]["counts"]
        assert counts["valid right"] > 20
        assert counts["invalid wrong"] > 5
    assert "OpenAPI 2.0: 1 documents, 0 refused, 2 operations, " in output.out


@pytest.mark.usefixtures("here")
def test_both_tools_are_measured_on_the_same_app(tmp_path: Path) -> None:
    file = tmp_path / "document.json"
    file.write_text(json.dumps(prepared(query(INTEGER))))
    for tool in (OURS, PLAIN):
        done = runs.run(tool, Source("written", "3.1", file), 2, is_shared=False)
        assert done.cases > 0, done.said
        assert done.memory > 0
        assert sum(done.judged["counts"].values()) == done.cases


def test_each_nth_document_is_counted_from_one(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command.main(["documents", "--every", "0"])
    assert "--every needs at least 1" in capsys.readouterr().err
