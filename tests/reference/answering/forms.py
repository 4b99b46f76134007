"""Forms, files, and both together."""

from typing import Annotated

from pydantic import BaseModel

from xapi import XAPI, File, Form, UploadFile

app = XAPI()


class FormData(BaseModel):
    model_config = {"extra": "forbid"}

    username: str
    password: str
    tags: list[int] = []


@app.post("/login")
async def login(
    username: Annotated[str, Form(min_length=2)], password: str = Form(), remember: bool = Form(False)
):
    return [username, password, remember]


@app.post("/optional")
async def optional(note: Annotated[str | None, Form(alias="the-note")] = None, n: Annotated[int, Form()] = 1):
    return [note, n]


@app.post("/model")
async def model(data: Annotated[FormData, Form()]):
    return data


@app.post("/bytes")
async def as_bytes(file: Annotated[bytes, File(description="A file")]):
    return {"size": len(file)}


@app.post("/upload")
async def upload(file: UploadFile):
    head = await file.read(3)
    await file.seek(0)
    return {
        "name": file.filename,
        "type": file.content_type,
        "head": head.decode(),
        "size": len(await file.read()),
    }


@app.post("/optional-file")
async def optional_file(file: UploadFile | None = None):
    return file and file.filename


@app.post("/many")
async def many(files: list[UploadFile], contents: Annotated[list[bytes], File()] = []):  # noqa: B006
    return [[file.filename for file in files], [len(content) for content in contents]]


@app.post("/both")
async def both(
    file: Annotated[bytes, File()], fileb: Annotated[UploadFile, File()], token: Annotated[str, Form()]
):
    return [len(file), fileb.content_type, token]


REQUESTS = [
    ("POST /login", {"data": {"username": "rick", "password": "secret"}}),
    ("POST /login", {"data": {"username": "rick", "password": "secret", "remember": "on"}}),
    ("POST /login", {"data": {"username": "r", "password": "", "remember": "x"}}),
    ("POST /login", {"files": {"username": (None, "rick"), "password": (None, "secret")}}),
    ("POST /login", {"json": {"username": "rick", "password": "secret"}}),
    "POST /login",
    ("POST /login", {"content": b"username=a+b%20c&password=%26", "headers": {
        "content-type": "application/x-www-form-urlencoded"}}),
    ("POST /optional", {"data": {"the-note": "n", "n": "5"}}),
    ("POST /optional", {"data": {"note": "n", "n": "x"}}),
    ("POST /optional", {"data": {"the-note": "", "n": ""}}),
    "POST /optional",
    ("POST /model", {"data": {"username": "rick", "password": "s", "tags": ["1", "2"]}}),
    ("POST /model", {"data": {"username": "rick", "extra": "x", "tags": "y"}}),
    ("POST /model", {"data": {"username": "rick", "extra": ["x", "y"], "password": "p"}}),
    "POST /model",
    ("POST /bytes", {"files": {"file": b"content"}}),
    ("POST /bytes", {"data": {"file": "text"}}),
    "POST /bytes",
    ("POST /upload", {"files": {"file": ("a.txt", b"content", "text/plain")}}),
    ("POST /upload", {"files": {"file": ("a", b"")}}),
    ("POST /upload", {"data": {"file": "text"}}),
    ("POST /upload", {"files": {"other": b"x"}}),
    "POST /optional-file",
    ("POST /optional-file", {"files": {"file": ("b.bin", b"x")}}),
    ("POST /optional-file", {"data": {"file": ""}}),
    ("POST /many", {"files": [("files", ("a", b"1")), ("files", ("b", b"2")), ("contents", ("c", b"345"))]}),
    ("POST /many", {"files": [("files", ("a", b"1"))]}),
    "POST /many",
    ("POST /both", {"files": {"file": b"12", "fileb": ("b", b"x", "image/png")}, "data": {"token": "t"}}),
    ("POST /both", {"files": {"file": b"12"}}),
]  # fmt: skip
