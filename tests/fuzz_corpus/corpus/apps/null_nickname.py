"""A name that may be null is stripped: AttributeError if it is.

Class: null where optional
Operation: POST /members
Checks: not_a_server_error
Found by: the first boundary values
"""

from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict


class Member(BaseModel):
    model_config = ConfigDict(strict=True)

    name: str
    nickname: str | None = ""


def create_app(fixed: bool) -> FastAPI:
    app = FastAPI(title="Members")

    @app.post("/members", responses={400: {"description": "The body is not JSON"}})
    async def greet(member: Member) -> str:
        nickname = member.nickname if not fixed else member.nickname or ""
        return nickname.strip() or member.name

    return app
