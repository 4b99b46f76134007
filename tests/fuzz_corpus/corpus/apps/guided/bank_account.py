"""An account number of a country without branches is cut where its branch would stand: ValueError.

Class: checksum, letters as numbers
Operation: POST /accounts
Checks: not_a_server_error
Found by: an account number of one country, of its length, whose remainder is right
"""

from fastapi import FastAPI
from pydantic import BaseModel

LENGTHS = {"AT": 20, "BE": 16, "DE": 22, "ES": 24}
BRANCHES = {"AT": slice(4, 9), "DE": slice(4, 12), "ES": slice(8, 12)}
NOWHERE = slice(0, 0)


class Wanted(BaseModel):
    iban: str


class Account(BaseModel):
    accepted: bool
    branch: int | None = None


def remainder(iban: str) -> int:
    """What is left of the number when its first four characters stand last."""
    value = 0
    for character in iban[4:] + iban[:4]:
        number = int(character, 36)
        value = (value * (100 if number > 9 else 10) + number) % 97
    return value


def create_app(fixed: bool) -> FastAPI:
    app = FastAPI(title="Accounts")

    @app.post("/accounts")
    async def accept(wanted: Wanted) -> Account:
        iban = wanted.iban.replace(" ", "").upper()
        if not iban.isascii() or not iban.isalnum():
            return Account(accepted=False)
        country = iban[:2]
        if LENGTHS.get(country) != len(iban) or not iban[2:].isdecimal():
            return Account(accepted=False)
        if remainder(iban) != 1:
            return Account(accepted=False)
        branch = iban[BRANCHES.get(country, NOWHERE)]
        if fixed and not branch:
            return Account(accepted=True)
        return Account(accepted=True, branch=int(branch))

    return app
