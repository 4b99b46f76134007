"""A transaction that has nothing but fees is divided by what is left: ZeroDivisionError.

Class: lists that must agree, enum
Operation: POST /transactions
Checks: not_a_server_error
Found by: three entries or more whose two sides have the same sum, with one account on one side
"""

from concurrent.futures import ThreadPoolExecutor
from enum import Enum
from typing import Annotated

from pydantic import BaseModel, Field

from xapi import XAPI


class Side(Enum):
    DEBIT = "debit"
    CREDIT = "credit"


class Entry(BaseModel):
    account: Annotated[str, Field(max_length=20)]
    side: Side
    cents: Annotated[int, Field(ge=1, le=10_000_000)]


class Transaction(BaseModel):
    entries: Annotated[list[Entry], Field(max_length=8)]


class Ledger:
    """What transactions come to."""

    def __init__(self, fixed: bool) -> None:
        self.fixed = fixed

    def total(self, transaction: Transaction, side: Side) -> int:
        """The sum of a side."""
        return sum(entry.cents for entry in transaction.entries if entry.side is side)

    def fees(self, transaction: Transaction) -> int:
        """What is paid in fees."""
        return sum(
            entry.cents
            for entry in transaction.entries
            if entry.side is Side.DEBIT and entry.account.casefold() == "fees"
        )

    def percentage(self, transaction: Transaction) -> int:
        """How much is added by fees, in per cent."""
        with ThreadPoolExecutor(2) as pool:
            debit, credit = pool.map(lambda side: self.total(transaction, side), Side)
            if debit != credit or len(transaction.entries) < 3:
                return 0
            fees = pool.submit(self.fees, transaction).result()
        net = debit - fees
        if self.fixed and net == 0:
            return 100
        return 100 * fees // net


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Transactions", version="1.0.0", document_errors="exact")
    ledger = Ledger(fixed)

    @app.post("/transactions")
    def post(transaction: Transaction) -> int:
        return ledger.percentage(transaction)

    return app
