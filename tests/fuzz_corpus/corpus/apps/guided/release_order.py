"""The parts of a pre-release are compared, one a number and one a word: TypeError.

Class: version strings
Operation: GET /updates
Checks: not_a_server_error
Found by: the numbers of a release of the code, with a pre-release that begins like its own
"""

from functools import total_ordering
from typing import Annotated

from pydantic import BaseModel

from xapi import XAPI, Query

RELEASES = ("1.4.0", "2.0.0-rc.1", "2.0.0-rc.2")


class Updates(BaseModel):
    understood: bool
    newer: int = 0


@total_ordering
class Version:
    """A version that can be compared."""

    def __init__(self, text: str, fixed: bool) -> None:
        release, _, self.stage = text.partition("-")
        self.numbers = [int(part) for part in release.split(".")]
        self.fixed = fixed

    def parts(self) -> list[int | str]:
        """Those of the pre-release."""
        return [int(part) if part.isdecimal() else part for part in self.stage.split(".")]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Version) and (self.numbers, self.stage) == (other.numbers, other.stage)

    def __hash__(self) -> int:
        return hash(self.stage)

    def __lt__(self, other: "Version") -> bool:
        if self.numbers != other.numbers:
            return self.numbers < other.numbers
        if not self.stage or not other.stage:
            return bool(self.stage)
        for mine, theirs in zip(self.parts(), other.parts(), strict=False):
            if mine != theirs:
                if self.fixed and type(mine) is not type(theirs):
                    return isinstance(mine, int)
                return mine < theirs  # type: ignore[operator]
        return len(self.stage) < len(other.stage)


def create_app(fixed: bool) -> XAPI:
    app = XAPI(title="Updates", version="1.0.0", document_errors="exact")
    known = [Version(text, fixed) for text in RELEASES]

    @app.get("/updates")
    async def count(installed: Annotated[str, Query(max_length=24)]) -> Updates:
        text = installed.removeprefix("v")
        release, _, _ = text.partition("-")
        parts = release.split(".")
        if len(parts) != 3 or not all(part.isdecimal() for part in parts):
            return Updates(understood=False)
        mine = Version(text, fixed)
        return Updates(understood=True, newer=sum(mine < other for other in known))

    return app
