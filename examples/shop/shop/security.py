"""Passwords, tokens, and who may do what."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Annotated

import jwt
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from pydantic import BaseModel, ValidationError
from sqlmodel import Session, select

from shop.database import Database
from shop.models import Account, Role, Token
from shop.problems import problems
from shop.settings import Settings
from xapi import Depends, HTTPException, Security
from xapi.requests import HTTPConnection
from xapi.security import OAuth2PasswordBearer, SecurityScopes

ALGORITHM = "HS256"
SCOPES = {
    "orders": "Place orders, and see one's own",
    "catalogue": "Change products",
    "sales": "See and process everybody's orders",
}
GRANTED = {Role.CUSTOMER: {"orders"}, Role.MANAGER: set(SCOPES)}
"""What a role may do."""

bearer = OAuth2PasswordBearer(tokenUrl="token", scopes=SCOPES)


class Claims(BaseModel):
    """What a token says (RFC 7519)."""

    sub: str
    scope: str
    exp: datetime


class InvalidToken(Exception):
    """A token that is no token of ours, is too old, or whose account is gone."""


def settings_of(connection: HTTPConnection) -> Settings:
    """The settings of the running app."""
    settings: Settings = connection.state.settings
    return settings


CurrentSettings = Annotated[Settings, Depends(settings_of)]


@cache
def hasher(memory: int) -> PasswordHash:
    return PasswordHash([Argon2Hasher(memory_cost=memory)])


@cache
def nobodys_hash(memory: int) -> str:
    """Compared with where there is no account, so that the time of an answer does not tell."""
    return hasher(memory).hash("nobody")


def authenticated(session: Session, settings: Settings, email: str, password: str) -> Account | None:
    """The account with this address, if the password is right."""
    account = session.exec(select(Account).where(Account.email == email.lower())).one_or_none()
    known = account.password_hash if account else nobodys_hash(settings.hash_memory)
    return account if hasher(settings.hash_memory).verify(password, known) else None


def create_token(account: Account, wanted: Iterable[str], settings: Settings) -> Token:
    """A token for an account, with those of the wanted scopes that its role has, or else all that it has."""
    granted = GRANTED[account.role]
    claims = Claims(
        sub=str(account.id),
        scope=" ".join(sorted(granted.intersection(wanted) or granted)),
        exp=datetime.now(UTC) + timedelta(minutes=settings.token_minutes),
    )
    encoded = jwt.encode(claims.model_dump(), settings.secret.get_secret_value(), ALGORITHM)
    return Token(access_token=encoded, expires_in=settings.token_minutes * 60, scope=claims.scope)


def owner(token: str, session: Session, settings: Settings) -> tuple[Account, set[str]]:
    """Whose token it is, and its scopes.

    Raises:
        InvalidToken: it proves nothing.
    """
    try:
        decoded = jwt.decode(token, settings.secret.get_secret_value(), [ALGORITHM])
        claims = Claims.model_validate(decoded)
        account = session.get(Account, int(claims.sub))
    except (jwt.InvalidTokenError, ValidationError, ValueError) as error:
        raise InvalidToken from error
    if account is None:
        raise InvalidToken
    return account, set(claims.scope.split()) & GRANTED[account.role]


def current_account(
    wanted: SecurityScopes,
    token: Annotated[str, Depends(bearer)],
    session: Database,
    settings: CurrentSettings,
) -> Account:
    """Whose token the request carries; 401 without one, 403 if it lacks a scope."""
    try:
        account, scopes = owner(token, session, settings)
    except InvalidToken as error:
        raise HTTPException(
            401, "This token is not valid.", headers={"WWW-Authenticate": "Bearer"}
        ) from error
    if missing := [scope for scope in wanted.scopes if scope not in scopes]:
        raise HTTPException(403, f"This takes a token with the scope {', '.join(missing)}.")
    return account


Anybody = Annotated[Account, Security(current_account, responses=problems(401))]
Customer = Annotated[Account, Security(current_account, scopes=["orders"], responses=problems(401, 403))]
Salesperson = Annotated[Account, Security(current_account, scopes=["sales"], responses=problems(401, 403))]
may_change_catalogue = Security(current_account, scopes=["catalogue"], responses=problems(401, 403))
