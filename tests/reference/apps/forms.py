"""Forms and files."""

from typing import Annotated

from xapi import XAPI, Depends, File, Form, UploadFile

app = XAPI()


@app.post("/login")
def login(username: Annotated[str, Form()], password: Annotated[str, Form(min_length=8)]): ...


@app.post("/one")
def one(name: Annotated[str, Form(description="The name", title="Full name")] = "x"): ...


@app.post("/optional")
def optional(name: Annotated[str | None, Form()] = None): ...


@app.post("/list")
def form_list(names: Annotated[list[str], Form()]): ...


@app.post("/file")
def file(file: Annotated[bytes, File()]): ...


@app.post("/upload")
def upload(file: UploadFile): ...


@app.post("/upload-described")
def upload_described(file: Annotated[UploadFile, File(description="A file read as UploadFile")]): ...


@app.post("/upload-optional")
def upload_optional(file: UploadFile | None = None, data: Annotated[bytes | None, File()] = None): ...


@app.post("/uploads")
def uploads(files: list[UploadFile], more: Annotated[list[bytes], File()]): ...


@app.post("/mixed")
def mixed(
    file: Annotated[bytes, File()], upload: Annotated[UploadFile, File()], token: Annotated[str, Form()]
): ...


@app.post("/media")
def media(token: Annotated[str, Form(media_type="multipart/form-data")]): ...


def in_dependency(token: Annotated[str, Form()]): ...


@app.post("/dependency")
def dependency(a: Annotated[int, Form()], other: Annotated[None, Depends(in_dependency)]): ...
