"""Values of subclasses of what JSON is made of, mappings that are no `dict`, and objects, in every answer."""

from matrix.programs import Case, Program, Request

BEFORE = """import types
from collections import ChainMap, Counter, OrderedDict, UserDict, UserList, defaultdict, deque, namedtuple

from xapi.responses import JSONResponse
from xapi.sse import EventSourceResponse

class MyUUID(UUID): ...
class MyDecimal(Decimal): ...
class MyText(str): ...
class LoudText(str):
    def __str__(self): return "LOUD"
class MyInt(int): ...
class MyFloat(float): ...
class MyTime(datetime): ...
class MyDate(date): ...
class MySpan(timedelta): ...
class MyList(list): ...
class MyDict(dict): ...
class MyBytes(bytes): ...
class MyModel(BaseModel):
    a: Any
class Map(Mapping):
    def __init__(self, content): self.content = content
    def __getitem__(self, key): return self.content[key]
    def __iter__(self): return iter(self.content)
    def __len__(self): return len(self.content)
class Level(Enum):
    LOW = MyText("low")
class Thing:
    def __init__(self): self.a = MyDecimal("1.5")
class Slots:
    __slots__ = ("a",)
Pair = namedtuple("Pair", "a b")

"""
VALUES = {
    "uuid": "MyUUID('d7a6b7c0-5a5e-4b5a-8f0e-3f9b8f2d6a11')",
    "decimal": "MyDecimal('1.50')",
    "whole-decimal": "MyDecimal('3')",
    "text": "MyText('s')",
    "loud-text": "LoudText('quiet')",
    "int": "MyInt(3)",
    "float": "MyFloat(1.5)",
    "time": "MyTime(2020, 1, 2, 3, 4, 5)",
    "date": "MyDate(2020, 1, 2)",
    "span": "MySpan(seconds=90)",
    "list": "MyList([1])",
    "dict": "MyDict(a=1)",
    "bytes": "MyBytes(b'x')",
    "enum": "Level.LOW",
    "mapping": "Map({'a': MyDecimal('1.5')})",
    "proxy": "types.MappingProxyType({'a': 1})",
    "chain": "ChainMap({'a': 1}, {'b': 2})",
    "user-dict": "UserDict(a=1)",
    "ordered": "OrderedDict(a=1)",
    "default": "defaultdict(int, a=1)",
    "counter": "Counter('aab')",
    "deque": "deque([1])",
    "set": "{MyText('s')}",
    "pair": "Pair(1, MyDate(2020, 1, 2))",
    "thing": "Thing()",
    "model": "MyModel(a=Map({'a': 1}))",
    "namespace": "types.SimpleNamespace(a=1)",
    "slots": "Slots()",
    "user-list": "UserList([1])",
}
UNUSUAL = {"nan": "float('nan')", "infinity": "float('inf')", "decimal": "Decimal('NaN')"}
ITERATORS = {"map": "map(str, [1])", "generator": "(item for item in [1])", "zip": "zip([1], [2])"}
KEYS = ("uuid", "decimal", "text", "loud-text", "int", "time", "date", "bytes", "enum", "float")
WAYS = {
    "returned": "async def read(): return VALUE",
    "in a list": "async def read(): return [VALUE]",
    "declared as anything": "async def read() -> Any: return VALUE",
    "in a declared dictionary": "async def read() -> dict[str, Any]: return {'a': VALUE}",
    "in a field": "async def read() -> MyModel: return MyModel(a=VALUE)",
    "by jsonable_encoder": "async def read(): return JSONResponse(jsonable_encoder(VALUE))",
    "as an item of JSON Lines": "async def read() -> AsyncIterator[Any]: yield VALUE",
    "in an HTTPException": "async def read(): raise HTTPException(400, jsonable_encoder({'a': VALUE}))",
}


def way(name: str, values: dict[str, str], function: str, options: str = "") -> Case:
    """One way to answer, with each of the values."""
    source = BEFORE + "\napp = new_app()\n"
    for path, value in values.items():
        source += f"\n@app.get('/{path}'{options})\n{function.replace('VALUE', value)}\n"
    return Case(
        name,
        {"one spelling": Program(source, [Request(f"GET /{path}") for path in values], has_operations=False)},
    )


CASES = [
    *(way(name, VALUES, function) for name, function in WAYS.items()),
    *(way(f"not a number, {name}", UNUSUAL, function) for name, function in WAYS.items()),
    way("iterator, returned", ITERATORS, "async def read(): return VALUE"),
    way("iterator, in a list", ITERATORS, "async def read(): return [VALUE]"),
    way(
        "as an event",
        VALUES,
        "async def read() -> AsyncIterator[Any]: yield VALUE",
        ", response_class=EventSourceResponse",
    ),
    way("as a key", {key: VALUES[key] for key in KEYS}, "async def read(): return {VALUE: 1}"),
    way(
        "as a key that is declared",
        {key: VALUES[key] for key in KEYS},
        "async def read() -> dict[Any, int]: return {VALUE: 1}",
    ),
]
