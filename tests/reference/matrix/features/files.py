"""Inputs of files in which nothing was chosen, named files without content, files in the place of texts."""

from matrix.places import FILE, FORM, NO_CHOICE, UPLOAD, Upload
from matrix.rows import Parameter, Row, cases

SENDS = [
    {},
    {"value": NO_CHOICE},
    {"value": Upload("empty.txt")},
    {"value": Upload("", "content")},
    {"value": Upload("", "", "text/plain")},
    {"value": Upload("a.txt", "content", "text/plain")},
    {"value": [NO_CHOICE, Upload("a.txt", "content")]},
    {"value": [NO_CHOICE, NO_CHOICE]},
    {"other": NO_CHOICE},
]
FILES = [FILE, UPLOAD]


def file(name: str, annotation: str, default: str = "", keywords: str = "") -> Row:
    return Row(name, {"value": Parameter(annotation, keywords, default)}, SENDS, places=FILES)


def form(name: str, fields: str, annotation: str = "Model", default: str = "") -> Row:
    """A model of a form with files, in their two types."""
    before = f"class Model(BaseModel):\n    {fields}\n    note: str | None = None\n"
    return Row(
        name,
        {"model": Parameter(annotation, "media_type='multipart/form-data'", default)},
        SENDS,
        before,
        [FORM],
    )


CASES = cases(
    [
        file("required", "{text}"),
        file("optional", "{text} | None", "None"),
        file("required and nullable", "{text} | None"),
        file("list", "list[{text}]"),
        file("list, optional", "list[{text}] | None", "None"),
        file("list that is empty by default", "list[{text}]", "[]"),
        file("list of nullable items", "list[{text} | None]"),
        file("list with a bound", "list[{text}]", "", "min_length=1"),
        file("file or text", "{text} | str"),
        form("form with a file", "value: UploadFile"),
        form("form with an optional file", "value: UploadFile | None = None"),
        form("form with files", "value: list[UploadFile] = []"),
        form("form with bytes", "value: bytes | None = None"),
        form("optional form with a file", "value: UploadFile", "Model | None", "None"),
        Row(
            "text where a file is sent", {"value": Parameter("str | None", "", "None")}, SENDS, places=[FORM]
        ),
        Row("number where a file is sent", {"value": Parameter("int", "", "0")}, SENDS, places=[FORM]),
        Row(
            "file beside a text",
            {
                "value": Parameter("UploadFile | None", "", "None", "File()"),
                "note": Parameter("str", "", "'d'"),
            },
            [{"value": NO_CHOICE, "note": "n"}, {"value": Upload("a.txt", "x"), "note": ""}, {"note": "n"}],
            places=[FORM],
        ),
        Row(
            "file without a marker",
            {"value": Parameter("UploadFile | None", "", "None", "")},
            SENDS,
            places=[UPLOAD],
        ),
        Row("bytes with a bound", {"value": Parameter("bytes", "min_length=3")}, SENDS, places=[FILE]),
        Row(
            "files that are all read as text",
            {"value": Parameter("{text}", "", "", "File(description='A file')")},
            [{"value": "text"}],
            places=[FORM],
        ),
    ]
)
