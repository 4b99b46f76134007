"""Types that JSON has no word for: secrets, JSON in text, URLs, addresses, bytes, colours of one's own."""

import re
from ipaddress import IPv4Network, IPv6Address
from pathlib import Path as FilePath
from typing import Annotated, Any, NewType

from pydantic import (
    AnyHttpUrl,
    Base64Str,
    BaseModel,
    BeforeValidator,
    ByteSize,
    GetJsonSchemaHandler,
    Json,
    PlainSerializer,
    RootModel,
    SecretBytes,
    SecretStr,
    WithJsonSchema,
)
from pydantic_core import core_schema
from typing_extensions import TypeAliasType

from xapi import XAPI, Body, Query

app = XAPI()
UserId = NewType("UserId", int)
Names = TypeAliasType("Names", list[str])
Upper = Annotated[str, BeforeValidator(str.upper), PlainSerializer(str.lower, return_type=str)]


class Colour:
    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(lambda value: cls())

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string", "format": "colour"}


class Special(BaseModel):
    secret: SecretStr
    secret_bytes: SecretBytes = SecretBytes(b"x")
    listed: Json[list[int]]
    any_json: Json = "1"
    link: AnyHttpUrl | None = None
    network: IPv4Network | None = None
    address: IPv6Address | None = None
    file: FilePath = FilePath("/tmp")
    data: bytes = b"x"
    encoded: Base64Str = ""
    size: ByteSize = ByteSize(1)
    pattern: re.Pattern | None = None
    user: UserId = UserId(1)
    names: Names = []
    upper: Upper = "A"
    said: Annotated[complex, WithJsonSchema({"type": "string", "examples": ["1j"]})] = 1j
    either: int | Colour = 1


class Ids(RootModel[dict[str, UserId]]): ...


@app.post("/special")
def special(body: Special) -> Special: ...


@app.post("/ids")
def ids(body: Ids) -> Ids: ...


@app.get("/parameters/{user}")
def parameters(
    user: UserId,
    names: Annotated[Names, Query()],
    link: AnyHttpUrl,
    colour: Annotated[Colour, Query()],
    upper: Upper = "A",
    size: ByteSize | None = None,
    secret: SecretStr | None = None,
    network: IPv4Network | None = None,
): ...


@app.post("/alias")
def alias(names: Annotated[Names, Body()]) -> Names: ...
