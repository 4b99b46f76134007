"""Files: as bytes and as uploads, one and several, beside fields."""

from typing import Annotated

from pydantic import BaseModel

from xapi import XAPI, Body, File, Form, UploadFile

app = XAPI()


class Receipt(BaseModel):
    size: int


@app.post("/bytes")
def as_bytes(data: Annotated[bytes, File()]) -> Receipt: ...


@app.post("/upload")
def upload(data: UploadFile) -> Receipt: ...


@app.post("/optional")
def optional(data: UploadFile | None = None, raw: Annotated[bytes | None, File()] = None): ...


@app.post("/several")
def several(files: list[UploadFile], raw: Annotated[list[bytes], File(description="Raw", min_length=1)]): ...


@app.post("/described")
def described(
    data: Annotated[UploadFile, File(title="The file", description="A file", alias="the-file")],
    media: Annotated[bytes, File(media_type="image/png")] = b"",
): ...


@app.put("/mixed/{name}")
def mixed(
    name: str,
    data: Annotated[bytes, File(max_length=1000)],
    upload: UploadFile,
    note: Annotated[str, Form(min_length=1)] = "none",
    count: int = Form(1, ge=1),
): ...


@app.post("/beside-body")
def listed(files: Annotated[list[UploadFile] | None, File()] = None, q: int = 1): ...


@app.post("/binary")
def binary(data: Annotated[bytes, Body(media_type="application/octet-stream")]): ...
