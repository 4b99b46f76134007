"""Whether one user reads what another one has created, where `xapi_auth` has several users."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from pytest_xapi.fuzz.model import auth
from pytest_xapi.fuzz.model.cases import Failed, Outcome, Step
from pytest_xapi.fuzz.model.wire import Send, WireRequest
from pytest_xapi.fuzz.schemathesis_adapter import Api

CHECK = "object_level_authorization"


class Access:
    """Reads what sequences have created again, as another user. Each pair of operations is tried once."""

    def __init__(self, credentials: Mapping[str, Any], send: Send) -> None:
        self._users = auth.users(credentials)
        self._send = send
        self._tried: set[tuple[str, str]] = set()

    def failed(self, api: Api, steps: list[Step]) -> Iterator[tuple[list[Step], Failed]]:
        """What another user could read, with the steps that led there."""
        if len(self._users) < 2:
            return
        for position, step in enumerate(steps):
            pair = _creation_and_reading(steps, step)
            if pair is None or pair in self._tried:
                continue
            self._tried.add(pair)
            chosen = steps[: position + 1]
            try:
                outcomes = api.send_again(chosen, [item.outcome.case for item in chosen])
            except LookupError:
                continue
            failed = self._read_by_another(outcomes[-1])
            if failed is not None:
                yield [replace(item, outcome=new) for item, new in zip(chosen, outcomes, strict=True)], failed

    def _read_by_another(self, outcome: Outcome) -> Failed | None:
        owner, other = self._users[:2]
        request = as_another(outcome.request, owner.credentials, other.credentials)
        if request == outcome.request or not outcome.answer.is_success or not outcome.answer.body:
            return None
        answer = self._send(request)
        if answer.status != outcome.answer.status or answer.body != outcome.answer.body:
            return None
        return Failed(
            CHECK,
            "Read by another user",
            f"`{owner.name}` created it, and `{other.name}` got the same answer ({answer.status}).",
            "read by another user",
            request,
            answer,
        )


def _creation_and_reading(steps: list[Step], step: Step) -> tuple[str, str] | None:
    """The operations that created and read something, if this step reads what an earlier one created."""
    if not step.outcome.operation.startswith("GET ") or step.outcome.failed:
        return None
    for binding in step.bindings:
        creation = steps[binding.step].outcome
        if creation.operation.startswith(("POST ", "PUT ")) and creation.answer.is_success:
            return creation.operation, step.outcome.operation
    return None


def as_another(request: WireRequest, owner: Mapping[str, Any], other: Mapping[str, Any]) -> WireRequest:
    """The request with the credentials of another user in the place of those of its own."""
    for scheme, credential in owner.items():
        old, new = auth.as_sent(credential), auth.as_sent(other.get(scheme, credential))
        request = replace(
            request,
            target=request.target.replace(old, new),
            headers=tuple((name, value.replace(old, new)) for name, value in request.headers),
        )
    return request
