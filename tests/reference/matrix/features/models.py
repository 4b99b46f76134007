"""Unions of models, several models, and models beside other parameters, in every place."""

from matrix.places import ALL, COOKIE, HEADER, OF_TEXT, PATH
from matrix.rows import Parameter, Row, cases

PLACES = [place for place in ALL if place is not PATH and place.text != "bytes"]
MODELS = """class A(BaseModel):
    a: {text}
    both: {text} | None = None

class B(BaseModel):
    b: {text}
    both: {text} | None = None
"""
KINDS = """class A(BaseModel):
    kind: Literal["a"]
    a: int

class B(BaseModel):
    kind: Literal["b", "c"] = "b"
    b: int = 0
"""
SENDS = [{}, {"a": "1"}, {"b": "2", "both": "3"}, {"a": "1", "b": "2"}, {"other": "4"}]
KINDS_SENT = [{}, {"kind": "a", "a": "1"}, {"kind": "c"}, {"kind": "x"}, {"kind": "a", "a": "x"}, {"b": "1"}]
CHECKBOXES = """class A(BaseModel):
    agreed: bool = False
    tags: list[str] = []
    note: str | None = None
"""


def union(name: str, annotation: str, default: str = "", keywords: str = "") -> Row:
    parameters = {"value": Parameter(annotation, keywords, default)}
    return Row(f"union {name}", parameters, SENDS, MODELS, PLACES, models=frozenset({"value"}))


def tagged(name: str, annotation: str, keywords: str = "", default: str = "") -> Row:
    places = [place for place in PLACES if not place.is_file]
    parameters = {"value": Parameter(annotation, keywords, default)}
    return Row(
        f"discriminated union {name}", parameters, KINDS_SENT, KINDS, places, models=frozenset({"value"})
    )


def several(name: str, one: str, two: str, default: str = "", extra: str = "ignore") -> Row:
    """Two models with the given annotations in one place."""
    before = MODELS.replace(
        "(BaseModel):\n", f"(BaseModel):\n    model_config = ConfigDict(extra='{extra}')\n"
    )
    places = [place for place in PLACES if place.name != "whole body"]
    return Row(
        f"two models {name}",
        {"one": Parameter(one, "", default), "two": Parameter(two, "", default)},
        SENDS,
        before,
        places,
        models=frozenset({"one", "two"}),
    )


def beside(name: str, annotation: str, default: str = "", extra: str = "ignore") -> Row:
    """A model and another parameter in one place."""
    before = MODELS.replace(
        "(BaseModel):\n", f"(BaseModel):\n    model_config = ConfigDict(extra='{extra}')\n"
    )
    parameters = {"value": Parameter(annotation, "", default), "q": Parameter("{text} | None", "", "None")}
    sends = [{}, {"a": "1"}, {"q": "2"}, {"a": "1", "q": "2", "other": "3"}]
    places = [place for place in PLACES if place.name != "whole body"]
    return Row(f"model {name}", parameters, sends, before, places, models=frozenset({"value"}))


def extra(name: str) -> Row:
    before = MODELS.replace(
        "(BaseModel):\n", f"(BaseModel):\n    model_config = ConfigDict(extra='{name}')\n"
    )
    sends = [{"a": "1", "other": "2"}, {"a": "1", "other": ["2", "3"]}, {"other": "4"}]
    places = [place for place in PLACES if not place.is_file and place not in (HEADER, COOKIE)]
    return Row(
        f"one model that has to {name} others",
        {"value": Parameter("A")},
        sends,
        before,
        places,
        models=frozenset({"value"}),
    )


def checkboxes(name: str, annotation: str, default: str = "") -> Row:
    sends = [
        {},
        {"agreed": "on"},
        {"tags": ["a", "b"]},
        {"tags": "a", "note": ""},
        {"agreed": "", "tags": ""},
    ]
    return Row(
        f"checkboxes of {name}", {"value": Parameter(annotation, "", default)}, sends, CHECKBOXES, OF_TEXT
    )


CASES = cases(
    [
        union("of two", "A | B"),
        union("of two, as Union", "Union[A, B]"),
        union("of two, optional", "A | B | None", "None"),
        union("of a model and a text", "A | str"),
        tagged("by a marker", "A | B", "discriminator='kind'"),
        tagged("by a field", "Annotated[A | B, Field(discriminator='kind')]"),
        tagged(
            "by a field, optional", "Annotated[A | B, Field(discriminator='kind')] | None", default="None"
        ),
        several("required", "A", "B"),
        several("optional", "A | None", "B | None", "None"),
        Row(
            "two models of which one is optional",
            {"one": Parameter("A"), "two": Parameter("Optional[B]", "", "None")},
            SENDS,
            MODELS,
            [place for place in PLACES if place.name != "whole body"],
            models=frozenset({"one", "two"}),
        ),
        several("that forbid others", "A", "B", extra="forbid"),
        several("that allow others", "A", "B", extra="allow"),
        beside("beside a parameter", "A"),
        beside("beside a parameter, optional", "A | None", "None"),
        beside("beside a parameter, forbidding others", "A", extra="forbid"),
        extra("forbid"),
        extra("allow"),
        checkboxes("a model", "A"),
        checkboxes("an optional model", "A | None", "None"),
        Row(
            "models in a list",
            {"value": Parameter("list[A]")},
            [{}, {"value": [{"a": "1"}]}, {"value": ["x"]}],
            MODELS,
            PLACES,
        ),
        Row(
            "fields that are models",
            {"value": Parameter("Outer")},
            [{}, {"name": "n"}, {"name": "n", "inner": '{"a": "1"}'}, {"name": "n", "inner": {"a": "1"}}],
            MODELS + "class Outer(BaseModel):\n    name: str\n    inner: A | None = None\n",
            [place for place in PLACES if not place.is_file],
            models=frozenset({"value"}),
        ),
        Row(
            "fields that are models, of JSON texts by a validator",
            {"value": Parameter("Outer")},
            [{}, {"inner": '{"a": "1"}'}, {"inner": '{"a":'}],
            MODELS
            + "def read_json(text):\n    return json.loads(text) if isinstance(text, str) else text\n"
            + "Inner = Annotated[A, BeforeValidator(read_json)]\n"
            + "class Outer(BaseModel):\n    inner: Inner\n",
            [place for place in PLACES if not place.is_file],
            models=frozenset({"value"}),
        ),
        Row(
            "a root model",
            {"value": Parameter("Root", "", "Root(['d'])")},
            [{}, {"value": ["a", "b"]}, {"value": "a"}],
            "class Root(RootModel[list[str]]): ...\n",
            [place for place in PLACES if not place.is_file],
        ),
        Row(
            "a dictionary",
            {"value": Parameter("dict[str, str] | None", "", "None")},
            [{}, {"value": "a"}, {"value": {"a": "1"}}, {"a": "1"}],
            places=[place for place in PLACES if not place.is_file],
        ),
    ]
)
