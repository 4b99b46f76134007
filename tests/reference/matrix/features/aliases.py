"""Aliases of every kind, of parameters and of fields of models, in every place."""

from matrix.places import ALL, HEADER, UPLOAD
from matrix.rows import Parameter, Row, cases

SENDS = [{}, {"value": "v"}, {"first": "a"}, {"second": "b"}, {"second": "b", "first": "a"}, {"first": ""}]
LISTS = [{}, {"first": ["a", "b"]}, {"second": ["a", "b"]}, {"first": ["a"], "second": ["b", "c"]}]
CHOICES = "validation_alias=AliasChoices('first', 'second')"
PLACES = [place for place in ALL if place is not UPLOAD]


def text(name: str, keywords: str, annotation: str = "{text}", default: str = "") -> Row:
    return Row(
        name, {"value": Parameter(annotation, keywords, default)}, SENDS, places=PLACES, path="/{first}"
    )


def field(name: str, options: str, annotation: str = "{text}", config: str = "") -> Row:
    """A model with an aliased field."""
    config = f"    model_config = ConfigDict({config})\n" if config else ""
    before = f"class Model(BaseModel):\n{config}    value: {annotation} = {options}\n"
    sends = SENDS if "list" not in annotation else LISTS
    parameters = {"model": Parameter("Model")}
    places = [place for place in PLACES if place.name not in ("path", "file")]
    return Row(f"field with {name}", parameters, sends, before, places, models=frozenset({"model"}))


def header(name: str, keywords: str, annotation: str = "str | None") -> Row:
    sends = [{}, {"x_first": "a"}, {"x-first": "b"}, {"x-second": "c"}, {"x_second": "d"}, {"x-value": "e"}]
    return Row(f"header {name}", {"x_value": Parameter(annotation, keywords, "None")}, sends, places=[HEADER])


CASES = cases(
    [
        text("alias", "alias='first'"),
        text("alias, optional", "alias='first'", "{text} | None", "None"),
        text("validation alias", "validation_alias='first'"),
        text("validation alias beside an alias", "alias='second', validation_alias='first'"),
        text("serialization alias", "serialization_alias='first'"),
        text("choices", CHOICES),
        text("choices, optional", CHOICES, "{text} | None", "None"),
        text("choices beside an alias", f"alias='third', {CHOICES}"),
        text("choices, with a wrong value", CHOICES, "int", "0"),
        text("choices with the name of the parameter", "validation_alias=AliasChoices('first', 'value')"),
        text("path", "validation_alias=AliasPath('first', 0)", "{text} | None", "None"),
        text("path in choices", "validation_alias=AliasChoices('first', AliasPath('second', 0))"),
        text("an alias of text that is no identifier", "alias='first-of.all'", "{text} | None", "None"),
        Row(
            "choices of a list",
            {"value": Parameter("list[{text}]", CHOICES)},
            LISTS,
            places=[place for place in PLACES if place.name != "path"],
        ),
        Row(
            "choices that two parameters share",
            {
                "one": Parameter("{text} | None", CHOICES, "None"),
                "two": Parameter("{text} | None", "validation_alias=AliasChoices('second', 'first')", "None"),
            },
            SENDS,
            places=[place for place in PLACES if place.name not in ("path", "whole body")],
        ),
        field("an alias", "Field(alias='first')"),
        field("an alias, filled by name", "Field(alias='first')", config="populate_by_name=True"),
        field("choices", f"Field({CHOICES})"),
        field("choices, a list", f"Field(default=[], {CHOICES})", "list[{text}]"),
        field("a path", "Field(None, validation_alias=AliasPath('first', 0))", "{text} | None"),
        field("a generated alias", "'d'", "{text}", "alias_generator=lambda name: 'first'"),
        header("with choices", "validation_alias=AliasChoices('x_first', 'x-second')"),
        header("with an alias", "alias='x_first'"),
        header("with a validation alias", "validation_alias='x_first'"),
        header(
            "with choices and underscores",
            "convert_underscores=False, validation_alias=AliasChoices('x_first', 'x_second')",
        ),
        header("with underscores", "convert_underscores=False"),
        header(
            "of a list with choices",
            "validation_alias=AliasChoices('x-first', 'x-second')",
            "list[str] | None",
        ),
        Row(
            "model of headers with underscores",
            {"model": Parameter("Model", "convert_underscores=False")},
            [{}, {"x_first": "a"}, {"x-first": "b"}],
            "class Model(BaseModel):\n    x_first: str | None = None\n",
            [HEADER],
        ),
        Row(
            "model of headers with choices",
            {"model": Parameter("Model")},
            [{}, {"x-first": "a"}, {"x_first": "b"}, {"x-second": "c"}],
            "class Model(BaseModel):\n"
            "    x_value: str | None = Field(None, validation_alias=AliasChoices('x_first', 'x-second'))\n",
            [HEADER],
        ),
    ]
)
