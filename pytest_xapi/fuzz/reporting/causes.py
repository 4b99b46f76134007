"""What to do with what was found: the table of a first run, and credentials that are missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pytest_xapi.fuzz.collection import last_causes
from pytest_xapi.fuzz.collection.last_causes import KnownCause
from pytest_xapi.reports import priorities
from pytest_xapi.words import counted, listed

_MOST_ROWS = 20
_MOST_NAMED = 5


def lines(causes: Sequence[KnownCause], is_first: bool) -> Iterator[str]:
    """What follows the causes: at the first run of an app the table, which to mend first, and the rest."""
    if not causes:
        return
    first = [cause.id for cause in causes[: priorities.MOST]]
    if not is_first:
        yield f'to accept a cause: xapi fuzz accept {first[0]} --reason "..." (xapi fuzz causes lists them)'
        return
    yield ""
    yield f"first run of this app: {counted(len(causes), 'cause')}, the worst first"
    yield from last_causes.table(causes[:_MOST_ROWS])
    if len(causes) > _MOST_ROWS:
        yield f"and {len(causes) - _MOST_ROWS} more: xapi fuzz causes"
    yield f"mend first: {', '.join(first)}"
    if len(causes) > priorities.MOST:
        yield f'accept the rest: xapi fuzz accept --all-but {" ".join(first)} --reason "not yet mended"'
    else:
        yield f'accept one: xapi fuzz accept {first[-1]} --reason "..."'


def credentials(records: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """That operations need credentials that nothing gives, and the fixture that would."""
    lacking = {
        record["item"].rpartition(" ")[0]: record["needs_credentials"]
        for record in records
        if record.get("needs_credentials")
    }
    if not lacking:
        return
    schemes = sorted({name for names in lacking.values() for name in names})
    yield (
        f"{counted(len(lacking), 'operation')} without the credentials required, so only refusals were "
        f"tested: {listed(sorted(lacking), _MOST_NAMED)}"
    )
    yield "      give some in conftest.py:"
    yield "          @pytest.fixture"
    yield "          def xapi_auth():"
    given = ", ".join(f'"{name}": "..."' for name in schemes[:1])
    others = f"  # or {', '.join(schemes[1:])}" if schemes[1:] else ""
    yield f"              return {{{given}}}{others}"
