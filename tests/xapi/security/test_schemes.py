"""Security schemes: what they read, what they refuse, how they are documented."""

from __future__ import annotations

from typing import Annotated, Any

import pytest

from xapi import XAPI, Security, WebSocket
from xapi.encoders import jsonable_encoder
from xapi.security import (
    APIKeyCookie,
    APIKeyHeader,
    APIKeyQuery,
    HTTPBasic,
    HTTPBearer,
    HTTPDigest,
    OAuth2,
    OAuth2AuthorizationCodeBearer,
    OAuth2PasswordBearer,
    OpenIdConnect,
)
from xapi.security.base import SecurityBase
from xapi.security.http import HTTPBase
from xapi.testclient import TestClient, WebSocketDenialResponse


def refused_socket(scheme: Any, **sent: Any) -> tuple[int, Any]:
    with pytest.raises(WebSocketDenialResponse) as refused, socket_of(scheme, **sent):
        pass
    return refused.value.status_code, refused.value.headers["www-authenticate"]


def socket_of(scheme: Any, **sent: Any) -> Any:
    app = XAPI()

    @app.websocket("/")
    async def endpoint(websocket: WebSocket, credentials: Annotated[Any, Security(scheme)]) -> None:
        await websocket.accept()
        await websocket.send_json(jsonable_encoder(credentials))

    return TestClient(app).websocket_connect("/", **sent)


def client_for(scheme: Any) -> TestClient:
    app = XAPI()

    @app.get("/")
    async def endpoint(credentials: Annotated[Any, Security(scheme)]) -> Any:
        return credentials

    return TestClient(app)


BEARER = {"headers": {"authorization": "Bearer t"}}
BASIC = "Basic w6k6YTpi"  # é:a:b
CASES: list[tuple[Any, dict[str, Any], Any, str]] = [
    (APIKeyHeader(name="X-Key"), {"headers": {"x-key": "k"}}, "k", "APIKey"),
    (APIKeyQuery(name="key"), {"params": {"key": "k"}}, "k", "APIKey"),
    (APIKeyCookie(name="key"), {"headers": {"cookie": "key=k"}}, "k", "APIKey"),
    (HTTPBasic(), {"headers": {"authorization": BASIC}}, {"username": "é", "password": "a:b"}, "Basic"),
    (HTTPBasic(realm='a "b"'), {"headers": {"authorization": BASIC.replace("Basic", "basic")}},
     {"username": "é", "password": "a:b"}, 'Basic realm="a \\"b\\""'),
    (HTTPBasic(), {"headers": {"authorization": BASIC + "="}}, {"username": "é", "password": "a:b"}, "Basic"),
    (HTTPBasic(), {"headers": {"authorization": "Basic YTo==="}}, {"username": "a", "password": ""}, "Basic"),
    (HTTPBearer(), {"headers": {"authorization": "bearer a b"}}, {"scheme": "bearer", "credentials": "a b"},
     "Bearer"),
    (HTTPDigest(), {"headers": {"authorization": "Digest d"}}, {"scheme": "Digest", "credentials": "d"},
     "Digest"),
    (OAuth2(), {"headers": {"authorization": "Any thing"}}, "Any thing", "Bearer"),
    (OAuth2PasswordBearer("token"), BEARER, "t", "Bearer"),
    (OAuth2AuthorizationCodeBearer("auth", "token"), BEARER, "t", "Bearer"),
    (OpenIdConnect(openIdConnectUrl="/oid"), BEARER, "Bearer t", "Bearer"),
]  # fmt: skip


@pytest.mark.parametrize(("scheme", "sent", "expected", "challenge"), CASES)
def test_a_scheme_reads_its_credentials_and_refuses_requests_without(
    scheme: Any, sent: dict[str, Any], expected: Any, challenge: str
) -> None:
    client = client_for(scheme)
    assert client.get("/", **sent).json() == expected
    refused = client.get("/")
    assert (refused.status_code, refused.json()) == (401, {"detail": "Not authenticated"})
    assert refused.headers["www-authenticate"] == challenge


@pytest.mark.parametrize(("scheme", "sent", "expected", "challenge"), CASES)
def test_a_scheme_reads_its_credentials_in_a_handshake(
    scheme: Any, sent: dict[str, Any], expected: Any, challenge: str
) -> None:
    with socket_of(scheme, **sent) as session:
        assert session.receive_json() == expected
    assert refused_socket(scheme) == (401, challenge)


@pytest.mark.parametrize(
    ("scheme", "expected"),
    [
        (APIKeyHeader(name="X-Key"), "first"),
        (APIKeyQuery(name="X-Key"), "last"),
        (OAuth2PasswordBearer("t"), "first"),
        (HTTPBearer(), {"scheme": "Bearer", "credentials": "first"}),
        (OAuth2(), "Bearer first"),
    ],
)
def test_of_credentials_that_are_sent_twice_one_counts(scheme: Any, expected: Any) -> None:
    headers = [("x-key", "first"), ("x-key", "last")]
    headers += [("authorization", "Bearer first"), ("authorization", "Bearer last")]
    answer = client_for(scheme).get("/?X-Key=first&X-Key=last", headers=headers)
    assert answer.json() == expected


