"""The fixtures on the page about property tests do what it says, for an app that has what they speak of."""

from __future__ import annotations

from pathlib import Path

import pytest
from followed_pages import bodies

PAGE = (Path(__file__).parents[2] / "docs/fuzzing.md").read_text(encoding="utf-8")
BLOCKS = {
    # What the page shows, and what the run says of it.
    "def xapi_app": "fixture signed_in",
    '"HTTPBasic": (': "fixture xapi_auth",
    '"alice": "her-token"': "fixture xapi_auth",
    "def xapi_roles": "xapi_roles",
    "def xapi_reset": "fixture xapi_reset",
    "def xapi_case": "fixture xapi_case",
    "def generators": "fixture generators",
}
APP = """
from dataclasses import dataclass
from typing import Annotated

from sqlalchemy import Column, Integer, MetaData, StaticPool, Table, create_engine
from xapi import XAPI, Depends, HTTPException, Path
from xapi.security import HTTPAuthorizationCredentials, HTTPBasic, HTTPBasicCredentials, HTTPBearer

USERS = {"the-token": "root", "her-token": "alice", "his-token": "bob"}
DENIED = {code: {"description": "Denied"} for code in (401, 403, 404)}
metadata = MetaData()
rows = Table("rows", metadata, Column("id", Integer, primary_key=True))
database = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
metadata.create_all(database)

@dataclass
class User:
    name: str

def current_user(sent: Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())]) -> User:
    if sent.credentials not in USERS:
        raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})
    return User(name=USERS[sent.credentials])

def checked(sent: Annotated[HTTPBasicCredentials, Depends(HTTPBasic())]) -> str:
    if (sent.username, sent.password) != ("user", "password"):
        raise HTTPException(401, headers={"WWW-Authenticate": "Basic"})
    return sent.username

def create_app(admin: bool) -> XAPI:
    app = XAPI()

    @app.get("/me", responses=DENIED)
    def me(user: Annotated[User, Depends(current_user)]) -> User:
        return user

    @app.get("/basic", responses=DENIED)
    def basic(name: Annotated[str, Depends(checked)]) -> str:
        return name

    @app.delete("/users/{user_id}", tags=["admin"], responses=DENIED, status_code=204)
    def delete(
        user_id: Annotated[int, Path(ge=1, le=9)], user: Annotated[User, Depends(current_user)]
    ) -> None:
        if user.name == "bob":
            raise HTTPException(403)
        raise HTTPException(404)

    return app

app = create_app(admin=False)
"""
HEAD = """
import pytest, schemathesis
from hypothesis import strategies
from main import User, create_app, current_user, database, metadata

IMAGES = [b"an image"]

@pytest.fixture
def engine():
    return database
"""
TWO_USERS = """
@pytest.fixture
def xapi_auth():
    return {"HTTPBearer": {"alice": "her-token", "bob": "his-token"}}
"""


def test_all_programs_of_the_page_are_tried() -> None:
    found = bodies(PAGE, "python")
    assert [sum(name in block for name in BLOCKS) for block in found] == [1] * len(BLOCKS)


@pytest.mark.parametrize("name", BLOCKS)
def test_a_fixture_of_the_page_holds_for_property_tests(pytester: pytest.Pytester, name: str) -> None:
    (block,) = (block for block in bodies(PAGE, "python") if name in block)
    pytester.makeini("[pytest]\nxapi_app = main:app\nasyncio_default_fixture_loop_scope = function\n")
    pytester.makepyfile(main=APP)
    pytester.makeconftest(HEAD + (TWO_USERS if "xapi_roles" in name else "") + block)
    ran = pytester.runpytest_subprocess(
        "--xapi-fuzz", "--xapi-seed=1", "--xapi-max-examples=5", "-p", "no:randomly"
    )
    assert BLOCKS[name] in ran.stdout.str()
    # A login that is replaced lets everybody in, as property tests then say.
    expected = "1 finding (1 error)" if name == "def xapi_app" else "0 findings"
    assert expected in ran.stdout.str()
    assert ran.ret == (name == "def xapi_app")
