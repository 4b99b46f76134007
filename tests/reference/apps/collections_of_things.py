"""Lists, sets, tuples, mappings and their nests, as bodies, fields, parameters and results."""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any

from pydantic import BaseModel

from xapi import XAPI, Body, Query

app = XAPI()


class Leaf(BaseModel):
    name: str


class Tree(BaseModel):
    leaves: list[Leaf] = []
    by_name: dict[str, Leaf] = {}
    rows: list[list[int]] = [[1]]
    fixed: tuple[int, str, Leaf | None] = (1, "a", None)
    open_ended: tuple[float, ...] = ()
    unique: frozenset[str] = frozenset()
    queue: deque[int] = deque()
    sequence: Sequence[Leaf] = ()
    mapping: Mapping[int, list[Leaf]] = {}
    anything: dict[str, Any] = {}
    bare: list = []
    bare_dict: dict = {}


@app.post("/tree")
def tree(tree: Tree) -> Tree: ...


@app.post("/leaves")
def leaves(leaves: Sequence[Leaf]) -> Sequence[Leaf]: ...


@app.post("/sets")
def sets(names: set[str]) -> frozenset[int]: ...


@app.post("/tuples")
def tuples(pair: tuple[int, Leaf]) -> tuple[Leaf, ...]: ...


@app.post("/nested")
def nested(table: dict[str, dict[int, list[Leaf]]]) -> list[dict[str, list[Leaf | None]]]: ...


@app.post("/two")
def two(first: list[Leaf], second: dict[str, int], third: Annotated[list[int], Body()] = [1]): ...  # noqa: B006


@app.get("/query")
def query(
    names: Annotated[list[str], Query()],
    unique: Annotated[set[int], Query()] = set(),  # noqa: B006
    frozen: Annotated[frozenset[str], Query()] = frozenset(),
    pair: Annotated[tuple[int, int], Query()] = (1, 2),
    many: Annotated[tuple[int, ...], Query()] = (),
    sequence: Annotated[Sequence[str] | None, Query()] = None,
    bare: Annotated[list, Query()] = [],  # noqa: B006
) -> Mapping[str, Sequence[int]]: ...


@app.get("/iterable", response_model=Iterable[Leaf])
def iterable(): ...
