"""Marks in unusual spellings, names that only type checkers know, classes and generics as dependencies."""

from matrix.places import QUERY
from matrix.programs import Case
from matrix.rows import Parameter, Row, cases

SENDS = [{}, {"value": "sent"}, {"value": "sent", "token": "ada"}]
GIVEN = """given = []
def user(token: str = "nobody") -> str:
    given.append(token)
    return f"user {token}"

"""
CLASSES = """T = TypeVar("T")
class Repo(Generic[T]):
    def __init__(self, size: int = 1, name: str = "n") -> None:
        self.size, self.name = size, name

class Child(Repo[int]):
    def __init__(self, *args: Any, size: int = 2, **kw: Any) -> None:
        super().__init__(size=size)

class Passing(Repo[int]):
    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)

class Plain: ...

@dataclass
class Data:
    size: int
    name: str = "d"

class Model(BaseModel):
    size: int
    name: str = Field("m", alias="title")

class Pair(NamedTuple):
    size: int = 3

class Made:
    def __new__(cls, size: int = 4) -> "Made":
        made = super().__new__(cls)
        made.size = size
        return made

class Meta(type):
    def __call__(cls, size: int = 5) -> Any:
        made = super().__call__()
        made.size = size
        return made

class WithMeta(metaclass=Meta): ...

class Maker:
    def __init__(self, size: int) -> None:
        self.size = size
    def __call__(self, name: str = "c") -> str:
        return name * self.size
    @classmethod
    def of(cls, size: int = 6) -> "Maker":
        return cls(size)

"""
SIZES = [{}, {"size": "7"}, {"size": "x"}, {"args": "1", "kw": "2", "name": "z", "title": "t"}]


def mark(name: str, annotation: str, marker: str = "", default: str = "") -> Row:
    return Row(f"mark: {name}", {"value": Parameter(annotation, "", default, marker)}, SENDS, GIVEN, [QUERY])


KNOWN = """class Known:
    def __init__(self, token: str = "known") -> None:
        self.token = token

"""


def unknown(name: str, annotation: str, marker: str, default: str = "") -> Row:
    """An annotation with names that exist while types are checked only."""
    parameters = {"value": Parameter(annotation, "", default, marker)}
    return Row(f"unknown name: {name}", parameters, SENDS, GIVEN + KNOWN, [QUERY])


def made(name: str, annotation: str, marker: str = "Depends()") -> Row:
    return Row(f"class: {name}", {"value": Parameter(annotation, "", "", marker)}, SIZES, CLASSES, [QUERY])


CASES: list[Case] = cases(
    [
        mark("inside of Optional", "Optional[Annotated[str, Depends(user)]]", default="None"),
        mark("inside of Optional, required", "Optional[Annotated[str, Depends(user)]]"),
        mark("inside of a union", "Annotated[str, Depends(user)] | int", default="1"),
        mark("inside of a list", "list[Annotated[str, Depends(user)]]", default="[]"),
        mark(
            "inside of a list in Query",
            "Annotated[list[Annotated[str, Depends(user)]], Query()]",
            default="[]",
        ),
        mark("the class in Annotated", "Annotated[str, Depends]"),
        mark("the class in Annotated, of a class", "Annotated[Request, Depends]"),
        mark("the class as default", "str", default="Depends"),
        mark("a function in Annotated", "Annotated[str, user]"),
        mark("a function as default", "str", default="user"),
        mark("before another mark", "Annotated[str, Depends(user), Query()]"),
        mark("after another mark", "Annotated[str, Query(), Depends(user)]"),
        mark("twice", "Annotated[str, Depends(user), Depends(user)]"),
        mark("in Annotated and as default", "Annotated[str, Depends(user)]", default="Depends(user)"),
        mark("in Annotated, with a default", "Annotated[str, Depends(user)]", default="None"),
        mark("in Annotated of Annotated", "Annotated[Annotated[str, Depends(user)], 'a note']"),
        mark("of nothing callable", "Annotated[str, Depends('user')]"),
        mark("without a class", "Annotated[Any, Depends()]"),
        mark("of a builtin type", "Annotated[str, Depends()]"),
        mark("two places", "Annotated[str, Query(), Header()]", default="'d'"),
        mark("a marker's class in Annotated", "Annotated[str, Query]", default="'d'"),
        mark("default in a marker and beside it", "Annotated[str, Query('d')]", default="'e'"),
        mark("a marker and another as default", "Annotated[str, Query(max_length=3)]", default="Query('e')"),
        mark("one name for two", "str", "Query(alias='value')"),
        mark("a WebSocket", "WebSocket", default="None"),
        mark("a Request that is optional", "Request | None", default="None"),
        mark("a Request with a default", "Request", default="None"),
        unknown("as default", "'Session'", "Depends(user)"),
        unknown("optional", "'Session | None'", "Depends(user)"),
        unknown("in a list", "'list[Session]'", "Depends(user)"),
        unknown("in Annotated as a whole", "'Annotated[Session, Depends(user)]'", ""),
        unknown("in Annotated, quoted", "Annotated['Session', Depends(user)]", ""),
        unknown("in Annotated of an optional", "Annotated['Session | None', Depends(user)]", ""),
        unknown("with Security", "'Session'", "Security(user, scopes=['a'])"),
        unknown("beside a known class", "'Known'", "Depends()"),
        unknown("of a module", "'orm.Session'", "Depends(user)"),
        unknown("of a query parameter", "'Session'", "Query()"),
        unknown("of a class dependency", "'Session'", "Depends()"),
        Row(
            "two arguments with one name on the wire",
            {"value": Parameter("str", "", "'d'"), "other": Parameter("int", "alias='value'", "0")},
            [{}, {"value": "a"}, {"value": "5"}],
            places=[QUERY],
        ),
        made("generic", "Repo[int]"),
        made("generic in Depends", "Repo[int]", "Depends(Repo[int])"),
        made("with arguments that are passed on", "Child"),
        made("with nothing but arguments that are passed on", "Passing"),
        made("optional", "Repo | None"),
        made("optional and generic", "Optional[Repo[int]]"),
        made("without arguments", "Plain"),
        made("dataclass", "Data"),
        made("model", "Model"),
        made("named tuple", "Pair"),
        made("with __new__", "Made"),
        made("with a metaclass", "WithMeta"),
        made("instance", "str", "Depends(Maker(2))"),
        made("class method", "Maker", "Depends(Maker.of)"),
        made("union", "Plain | Repo"),
    ]
)
