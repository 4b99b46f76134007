"""A file input without a choice is not a file (HTML Standard, "constructing the entry list")."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from pydantic import BaseModel, ConfigDict

from xapi import XAPI, Body, Depends, File, Form, Request, UploadFile
from xapi.testclient import TestClient

OCTETS = "application/octet-stream"
NOTHING = ("", OCTETS, b"")
NAMED = ("empty.txt", "text/plain", b"")
UNNAMED = ("", OCTETS, b"abc")
CHOSEN = ("a.txt", "text/plain", b"abc")

Part = tuple[str, str, bytes] | str


def form(*parts: tuple[str, Part]) -> dict[str, Any]:
    """A multipart form as browsers write it, where the client's library would leave out empty names."""
    lines = []
    for name, part in parts:
        head = f'content-disposition: form-data; name="{name}"'
        if isinstance(part, str):
            lines.append(f"--bound\r\n{head}\r\n\r\n{part}\r\n".encode())
        else:
            filename, content_type, content = part
            head += f'; filename="{filename}"\r\ncontent-type: {content_type}'
            lines.append(f"--bound\r\n{head}\r\n\r\n".encode() + content + b"\r\n")
    content = b"".join([*lines, b"--bound--\r\n"])
    return {"content": content, "headers": {"content-type": "multipart/form-data; boundary=bound"}}


class Photo(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True)
    image: UploadFile | None = None
    caption: str = "-"


class Needed(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True)
    image: UploadFile
    caption: str = "-"


class Album(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True)
    images: list[UploadFile] = []
    content: bytes | None = None


app = XAPI()


def name(file: UploadFile | None) -> Any:
    return file and [file.filename, file.size]


@app.post("/optional")
def optional(file: UploadFile | None = None, other: Annotated[UploadFile | None, File()] = None) -> Any:
    return [name(file), name(other)]


@app.post("/required")
def required(file: UploadFile) -> Any:
    return name(file)


@app.post("/content")
def content(file: Annotated[bytes, File()]) -> Any:
    return len(file)


@app.post("/list")
def several(files: list[UploadFile], contents: Annotated[list[bytes], File()] = []) -> Any:  # noqa: B006
    return [[name(file) for file in files], [len(each) for each in contents]]


@app.post("/optional-list")
def optional_list(files: Annotated[list[UploadFile] | None, File()] = None) -> Any:
    return files and [name(file) for file in files]


@app.post("/model")
def model(photo: Annotated[Photo, Form()]) -> Any:
    return [name(photo.image), photo.caption]


@app.post("/needed")
def needed(photo: Annotated[Needed, Form()]) -> Any:
    return name(photo.image)


@app.post("/union")
def union(item: Annotated[Needed | Album, Form()]) -> Any:
    if isinstance(item, Album):
        return [[name(each) for each in item.images], item.content]
    return name(item.image)


@app.post("/text")
def text(file: Annotated[str | None, Form()] = None, beside: UploadFile | None = None) -> Any:
    return file


@app.post("/json-beside")
def json_beside(beside: UploadFile, file: Annotated[list[str] | None, Body()] = None) -> Any:
    return file


def upload(file: UploadFile | None = None) -> Any:
    return name(file)


@app.post("/dependency")
def dependency(given: Annotated[Any, Depends(upload)]) -> Any:
    return given


@app.post("/raw")
async def raw(request: Request, file: UploadFile | None = None) -> Any:
    parsed = await request.form()
    return [[key, getattr(value, "filename", value)] for key, value in parsed.multi_items()]


client = TestClient(app)


@pytest.mark.parametrize(
    ("path", "parts", "expected"),
    [
        ("/optional", [("file", NOTHING)], [None, None]),
        ("/optional", [("file", CHOSEN), ("other", NOTHING)], [["a.txt", 3], None]),
        ("/list", [("files", NOTHING), ("files", CHOSEN), ("contents", NOTHING)], [[["a.txt", 3]], []]),
        ("/list", [("files", CHOSEN), ("contents", NOTHING), ("contents", CHOSEN)], [[["a.txt", 3]], [3]]),
        ("/optional-list", [("files", NOTHING)], None),
        ("/optional-list", [("files", NOTHING), ("files", NOTHING)], None),
        ("/model", [("image", NOTHING), ("caption", "c")], [None, "c"]),
        ("/union", [("images", NOTHING), ("content", NOTHING)], [[], None]),
        ("/union", [("image", CHOSEN), ("images", NOTHING)], ["a.txt", 3]),
        ("/text", [("file", NOTHING)], None),
        ("/json-beside", [("beside", CHOSEN), ("file", NOTHING)], None),
        ("/dependency", [("file", NOTHING)], None),
    ],
)
def test_an_input_without_a_choice_is_no_file(path: str, parts: Any, expected: Any) -> None:
    answer = client.post(path, **form(*parts))
    assert (answer.status_code, answer.json()) == (200, expected)


@pytest.mark.parametrize(
    ("path", "field"),
    [("/required", "file"), ("/content", "file"), ("/list", "files"), ("/needed", "image")],
)
def test_a_required_file_without_a_choice_is_missing(path: str, field: str) -> None:
    answer = client.post(path, **form((field, NOTHING)))
    assert answer.status_code == 422
    (error,) = answer.json()["detail"]
    assert (error["type"], error["loc"]) == ("missing", ["body", field])


@pytest.mark.parametrize("content_type", [OCTETS, "text/plain", "Application/Octet-Stream; x=y"])
def test_whatever_its_type_is(content_type: str) -> None:
    assert client.post("/optional", **form(("file", ("", content_type, b"")))).json() == [None, None]


@pytest.mark.parametrize(("part", "expected"), [(NAMED, ["empty.txt", 0]), (UNNAMED, ["", 3])])
def test_a_named_empty_file_and_an_unnamed_one_with_content_are_files(part: Part, expected: Any) -> None:
    assert client.post("/optional", **form(("file", part))).json() == [expected, None]
    assert client.post("/required", **form(("file", part))).json() == expected
    assert client.post("/list", **form(("files", part), ("files", NOTHING))).json() == [[expected], []]
    assert client.post("/content", **form(("file", part))).json() == expected[1]
    assert client.post("/needed", **form(("image", part))).json() == expected


def test_the_form_of_a_request_stays_as_it_was_sent() -> None:
    assert client.post("/raw", **form(("file", NOTHING), ("other", "o"))).json() == [
        ["file", ""],
        ["other", "o"],
    ]
