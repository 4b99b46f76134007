"""Forms and files: single fields, models of forms, one file, several, as bytes and as files."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from xapi import XAPI, File, Form, UploadFile
from xapi.responses import HTMLResponse

app = XAPI()


class Signature(BaseModel):
    name: str
    words: list[str] = []
    years: int | None = Field(default=None, ge=0)


class Strict(BaseModel):
    model_config = {"extra": "forbid"}
    name: str
    key: str = ""


@app.get("/")
async def page():
    return HTMLResponse(
        "<form method=post enctype=multipart/form-data action=/files><input type=file name=file></form>"
    )


@app.post("/fields")
async def fields(
    name: Annotated[str, Form(min_length=2)],
    years: Annotated[int, Form()] = 3,
    words: Annotated[list[str] | None, Form()] = None,
    other: Annotated[str | None, Form(alias="other-name")] = None,
):
    return [name, years, words, other]


@app.post("/signatures")
async def signatures(signature: Annotated[Signature, Form()]) -> Signature:
    return signature


@app.post("/signatures/strict")
async def strict(signature: Annotated[Strict, Form()]) -> Any:
    return signature


@app.post("/bytes")
async def as_bytes(
    file: Annotated[bytes | None, File(description="A file as bytes")] = None,
) -> dict[str, Any]:
    return {"size": None if file is None else len(file)}


@app.post("/files")
async def as_file(file: Annotated[UploadFile, File(description="A file")]) -> dict[str, Any]:
    first = await file.read(2)
    await file.seek(1)
    return {
        "name": file.filename,
        "type": file.content_type,
        "size": file.size,
        "parts": [first.decode(), (await file.read()).decode()],
        "headers": sorted(file.headers),
    }


@app.post("/files/perhaps")
def perhaps(file: UploadFile | None = None) -> dict[str, Any]:
    return {"name": file.filename if file else None, "text": file.file.read().decode() if file else None}


@app.post("/files/many")
async def many(files: list[UploadFile], sums: Annotated[list[bytes], File()] = []) -> list[Any]:  # noqa: B006
    return [[file.filename for file in files], [len(part) for part in sums]]


@app.post("/mixed")
async def mixed(
    file: Annotated[bytes, File()], again: Annotated[UploadFile, File()], token: Annotated[str, Form()]
) -> list[Any]:
    return [len(file), again.content_type, token]
