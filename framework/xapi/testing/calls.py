"""Requests by operation id: how `client.call` builds a request from an id and parameters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from pydantic_core import to_jsonable_python

from xapi.openapi.reader import Document, Operation, Parameter
from xapi.openapi.reader.checking import Area

OPTIONS = frozenset(
    {"auth", "content", "data", "extensions", "files", "follow_redirects", "headers", "json", "timeout"}
)
"""What `client.call` takes beside parameters: the options of a request, as httpx names them."""


def request_of(document: Document, operation_id: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of `client.request` for an operation and what was given for it.

    Parameters are given by their names, or, where a name is no Python name, with `_` for other characters.

    Raises:
        LookupError: there is no such operation.
        TypeError: a parameter is not known, or a required one is missing.
    """
    operation = document.by_id(operation_id)
    parameters = _by_python_name(operation.parameters)
    options = {name: value for name, value in given.items() if name in OPTIONS and name not in parameters}
    values = {name: value for name, value in given.items() if name not in options}
    unknown = sorted(values.keys() - parameters.keys())
    if unknown:
        known = ", ".join(parameters) or "none"
        problems = document.checked[operation.label].problems[Area.REQUEST]
        why = "".join(f"; {problem}" for problem in problems)
        raise TypeError(
            f"{_named(operation)} has no parameter {unknown[0]!r}; its parameters are: {known}{why}"
        )
    found = {"path": {}, "query": {}, "header": {}, "cookie": {}}  # type: dict[str, dict[str, Any]]
    for name, parameter in parameters.items():
        if name in values:
            value = to_jsonable_python(values[name])
            if value is not None:
                found[parameter.location][parameter.name] = value
        elif parameter.required:
            raise TypeError(f"{_named(operation)} needs the parameter {name!r}, in {parameter.location}")
    return {"method": operation.method, "url": _url(operation, found["path"]), **_sent(found, options)}


def _sent(found: dict[str, dict[str, Any]], options: dict[str, Any]) -> dict[str, Any]:
    headers = {name: _text(value) for name, value in found["header"].items()}
    if found["cookie"]:
        headers["cookie"] = "; ".join(f"{name}={_text(value)}" for name, value in found["cookie"].items())
    if headers:
        options["headers"] = {**headers, **dict(options.get("headers") or {})}
    if "json" in options:
        options["json"] = to_jsonable_python(options["json"])
    return {"params": found["query"] or None, **options}


def _by_python_name(parameters: Iterable[Parameter]) -> dict[str, Parameter]:
    """The parameters of an operation by the names that they have in Python."""
    return {_python_name(parameter.name): parameter for parameter in parameters}


def _python_name(name: str) -> str:
    return "".join(character if character.isalnum() else "_" for character in name)


def _url(operation: Operation, values: dict[str, Any]) -> str:
    url = operation.path
    for name, value in values.items():
        url = url.replace(f"{{{name}}}", quote(_text(value), safe=""))
    return url


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(map(_text, value)) if isinstance(value, list) else str(value)


def _named(operation: Operation) -> str:
    return f"{operation.operation_id} ({operation.label})"
