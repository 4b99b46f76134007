"""Security schemes of every kind: required and optional, alone and together, and wrong credentials."""

import base64
from typing import Annotated, Any

from xapi import XAPI, APIRouter, Depends, Form, HTTPException, Security
from xapi.security import (
    APIKeyCookie,
    APIKeyHeader,
    APIKeyQuery,
    HTTPAuthorizationCredentials,
    HTTPBasic,
    HTTPBasicCredentials,
    HTTPBearer,
    HTTPDigest,
    OAuth2,
    OAuth2AuthorizationCodeBearer,
    OAuth2PasswordBearer,
    OAuth2PasswordRequestForm,
    OAuth2PasswordRequestFormStrict,
    OpenIdConnect,
    SecurityScopes,
)

app = XAPI()

SCOPES = {"read": "Read things", "write": "Write things"}
SCHEMES: dict[str, Any] = {
    "key-header": lambda auto: APIKeyHeader(name="X-Key", auto_error=auto),
    "key-query": lambda auto: APIKeyQuery(name="key", scheme_name="QueryKey", auto_error=auto),
    "key-cookie": lambda auto: APIKeyCookie(name="key", description="A cookie", auto_error=auto),
    "basic": lambda auto: HTTPBasic(auto_error=auto),
    "realm": lambda auto: HTTPBasic(realm="the inner room", scheme_name="Realm", auto_error=auto),
    "bearer": lambda auto: HTTPBearer(bearerFormat="JWT", description="A *token*", auto_error=auto),
    "digest": lambda auto: HTTPDigest(auto_error=auto),
    "password": lambda auto: OAuth2PasswordBearer("token", scopes=SCOPES, auto_error=auto),
    "refresh": lambda auto: OAuth2PasswordBearer(
        tokenUrl="/token", refreshUrl="/refresh", scheme_name="Refresh", auto_error=auto
    ),
    "code": lambda auto: OAuth2AuthorizationCodeBearer(
        authorizationUrl="https://a.test/authorize",
        tokenUrl="https://a.test/token",
        refreshUrl="https://a.test/refresh",
        scopes=SCOPES,
        description="Sign in elsewhere",
        auto_error=auto,
    ),
    "flows": lambda auto: OAuth2(
        flows={
            "implicit": {"authorizationUrl": "https://a.test/authorize", "scopes": {"x": "X"}},
            "clientCredentials": {"tokenUrl": "https://a.test/token", "scopes": {}},
        },
        scheme_name="Flows",
        auto_error=auto,
    ),
    "no-flows": lambda auto: OAuth2(scheme_name="NoFlows", auto_error=auto),
    "openid": lambda auto: OpenIdConnect(openIdConnectUrl="https://a.test/.well-known", auto_error=auto),
}


def serve(name: str, make: Any):
    @app.get(f"/required/{name}")
    async def required(given: Annotated[Any, Security(make(True))]):
        return given

    @app.get(f"/optional/{name}")
    async def optional(given: Annotated[Any, Security(make(False))]):
        return {"given": given}


for name, make in SCHEMES.items():
    serve(name, make)


@app.get("/typed/basic")
def typed_basic(user: Annotated[HTTPBasicCredentials, Depends(HTTPBasic())]):
    return [user.username, user.password]


@app.get("/typed/bearer")
def typed_bearer(found: Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())]):
    return [found.scheme, found.credentials]


# Several at once

first_key = APIKeyHeader(name="X-First", scheme_name="First")
second_key = APIKeyHeader(name="X-Second", scheme_name="Second", auto_error=False)
guarded = APIRouter(prefix="/guarded", dependencies=[Depends(first_key)])


@guarded.get("/both", dependencies=[Security(second_key)])
def both(number: int):
    return number


@guarded.get("/once")
def once(key: Annotated[str, Depends(first_key)]):
    return key


app.include_router(guarded)

# Scopes

oauth2 = OAuth2PasswordBearer("token", scopes={"me": "You", "items": "Yours", "admin": "All"})


def current_user(needed: SecurityScopes, token: Annotated[str, Depends(oauth2)]):
    held = token.split(",")
    challenge = f'Bearer scope="{needed.scope_str}"' if needed.scopes else "Bearer"
    for scope in needed.scopes:
        if scope not in held:
            raise HTTPException(401, f"needs {scope}", headers={"WWW-Authenticate": challenge})
    return {"held": held, "needed": needed.scopes, "text": needed.scope_str}


def active_user(user: Annotated[Any, Security(current_user, scopes=["me"])]):
    return user


@app.get("/scopes/none")
def without_scopes(user: Annotated[Any, Depends(current_user)]):
    return user


@app.get("/scopes/me")
def with_me(user: Annotated[Any, Depends(active_user)]):
    return user


@app.get("/scopes/items")
def with_items(user: Annotated[Any, Security(active_user, scopes=["items"])]):
    return user


@app.get("/scopes/all", dependencies=[Security(current_user, scopes=["admin"])])
def with_all(user: Annotated[Any, Security(active_user, scopes=["items", "me", "items"])]):
    return user


@app.get("/scopes/status")
def with_scheme(token: Annotated[str, Security(oauth2, scopes=["me", "items"])]):
    return token


# Forms


def shown(form: OAuth2PasswordRequestForm):
    return {
        "grant_type": form.grant_type,
        "username": form.username,
        "password": form.password,
        "scopes": form.scopes,
        "client_id": form.client_id,
        "client_secret": form.client_secret,
    }


