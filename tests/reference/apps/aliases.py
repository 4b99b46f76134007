"""Names on the wire that are other names in the code."""

from typing import Annotated

from pydantic import AliasChoices, AliasPath, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel, to_pascal

from xapi import XAPI, Body, Cookie, Form, Header, Path, Query

app = XAPI()


class Camel(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)

    first_name: str
    last_name: str = "none"
    home_town: str | None = Field(None, alias="town")


class Pascal(Camel):
    model_config = ConfigDict(alias_generator=to_pascal)

    birth_year: int = Field(1900, ge=1800)


class TwoNames(BaseModel):
    read_as: int = Field(validation_alias="readAs")
    written_as: int = Field(1, serialization_alias="writtenAs")
    both: int = Field(1, validation_alias="in", serialization_alias="out")
    choices: str = Field("", validation_alias=AliasChoices("one", "two"))
    path: str = Field("", validation_alias=AliasPath("deep", 0))


@app.post("/camel")
def camel(body: Camel) -> Camel: ...


@app.post("/pascal")
def pascal(body: Pascal) -> list[Pascal]: ...


@app.post("/two-names")
def two_names(body: TwoNames) -> TwoNames: ...


@app.get("/by-name", response_model=Camel, response_model_by_alias=False)
def by_name(): ...


@app.get("/parameters/{itemId}")
def parameters(
    item_id: Annotated[int, Path(alias="itemId")],
    page_size: Annotated[int, Query(alias="pageSize")] = 10,
    token: Annotated[str | None, Header(alias="X_Token")] = None,
    session: Annotated[str | None, Cookie(alias="session.id")] = None,
    named: Annotated[str, Query(validation_alias="named-so")] = "",
): ...


@app.post("/bodies")
def bodies(
    first: Annotated[int, Body(alias="theFirst")], second: Annotated[Camel, Body(alias="the-second")]
): ...


@app.post("/form")
def form(first_name: Annotated[str, Form(alias="firstName")], model: Annotated[str, Form()] = ""): ...


@app.post("/form-model")
def form_model(data: Annotated[Camel, Form()]): ...
