"""Accounts, and the tokens that prove who one is."""

from __future__ import annotations

from typing import Annotated, Any

from sqlalchemy.exc import IntegrityError

from shop.database import Database
from shop.mail import Mail
from shop.models import Account, AccountDraft, AccountPublic, Token
from shop.problems import problems
from shop.security import Anybody, CurrentSettings, authenticated, create_token, hasher
from xapi import APIRouter, BackgroundTasks, Depends, HTTPException
from xapi.security import OAuth2PasswordRequestForm

router = APIRouter(tags=["accounts"])

LOGIN_EXAMPLE: dict[str, Any] = {
    "grant_type": "password",
    "username": "ada@example.com",
    "password": "correct horse battery staple",
}


@router.post("/accounts", status_code=201, response_model=AccountPublic, responses=problems(409))
def create_account(
    draft: AccountDraft,
    session: Database,
    settings: CurrentSettings,
    background: BackgroundTasks,
    mail: Mail,
) -> Account:
    """Become a customer."""
    account = Account(
        email=draft.email.lower(),
        name=draft.name,
        password_hash=hasher(settings.hash_memory).hash(draft.password),
    )
    session.add(account)
    try:
        session.flush()
    except IntegrityError as error:
        raise HTTPException(409, "There is an account with this e-mail address.") from error
    background.add_task(mail.send, account.email, "Welcome", f"Hello {account.name}, your account is ready.")
    return account


@router.post(
    "/token",
    responses=problems(401),
    openapi_extra={
        "requestBody": {"content": {"application/x-www-form-urlencoded": {"example": LOGIN_EXAMPLE}}}
    },
)
def create_access_token(
    form: Annotated[OAuth2PasswordRequestForm, Depends()], session: Database, settings: CurrentSettings
) -> Token:
    """Log in: an e-mail address and a password for a token.

    The token has those of the scopes asked for that the account has, or else all that it has.
    """
    account = authenticated(session, settings, form.username, form.password)
    if account is None:
        raise HTTPException(401, "Address or password is wrong.", headers={"WWW-Authenticate": "Bearer"})
    return create_token(account, form.scopes, settings)


@router.get("/me", response_model=AccountPublic)
def read_own_account(account: Anybody) -> Account:
    """Who am I?"""
    return account