@app.post("/token")
def log_in(form: Annotated[OAuth2PasswordRequestForm, Depends()]):
    return shown(form)


@app.post("/strict-token")
def log_in_strictly(form: Annotated[OAuth2PasswordRequestFormStrict, Depends()]):
    return shown(form)


@app.post("/token-and-more")
def log_in_with_more(form: Annotated[OAuth2PasswordRequestForm, Depends()], device: Annotated[str, Form()]):
    return [shown(form), device]


def asking(name: str, **headers: str) -> Any:
    """A request with headers to both variants of a scheme."""
    given = {key.replace("_", "-"): value for key, value in headers.items()}
    return [(f"GET /{kind}/{name}", {"headers": given}) for kind in ("required", "optional")]


def basic(text: str, encoding: str = "utf-8", scheme: str = "Basic") -> str:
    return f"{scheme} {base64.b64encode(text.encode(encoding)).decode()}"


LOGIN = {"username": "ada", "password": "secret"}
REQUESTS = [
    *[f"GET /{kind}/{name}" for name in SCHEMES for kind in ("required", "optional")],
    *asking("key-header", X_Key="k1"),
    *asking("key-header", x_key=""),
    ("GET /required/key-header", {"headers": [("x-key", "one"), ("x-key", "two")]}),
    ("GET /required/key-header", {"headers": {"x-key": b"caf\xe9"}}),
    "GET /required/key-query?key=k2",
    "GET /required/key-query?key=",
    "GET /optional/key-query?key=",
    "GET /required/key-query?key=one&key=two",
    "GET /required/key-query?key=caf%C3%A9",
    "GET /required/key-query?KEY=k2",
    *asking("key-cookie", cookie="key=k3"),
    *asking("key-cookie", cookie="key="),
    *asking("key-cookie", cookie="other=k3"),
    *[request
      for name in ("basic", "realm")
      for value in (
          basic("ada:secret"), basic("ada:sec:ret"), basic("ada:"), basic(":secret"), basic(":"),
          basic("ada"), basic(""), basic("ada:secret", scheme="basic"), basic("ada:secret", scheme="BASIC"),
          basic("ada:secret", scheme="Bearer"), basic("josé:contraseña"), basic("josé:x", "latin-1"),
          "Basic", "Basic ", "Basic !!!", "Basic YWRh OnNlY3JldA==", "Basic YWRhOnNlY3JldA",
          basic("ada:secret") + " ", "Basic  " + base64.b64encode(b"ada:secret").decode(), "token",
          "Basic YWRhOnNlY3JldA==\t", "Basic\tYWRhOnNlY3JldA==", basic("a\nb:c\0d"),
      )
      for request in asking(name, authorization=value)],
    *[request
      for name in ("bearer", "digest", "password", "code", "flows", "openid")
      for value in (
          "Bearer t1", "bearer t1", "BEARER t1", "Bearer", "Bearer ", "Bearer  t1", "Bearer t1 t2",
          "Basic t1", "t1",
          " Bearer t1", 'Digest username="ada", realm="r"', "digest x", "Token t1", "Bearer\tt1",
      )
      for request in asking(name, authorization=value)],
    ("GET /required/bearer", {"headers": [("authorization", "Bearer a"), ("authorization", "Bearer b")]}),
    ("GET /required/bearer", {"headers": {"authorization": b"Bearer caf\xe9"}}),
    ("GET /typed/basic", {"headers": {"authorization": basic("ada:secret")}}),
    "GET /typed/basic",
    ("GET /typed/bearer", {"headers": {"authorization": "Bearer t"}}),
    "GET /typed/bearer",
    "GET /guarded/both?number=1",
    ("GET /guarded/both?number=1", {"headers": {"x-first": "a"}}),
    ("GET /guarded/both?number=x", {"headers": {"x-first": "a", "x-second": "b"}}),
    "GET /guarded/both?number=x",
    ("GET /guarded/once", {"headers": {"x-first": "a"}}),
    *[(f"GET /scopes/{name}", {"headers": {"authorization": f"Bearer {held}"}})
      for name in ("none", "me", "items", "all", "status")
      for held in ("nothing", "me", "me,items", "me,items,admin")],
    "GET /scopes/none",
    "GET /scopes/all",
    *[(f"POST /{path}", {"data": data})
      for path in ("token", "strict-token", "token-and-more")
      for data in (
          {}, LOGIN, {**LOGIN, "grant_type": "password"}, {**LOGIN, "grant_type": "code"},
          {**LOGIN, "grant_type": ""}, {**LOGIN, "grant_type": "password", "scope": "me  items"},
          {**LOGIN, "grant_type": "password", "scope": "", "client_id": "c", "client_secret": "s"},
          {"username": "ada", "grant_type": "password"}, {**LOGIN, "username": "", "device": "d"},
          {**LOGIN, "grant_type": "password", "device": "d", "scope": " a "},
          {**LOGIN, "grant_type": "Password"}, {**LOGIN, "grant_type": "password\n"},
      )],
    ("POST /token", {"json": LOGIN}),
    ("POST /token", {"files": {"username": (None, "ada"), "password": (None, "secret")}}),
    ("POST /token", {"files": {"username": ("name.txt", "ada"), "password": (None, "secret")}}),
]  # fmt: skip
