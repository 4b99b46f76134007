"""Passwords and tokens."""

import hashlib
import hmac
import os
from datetime import UTC, datetime, timedelta
from typing import Annotated

import jwt
from fastapi import Depends, HTTPException
from fastapi.security import OAuth2PasswordBearer

from bookings.database import Database
from bookings.models import User
from bookings.settings import get_settings

oauth2_scheme = OAuth2PasswordBearer(tokenUrl="/token")


def hash_password(password: str) -> str:
    salt = os.urandom(16)
    return f"{salt.hex()}${_digest(password, salt).hex()}"


def is_password(password: str, hashed: str) -> bool:
    salt, digest = (bytes.fromhex(part) for part in hashed.split("$"))
    return hmac.compare_digest(_digest(password, salt), digest)


def _digest(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=2**12, r=8, p=1)


def create_token(user: User) -> str:
    settings = get_settings()
    expires = datetime.now(UTC) + timedelta(minutes=settings.token_minutes)
    return jwt.encode({"sub": str(user.id), "exp": expires}, settings.secret, algorithm="HS256")


def get_current_user(token: Annotated[str, Depends(oauth2_scheme)], db: Database) -> User:
    try:
        claims = jwt.decode(token, get_settings().secret, algorithms=["HS256"])
    except jwt.InvalidTokenError:
        raise HTTPException(401, "Invalid token", headers={"WWW-Authenticate": "Bearer"}) from None
    user = db.get(User, int(claims["sub"]))
    if user is None:
        raise HTTPException(401, "Invalid token", headers={"WWW-Authenticate": "Bearer"})
    return user


CurrentUser = Annotated[User, Depends(get_current_user)]


def get_manager(user: CurrentUser) -> User:
    if not user.is_manager:
        raise HTTPException(403, "Only managers may do this")
    return user
