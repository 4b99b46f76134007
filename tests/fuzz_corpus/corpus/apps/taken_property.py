"""What a body says beyond its document is written into the member, such as `is_staff`.

Class: mass assignment, undeclared property
Operation: POST /staff
Checks: mass_assignment
Found by: a body with a property of another schema
Issue: https://owasp.org/API-Security/editions/2023/en/0xa3-broken-object-property-level-authorization/
"""

from typing import Any

from pydantic import BaseModel, ConfigDict

from xapi import XAPI, Request


class Draft(BaseModel):
    model_config = ConfigDict(strict=True)

    name: str


class Member(BaseModel):
    name: str
    is_staff: bool = False


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Staff", version="1.0.0", document_errors="exact")

    @app.post("/staff", status_code=201)
    async def create(draft: Draft, request: Request) -> Member:
        read: dict[str, Any] = draft.model_dump() if fixed else await request.json()
        return Member(name=draft.name, is_staff=read.get("is_staff") is True)

    return app
