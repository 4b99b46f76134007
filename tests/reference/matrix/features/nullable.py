"""Texts, lists and models that may be left out or be null: every kind of default, in every place."""

from matrix.places import ALL, UPLOAD
from matrix.rows import Parameter, Row, cases

TEXTS = [{}, {"value": ""}, {"value": "abc"}, {"value": ["a", "b"]}, {"value": None}]
LISTS = [{}, {"value": [""]}, {"value": ["a"]}, {"value": ["a", "b"]}, {"value": None}, {"value": []}]
FIELDS = [{}, {"a": "1"}, {"b": "2"}, {"a": "1", "b": ""}, {"a": "", "other": "3"}]

NEEDY = "class Model(BaseModel):\n    a: {text}\n    b: {text} | None = None\n"
OPEN = "class Model(BaseModel):\n    a: {text} | None = None\n    b: {text} | None = Field(None)\n"


def text(name: str, annotation: str, default: str = "", keywords: str = "") -> Row:
    return Row(f"text {name}", {"value": Parameter(annotation, keywords, default)}, TEXTS)


def several(name: str, annotation: str, default: str = "", keywords: str = "") -> Row:
    return Row(f"list {name}", {"value": Parameter(annotation, keywords, default)}, LISTS)


def model(name: str, annotation: str, default: str = "", keywords: str = "", before: str = NEEDY) -> Row:
    """A row with a model, of which no default is made of texts where its fields are files."""
    places = [place for place in ALL if not ("'d'" in default and place is UPLOAD)]
    parameters = {"value": Parameter(annotation, keywords, default)}
    return Row(f"model {name}", parameters, FIELDS, before, places, "/{a}", frozenset({"value"}))


CASES = cases(
    [
        text("required", "{text}"),
        text("required and nullable", "{text} | None"),
        text("that is None by default", "{text} | None", "None"),
        text("that is None by default and not nullable", "{text}", "None"),
        text("with a default", "{text}", "'d'"),
        text("with a factory", "{text}", "", "default_factory=lambda: 'made'"),
        text("with a factory of None", "Optional[{text}]", "", "default_factory=lambda: None"),
        text("with a default that is valid", "str", "'long enough'", "validate_default=True, min_length=3"),
        text("with a default that is not valid", "str", "'d'", "validate_default=True, min_length=3"),
        text("with a default that is not checked", "str", "'d'", "min_length=3"),
        text("with a bound, nullable", "str | None", "None", "min_length=3"),
        text("that is a number, nullable", "Optional[int]", "None"),
        several("required", "list[{text}]"),
        several("required and nullable", "list[{text}] | None"),
        several("that is None by default", "list[{text}] | None", "None"),
        several("that is None by default and not nullable", "list[{text}]", "None"),
        several("with a default", "list[{text}]", "['d']"),
        several("with a factory", "list[{text}]", "", "default_factory=list"),
        several("with a default that is not valid", "list[int]", "['x']", "validate_default=True"),
        several("of nullable items", "list[{text} | None]", "[]"),
        several("that is a set, nullable", "set[str] | None", "None"),
        model("required", "Model"),
        model("required, all of its fields optional", "Model", before=OPEN),
        model("required and nullable", "Model | None"),
        model("that is None by default", "Model | None", "None"),
        model("that is None by default, all of its fields optional", "Model | None", "None", before=OPEN),
        model("with a default", "Model", "Model(a='d')"),
        model("with a factory", "Model", "", "default_factory=lambda: Model(a='made')"),
        model("with a default that is validated", "Model", "{'a': 'd'}", "validate_default=True"),
    ]
)
