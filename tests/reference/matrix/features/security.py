"""Security schemes with odd headers, required and optional, in endpoints, dependencies and WebSockets."""

from matrix.places import COOKIE, HEADER, QUERY, Place
from matrix.rows import Parameter, Row, cases

IMPORTS = """from xapi.security import (
    APIKeyCookie, APIKeyHeader, APIKeyQuery, HTTPBasic, HTTPBearer, HTTPDigest, OAuth2,
    OAuth2AuthorizationCodeBearer, OAuth2PasswordBearer, OpenIdConnect,
)
from xapi.security.base import SecurityBase
from xapi.security.http import HTTPBase

"""
AUTHORIZATIONS: list[str | list[str]] = [
    *("", "Bearer", "Bearer ", "bearer t", "BEARER t", "Bearer  t", "Bearer\tt", "Bearer t u", " Bearer t"),
    *("Basic YTpi", "basic YTpi", "Basic YTpi ", "Basic", "Basic YTpi=", "Digest a=b", "digest a"),
    *("Negotiate t", "t", "Bearer, t", ["Bearer t", "Bearer u"], ["Basic YTpi", "Bearer t"]),
]
AUTHORIZATION = [
    {},
    *({"authorization": value} for value in AUTHORIZATIONS),
    {"x-authorization": "Bearer t"},
]
KEYS = [{}, {"key": "k"}, {"key": ""}, {"key": ["a", "b"]}, {"KEY": "k"}, {"other": "k"}, {"key": "é"}]
LOCATION = "'https://example.com/login', 'https://example.com/token'"
SCHEMES: dict[str, tuple[str, Place, list[dict[str, str | list[str]]]]] = {
    "APIKeyHeader": ("APIKeyHeader(name='key'", HEADER, KEYS),
    "APIKeyQuery": ("APIKeyQuery(name='key'", QUERY, KEYS),
    "APIKeyCookie": ("APIKeyCookie(name='key'", COOKIE, KEYS),
    "HTTPBasic": ("HTTPBasic(", HEADER, AUTHORIZATION),
    "HTTPBasic with a realm": ("HTTPBasic(realm='the realm'", HEADER, AUTHORIZATION[:3]),
    "HTTPBasic with a quoted realm": ("HTTPBasic(realm='the \"realm\"'", HEADER, AUTHORIZATION[:1]),
    "HTTPBearer": ("HTTPBearer(bearerFormat='JWT'", HEADER, AUTHORIZATION),
    "HTTPDigest": ("HTTPDigest(", HEADER, AUTHORIZATION),
    "HTTPBase of a scheme": ("HTTPBase(scheme='Negotiate'", HEADER, AUTHORIZATION),
    "OAuth2PasswordBearer": ("OAuth2PasswordBearer('token', scopes={'a': 'A'}", HEADER, AUTHORIZATION),
    "OAuth2AuthorizationCodeBearer": (f"OAuth2AuthorizationCodeBearer({LOCATION}", HEADER, AUTHORIZATION),
    "OAuth2": ("OAuth2(flows={'password': {'tokenUrl': 'token', 'scopes': {}}}", HEADER, AUTHORIZATION),
    "OpenIdConnect": ("OpenIdConnect(openIdConnectUrl='/openid'", HEADER, AUTHORIZATION),
}


def scheme(
    name: str, made: str, place: Place, sends: list[dict[str, str | list[str]]], marker: str = "Depends"
) -> Row:
    before = IMPORTS + f"scheme = {made})\n"
    return Row(name, {"value": Parameter("Any", "", "", f"{marker}(scheme)")}, sends, before, [place])


def own(name: str, definition: str) -> Row:
    """A scheme of one's own, which is a `SecurityBase`."""
    before = IMPORTS + definition + "scheme = Own()\n"
    sends = [{}, {"authorization": "Bearer t"}]
    return Row(
        f"own scheme {name}", {"value": Parameter("Any", "", "", "Depends(scheme)")}, sends, before, [HEADER]
    )


OWN = {
    "without a model": """class Own(SecurityBase):
    async def __call__(self, request: Request) -> str:
        return request.headers.get("authorization", "none")

""",
    "with a name and no model": """class Own(SecurityBase):
    scheme_name = "Mine"
    async def __call__(self, request: Request) -> str: return "x"

""",
    "of a WebSocket": """class Own(SecurityBase):
    def __call__(self, socket: WebSocket) -> str: return "x"

""",
    "of a scheme": """class Own(HTTPBearer):
    async def __call__(self, request: Request) -> str:
        found = await super().__call__(request)
        return found and found.credentials

""",
}

CASES = cases(
    [
        *(scheme(name, f"{made}", place, sends) for name, (made, place, sends) in SCHEMES.items()),
        *(
            scheme(f"{name}, optional", f"{made}, auto_error=False".replace("(, ", "("), place, sends)
            for name, (made, place, sends) in SCHEMES.items()
        ),
        *(
            scheme(f"{name}, with Security", made, place, sends[:2], "Security")
            for name, (made, place, sends) in SCHEMES.items()
        ),
        *(own(name, definition) for name, definition in OWN.items()),
    ]
)
