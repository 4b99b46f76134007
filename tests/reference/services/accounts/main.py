"""Logins: tokens with scopes in a JWT, the chain from token to active user, and basic authentication."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Annotated

import jwt
from jwt.exceptions import InvalidTokenError
from pydantic import BaseModel, ValidationError

from xapi import XAPI, Depends, HTTPException, Security, status
from xapi.security import (
    HTTPBasic,
    HTTPBasicCredentials,
    OAuth2PasswordBearer,
    OAuth2PasswordRequestForm,
    SecurityScopes,
)

KEY = "a key for tests alone, as long as the algorithm wants"
MEMBERS = {
    "ann": {"name": "ann", "email": "ann@example.com", "digest": "tap-1", "closed": False},
    "bob": {"name": "bob", "email": None, "digest": "tap-2", "closed": True},
}

app = XAPI(title="Accounts")
bearer = OAuth2PasswordBearer(
    tokenUrl="login", scopes={"profile": "Read who one is.", "visits": "Read where one was."}
)
basic = HTTPBasic()
realm = HTTPBasic(realm="back office", auto_error=False)


class Ticket(BaseModel):
    access_token: str
    token_type: str


class Claims(BaseModel):
    name: str
    scopes: list[str] = []


class Member(BaseModel):
    name: str
    email: str | None = None
    closed: bool | None = None


class StoredMember(Member):
    digest: str


def stored(name: str) -> StoredMember | None:
    found = MEMBERS.get(name)
    return StoredMember(**found) if found else None


def check(name: str, password: str) -> StoredMember | None:
    member = stored(name)
    return member if member and member.digest == f"tap-{password}" else None


async def bearer_of(needed: SecurityScopes, token: Annotated[str, Depends(bearer)]) -> StoredMember:
    challenge = f'Bearer scope="{needed.scope_str}"' if needed.scopes else "Bearer"
    refused = HTTPException(
        status_code=status.HTTP_401_UNAUTHORIZED,
        detail="This token opens nothing",
        headers={"WWW-Authenticate": challenge},
    )
    try:
        claims = Claims(**jwt.decode(token, KEY, algorithms=["HS256"]))
    except (InvalidTokenError, ValidationError):
        raise refused from None
    member = stored(claims.name)
    if member is None:
        raise refused
    if not set(needed.scopes) <= set(claims.scopes):
        raise HTTPException(401, "The token is for other things", headers={"WWW-Authenticate": challenge})
    return member


async def open_member(
    member: Annotated[StoredMember, Security(bearer_of, scopes=["profile"])],
) -> StoredMember:
    if member.closed:
        raise HTTPException(status_code=400, detail="This account is closed")
    return member


def clerk(credentials: Annotated[HTTPBasicCredentials, Depends(basic)]) -> str:
    is_name = secrets.compare_digest(credentials.username.encode(), b"clerk")
    is_password = secrets.compare_digest(credentials.password.encode(), b"dusty files")
    if not (is_name and is_password):
        raise HTTPException(401, "Not a clerk", headers={"WWW-Authenticate": "Basic"})
    return credentials.username


@app.post("/login")
async def login(form: Annotated[OAuth2PasswordRequestForm, Depends()]) -> Ticket:
    member = check(form.username, form.password)
    if member is None:
        raise HTTPException(status_code=400, detail="Wrong name or password")
    ends = datetime.now(UTC) + timedelta(minutes=5)
    claims = {"name": member.name, "scopes": form.scopes, "exp": ends}
    return Ticket(access_token=jwt.encode(claims, KEY, algorithm="HS256"), token_type="bearer")


@app.get("/token")
async def show_token(token: Annotated[str, Depends(bearer)]) -> dict[str, str]:
    return {"token": token}


@app.get("/me", response_model=Member)
async def me(member: Annotated[StoredMember, Depends(open_member)]):
    return member


@app.get("/me/visits")
async def visits(
    member: Annotated[StoredMember, Security(open_member, scopes=["visits"])],
) -> list[dict[str, str]]:
    return [{"place": "reading room", "by": member.name}]


@app.get("/me/any")
async def anyone(member: Annotated[StoredMember, Depends(bearer_of)]) -> dict[str, bool]:
    return {"closed": bool(member.closed)}


@app.get("/files")
def files(name: Annotated[str, Depends(clerk)]) -> dict[str, str]:
    return {"clerk": name}


@app.get("/files/plain")
def plain_files(credentials: Annotated[HTTPBasicCredentials, Depends(basic)]) -> dict[str, str]:
    return {"username": credentials.username, "password": credentials.password}


@app.get("/files/perhaps")
def perhaps(credentials: Annotated[HTTPBasicCredentials | None, Depends(realm)]) -> dict[str, str | None]:
    return {"name": credentials and credentials.username}
