"""Names are told apart as they are written, and stored in lower case: the second one breaks a constraint.

The original: two addresses of e-mail that are one after a conversion of case.

Class: state, uniqueness violation
Operation: POST /accounts
Checks: not_a_server_error
Found by: a sequence of two requests with names that differ in case only
Issue: https://nvd.nist.gov/vuln/detail/CVE-2019-19844
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from corpus.lifespans import emptying
from xapi import XAPI, HTTPException


class Account(BaseModel):
    model_config = ConfigDict(strict=True)

    name: Annotated[str, Field(pattern="^[A-Ca-c]$")]


def create_app(fixed: bool) -> XAPI:
    names: list[str] = []
    rows: list[str] = []
    app = XAPI(title="Accounts", version="1.0.0", document_errors="exact", lifespan=emptying(names, rows))

    @app.post("/accounts", status_code=201, responses={409: {"description": "The name is taken"}})
    async def create(account: Account) -> Account:
        if account.name in names or (fixed and account.name.lower() in rows):
            raise HTTPException(409)
        if account.name.lower() in rows:
            raise RuntimeError("UNIQUE constraint failed: accounts.name")
        names.append(account.name)
        rows.append(account.name.lower())
        return account

    return app
