"""Trees of dependencies under paths, made by chance: what each operation answers, alone or among others.

As a program it reads jobs from its input, each a tree and the number of one route, and answers each in a
process of its own, in which nothing else was ever declared.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

NAMES = ("a", "b", "c", "d")
PREFIXES = ("", "", "/{c}", "/in")
KINDS = ("def", "async def", "generator", "class", "method")


def make_tree(seed: int) -> dict[str, Any]:
    """Six callables, each depending on some of those before it, and three routes that depend on them."""
    random = Random(seed)
    nodes = [_make_node(random, number) for number in range(6)]
    routes = [_make_route(random, number, len(nodes)) for number in range(3)]
    return {"nodes": nodes, "routes": routes}


def _make_node(random: Random, number: int) -> dict[str, Any]:
    below = random.sample(range(number), min(number, random.choice((0, 1, 1, 2))))
    names = random.sample(NAMES, random.choice((0, 1, 1, 2)))
    marks = {name: random.choice(("", "", "", "alias", "path", "query")) for name in names}
    return {"below": below, "marks": marks, "kind": random.choice(KINDS)}


def _make_route(random: Random, number: int, nodes: int) -> dict[str, Any]:
    names = random.sample(NAMES, random.choice((0, 1, 2)))
    prefix = random.choice([prefix for prefix in PREFIXES if "{c}" not in prefix or "c" not in names])
    return {
        "prefix": prefix,
        "path": "".join([f"/route{number}", *(f"/{{{name}}}" for name in names)]),
        "kind": random.choice(("http", "http", "websocket")),
        "uses": random.sample(range(nodes), random.choice((1, 2))),
        "replaced": random.sample(range(nodes), 2) if random.random() < 0.5 else [],
    }


def _source(number: int, node: dict[str, Any]) -> str:
    arguments, shown = [], []
    for name, mark in node["marks"].items():
        marker = {
            "": "int",
            "alias": f"Annotated[int, Path(alias={name!r})]",
            "path": "Annotated[int, Path()]",
            "query": "Annotated[int, Query()]",
        }[mark]
        own_name = f"renamed_{name}" if mark == "alias" else name
        arguments.append(f"{own_name}: {marker}")
        shown.append(f"({own_name!r}, {own_name})")
    for below in node["below"]:
        arguments.append(f"below{below}: Annotated[Any, Depends(node{below})]")
        shown.append(f"('below{below}', below{below})")
    listed, given = ", ".join(arguments), f"[{', '.join(shown)}]"
    match node["kind"]:
        case "class":
            return f"class node{number}(list):\n  def __init__(self, {listed}): super().__init__({given})\n"
        case "method":
            inner = f"class Class{number}:\n  def method(self, {listed}): return {given}\n"
            return inner + f"node{number} = Class{number}().method\n"
        case "generator":
            return f"def node{number}({listed}): yield {given}\n"
    return f"{node['kind']} node{number}({listed}): return {given}\n"


def make_callables(tree: dict[str, Any]) -> dict[str, Any]:
    """The callables of a tree by name."""
    source = "from typing import Annotated, Any\nfrom xapi import Depends, Path, Query\n"
    source += "".join(_source(number, node) for number, node in enumerate(tree["nodes"]))
    namespace: dict[str, Any] = {}
    exec(source, namespace)
    return namespace


def register(app: Any, route: dict[str, Any], callables: dict[str, Any]) -> str | None:
    """Declare one route; if it is refused, the reason."""
    from xapi import APIRouter, Depends, WebSocket
    from xapi.exceptions import DeclarationError

    uses = [callables[f"node{number}"] for number in route["uses"]]
    router = APIRouter()

    async def endpoint(value: Any = Depends(uses[0])) -> Any:
        return value

    async def socket(websocket: WebSocket, value: Any = Depends(uses[0])) -> None:
        await websocket.accept()
        await websocket.send_json(value)
        await websocket.close()

    dependencies = [Depends(use) for use in uses[1:]]
    try:
        if route["kind"] == "http":
            router.get(route["path"], dependencies=dependencies)(endpoint)
        else:
            router.websocket(route["path"], dependencies=dependencies)(socket)
        app.include_router(router, prefix=route["prefix"])
    except DeclarationError as error:
        return str(error).partition(": ")[2]
    return None


def answers(app: Any, route: dict[str, Any], callables: dict[str, Any]) -> Iterator[Any]:
    """What a route answers: plainly, with a dependency replaced, and what the document says of it."""
    yield _answer(app, route)
    if route["replaced"]:
        replaced, by = (callables[f"node{number}"] for number in route["replaced"])
        app.dependency_overrides = {replaced: by}
        yield _answer(app, route)
        app.dependency_overrides = {replaced: "a value"}
        yield _answer(app, route)
        app.dependency_overrides = {}
    item = app.openapi()["paths"].get(route["prefix"] + route["path"], {})
    yield [(part["name"], part["in"]) for part in item.get("get", {}).get("parameters", ())]


def _answer(app: Any, route: dict[str, Any]) -> Any:
    from xapi.exceptions import DeclarationError
    from xapi.testclient import TestClient

    path = (route["prefix"] + route["path"]).format(a=11, b=12, c=13, d=14)
    url = f"{path}?a=21&b=22&c=23&d=24"
    client = TestClient(app)
    try:
        if route["kind"] == "http":
            response = client.get(url)
            return [response.status_code, response.json()]
        with client.websocket_connect(url) as session:
            return session.receive_json()
    except DeclarationError as error:  # a replacement that does not fit the path
        return str(error).partition(": ")[2]


def alone(tree: dict[str, Any], number: int) -> Any:
    """What one route of a tree answers in an app of its own; if it is refused, the reason."""
    from xapi import XAPI

    app, callables, route = XAPI(), make_callables(tree), tree["routes"][number]
    refused = register(app, route, callables)
    return plain(list(answers(app, route, callables)) if refused is None else refused)


def together(tree: dict[str, Any], order: Sequence[int], callables: dict[str, Any]) -> dict[int, Any]:
    """What all routes of a tree answer in one app, declared in this order."""
    from xapi import XAPI

    app = XAPI()
    refused = {number: register(app, tree["routes"][number], callables) for number in order}
    return {
        number: plain(list(answers(app, tree["routes"][number], callables)) if reason is None else reason)
        for number, reason in refused.items()
    }


def plain(value: Any) -> Any:
    """A value as it comes out of JSON."""
    return json.loads(json.dumps(value))


def main() -> None:
    import xapi.openapi.utils
    import xapi.operation.describe
    import xapi.pipeline.codegen.operation
    import xapi.pipeline.value_overrides
    import xapi.testclient  # noqa: F401

    for line in sys.stdin:
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            sys.stdout.write(json.dumps(alone(*json.loads(line))) + "\n")
            sys.stdout.flush()
            os._exit(0)
        if os.waitpid(child, 0)[1] != 0:
            sys.exit(1)


if __name__ == "__main__":
    main()
