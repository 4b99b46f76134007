"""Success codes of operations, and what each code says and carries."""

from http import HTTPStatus

from pydantic import BaseModel

from xapi import XAPI, Response, status
from xapi.responses import HTMLResponse, RedirectResponse

app = XAPI()


class Item(BaseModel):
    name: str


def answers() -> Item: ...


for code in (200, 201, 202, 203, 206, 207, 226, 299, 400, 418, 500):
    app.add_api_route(f"/codes/{code}", answers, status_code=code)


@app.post("/created", status_code=status.HTTP_201_CREATED)
def created(item: Item) -> Item: ...


@app.delete("/gone", status_code=HTTPStatus.NO_CONTENT)
def gone() -> None: ...


@app.delete("/gone-response", status_code=204, response_class=Response)
def gone_response(): ...


@app.get("/not-modified", status_code=304, response_description="You have it")
def not_modified() -> None: ...


@app.get("/moved", status_code=301, response_class=RedirectResponse)
def moved(): ...


@app.get("/temporary", response_class=RedirectResponse, response_description="Over there")
def temporary(): ...


@app.get("/page", status_code=203, response_class=HTMLResponse)
def page() -> str: ...


@app.get("/continue", status_code=100)
def informational() -> None: ...


@app.get("/text-code", status_code="203")
def text_code() -> Item: ...
