"""OAuth2 with every flow, and the forms that give tokens."""

from typing import Annotated

from xapi import XAPI, Depends, Security
from xapi.security import (
    OAuth2,
    OAuth2AuthorizationCodeBearer,
    OAuth2PasswordBearer,
    OAuth2PasswordRequestForm,
    OAuth2PasswordRequestFormStrict,
)

app = XAPI(swagger_ui_init_oauth={"clientId": "x"})
every = OAuth2(
    flows={
        "implicit": {"authorizationUrl": "https://a.example/auth", "scopes": {"r": "Read"}},
        "password": {"tokenUrl": "token", "scopes": {"w": "Write"}, "refreshUrl": "refresh"},
        "clientCredentials": {"tokenUrl": "https://a.example/token"},
        "authorizationCode": {"authorizationUrl": "/auth", "tokenUrl": "/token", "scopes": {}},
    },
    description="All of them",
    scheme_name="every",
)
quiet = OAuth2PasswordBearer(
    tokenUrl="t", auto_error=False, description="Quiet", refreshUrl="/again", scheme_name="quiet"
)
code = OAuth2AuthorizationCodeBearer(
    authorizationUrl="https://a.example/auth",
    tokenUrl="https://a.example/token",
    scopes={"x": "X"},
    description="Code",
)


@app.post("/token")
def token(form: Annotated[OAuth2PasswordRequestForm, Depends()]): ...


@app.post("/strict-token")
def strict_token(form: Annotated[OAuth2PasswordRequestFormStrict, Depends()]): ...


@app.get("/every")
def with_every(token: Annotated[str, Security(every, scopes=["r", "w"])]): ...


@app.get("/either")
def with_both(a: Annotated[str | None, Depends(quiet)], b: Annotated[str, Security(code, scopes=["x"])]): ...


@app.get("/plain")
def plain(token: Annotated[str, Depends(every)]): ...
