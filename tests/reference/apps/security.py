"""Security schemes, scopes and what they inherit."""

from typing import Annotated

from xapi import XAPI, APIRouter, Depends, Security
from xapi.security import (
    APIKeyCookie,
    APIKeyHeader,
    APIKeyQuery,
    HTTPBasic,
    HTTPBearer,
    HTTPDigest,
    OAuth2AuthorizationCodeBearer,
    OAuth2PasswordBearer,
    OpenIdConnect,
    SecurityScopes,
)

app = XAPI()
oauth2 = OAuth2PasswordBearer(tokenUrl="token", scopes={"me": "Read me", "items": "Read items"})
code = OAuth2AuthorizationCodeBearer(authorizationUrl="authorize", tokenUrl="token", refreshUrl="refresh")
key = APIKeyHeader(name="X-Key", description="A key", scheme_name="the-key")


async def user(scopes: SecurityScopes, token: Annotated[str, Depends(oauth2)]): ...


async def active(user: Annotated[str, Security(user, scopes=["me"])]): ...


@app.get("/open")
def open_to_all(): ...


@app.get("/token")
def token(token: Annotated[str, Depends(oauth2)]): ...


@app.get("/me")
def me(user: Annotated[str, Depends(active)]): ...


@app.get("/items")
def items(user: Annotated[str, Security(active, scopes=["items"])]): ...


@app.get("/both")
def both(user: Annotated[str, Security(active, scopes=["items"])], key: Annotated[str, Depends(key)]): ...


@app.get("/direct")
def direct(user: Annotated[str, Security(oauth2, scopes=["items", "me"])], again: str = Depends(oauth2)): ...


@app.get("/code")
def with_code(token: Annotated[str, Security(code, scopes=["x"])]): ...


@app.get("/keys")
def keys(
    a: Annotated[str, Depends(APIKeyQuery(name="api_key"))],
    b: Annotated[str, Depends(APIKeyHeader(name="X-Other"))],
    c: Annotated[str, Depends(APIKeyCookie(name="session"))],
): ...


@app.get("/http")
def http(
    a: Annotated[str, Depends(HTTPBasic())],
    b: Annotated[str, Depends(HTTPBearer(bearerFormat="JWT"))],
    c: Annotated[str, Depends(HTTPDigest())],
    d: Annotated[str, Depends(OpenIdConnect(openIdConnectUrl="/openid"))],
): ...


router = APIRouter(dependencies=[Depends(key)])


@router.get("/routed", dependencies=[Security(user, scopes=["routed"])])
def routed(q: int): ...


app.include_router(router, dependencies=[Depends(HTTPBasic())])
