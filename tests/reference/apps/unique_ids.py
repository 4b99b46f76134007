"""Names that functions give to operations: of the app, of routers, of inclusions, of one operation."""

from pydantic import BaseModel

from xapi import XAPI, APIRouter, Body, Form
from xapi.routing import APIRoute


class Item(BaseModel):
    name: str


def of_app(route: APIRoute) -> str:
    return f"app_{route.name}"


def of_router(route: APIRoute) -> str:
    return f"{'-'.join(map(str, route.tags))}:{route.name}"


def of_operation(route: APIRoute) -> str:
    return route.path.strip("/").replace("/", "_").upper()


app = XAPI(generate_unique_id_function=of_app)
plain = APIRouter()
named = APIRouter(tags=["named"], generate_unique_id_function=of_router)


@app.get("/app")
def read(): ...


@app.post("/app")
def write(item: Item, number: int = Body()): ...


@app.get("/own/{a}", generate_unique_id_function=of_operation)
def own(a: str): ...


@app.get("/said", operation_id="saidSo", generate_unique_id_function=of_operation)
def said(): ...


@plain.put("/plain")
def put(item: Item = Body(embed=True)): ...


@named.post("/form")
def form(a: str = Form(), b: int = Form(1)): ...


@named.get("/named", tags=["more"], response_model=list[Item])
def list_named(): ...


app.include_router(plain, prefix="/a")
app.include_router(plain, prefix="/b", generate_unique_id_function=of_operation)
app.include_router(named, prefix="/c")
