"""`Field` as a marker, and markers as fields of models, in every place."""

from matrix.places import ALL, BODY, FORM, HEADER, QUERY, UPLOAD
from matrix.programs import Case, Program, Request
from matrix.rows import Parameter, Row, cases

PLACES = [place for place in ALL if place is not UPLOAD]
NOT_PATH = [place for place in PLACES if place.name != "path"]
SENDS = [{}, {"value": "7"}, {"page": "3"}, {"page": "7"}]
MARKERS = ("Query", "Header", "Cookie", "Path", "Form", "File", "Body")


def number(
    name: str, annotation: str, default: str = "", marker: str | None = None, keywords: str = ""
) -> Row:
    places = [place for place in (NOT_PATH if default else PLACES) if not place.is_file]
    if marker == "" and "{marker}" not in annotation:
        places = [QUERY]
    return Row(
        f"Field {name}",
        {"value": Parameter(annotation, keywords, default, marker)},
        SENDS,
        "",
        places,
        "/{page}",
    )


def of_model(name: str, field: str, sends: list[dict[str, str]]) -> Row:
    return Row(
        f"field {name}",
        {"value": Parameter("Model")},
        sends,
        f"class Model(BaseModel):\n    {field}\n",
        [HEADER, FORM, BODY] if "Header" in field else [QUERY, BODY],
        models=frozenset({"value"}),
    )


def answer(name: str, field: str) -> Case:
    """A model with a field that is a marker, as body and as answer."""
    source = (
        f"class Model(BaseModel):\n    {field}\n\napp = new_app()\n\n"
        '@app.post("/read")\nasync def read(model: Model) -> Model:\n    return model\n'
    )
    json = [("content-type", "application/json")]
    requests = [
        Request("POST /read", json, text)
        for text in ("{}", '{"pageSize": 3}', '{"size": 3}', '{"pageSize": 0}')
    ]
    return Case(f"answer with {name}", {"one spelling": Program(source, requests)})


SIZES = [{}, {"pagesize": "3"}, {"pageSize": "3"}, {"size": "4"}, {"pageSize": "0"}]

CASES = [
    *cases(
        [
            number("with an alias, no marker", "Annotated[int, Field(alias='page')]", marker=""),
            number("with an alias, before a marker", "Annotated[int, Field(alias='page')]"),
            number(
                "with an alias, after a marker", "Annotated[int, {marker}(), Field(alias='page')]", marker=""
            ),
            number(
                "with a bound, before a marker", "Annotated[int, Field(gt=5)]", "6", keywords="alias='page'"
            ),
            number(
                "with a bound, after a marker", "Annotated[int, {marker}(alias='page'), Field(gt=5)]", "6", ""
            ),
            number(
                "with bounds on both sides",
                "Annotated[int, Field(gt=5), {marker}(lt=9, alias='page')]",
                "6",
                "",
            ),
            number("with examples and a title", "Annotated[int, Field(examples=[1], title='T')]", "6"),
            number(
                "in a reusable type",
                "Annotated[Annotated[int, Field(gt=5, description='D')], Field(lt=9)]",
                "6",
            ),
            number("with a factory", "Annotated[int, Field(default_factory=lambda: 8)]"),
            number(
                "with a factory, no marker", "Annotated[int, Field(default_factory=lambda: 8)]", marker=""
            ),
            number("with a default in Annotated", "Annotated[int, Field(default=9)]"),
            number("with a default in Annotated, no marker", "Annotated[int, Field(default=9)]", marker=""),
            number("as the default value", "int", "Field(6, gt=5)", ""),
            number("as the default value, required", "int", "Field(gt=5)", ""),
            number(
                "with a default that is validated", "Annotated[int, Field(validate_default=True, gt=5)]", "3"
            ),
            number("deprecated", "Annotated[int, Field(deprecated=True)]", "6"),
            number("with an alias, optional", "Annotated[int | None, Field(alias='page')]", "None", ""),
            number(
                "with an alias, inside of optional",
                "Optional[Annotated[int, Field(alias='page')]]",
                "None",
                "",
            ),
            *(
                of_model(f"that is {marker}", f"size: int = {marker}(10, alias='pageSize')", SIZES)
                for marker in MARKERS
                if marker != "Path"
            ),
            *(
                of_model(
                    f"with {marker} in Annotated",
                    f"size: Annotated[int, {marker}(alias='pageSize', gt=0)] = 10",
                    SIZES,
                )
                for marker in MARKERS
            ),
            of_model("that is Query, required", "size: int = Query(alias='pageSize')", SIZES),
            of_model(
                "with choices in Query",
                "size: int = Query(5, validation_alias=AliasChoices('pageSize', 'size'))",
                SIZES,
            ),
        ]
    ),
    *(
        answer(f"{marker} as default", f"size: int = {marker}(10, alias='pageSize')")
        for marker in MARKERS
        if marker != "Path"
    ),
    *(
        answer(f"{marker} in Annotated", f"size: Annotated[int, {marker}(alias='pageSize', gt=0)] = 10")
        for marker in MARKERS
    ),
    answer(
        "another serialization alias",
        "size: int = Body(10, validation_alias='pageSize', serialization_alias='shown')",
    ),
]
