from functools import lru_cache
from typing import Annotated

from xapi import Header, HTTPException

from .settings import Settings


@lru_cache
def settings() -> Settings:
    return Settings()


async def caller(x_caller: Annotated[str, Header()] = "anybody") -> str:
    if x_caller == "pirate":
        raise HTTPException(status_code=403, detail="No pirates")
    return x_caller
