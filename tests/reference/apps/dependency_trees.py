"""Parameters, bodies and schemes that come from deep in the tree of dependencies."""

from typing import Annotated

from pydantic import BaseModel

from xapi import XAPI, APIRouter, Body, Cookie, Depends, Header, Path, Query, Security
from xapi.security import APIKeyHeader, HTTPBasic, OAuth2PasswordBearer, SecurityScopes

oauth = OAuth2PasswordBearer(tokenUrl="token", scopes={"read": "Read", "write": "Write", "admin": "All"})
key = APIKeyHeader(name="X-Key")


class Filter(BaseModel):
    text: str


def database(x_tenant: Annotated[str, Header()]):
    yield 1


def current_user(
    scopes: SecurityScopes, token: Annotated[str, Depends(oauth)], db: Annotated[int, Depends(database)]
): ...


def reader(user: Annotated[None, Security(current_user, scopes=["read"])], verbose: bool = False): ...


class Paging:
    def __init__(self, page: Annotated[int, Query(ge=1)] = 1, size: int = 20) -> None: ...

    def __call__(self, after: str | None = None): ...


class Owner:
    def check(self, owner_id: Annotated[int, Path()], session: Annotated[str | None, Cookie()] = None): ...


def body_of(filter: Filter, strict: Annotated[bool, Body()] = False): ...


app = XAPI(dependencies=[Depends(database)])
router = APIRouter(
    prefix="/owners/{owner_id}", dependencies=[Depends(Owner().check), Security(reader, scopes=["admin"])]
)


@app.get("/read")
def read(user: Annotated[None, Depends(reader)]): ...


@app.post("/write")
def write(
    user: Annotated[None, Security(current_user, scopes=["write", "read"])], key: Annotated[str, Depends(key)]
): ...


@app.get("/paged")
def paged(a: Annotated[Paging, Depends()], b: Annotated[None, Depends(Paging())], page: int = 3): ...


@app.post("/body")
def body(
    parts: Annotated[None, Depends(body_of)],
    extra: Filter,
    db: Annotated[int, Depends(database, use_cache=False)],
): ...


@router.get("/things")
def things(owner_id: int, key: Annotated[str, Depends(key)]): ...


@router.delete("/things", dependencies=[Depends(HTTPBasic(realm="all"))])
def remove(): ...


app.include_router(router, dependencies=[Depends(key)])
