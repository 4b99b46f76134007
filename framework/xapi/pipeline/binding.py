"""Binding many values of a request to one argument: several names, models of several values, and forms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from starlette.datastructures import FormData, UploadFile
from starlette.requests import ClientDisconnect, Request

from xapi.exceptions import RequestValidationError
from xapi.operation.limits import FormLimits
from xapi.operation.model import BodyField, Gathered, Key, Lookup, Parameter, Signature
from xapi.operation.types import parts
from xapi.pipeline.form_memory import content_of
from xapi.pipeline.forms import MalformedForm
from xapi.pipeline.incoming import form_within
from xapi.pipeline.read import incomplete
from xapi.pipeline.validate import ABSENT, Loc, Values, place_of

Lists = Mapping[str, list[Any]]
"""All values of a place by name, in order; names of headers in lower case."""


def declared_names(signatures: Iterable[Signature], location: str) -> frozenset[str]:
    """All names under which the callables read values of one place; that of the body are forms."""
    names: set[str] = set()
    for signature in signatures:
        for item in signature.body if location == "body" else signature.parameters:
            if isinstance(item, BodyField) or item.location == location:
                names.update(_names(item))
    return frozenset(names)


def _names(item: Parameter | BodyField) -> Iterator[str]:
    if item.gathered is not None:
        return (key.wire_name for key in item.gathered.keys)
    return (str(name) for name, *_ in item.lookups or ((item.wire_name,),))


class ValueGathering:
    """Gathers one value from those of a place: the one that was sent, under the first of its names."""

    def __init__(self, item: Parameter | BodyField, location: str) -> None:
        self._location = location
        repeats = item.field.repeats
        self._repeats = repeats and location != "cookie"
        self._first = 0 if location == "header" else -1
        self._drops_empty = location == "body" or repeats
        lookups: tuple[Lookup, ...] = item.lookups or ((item.wire_name,),)
        self._lookups = [
            (str(name).lower() if location == "header" else str(name), below, (location, name, *below))
            for name, *below in lookups
        ]

    def __call__(self, lists: Lists) -> tuple[Any, Loc] | None:
        """The value and the place that errors name, or None if nothing was sent."""
        for name, below, loc in self._lookups:
            if name in lists and (value := self._value(lists[name], below)) is not ABSENT:
                return value, loc
        return None

    def _value(self, sent: list[Any], below: list[str | int]) -> Any:
        """An empty text of a form counts as nothing: browsers send it for what is left out. So does an empty
        cookie for a list, which a cookie, having one value, cannot be.
        """
        if not below:
            if self._repeats:
                return sent
            value = sent[self._first]
        else:
            position, *deeper = below
            if deeper or not isinstance(position, int) or not -len(sent) <= position < len(sent):
                return ABSENT
            value = sent[position]
        if self._drops_empty and value == "":
            return ABSENT
        return [value] if self._repeats else value


class ModelGathering:
    """Gathers what a model is made of from the values of one place.

    What nothing is `declared` for goes into the model too: it may keep it, or forbid it.
    """

    def __init__(self, gathered: Gathered, location: str, declared: Iterable[str]) -> None:
        lower = location == "header"
        self._keys = [
            (
                key.name,
                key.wire_name.lower() if lower else key.wire_name,
                key.repeats and location != "cookie",
                _nothing(key, location),
            )
            for key in gathered.keys
        ]
        self._first = 0 if lower else -1
        self._may_be_absent = gathered.may_be_absent
        # Errors show what the model was given; other headers and cookies may be secrets, and are not shown.
        minds_extra = gathered.extra != "ignore"
        self._with_others = minds_extra or location in ("query", "body")
        # A header that has a member's own name, with its underscore, is neither the member nor an extra one.
        self._own = {name for key in self._keys for name in key[:2]}
        if minds_extra:
            self._own.update(name.lower() if lower else name for name in declared)

    def __call__(self, lists: Lists, all_sent: Lists | None = None) -> Any:
        """The keys and values, or ABSENT. `all_sent` also has what is sent, but is nothing."""
        values: Values = {}
        for name, wire_name, repeats, nothing in self._keys:
            if sent := lists.get(wire_name):
                value = sent if repeats else sent[self._first]
                if name not in values and value != nothing:
                    values[name] = value
        if all_sent is None:
            all_sent = lists
        if self._may_be_absent and not any(wire_name in all_sent for _, wire_name, *_ in self._keys):
            return ABSENT
        if self._with_others:
            for name, sent in all_sent.items():
                if name not in self._own:
                    values[name] = sent if len(sent) > 1 else sent[0]
        return values


def _nothing(key: Key, location: str) -> Any:
    """What counts as nothing if it is sent for a key (see `ValueGathering`)."""
    if location == "body":
        return [""] if key.by_position else ""
    return "" if location == "cookie" and key.repeats else ABSENT


class FormGathering:
    """Gathers the fields of a form that one callable takes, under the names of its arguments.

    `declared` are the names of all fields that the operation has.
    """

    def __init__(self, fields: Iterable[BodyField], declared: Iterable[str]) -> None:
        known = frozenset(declared)
        self._values: list[tuple[str, ValueGathering, bool, bool]] = []
        self._models: list[tuple[str, ModelGathering, list[str]]] = []
        for item in fields:
            if item.gathered is not None:
                contents = [key.name for key in item.gathered.keys if key.content]
                gathering = ModelGathering(item.gathered, "body", known)
                self._models.append((item.name, gathering, contents))
            else:
                content = bytes in parts(item.field.annotation)
                self._values.append((item.name, ValueGathering(item, "body"), content, bool(item.lookups)))

    async def __call__(self, form: FormData) -> Values:
        chosen, all_sent = form_lists(form)
        raw: Values = {}
        for name, gather, content, names_place in self._values:
            if (found := gather(chosen)) is not None:
                value, place = found
                raw[name] = await _content(value) if content else value
                if names_place:
                    raw[place_of(name)] = place
        for name, gather_model, contents in self._models:
            if (values := gather_model(chosen, all_sent)) is not ABSENT:
                for key in contents:
                    if key in values:
                        values[key] = await _content(values[key])
                raw[name] = values
        return raw


def form_lists(form: FormData) -> tuple[Lists, Lists]:
    """All values of a form by name, without and with inputs of files in which nothing was chosen.

    Browsers send such an input as a file without a name and without content (HTML Standard, "constructing the
    entry list"); it is not a file.
    """
    all_sent: dict[str, list[Any]] = {}
    empty = False
    for name, value in form.multi_items():
        all_sent.setdefault(name, []).append(value)
        empty = empty or _is_empty(value)
    if not empty:
        return all_sent, all_sent
    chosen = {name: [item for item in sent if not _is_empty(item)] for name, sent in all_sent.items()}
    return {name: sent for name, sent in chosen.items() if sent}, all_sent


def _is_empty(value: Any) -> bool:
    return isinstance(value, UploadFile) and not value.filename and value.size == 0


async def _content(value: Any) -> Any:
    """What was sent, with the content of files in their place."""
    if isinstance(value, list):
        return [await _content(item) for item in value]
    return await content_of(value) if isinstance(value, UploadFile) else value


async def read_form(request: Request, limits: FormLimits) -> FormData:
    """Parse the form in a request's body; files are spooled to disk.

    Raises RequestValidationError for a body that is not a form of the kind that it says, and HTTPException
    for one that breaks a limit, or if the client goes away before the end.
    """
    try:
        return await form_within(request, limits)
    except ClientDisconnect as gone:
        raise incomplete() from gone
    except MalformedForm as malformed:
        raise _malformed(malformed.detail) from malformed


def length_of(form: FormData) -> int:
    """The length of all texts in a form together."""
    return sum(len(value) for _, value in form.multi_items() if isinstance(value, str))


def _malformed(why: str) -> RequestValidationError:
    error = {
        "type": "form_invalid",
        "loc": ("body",),
        "msg": "Form decode error",
        "input": {},
        "ctx": {"error": why},
    }
    return RequestValidationError([error])
