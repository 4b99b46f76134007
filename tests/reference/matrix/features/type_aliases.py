"""Names of types (`type X = ...`) for what is read and for dependencies, in every place."""

from matrix.places import ALL, BODY, FORM, QUERY, UPLOAD, WHOLE_BODY
from matrix.rows import Parameter, Row, cases

PLACES = [place for place in ALL if place is not UPLOAD]
NOT_PATH = [place for place in PLACES if place.name != "path"]
TEXTS = [{}, {"value": "abc"}, {"value": "a"}, {"value": ["abc", "d"]}]
FIELDS = [{}, {"a": "1"}, {"a": "x"}, {"value": "1"}]
MODEL = "class Model(BaseModel):\n    a: int = 5\n"


def alias(name: str, meaning: str) -> str:
    return f"{name} = TypeAliasType({name!r}, {meaning})\n"


def text(
    name: str, before: str, annotation: str = "Alias", marker: str | None = None, default: str = ""
) -> Row:
    places = PLACES if not default and "list" not in before else NOT_PATH
    parameters = {"value": Parameter(annotation, "", default, marker)}
    return Row(f"text: {name}", parameters, TEXTS, before, places)


def model(
    name: str, before: str, annotation: str = "Alias", marker: str | None = None, default: str = ""
) -> Row:
    parameters = {"value": Parameter(annotation, "", default, marker)}
    places = [place for place in NOT_PATH if place.text != "bytes"]
    return Row(f"model: {name}", parameters, FIELDS, MODEL + before, places, models=frozenset({"value"}))


def dependency(name: str, before: str, annotation: str = "User", marker: str = "", default: str = "") -> Row:
    """What is sent is the client's guess at the value of a dependency, which lets in nobody but `ada`."""
    before = (
        "def user(token: str = '') -> str:\n"
        "    if token != 'ada':\n        raise HTTPException(401)\n    return token\n\n" + before
    )
    sends = [{}, {"value": "admin"}, {"token": "ada", "value": "admin"}]
    return Row(
        f"dependency: {name}", {"value": Parameter(annotation, "", default, marker)}, sends, before, [QUERY]
    )


CASES = cases(
    [
        text("of a text", alias("Alias", "{text}")),
        text("of a text with a marker", alias("Alias", "Annotated[{text}, {marker}()]"), marker=""),
        text(
            "of such an alias",
            alias("One", "Annotated[{text}, {marker}()]") + alias("Alias", "One"),
            marker="",
        ),
        text("of a bound", alias("Alias", "Annotated[str, Field(min_length=3)]")),
        text("of a bound and a marker", alias("Alias", "Annotated[str, {marker}(min_length=3)]"), marker=""),
        text("of an optional text", alias("Alias", "{text} | None"), default="None"),
        text(
            "with a marker, made optional",
            alias("One", "Annotated[{text}, {marker}()]"),
            "Optional[One]",
            "",
            "None",
        ),
        text(
            "with a marker and a default",
            alias("Alias", "Annotated[{text}, {marker}()]"),
            marker="",
            default="'d'",
        ),
        text("of a list", alias("Alias", "list[{text}]")),
        text("of an optional list", alias("Alias", "list[{text}] | None"), default="None"),
        text("of items", alias("One", "Annotated[{text}, Field(max_length=2)]"), "list[One]", default="[]"),
        model("of a model", alias("Alias", "Model")),
        model("of a model with a marker", alias("Alias", "Annotated[Model, {marker}()]"), marker=""),
        model("of an optional model", alias("Alias", "Model | None"), default="None"),
        model("of an alias of a model", alias("One", "Model") + alias("Alias", "One")),
        model("of a union", "class Other(BaseModel):\n    b: int\n" + alias("Alias", "Model | Other")),
        Row(
            "without a marker: model",
            {"value": Parameter("Alias", "", "", "")},
            FIELDS,
            MODEL + alias("Alias", "Model"),
            [WHOLE_BODY],
            models=frozenset({"value"}),
        ),
        Row(
            "without a marker: optional model",
            {"value": Parameter("Alias", "", "None", "")},
            FIELDS,
            MODEL + alias("Alias", "Model | None"),
            [WHOLE_BODY],
            models=frozenset({"value"}),
        ),
        Row(
            "without a marker: list",
            {"value": Parameter("Alias", "", "", "")},
            [{}, {"value": ["1", "x"]}],
            alias("Alias", "list[int]"),
            [WHOLE_BODY],
        ),
        Row(
            "without a marker: number",
            {"value": Parameter("Alias", "", "", "")},
            [{}, {"value": "1"}, {"value": "x"}],
            alias("Alias", "int"),
            [QUERY],
        ),
        Row(
            "fields of models",
            {"value": Parameter("Outer")},
            [{}, {"one": "1", "some": ["2", "3"]}, {"one": "x", "some": "y"}],
            alias("Number", "int")
            + alias("Numbers", "list[Number]")
            + "class Outer(BaseModel):\n    one: Number\n    some: Numbers = []\n",
            [QUERY, FORM, BODY],
            models=frozenset({"value"}),
        ),
        dependency("alias", alias("User", "Annotated[str, Depends(user)]")),
        dependency("alias of an alias", alias("One", "Annotated[str, Depends(user)]") + alias("User", "One")),
        dependency(
            "alias in Annotated", alias("User", "Annotated[str, Depends(user)]"), "Annotated[User, 'a note']"
        ),
        dependency(
            "alias made optional",
            alias("User", "Annotated[str, Depends(user)]"),
            "Optional[User]",
            default="None",
        ),
        dependency(
            "alias in a list", alias("User", "Annotated[str, Depends(user)]"), "list[User]", default="[]"
        ),
        dependency(
            "alias of an optional", alias("User", "Optional[Annotated[str, Depends(user)]]"), default="None"
        ),
        dependency("alias with Security", alias("User", "Annotated[str, Security(user, scopes=['all'])]")),
        dependency("alias of the type of a dependency", alias("User", "str"), marker="Depends(user)"),
        dependency(
            "alias of a class",
            "class Person:\n    def __init__(self, name: Annotated[str, Depends(user)]):\n"
            "        self.name = name\n    def __repr__(self): return self.name\n"
            + alias("User", "Annotated[Person, Depends()]"),
            "User",
        ),
        dependency(
            "alias below another dependency",
            alias("One", "Annotated[str, Depends(user)]")
            + "def below(one: One): return one\n"
            + alias("User", "Annotated[str, Depends(below)]"),
        ),
        Row(
            "objects: request",
            {"value": Parameter("Alias", "", "", "")},
            [{}],
            "class Seen(str): ...\n" + alias("Alias", "Request"),
            [QUERY],
        ),
        Row(
            "objects: background tasks",
            {"value": Parameter("Alias", "", "", "")},
            [{}],
            alias("Alias", "BackgroundTasks"),
            [QUERY],
        ),
        Row(
            "objects: file",
            {"value": Parameter("Alias", "", "", "")},
            [{}, {"value": "abc"}, {"value": ["a", "b"]}],
            alias("Alias", "UploadFile"),
            [UPLOAD],
        ),
        Row(
            "objects: optional file",
            {"value": Parameter("Alias", "", "None", "")},
            [{}, {"value": "abc"}],
            alias("Alias", "UploadFile | None"),
            [UPLOAD],
        ),
        Row(
            "objects: files",
            {"value": Parameter("Alias", "", "", "")},
            [{}, {"value": ["a", "b"]}],
            alias("Alias", "list[UploadFile]"),
            [UPLOAD],
        ),
    ]
)
