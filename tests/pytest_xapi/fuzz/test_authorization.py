"""Users who get what they should not: objects of others, and functions that ask for more than they may."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from typing import Any

import pytest

NOTES = """
    from typing import Annotated
    from pydantic import BaseModel
    from xapi import XAPI, Depends, HTTPException, Security
    from xapi.security import APIKeyHeader

    TOKENS = {"token-of-ada": "ada", "token-of-alan": "alan"}
    app = XAPI(responses={401: {}, 403: {}, 404: {}})
    notes: dict[int, tuple[str, str]] = {}

    def user(key: Annotated[str | None, Security(APIKeyHeader(name="X-Key", auto_error=False))]) -> str:
        if key not in TOKENS:
            raise HTTPException(401)
        return TOKENS[key]

    User = Annotated[str, Depends(user)]

    class Note(BaseModel):
        text: str

    @app.post("/notes", status_code=201)
    def create(note: Note, owner: User) -> dict[str, int]:
        notes[len(notes) + 1] = (owner, note.text)
        return {"serial": len(notes)}

    @app.get("/PATH/{which}")
    def read(which: int, reader: User) -> str:
        if which not in notes or CHECK:
            raise HTTPException(404)
        return notes[which][1]
"""
TWO_USERS = """
    import pytest

    @pytest.fixture
    def xapi_auth():
        return {"APIKeyHeader": {"ada": "token-of-ada", "alan": "token-of-alan"}}
"""


@pytest.mark.parametrize("path", ["notes", "note"])
def test_what_one_user_made_another_one_may_not_read(
    app_module, fuzz, pytester: pytest.Pytester, path: str
) -> None:
    pytester.makeconftest(TWO_USERS)
    app_module(NOTES.replace("PATH", path).replace("CHECK", "False"))
    assert fuzz("--xapi-fuzz-phase=boundary").findings == {
        (f"GET /{path}/{{which}}", "object_level_authorization")
    }


@pytest.mark.parametrize("path", ["notes", "note"])
def test_who_keeps_objects_apart_is_clean(app_module, fuzz, pytester: pytest.Pytester, path: str) -> None:
    pytester.makeconftest(TWO_USERS)
    app_module(NOTES.replace("PATH", path).replace("CHECK", "notes[which][0] != reader"))
    run = fuzz()
    assert run.exit_code == 0, run.output


ADMIN = """
    from typing import Annotated
    from xapi import XAPI, Depends, HTTPException, Security
    from xapi.security import OAuth2PasswordBearer, SecurityScopes

    USERS = {"token-of-ada": ["read", "admin"], "token-of-alan": ["read"], "WEBTOKEN": ["read"]}
    app = XAPI(responses={401: {}, 403: {}})
    scheme = OAuth2PasswordBearer(tokenUrl="token", scopes={"read": "", "admin": ""}, auto_error=False)

    def user(scopes: SecurityScopes, token: Annotated[str | None, Depends(scheme)]) -> str:
        if token not in USERS:
            raise HTTPException(401)
        if CHECKED and not set(scopes.scopes) <= set(USERS[token]):
            raise HTTPException(403)
        return token

    @app.get("/notes", dependencies=[Security(user, scopes=["read"])])
    def notes() -> int:
        return 1

    @app.post("/settings", tags=["admin"], dependencies=[Security(user, scopes=["admin"])])
    def settings(name: str) -> str:
        return name
"""
PAYLOAD = urlsafe_b64encode(json.dumps({"sub": "alan", "scope": "read"}).encode()).decode().rstrip("=")
WEB_TOKEN = f"eyJhbGciOiJub25lIn0.{PAYLOAD}.c2lnbmF0dXJl"
CREDENTIALS: dict[str, Any] = {
    "two": {"OAuth2PasswordBearer": {"ada": "token-of-ada", "alan": "token-of-alan"}},
    "one": {"OAuth2PasswordBearer": "token-of-alan"},
    "token": {"OAuth2PasswordBearer": {"ada": "token-of-ada", "alan": WEB_TOKEN}},
}
ROLES: dict[str, tuple[str, Any]] = {
    "scopes of two users": ("two", {"alan": {"scopes": ["read"]}, "ada": {"scopes": ["read", "admin"]}}),
    "a tag that one may not call": ("two", {"alan": {"forbidden": ["tag:admin"]}}),
    "a path that one may not call": ("two", {"alan": {"forbidden": ["path:/settings*", "method:DELETE"]}}),
    "scopes of the only user": ("one", {"": {"scopes": ["read"]}}),
    "scopes of a web token": ("token", {}),
}


def conftest(credentials: str, roles: Any) -> str:
    return (
        "import pytest\n\n@pytest.fixture\ndef xapi_auth():\n"
        f"    return {CREDENTIALS[credentials]!r}\n\n"
        f"@pytest.fixture\ndef xapi_roles():\n    return {roles!r}\n"
    )


@pytest.mark.parametrize("case", ROLES)
def test_a_function_that_asks_for_more_than_the_user_may_is_found(
    app_module, fuzz, pytester: pytest.Pytester, case: str
) -> None:
    pytester.makeconftest(conftest(*ROLES[case]))
    app_module(ADMIN.replace("CHECKED", "False").replace("WEBTOKEN", WEB_TOKEN))
    run = fuzz("--xapi-fuzz-phase=boundary")
    assert run.findings == {("POST /settings", "function_level_authorization")}
    assert "error XF121 POST /settings: Called by a user who may not" in run.output


@pytest.mark.parametrize("case", ROLES)
def test_a_function_that_refuses_such_a_user_is_clean(
    app_module, fuzz, pytester: pytest.Pytester, case: str
) -> None:
    pytester.makeconftest(conftest(*ROLES[case]))
    app_module(ADMIN.replace("CHECKED", "True").replace("WEBTOKEN", WEB_TOKEN))
    run = fuzz("--xapi-fuzz-phase=boundary")
    assert run.exit_code == 0, run.output


@pytest.mark.parametrize(
    ("roles", "complaint"),
    [
        ({"eve": {"scopes": []}}, "names a user 'eve', and `xapi_auth` has none of that name"),
        ({"ada": {"scope": []}}, "says 'scope' of 'ada'; it can say `scopes` and `forbidden`"),
        ({"ada": {"forbidden": ["admin"]}}, "'admin' is not a pattern for operations"),
    ],
)
def test_roles_that_cannot_be_meant_are_refused(
    app_module, fuzz, pytester: pytest.Pytester, roles: Any, complaint: str
) -> None:
    pytester.makeconftest(conftest("two", roles))
    app_module(ADMIN.replace("CHECKED", "True"))
    run = fuzz("--xapi-fuzz-phase=boundary")
    assert run.exit_code == 1
    assert complaint in run.output
