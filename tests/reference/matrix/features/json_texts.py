"""`Json[...]`, which is one text on the wire, in every place."""

from matrix.places import ALL, FORM, UPLOAD, Upload
from matrix.rows import Parameter, Row, cases

PLACES = [place for place in ALL if place is not UPLOAD]
MODEL = "class Model(BaseModel):\n    a: int\n    b: list[int] = []\n"
TEXTS = ['["a", "b"]', '{"a": 1}', "[", ""]


def text(name: str, annotation: str, default: str = "", keywords: str = "") -> Row:
    sends = [{}, *({"value": text} for text in TEXTS), {"value": ["[1]", "[2]"]}]
    return Row(name, {"value": Parameter(annotation, keywords, default)}, sends, MODEL, PLACES)


CASES = cases(
    [
        text("list", "Json[list[str]]"),
        text("model", "Json[Model]"),
        text("anything", "Json"),
        text("list, optional", "Json[list[str]] | None", "None"),
        text("model, optional", "Json[Model] | None", "None"),
        text("list, with a default", "Json[list[str]]", "['d']"),
        text("list, with a bound", "Json[list[str]]", "", "min_length=3"),
        text("list with an alias", "Json[list[str]]", "", "alias='value'"),
        text("several texts", "list[Json[list[int]]]"),
        Row(
            "model beside a text",
            {"value": Parameter("Json[Model]"), "note": Parameter("{text} | None", "", "None")},
            [{}, {"value": '{"a": 1}', "note": "n"}, {"value": "{}"}, {"note": "n"}],
            MODEL,
            [place for place in PLACES if place.name not in ("path", "whole body")],
        ),
        Row(
            "field of a model",
            {"value": Parameter("Outer")},
            [{}, {"tags": '["a"]'}, {"tags": '["a"]', "model": '{"a": 1}'}, {"tags": "x", "model": "{}"}],
            MODEL
            + "class Outer(BaseModel):\n    tags: Json[list[str]]\n    model: Json[Model] | None = None\n",
            [place for place in PLACES if place.name not in ("path", "file")],
            models=frozenset({"value"}),
        ),
        Row(
            "model beside a file",
            {"value": Parameter("Json[Model]"), "file": Parameter("UploadFile | None", "", "None")},
            [{"value": '{"a": 1}', "file": Upload("f.txt", "content")}, {"file": Upload("f.txt", "content")}],
            MODEL,
            [FORM],
        ),
    ]
)
