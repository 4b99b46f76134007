"""From many values of a request to one argument: models that are read from parameters, and forms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from xapi.exceptions import RequestValidationError
from xapi.operation.limits import UNLIMITED, FormLimits
from xapi.operation.model import BodyField, Parameter
from xapi.operation.types import is_list, model_of, parts
from xapi.pipeline.limits import LimitExceeded
from xapi.pipeline.read import incomplete
from xapi.pipeline.validate import ABSENT, Values

_OVER_LIMIT = "Too many", "Field exceeded", "Part exceeded"
"""How Starlette begins to say that a form breaks a limit; all else is about its syntax."""


class ModelGathering:
    """Gathers the members of a model from the values of one location.

    What no parameter is declared for goes into the model too: it may forbid it.
    """

    def __init__(self, parameter: Parameter, declared: Iterable[str]) -> None:
        names_lower = parameter.location == "header"
        self._members = [
            (
                item.name,
                item.wire_name.lower() if names_lower else item.wire_name,
                is_list(item.field.annotation),
            )
            for item in parameter.members
        ]
        self._first = 0 if parameter.location == "header" else -1
        # Errors show what the model was given; other headers and cookies may be secrets, and are not shown.
        self._with_extra = parameter.location == "query" or _minds_extra(model_of(parameter.field.annotation))
        # A header that has a member's own name, with its underscore, is neither the member nor an extra one.
        self._known = {name for member in self._members for name in member[:2]}.union(declared)

    def __call__(self, lists: Mapping[str, list[str]]) -> Values:
        values: Values = {}
        for name, wire_name, repeats in self._members:
            if sent := lists.get(wire_name):
                values[name] = sent if repeats else sent[self._first]
        if self._with_extra:
            for wire_name, sent in lists.items():
                if wire_name not in self._known:
                    values[wire_name] = sent if len(sent) > 1 else sent[0]
        return values


class _FormField:
    """One field of a form, or the model that several are; what its type says is asked once."""

    def __init__(self, item: BodyField) -> None:
        self.name = item.name
        self.wire_name = item.wire_name
        self.repeats = is_list(item.field.annotation)
        self.reads_content = bytes in parts(item.field.annotation)
        self.members = tuple(_FormField(member) for member in item.members)

    def sent(self, form: FormData) -> Any:
        """What was sent. An empty text counts as nothing: browsers send it for what is left out."""
        if self.repeats:
            return form.getlist(self.wire_name) or ABSENT
        value = form.get(self.wire_name)
        return ABSENT if value is None or value == "" else value

    async def contents(self, value: Any) -> Any:
        """What was sent, with the content of files in their place."""
        if self.repeats and value is not ABSENT:
            return [await _content(item) for item in value]
        return await _content(value)


async def _content(value: Any) -> Any:
    return await value.read() if isinstance(value, UploadFile) else value


class FormGathering:
    """Gathers the fields of a form that one callable takes, under the names of its arguments."""

    def __init__(self, fields: tuple[BodyField, ...]) -> None:
        self._fields = tuple(_FormField(item) for item in fields)
        self._known = {single.wire_name for item in fields for single in (item.members or (item,))}

    async def __call__(self, form: FormData) -> Values:
        raw: Values = {}
        for field in self._fields:
            value = await self._model(field, form) if field.members else field.sent(form)
            if field.reads_content:
                value = await field.contents(value)
            if value is not ABSENT:
                raw[field.name] = value
        return raw

    async def _model(self, field: _FormField, form: FormData) -> Values:
        values: Values = {}
        for member in field.members:
            value = member.sent(form)
            if member.reads_content:
                value = await member.contents(value)
            if value is not ABSENT:
                values[member.name] = value
        for name in form:
            if name not in self._known:
                sent = form.getlist(name)
                values[name] = sent if len(sent) > 1 else sent[0]
        return values


async def read_form(request: Request, limits: FormLimits) -> FormData:
    """Parse the form in a request's body; files are spooled to disk.

    Raises RequestValidationError for a body that is no form of the kind that it says, and HTTPException for
    one that breaks a limit, or if the client goes away before the end.
    """
    max_file_size = limits.get("max_file_size", UNLIMITED)
    known: Any = {name: limit for name, limit in limits.items() if name != "max_file_size"}
    try:
        form = await request.form(**known)
    except ClientDisconnect as gone:
        raise incomplete() from gone
    except HTTPException as refused:
        if refused.status_code != 400 or refused.detail.startswith(_OVER_LIMIT):
            raise
        raise _malformed(refused.detail) from refused
    if max_file_size != UNLIMITED:
        await _check_files(form, max_file_size)
    return form


async def _check_files(form: FormData, most: int) -> None:
    for _, value in form.multi_items():
        if isinstance(value, UploadFile) and (value.size or 0) > most:
            await form.close()
            raise LimitExceeded(413, f"File exceeded maximum size of {most} bytes.")


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


def _minds_extra(model: type[BaseModel] | None) -> bool:
    return model is not None and model.model_config.get("extra", "ignore") != "ignore"
