"""What users get who should not: objects of others, and functions that ask for more than they may.

Which objects are whose follows from who has made them; what a user may, from the scopes of the document's
security requirements, and from what the fixture `xapi_roles` says.
"""

from __future__ import annotations

import json
from argparse import ArgumentTypeError
from base64 import urlsafe_b64decode
from binascii import Error
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pytest_xapi.fuzz import options
from pytest_xapi.fuzz.collection import selection
from pytest_xapi.fuzz.execution.access import CHECK as OBJECTS
from pytest_xapi.fuzz.execution.access import as_another
from pytest_xapi.fuzz.execution.made_objects import readings
from pytest_xapi.fuzz.model.auth import User, users
from pytest_xapi.fuzz.model.cases import Case
from pytest_xapi.fuzz.model.findings import Exchange, Finding
from pytest_xapi.fuzz.model.wire import WireRequest, WireResponse
from pytest_xapi.fuzz.schemathesis_adapter import Api
from xapi.openapi.reader import Document, Operation

FUNCTIONS = "function_level_authorization"
_DRAWN = 3


class UnknownRole(Exception):
    """The fixture `xapi_roles` says what is not known."""


@dataclass(frozen=True)
class Role:
    """What a user may do."""

    scopes: frozenset[str] | None = None
    """Those that the user has; `None` if nothing is said."""
    forbidden: tuple[selection.Pattern, ...] = ()
    """The operations that the user may not call."""


Roles = Mapping[str, Role]
"""By user; `""` where the credentials name none."""


class Authorization:
    """Asks as users who should be refused."""

    def __init__(self, document: Document, credentials: Mapping[str, Any], roles: Roles) -> None:
        self._document = document
        self._users = users(credentials)
        self._roles = roles

    def found(self, api: Api, label: str, accepted: Case | None) -> Iterator[Finding]:
        """What an operation gives to whom it should not; `accepted` is a case that the first user sent."""
        operation = self._document.operation(label)
        if operation is None:
            return
        yield from self._functions(api, operation, accepted)
        if len(self._users) > 1 and operation.method == "POST":
            yield from self._objects(api, operation, accepted)

    def _functions(self, api: Api, operation: Operation, accepted: Case | None) -> Iterator[Finding]:
        for user in self._users:
            reason = self._forbidden(user, operation)
            if reason is None:
                continue
            for request in self._requests(api, operation, accepted):
                sent = as_another(request, self._users[0].credentials, user.credentials)
                answer = api.through(sent)
                if answer.is_success:
                    yield _of_function(operation, user, reason, sent, answer)
                    return

    def _requests(self, api: Api, operation: Operation, accepted: Case | None) -> Iterator[WireRequest]:
        for number in range(_DRAWN):
            request = api.ordinary(operation.label, number, accepted)
            if request is not None:
                yield request

    def _forbidden(self, user: User, operation: Operation) -> str | None:
        """Why a user may not call an operation; `None` if nothing says so."""
        role = self._roles.get(user.name, Role())
        for pattern in role.forbidden:
            if selection.matches(operation, [pattern]):
                return f"may not call `{':'.join(pattern)}`"
        has = _scopes_of_token(user) if role.scopes is None else role.scopes
        if has is None:
            return None
        missing = [sorted(_needed(alternative) - set(has)) for alternative in operation.security]
        if all(missing):
            return f"has no scope `{missing[0][0]}`"
        return None

    def _objects(self, api: Api, operation: Operation, accepted: Case | None) -> Iterator[Finding]:
        """Objects that the first user makes, and the second one reads."""
        api.restart()
        for base in (None, accepted):
            request = api.ordinary(operation.label, 0, base)
            made = None if request is None else api.through(request)
            if made is not None and made.is_success:
                break
        if request is None or made is None or not made.is_success:
            return
        owner, other = self._users[:2]
        for reading in readings(self._document, request, made):
            reader = self._document.at("GET", reading.path)
            assert reader is not None, "only documented paths are read"
            own = api.authenticated(reader.label, reading)
            foreign = as_another(own, owner.credentials, other.credentials)
            answer = api.through(own)
            if foreign == own or not answer.is_success or not answer.body:
                continue
            again = api.through(foreign)
            if (again.status, again.body) == (answer.status, answer.body):
                yield Finding(
                    operation=reader.label,
                    check=OBJECTS,
                    title="Read by another user",
                    message=f"`{owner.name}` created it; `{other.name}` got the same ({again.status}).",
                    exchanges=(Exchange(request, made), Exchange(foreign, again)),
                    cause="read by another user",
                )
                return


def _of_function(
    operation: Operation, user: User, reason: str, request: WireRequest, answer: WireResponse
) -> Finding:
    who = f"`{user.name}`" if user.name else "The user of `xapi_auth`"
    return Finding(
        operation=operation.label,
        check=FUNCTIONS,
        title="Called by a user who may not",
        message=f"{who} {reason}, and got {answer.status}.",
        exchanges=(Exchange(request, answer),),
        cause=f"called by a user who {reason}",
    )


def _needed(alternative: Mapping[str, Collection[str]]) -> set[str]:
    return {scope for scopes in alternative.values() for scope in scopes}


def read_roles(given: Mapping[str, Mapping[str, Collection[str]]], credentials: Mapping[str, Any]) -> Roles:
    """The roles that the fixture `xapi_roles` gives.

    Raises:
        UnknownRole: one is of nobody, or says what is not known.
    """
    known = {user.name for user in users(credentials)}
    found = {}
    for name, said in given.items():
        if name not in known:
            raise UnknownRole(
                f"the fixture `xapi_roles` names a user {name!r}, and `xapi_auth` has none of that name"
            )
        strange = set(said) - {"scopes", "forbidden"}
        if strange:
            raise UnknownRole(
                f"the fixture `xapi_roles` says {sorted(strange)[0]!r} of {name!r}; "
                "it can say `scopes` and `forbidden`"
            )
        try:
            forbidden = [options.pattern(text) for text in said.get("forbidden", ())]
        except ArgumentTypeError as error:
            raise UnknownRole(f"the fixture `xapi_roles`, of {name!r}: {error}") from error
        scopes = said.get("scopes")
        found[name] = Role(None if scopes is None else frozenset(scopes), tuple(forbidden))
    return found


def _scopes_of_token(user: User) -> Collection[str] | None:
    """The scopes that a JSON Web Token says its user has (RFC 8693, section 4.2), if it says."""
    for credential in user.credentials.values():
        parts = credential.split(".") if isinstance(credential, str) else []
        if len(parts) != 3:
            continue
        try:
            claims = json.loads(urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
        except (Error, ValueError):
            continue
        for name in ("scope", "scopes", "scp"):
            value = claims.get(name) if isinstance(claims, dict) else None
            if isinstance(value, str):
                return value.split()
            if isinstance(value, list):
                return [str(item) for item in value]
    return None