@pytest.mark.parametrize(
    "scheme", [APIKeyHeader(name="key"), APIKeyQuery(name="key"), APIKeyCookie(name="key")]
)
def test_a_key_in_another_place_is_none(scheme: Any) -> None:
    places: dict[str, dict[str, Any]] = {
        "header": {"headers": {"key": "k"}},
        "query": {"params": {"key": "k"}},
        "cookie": {"headers": {"cookie": "key=k"}},
    }
    answers = {place: client_for(scheme).get("/", **sent).status_code for place, sent in places.items()}
    assert answers == {place: 200 if place == scheme.place else 401 for place in places}


@pytest.mark.parametrize(
    ("scheme", "header"),
    [
        (HTTPBasic(), "Basic !!"),
        (HTTPBasic(), "Basic YQ=="),
        (HTTPBasic(), "Basic YTo"),
        (HTTPBasic(), "Basic ="),
        (HTTPBasic(), "Basic YTo=YTo="),
        (HTTPBasic(), "Basic /w=="),
        (HTTPBasic(), "Bearer t"),
        (HTTPBearer(), "Bearer"),
        (HTTPBearer(), "Basic x"),
        (HTTPDigest(), "Bearer x"),
        (OAuth2PasswordBearer("token"), "Basic x"),
        (OAuth2PasswordBearer("token"), "Bearer"),
        (OAuth2PasswordBearer("token"), "bearer "),
        (OAuth2AuthorizationCodeBearer("auth", "token"), "Bearer"),
    ],
)
def test_credentials_of_another_form_are_refused(scheme: Any, header: str) -> None:
    assert client_for(scheme).get("/", headers={"authorization": header}).status_code == 401


@pytest.mark.parametrize("scheme", [APIKeyHeader(name="k", auto_error=False), HTTPBearer(auto_error=False),
                                    HTTPBasic(auto_error=False), OAuth2(auto_error=False),
                                    OAuth2PasswordBearer("t", auto_error=False)])  # fmt: skip
def test_an_optional_scheme_gives_none(scheme: Any) -> None:
    answer = client_for(scheme).get("/")
    assert (answer.status_code, answer.json()) == (200, None)


@pytest.mark.parametrize(
    ("scheme", "name", "documented"),
    [
        (APIKeyQuery(name="k", description="d"), "APIKeyQuery",
         {"type": "apiKey", "in": "query", "name": "k", "description": "d"}),
        (APIKeyCookie(name="k", scheme_name="Mine"), "Mine", {"type": "apiKey", "in": "cookie", "name": "k"}),
        (HTTPBearer(bearerFormat="JWT"), "HTTPBearer",
         {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}),
        (OAuth2PasswordBearer("token", scopes={"a": "b"}), "OAuth2PasswordBearer",
         {"type": "oauth2", "flows": {"password": {"scopes": {"a": "b"}, "tokenUrl": "token"}}}),
        (OAuth2AuthorizationCodeBearer("/a", "/t", refreshUrl="/r"), "OAuth2AuthorizationCodeBearer",
         {"type": "oauth2", "flows": {"authorizationCode": {
             "scopes": {}, "authorizationUrl": "/a", "tokenUrl": "/t", "refreshUrl": "/r"}}}),
        (OpenIdConnect(openIdConnectUrl="/o"), "OpenIdConnect",
         {"type": "openIdConnect", "openIdConnectUrl": "/o"}),
    ],
)  # fmt: skip
def test_a_scheme_is_documented(scheme: Any, name: str, documented: dict[str, Any]) -> None:
    document = client_for(scheme).get("/openapi.json").json()
    assert document["components"]["securitySchemes"] == {name: documented}
    assert document["paths"]["/"]["get"]["security"] == [{name: []}]


@pytest.mark.parametrize("scheme", ["Negotiate", "negotiate", "NTLM", "DPoP"])
def test_credentials_of_any_http_scheme_are_read_in_any_case_of_letters(scheme: str) -> None:
    client = client_for(HTTPBase(scheme=scheme))
    for sent in (scheme, scheme.lower(), scheme.upper()):
        answer = client.get("/", headers={"authorization": f"{sent} t"})
        assert answer.json() == {"scheme": sent, "credentials": "t"}
    # Which scheme it is, is for the app to compare, as under the reference.
    assert client.get("/", headers={"authorization": "Bearer t"}).json()["scheme"] == "Bearer"
    assert client.get("/").status_code == 401


class Bare(SecurityBase):
    async def __call__(self) -> str:
        return "bare"


class Named(Bare):
    scheme_name = "Named"


class WithoutInit(Bare):
    def __init__(self) -> None:
        """As code bases write it: the base has nothing to set up."""


@pytest.mark.parametrize("scheme", [Bare(), Named(), WithoutInit()], ids=lambda scheme: type(scheme).__name__)
def test_a_scheme_without_a_model_is_not_documented(scheme: Any) -> None:
    client = client_for(scheme)
    assert client.get("/").json() == "bare"
    document = client.get("/openapi.json").json()
    assert "security" not in document["paths"]["/"]["get"]
    assert list(document["paths"]["/"]["get"]["responses"]) == ["200"]
