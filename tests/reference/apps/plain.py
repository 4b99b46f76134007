"""Endpoints without models: methods, paths, names and docstrings."""

from __future__ import annotations

from xapi import XAPI

app = XAPI()


@app.get("/")
async def read_root():
    return {"hello": "world"}


@app.get("/items")
def list_items_of_the_2nd_shop():
    """List the items.

    * one
      * two

        code
    \f
    Not for clients.
    """


@app.post("/items")
def items():
    """One line only"""


@app.put("/items/{item_id}")
def put_item(item_id: int):
    """Put it.
    The second line."""


@app.delete("/items/{item_id}")
def _delete__item(item_id: str): ...


@app.options("/items/{item_id}")
def optionsItem(item_id): ...  # noqa: N802


@app.head("/items/{item_id}")
def head_item(item_id: float): ...


@app.patch("/items/{item_id}/sub-items/{sub}")
def patch_item(item_id: str, sub: bool): ...


@app.trace("/items/{item_id}")
def trace_item(item_id: str): ...


@app.get("/files/{file_path:path}")
def read_file(file_path: str): ...


@app.get("/typed/{number:int}/{ratio:float}/x")
def typed(number: int, ratio: float): ...


@app.get("/trailing/")
def trailing(): ...


@app.get("/with.dots-and~more/{a}-{b}.json")
def dotted(b: str, a: str): ...


@app.get("/hidden", include_in_schema=False)
def hidden(): ...


@app.post("/hidden")
def shown(): ...


app.add_api_route("/added", lambda: 1)
