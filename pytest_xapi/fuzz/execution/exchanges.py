"""The exchanges of a finding, with what each request took from earlier answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote, quote_plus

from pytest_xapi.fuzz.generation.encoding import text
from pytest_xapi.fuzz.model import pointers
from pytest_xapi.fuzz.model.cases import Binding, Case, Failed, Outcome, Step
from pytest_xapi.fuzz.model.findings import Exchange, Reference
from pytest_xapi.fuzz.model.wire import WireRequest
from pytest_xapi.fuzz.schemathesis_adapter import Api, parts_of

_ENCODERS: dict[str, Callable[[Any], str]] = {
    "": text,
    "quote": lambda value: quote(text(value), safe=""),
    "quote_plus": lambda value: quote_plus(text(value)),
}
"""How the text of a value may stand in a request, by the name of the function of `urllib.parse`."""


def exchanges(api: Api, steps: list[Step], outcomes: list[Outcome], failed: Failed) -> Iterator[Exchange]:
    """The exchanges of a sequence; the last one is that which a check blames.

    It may be one that the check derived, such as the same without credentials.
    """
    for step, outcome in zip(steps, outcomes, strict=True):
        is_last = outcome is outcomes[-1]
        request = failed.request if is_last else outcome.request
        answer = failed.answer if is_last else outcome.answer
        yield _linked(api, Exchange(request, answer), outcome.case, step.bindings, outcomes)


def _linked(
    api: Api, exchange: Exchange, case: Case, bindings: tuple[Binding, ...], outcomes: list[Outcome]
) -> Exchange:
    """An exchange with a template of its request, in which marks stand for what earlier answers gave."""
    whole = api.preview(case) if bindings else None
    if whole is None:
        return exchange
    marked, references = parts_of(case), []
    for number, binding in enumerate(bindings):
        mark = f"xapilinked{number}x"
        value = pointers.of_answer(outcomes[binding.step].answer, binding.pointer)
        try:
            alone = api.preview(api.copy(case, parts_of(case).with_value(binding.place, binding.name, mark)))
            encoding = None if alone is None else _encoding(whole, alone, mark, value)
            if encoding is not None:
                marked = marked.with_value(binding.place, binding.name, mark)
                references.append(Reference(mark, binding.step, binding.pointer, encoding))
        except LookupError:
            continue  # a body whose bytes are decided has no such place
    template = api.preview(api.copy(case, marked))
    if template is None:
        return exchange
    template = _of_equal_parts(exchange.request, whole, template)
    kept = tuple(item for item in references if any(item.mark in part for part in _texts(template)))
    return replace(exchange, references=kept, template=template if kept else None)


def _encoding(whole: WireRequest, marked: WireRequest, mark: str, value: Any) -> str | None:
    """How a value is written where its mark stands; `None` where that is not known."""
    for before, after in zip(_texts(whole), _texts(marked), strict=False):
        if mark in after:
            if after.replace(f'"{mark}"', json.dumps(value)) == before:
                return ""  # in JSON, where the value stands itself
            return next(
                (name for name, encode in _ENCODERS.items() if after.replace(mark, encode(value)) == before),
                None,
            )
    return None


def _of_equal_parts(request: WireRequest, whole: WireRequest, template: WireRequest) -> WireRequest:
    """A request with what a template has in the place of the parts that are those of the whole one."""
    marked = dict(zip(whole.headers, template.headers, strict=False))
    return WireRequest(
        request.method,
        template.target if request.target == whole.target else request.target,
        tuple(marked.get(header, header) for header in request.headers),
        template.body if request.body == whole.body else request.body,
    )


def _texts(request: WireRequest) -> list[str]:
    """The parts of a request; the boundary of a form follows from what is in it, and so counts as equal."""
    body = request.body.decode("utf-8", "surrogateescape")
    found = [request.target, body, *(value for _, value in request.headers)]
    boundary = (request.header("content-type") or "").partition("boundary=")[2]
    return [part.replace(boundary, "boundary") for part in found] if boundary else found
