"""Accounts and tokens."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException
from fastapi.security import OAuth2PasswordRequestForm
from sqlalchemy import select

from bookings import models, schemas
from bookings.database import Database
from bookings.security import CurrentUser, create_token, hash_password, is_password

router = APIRouter(tags=["users"])


@router.post("/users", status_code=201)
def register(new: schemas.NewUser, db: Database) -> schemas.User:
    user = models.User(email=new.email, name=new.name, password=hash_password(new.password))
    db.add(user)
    db.commit()
    return schemas.User.model_validate(user)


@router.post("/token", responses={401: {"description": "Wrong e-mail or password"}})
def log_in(form: Annotated[OAuth2PasswordRequestForm, Depends()], db: Database) -> schemas.Token:
    user = db.scalar(select(models.User).where(models.User.email == form.username))
    if user is None or not is_password(form.password, user.password):
        raise HTTPException(401, "Wrong e-mail or password")
    return schemas.Token(access_token=create_token(user))


@router.get("/users/me")
def me(user: CurrentUser) -> schemas.User:
    return schemas.User.model_validate(user)
