"""What compares equal is not the same: callables and values are told apart wherever they are looked up."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import MethodType
from typing import Annotated, Any, Generic, Literal, NamedTuple, TypeVar

import attrs
import pytest
from annotated_types import Gt
from garbage import collect
from pydantic import AfterValidator, BaseModel

from xapi import XAPI, Body, Depends, Header, Query, Security, WebSocket
from xapi.identity import annotated, data_bytes, identity, reference
from xapi.overrides import OverrideError
from xapi.routing import APIRoute
from xapi.security import APIKeyHeader, SecurityScopes
from xapi.testclient import TestClient
from xapi.testing import override


@dataclass(frozen=True)
class Partly:
    """Compares `of` alone."""

    of: object
    tag: str = field(compare=False)

    def __call__(self) -> str:
        return self.tag

    def validate(self, value: int) -> int:
        return value * 10 + ord(self.tag)

    def method(self) -> str:
        return self.tag


@attrs.frozen
class Attrs:
    of: int
    tag: str = attrs.field(eq=False)

    def __call__(self) -> str:
        return self.tag


class Named(NamedTuple):
    of: object

    def __call__(self) -> str:
        return "b" if self.of is True else "a"


class Anything:
    """Equal to everything of its kind."""

    def __init__(self, tag: str) -> None:
        self.tag = tag

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Anything)

    __hash__ = lambda self: 1  # noqa: E731

    def __call__(self) -> str:
        return self.tag


@dataclass
class Unhashable:
    tag: str

    def __call__(self) -> str:
        return self.tag


class Array:
    """As those of numpy: a comparison of two is no truth value, and there is no hash."""

    def __init__(self, tag: str) -> None:
        self.tag = tag

    def __eq__(self, other: object) -> Any:
        return self if isinstance(other, Array) else NotImplemented

    def __bool__(self) -> bool:
        raise ValueError("the truth value of an array is ambiguous")

    def __call__(self) -> str:
        return self.tag

    __hash__ = None  # type: ignore[assignment]


class Meta(type):
    """Its classes are equal."""

    def __eq__(cls, other: object) -> bool:
        return isinstance(other, Meta)

    __hash__ = lambda cls: 1  # noqa: E731


class First(metaclass=Meta):
    def __new__(cls) -> Any:
        return "a"


class Second(metaclass=Meta):
    def __new__(cls) -> Any:
        return "b"


def _bound(tag: str) -> Any:
    """A method of one object, by functions that compare equal."""
    return MethodType(functools.partial(_told, tag), _OWNER)


def _told(tag: str, owner: object) -> str:
    return tag


_OWNER = object()
Pair = Callable[[], tuple[Any, Any]]
PAIRS: dict[str, Pair] = {
    "dataclass": lambda: (Partly(1, "a"), Partly(True, "b")),
    "attrs": lambda: (Attrs(1, "a"), Attrs(1, "b")),
    "named tuple": lambda: (Named(1), Named(True)),
    "equal to all": lambda: (Anything("a"), Anything("b")),
    "unhashable": lambda: (Unhashable("a"), Unhashable("b")),
    "array": lambda: (Array("a"), Array("b")),
    "methods of equal objects": lambda: (Partly(1, "a").method, Partly(1, "b").method),
    "methods by other callables": lambda: (_bound("a"), _bound("b")),
    "classes": lambda: (First, Second),
    "partials": lambda: (functools.partial(Partly(1, "a")), functools.partial(Partly(1, "b"))),
}


@pytest.fixture(params=PAIRS)
def pair(request: pytest.FixtureRequest) -> tuple[Any, Any]:
    """Two callables that compare equal, of which one gives "a" and the other one "b"."""
    return PAIRS[request.param]()


def get(app: XAPI, path: str = "/") -> Any:
    with TestClient(app) as client:
        response = client.get(path)
        assert response.status_code == 200, response.text
        return response.json()


# Signatures and plans


def test_two_in_one_request_are_both_called(pair: tuple[Any, Any]) -> None:
    app, (first, second) = XAPI(), pair

    @app.get("/")
    def endpoint(a: Any = Depends(first), b: Any = Depends(second), again: Any = Depends(first)) -> Any:
        return [a, b, again]

    assert get(app) == ["a", "b", "a"]


def test_two_routes_have_each_their_own(pair: tuple[Any, Any]) -> None:
    app = XAPI()
    for name, call in zip("ab", pair, strict=True):
        app.get(f"/{name}", dependencies=[Depends(call)])(lambda value=Depends(call): value)
    assert [get(app, "/a"), get(app, "/b")] == ["a", "b"]


def test_two_apps_have_each_their_own_in_annotations_too(pair: tuple[Any, Any]) -> None:
    apps = []
    for call in pair:
        app = XAPI()

        def endpoint(value: Annotated[str, Depends(call)]) -> str:
            return value

        endpoint.__annotations__["value"] = Annotated[str, Depends(call)]
        app.get("/")(endpoint)
        apps.append(app)
    assert [get(app) for app in apps] == ["a", "b"]


def test_two_endpoints_are_both_served(pair: tuple[Any, Any]) -> None:
    app = XAPI()
    for name, call in zip("ab", pair, strict=True):
        app.get(f"/{name}", response_model=None)(call)
    assert [get(app, "/a"), get(app, "/b")] == ["a", "b"]


def test_two_websockets_have_each_their_own(pair: tuple[Any, Any]) -> None:
    app = XAPI()
    for name, call in zip("ab", pair, strict=True):

        async def socket(websocket: WebSocket, value: Any = Depends(call)) -> None:
            await websocket.accept()
            await websocket.send_json(value)
            await websocket.close()

        app.websocket(f"/{name}")(socket)
    with TestClient(app) as client:
        for name in "ab":
            with client.websocket_connect(f"/{name}") as session:
                assert session.receive_json() == name


def test_methods_of_one_object_are_one_dependency() -> None:
    app, calls = XAPI(), []

    class Counter:
        def count(self) -> int:
            calls.append(self)
            return len(calls)

    counter = Counter()

    @app.get("/")
    def endpoint(a: int = Depends(counter.count), b: int = Depends(counter.count)) -> list[int]:
        return [a, b]

    assert get(app) == [1, 1]
    app.dependency_overrides[counter.count] = lambda: 7
    assert get(app) == [7, 7]
    del app.dependency_overrides[counter.count]
    with app.overrides(counter.count, 8) as handle:
        assert get(app) == [8, 8]
        assert handle.count(counter.count) == 1


def test_one_generic_class_is_one_dependency_each_time_it_is_written() -> None:
    T = TypeVar("T")

    class Repo(Generic[T]):
        def __init__(self) -> None:
            made.append(self)

    app, made = XAPI(), []

    @app.get("/")
    def endpoint(
        a: Any = Depends(Repo[int]), b: Any = Depends(Repo[int]), c: Any = Depends(Repo[str])
    ) -> Any:
        return [a is b, a is c]

    assert get(app) == [True, False]
    assert identity(Repo[list[int]]) == identity(Repo[list[int]]) != identity(Repo[list[bool]])


# Overrides


def test_a_dictionary_replaces_one_and_leaves_the_other(pair: tuple[Any, Any]) -> None:
    app, (first, second) = XAPI(), pair

    @app.get("/")
    def endpoint(a: Any = Depends(first), b: Any = Depends(second)) -> Any:
        return [a, b]

    overrides = app.dependency_overrides
    overrides[first] = lambda: "replaced"
    assert get(app) == ["replaced", "b"]
    assert first in overrides
    assert second not in overrides
    overrides[second] = "value"
    assert get(app) == ["replaced", "value"]
    assert overrides.pop(second) == "value"
    assert get(app) == ["replaced", "b"]
    overrides.clear()
    assert get(app) == ["a", "b"]


@pytest.mark.parametrize("way", ["app", "client", "function"])
@pytest.mark.parametrize("by", ["value", "function", "function with parameters"])
def test_an_override_replaces_one_and_leaves_the_other(pair: tuple[Any, Any], way: str, by: str) -> None:
    app, (first, second) = XAPI(), pair

    @app.get("/")
    def endpoint(a: Any = Depends(first), b: Any = Depends(second)) -> Any:
        return [a, b]

    by_kind: dict[str, Any] = {
        "value": "replaced",
        "function": lambda: "replaced",
        "function with parameters": lambda q="replaced": q,
    }
    ways: dict[str, Any] = {
        "app": lambda client, *given: app.overrides(*given),
        "client": lambda client, *given: client.override(*given),
        "function": lambda client, *given: override(app, *given),
    }
    for original, expected in ((first, ["replaced", "b"]), (second, ["a", "replaced"])):
        with TestClient(app) as client:
            with ways[way](client, original, by_kind[by]) as handle:
                assert client.get("/").json() == expected
                assert handle.count(original) == 1
                with pytest.raises(KeyError):
                    handle.count(second if original is first else first)
            assert client.get("/").json() == ["a", "b"]


def test_what_compares_equal_to_a_dependency_is_not_a_dependency(pair: tuple[Any, Any]) -> None:
    app, (first, second) = XAPI(), pair

    @app.get("/")
    def endpoint(value: Any = Depends(first)) -> Any:
        return value

    with pytest.raises(OverrideError, match="no operation of the app depends on"):
        app.overrides(second, "replaced")
    assert app.overridden(first) is first


def test_one_replaces_a_dependency_and_then_the_other(pair: tuple[Any, Any]) -> None:
    app = XAPI()

    def dependency() -> str:
        return "original"

    @app.get("/")
    def endpoint(value: str = Depends(dependency)) -> str:
        return value

    for call, expected in zip(pair * 2, "abab", strict=True):
        app.dependency_overrides[dependency] = call
        assert get(app) == expected
        app.dependency_overrides = {dependency: call}
        assert get(app) == expected
    app.dependency_overrides = {}
    for call, expected in zip(pair * 2, "abab", strict=True):
        with app.overrides(dependency, call):
            assert get(app) == expected


def test_two_that_replace_are_both_called(pair: tuple[Any, Any]) -> None:
    app, (first, second) = XAPI(), pair

    def one() -> str:
        return "one"

    def two() -> str:
        return "two"

    @app.get("/")
    def endpoint(a: str = Depends(one), b: str = Depends(two)) -> list[str]:
        return [a, b]

    with app.overrides({one: first, two: second}):
        assert get(app) == ["a", "b"]
    app.dependency_overrides.update({one: second, two: first})
    assert get(app) == ["b", "a"]


VALUES: list[tuple[Any, Any]] = [
    (1, True),
    (1.0, 1),
    (0.0, -0.0),
    ([1], [True]),
    ({"a": 1}, {"a": True}),
]


@pytest.mark.parametrize(("old", "new"), VALUES, ids=repr)
def test_a_value_that_is_equal_to_the_last_one_counts(old: Any, new: Any) -> None:
    app = XAPI()

    def dependency() -> Any:
        return "original"

    @app.get("/")
    def endpoint(value: Any = Depends(dependency)) -> str:
        return json.dumps(value)

    for value in (old, new, old, new):
        app.dependency_overrides[dependency] = value
        assert get(app) == json.dumps(value)
        app.dependency_overrides = {dependency: value}
        assert get(app) == json.dumps(value)


def test_values_that_can_not_be_compared_replace_each_other() -> None:
    class Data:
        def __init__(self, tag: str) -> None:
            self.tag = tag

        def __eq__(self, other: object) -> Any:
            raise ValueError("ambiguous")

        __hash__ = None  # type: ignore[assignment]

    app = XAPI()

    def dependency() -> Any:
        return Data("original")

    @app.get("/")
    def endpoint(value: Any = Depends(dependency)) -> str:
        return value.tag

    for tag in "ab":
        app.dependency_overrides[dependency] = Data(tag)
        assert get(app) == tag
        with app.overrides(dependency, Data(tag * 2)):
            assert get(app) == tag * 2


def test_a_value_that_is_changed_in_place_counts() -> None:
    app = XAPI()

    def dependency() -> list[int]:
        return []

    @app.get("/")
    def endpoint(value: list[int] = Depends(dependency)) -> list[int]:
        return value

    value = [1]
    app.dependency_overrides[dependency] = value
    assert get(app) == [1]
    value.append(2)
    assert get(app) == [1, 2]


NAMES = (
    "self",
    "scope",
    "receive",
    "send",
    "errors",
    "result",
    "body",
    "arguments",
    "call",
    "original",
    "cls",
)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", ["def", "async def", "generator", "async generator"])
def test_a_replacement_may_name_its_arguments_as_it_likes(name: str, kind: str) -> None:
    start, end = {
        "def": ("def", "return"),
        "async def": ("async def", "return"),
        "generator": ("def", "yield"),
        "async generator": ("async def", "yield"),
    }[kind]
    namespace: dict[str, Any] = {}
    exec(f"{start} replacement({name}: int):\n    {end} {name}", namespace)
    app = XAPI()

    def dependency() -> int:
        return 0

    @app.get("/")
    def endpoint(value: int = Depends(dependency)) -> int:
        return value

    with app.overrides(dependency, namespace["replacement"]) as handle:
        assert get(app, f"/?{name}=5") == 5
        assert handle.calls(dependency) == [{name: 5}]
    app.dependency_overrides[dependency] = namespace["replacement"]
    assert get(app, f"/?{name}=6") == 6
    with override(app, dependency, 1), override(app, dependency, namespace["replacement"]):
        assert get(app, f"/?{name}=7") == 7


@pytest.mark.parametrize("name", NAMES)
def test_what_is_called_beside_a_value_may_name_its_arguments_as_it_likes(name: str) -> None:
    namespace: dict[str, Any] = {}
    exec(f"def below({name}: int): return {name}", namespace)
    app = XAPI()

    def dependency(value: int = Depends(namespace["below"])) -> int:
        return value

    @app.get("/")
    def endpoint(value: int = Depends(dependency)) -> int:
        return value

    assert get(app, f"/?{name}=5") == 5
    with app.overrides(dependency, 1):
        assert get(app) == 1


def test_the_mapping_of_overrides_is_a_mapping() -> None:
    app, other = XAPI(), Unhashable("other")
    overrides = app.dependency_overrides
    assert overrides == {}
    overrides[get] = 1
    overrides |= {len: 2}
    overrides[other] = 3
    assert list(overrides.values()) == [1, 2, 3]
    assert repr(overrides) == f"{{{get!r}: 1, {len!r}: 2, {other!r}: 3}}"
    copied = overrides.copy()
    del overrides[other]
    assert overrides == {get: 1, len: 2} != copied
    assert dict(overrides | {len: 4}) == {get: 1, len: 4}
    assert overrides.setdefault(len, 5) == 2
    with pytest.raises(KeyError, match="tag='other'"):
        overrides[other]
    with pytest.raises(KeyError, match="tag='other'"):
        del overrides[other]


class DictApp:
    """An app of another framework, which has a plain dictionary."""

    def __init__(self) -> None:
        self.dependency_overrides: dict[Any, Any] = {}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None: ...


def test_what_a_plain_dictionary_can_not_hold_is_refused() -> None:
    app = DictApp()
    with pytest.raises(OverrideError, match="would have to be hashable"), override(app, Unhashable("a"), 1):
        pytest.fail("nothing was overridden")
    equal = {Partly(1, "a").method: 1, Partly(1, "b").method: 2}
    with override(app, equal):
        assert len(app.dependency_overrides) == 2
    both = app_layer(Partly(1, "a"), Partly(True, "b"))
    with pytest.raises(OverrideError, match="compares equal"), override(app, both):
        pytest.fail("nothing was overridden")
    assert app.dependency_overrides == {}


def app_layer(*originals: Any) -> Any:
    overrides = XAPI().dependency_overrides
    for original in originals:
        overrides[original] = 1
    return overrides


# Types and values of fields


def test_validators_that_compare_equal_validate_each_for_itself() -> None:
    app = XAPI()
    for tag in "ab":

        def endpoint(q: Any, body: Any = None) -> list[int]:
            return [q]

        validator = AfterValidator(Partly(1, tag).validate)
        same_text = AfterValidator(_Silent(tag))
        endpoint.__annotations__["q"] = Annotated[int, Query(), validator, same_text]
        app.get(f"/{tag}")(endpoint)
    assert [get(app, "/a?q=1"), get(app, "/b?q=1")] == [[10 + ord("a")], [10 + ord("b")]]
    assert _Silent.seen == ["a", "b"]


@dataclass(frozen=True)
class _Silent:
    """Equal to all others of its kind, with the same text."""

    tag: str = field(compare=False, repr=False)
    seen = []  # type: ignore[var-annotated]  # noqa: RUF012

    def __call__(self, value: Any) -> Any:
        self.seen.append(self.tag)
        return value


TYPES: list[tuple[Any, Any, str, Any, Any]] = [
    (Literal[1], Literal[True], "true", 1, True),
    (list[Literal[1]], list[Literal[True]], "[true]", [1], [True]),
    (Annotated[int, AfterValidator(_Silent("x"))], Annotated[int, Gt(5)], "3", 3, 422),
    (int | str, str | int, '"1"', "1", "1"),
]


@pytest.mark.parametrize(("first", "second", "body", "by_first", "by_second"), TYPES, ids=repr)
def test_types_that_are_nearly_the_same_are_told_apart(
    first: Any, second: Any, body: str, by_first: Any, by_second: Any
) -> None:
    app = XAPI()
    for path, annotation in (("/first", first), ("/second", second)):

        def endpoint(body: Any) -> Any:
            return body

        endpoint.__annotations__["body"] = Annotated[annotation, Body()]
        app.post(path)(endpoint)
    with TestClient(app) as client:
        for path, expected in (("/first", by_first), ("/second", by_second)):
            response = client.post(path, content=body, headers={"content-type": "application/json"})
            found = 422 if response.status_code == 422 else response.json()
            assert repr(found) == repr(expected)


def test_bounds_are_documented_as_they_are_written() -> None:
    app = XAPI()

    @app.get("/")
    def endpoint(a: Annotated[int, Query(gt=1)], b: Annotated[int, Query(gt=True)]) -> None: ...

    parameters = app.openapi()["paths"]["/"]["get"]["parameters"]
    assert [repr(item["schema"]["exclusiveMinimum"]) for item in parameters] == ["1", "True"]


def test_models_of_one_name_and_text_are_two() -> None:
    def model(tag: str) -> Any:
        class Item(BaseModel):
            value: str = tag

        return Item

    app = XAPI()
    for tag in "ab":
        app.get(f"/{tag}", response_model=model(tag))(lambda: {})
    assert [get(app, "/a"), get(app, "/b")] == [{"value": "a"}, {"value": "b"}]


def test_types_that_no_app_has_any_more_are_forgotten() -> None:
    from weakref import ref

    def declare() -> ref[Any]:
        class Item(BaseModel):
            value: int

        app = XAPI()
        app.post("/")(lambda item: item)

        # A thread of the pool that has run an endpoint ends some time after the client is closed.
        async def endpoint(item: Any) -> Any:
            return item

        endpoint.__annotations__ = {"item": Item}
        app.post("/item")(endpoint)
        with TestClient(app) as client:
            assert client.post("/item", json={"value": 1}).json() == {"value": 1}
        return ref(Item)

    found = declare()
    collect()
    assert found() is None


# Declarations


def test_uses_of_dependencies_that_compare_equal_are_not_equal(pair: tuple[Any, Any]) -> None:
    first, second = pair
    assert Depends(first) == Depends(first)
    assert hash(Depends(first)) == hash(Depends(first))
    assert Depends(first) != Depends(second)
    assert Depends(first) != Security(first)
    assert Depends(first) != Depends(first, use_cache=False)
    assert Security(first, scopes=["a"]) == Security(first, scopes=["a"])
    assert Security(first, scopes=["a"]) != Security(first, scopes=["b"]) != Security(second, scopes=["b"])
    assert Depends(first, max_concurrency=1) != Depends(first, max_concurrency=1)


def test_a_route_is_itself_alone(pair: tuple[Any, Any]) -> None:
    """Of two routes of one path the one that is meant is removed, not the one with the other dependencies."""
    app, (first, second) = XAPI(), pair

    def endpoint() -> None: ...

    guarded, open_route = (APIRoute("/", endpoint, dependencies=[Depends(call)]) for call in (first, second))
    assert guarded != open_route
    assert len({guarded, open_route}) == 2
    app.routes.extend([guarded, open_route])
    app.routes.remove(open_route)
    assert app.routes[-1] is guarded


def test_scopes_are_handed_out_as_they_are_written() -> None:
    app = XAPI()

    class Scope(str):
        __slots__ = ()

    def dependency(scopes: SecurityScopes) -> list[str]:
        return [type(scope).__name__ for scope in scopes.scopes]

    for path, scope in (("/text", "read"), ("/scope", Scope("read"))):

        def endpoint(value: Any) -> Any:
            return value

        endpoint.__annotations__["value"] = Annotated[Any, Security(dependency, scopes=(scope,))]
        app.get(path)(endpoint)
    assert [get(app, "/text"), get(app, "/scope")] == [["str"], ["Scope"]]


def test_security_schemes_that_compare_equal_read_each_its_own() -> None:
    class Scheme(APIKeyHeader):
        def __eq__(self, other: object) -> bool:
            return isinstance(other, Scheme)

        __hash__ = lambda self: 1  # noqa: E731

    app = XAPI()
    first, second = Scheme(name="x-a", scheme_name="first"), Scheme(name="x-b", scheme_name="second")

    @app.get("/a")
    def of_first(key: str = Security(first)) -> str:
        return key

    @app.get("/b")
    def of_second(key: str = Security(second)) -> str:
        return key

    with TestClient(app, headers={"x-a": "a", "x-b": "b"}) as client:
        assert [client.get("/a").json(), client.get("/b").json()] == ["a", "b"]
    assert app.openapi()["components"]["securitySchemes"].keys() == {"first", "second"}


def test_limits_of_uses_that_look_alike_are_counted_apart() -> None:
    def dependency() -> str:
        return "value"

    uses = [Annotated[str, Depends(dependency, max_concurrency=1)] for _ in range(2)]
    assert uses[0] != uses[1]


# The document


def test_a_document_that_is_changed_in_place_from_one_to_true_is_served_anew() -> None:
    app = XAPI()
    document = app.openapi()
    document["x-flag"] = 1
    with TestClient(app) as client:
        assert '"x-flag":1' in client.get("/openapi.json").text
        document["x-flag"] = True
        assert '"x-flag":true' in client.get("/openapi.json").text


def test_headers_that_differ_in_their_default_alone_are_documented_each() -> None:
    app = XAPI()

    @app.get("/")
    def endpoint(a: int = Header(1), b: int = Header(True)) -> None: ...

    parameters = app.openapi()["paths"]["/"]["get"]["parameters"]
    assert [repr(item["schema"]["default"]) for item in parameters] == ["1", "True"]


# What identity is


def test_identity_is_of_the_object(pair: tuple[Any, Any]) -> None:
    first, second = pair
    assert identity(first) == identity(first) != identity(second)
    assert reference(first) == reference(first) != reference(second)
    assert len({identity(first), identity(second), identity(first)}) == 2
    assert len({reference(first), reference(second), reference(first)}) == 2


def test_a_reference_to_what_is_gone_is_equal_to_itself_alone() -> None:
    gone = [reference(Partly(1, "a")) for _ in range(2)]
    assert gone[0] == gone[0] != gone[1]


def test_methods_in_c_are_those_of_their_object() -> None:
    one: list[int] = [1]
    other: list[int] = [1]
    assert identity(one.append) == identity(one.append) != identity(other.append)
    assert identity(one.append) != identity(one.pop)
    assert identity(one.__len__) == identity(one.__len__) != identity(other.__len__)


def test_an_annotated_type_has_the_metadata_that_is_given() -> None:
    made = [annotated(int, [Partly(1, "a")]), annotated(int, [Partly(1, "b")])]
    assert [item.__metadata__[0].tag for item in made] == ["a", "b"]
    assert annotated(Annotated[int, 1], [2]) == Annotated[int, 1, 2]
    assert annotated(int, []) is int


def test_data_of_another_kind_are_other_bytes() -> None:
    kinds: Iterator[Any] = iter([1, True, 1.0, [1], [True], {"a": 1}, {"a": True}, "1", None])
    found = list(map(data_bytes, kinds))
    assert len(set(found)) == len(found)
    text = "".join(["shared", " text"])
    assert data_bytes([text, text]) == data_bytes(json.loads('["shared text", "shared text"]'))
