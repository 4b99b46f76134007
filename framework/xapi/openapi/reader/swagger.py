"""Swagger 2.0 documents as OpenAPI 3.0: what has moved is moved, what has no place in 3.0 is said otherwise.

References lead to where the conversion has put what they led to; those into paths lead nowhere afterwards,
and are told as such.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from xapi.openapi.reader import pointers

_Data = dict[str, Any]

_JSON = "application/json"
_URLENCODED, _MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
_METHODS = ("get", "put", "post", "delete", "options", "head", "patch")
_MOVED = {
    "#/definitions/": "#/components/schemas/",
    "#/parameters/": "#/components/parameters/",
    "#/responses/": "#/components/responses/",
}
_OF_DOCUMENT = (
    *("swagger", "host", "basePath", "schemes", "consumes", "produces", "paths", "definitions"),
    *("parameters", "responses", "securityDefinitions"),
)
"""The fields of a document that are said in another way, or at another place."""
_OF_OPERATION = ("consumes", "produces", "schemes", "parameters", "responses")
_OF_PARAMETER = ("name", "in", "description", "required", "allowEmptyValue", "collectionFormat")
"""The fields of a parameter, or a header, that are not about its value."""
_STYLES = {
    "csv": ("form", False),
    "ssv": ("spaceDelimited", False),
    "tsv": ("tabDelimited", False),
    "pipes": ("pipeDelimited", False),
    "multi": ("form", True),
}
"""Style and `explode` of a list in a query or a form, by its `collectionFormat`."""
_FLOWS = {"application": "clientCredentials", "accessCode": "authorizationCode"}
_DATA = ("example", "examples", "default", "enum")
_BY_NAME = ("properties", "responses", "schemas", "parameters", "headers", "paths")
"""What holds parts by names, which may be any word."""


def converted(content: Mapping[str, Any]) -> _Data:
    """A document of Swagger 2.0 as one of OpenAPI 3.0.

    Args:
        content: the document. Parts of the wrong type stay as they are.
    """
    return _Converter(content).document()


class _Converter:
    def __init__(self, content: Mapping[str, Any]) -> None:
        self._content: _Data = deepcopy(dict(content))
        self._consumes = _texts(content.get("consumes")) or [_JSON]
        self._produces = _texts(content.get("produces")) or [_JSON]

    def document(self) -> _Data:
        content = self._content
        found = {name: value for name, value in content.items() if name not in _OF_DOCUMENT}
        parameters = {
            name: self._parameter(item)
            for name, item in _members(content.get("parameters"))
            if not _is_of_body(item)
        }
        responses = {
            name: self._response(item, self._produces) for name, item in _members(content.get("responses"))
        }
        paths = content.get("paths", {})
        found |= {
            "openapi": "3.0.3",
            "paths": {path: self._path_item(item) for path, item in paths.items()}
            if isinstance(paths, dict)
            else paths,
            "components": {
                "schemas": content.get("definitions", {}),
                "parameters": parameters,
                "responses": responses,
                "securitySchemes": dict(_security_schemes(content.get("securityDefinitions"))),
            },
        }
        if servers := self._servers():
            found["servers"] = servers
        _rewrite(found)
        return found

    def _servers(self) -> list[_Data]:
        host, base = self._content.get("host"), str(self._content.get("basePath") or "")
        schemes = _texts(self._content.get("schemes")) or ["https"]
        if isinstance(host, str) and host:
            return [{"url": f"{scheme}://{host}{base}"} for scheme in schemes]
        return [{"url": base}] if base else []

    def _path_item(self, item: Any) -> Any:
        if not isinstance(item, dict):
            return item
        shared = item.get("parameters", [])
        found = {name: value for name, value in item.items() if name != "parameters"}
        if not isinstance(shared, list):
            return item
        for method in _METHODS:
            if isinstance(item.get(method), dict):
                found[method] = self._operation(item[method], shared)
        return found

    def _operation(self, operation: _Data, shared: list[Any]) -> _Data:
        found = {name: value for name, value in operation.items() if name not in _OF_OPERATION}
        own = operation.get("parameters", [])
        if not isinstance(own, list):
            return {**found, "parameters": own}
        parameters = list(self._in_force(shared, own))
        consumes = _texts(operation.get("consumes")) or self._consumes
        produces = _texts(operation.get("produces")) or self._produces
        found["parameters"] = [self._parameter(item) for item in parameters if not self._is_of_body(item)]
        of_body = [self._followed(item) for item in parameters if self._is_of_body(item)]
        if of_body:
            found["requestBody"] = _request_body(of_body, consumes)
        responses = operation.get("responses", {})
        found["responses"] = (
            {status: self._response(item, produces) for status, item in responses.items()}
            if isinstance(responses, dict)
            else responses
        )
        return found

    def _in_force(self, shared: list[Any], own: list[Any]) -> Iterator[Any]:
        """The parameters of an operation: those of the path that it does not replace, and its own."""
        replaced = [self._key(item) for item in own]
        yield from (item for item in shared if self._key(item) is None or self._key(item) not in replaced)
        yield from own

    def _key(self, item: Any) -> tuple[str, str] | None:
        found = self._followed(item)
        return (str(found["name"]), str(found["in"])) if "name" in found and "in" in found else None

    def _is_of_body(self, item: Any) -> bool:
        return _is_of_body(self._followed(item))

    def _followed(self, item: Any) -> _Data:
        """A parameter, or the one that it refers to; an empty one where there is none."""
        for _ in range(8):
            reference = item.get("$ref") if isinstance(item, dict) else None
            if not isinstance(reference, str):
                break
            item = self._content
            for key in pointers.split(pointers.from_fragment(reference)):
                item = item.get(key) if isinstance(item, dict) else None
        return item if isinstance(item, dict) else {}

    def _parameter(self, item: Any) -> Any:
        if not isinstance(item, dict) or "$ref" in item:
            return item
        found = {name: item[name] for name in _OF_PARAMETER[:-1] if name in item}
        found |= {name: value for name, value in item.items() if name.startswith("x-")}
        found["schema"] = _value_schema(item)
        if item.get("type") == "array" and item.get("in") == "query":
            found["style"], found["explode"] = _STYLES.get(str(item.get("collectionFormat")), _STYLES["csv"])
        return found

    def _response(self, item: Any, produces: list[str]) -> Any:
        if not isinstance(item, dict) or "$ref" in item:
            return item
        found = {name: value for name, value in item.items() if name not in ("schema", "headers", "examples")}
        examples = item.get("examples") if isinstance(item.get("examples"), dict) else {}
        if "schema" in item:
            schema = _file_as_bytes(item["schema"])
            found["content"] = {kind: {"schema": schema} for kind in produces}
            for kind in found["content"].keys() & (examples or {}).keys():
                found["content"][kind]["example"] = (examples or {})[kind]
        if isinstance(item.get("headers"), dict):
            found["headers"] = {
                name: {"description": str(header.get("description", "")), "schema": _value_schema(header)}
                if isinstance(header, dict)
                else header
                for name, header in item["headers"].items()
            }
        return found


def _request_body(parameters: list[_Data], consumes: list[str]) -> _Data:
    """The body that one parameter is, or that the fields of a form are."""
    whole = next((item for item in parameters if item["in"] == "body"), None)
    if whole is not None:
        content = {kind: {"schema": whole.get("schema", {})} for kind in consumes}
        return {"required": whole.get("required") is True, "content": content}
    schema: _Data = {"type": "object", "properties": {}}
    encoding = {}
    for item in parameters:
        name = str(item.get("name"))
        schema["properties"][name] = _file_as_bytes(_value_schema(item))
        if item.get("type") == "array":
            style, explode = _STYLES.get(str(item.get("collectionFormat")), _STYLES["csv"])
            encoding[name] = {"style": style, "explode": explode}
    required = [str(item.get("name")) for item in parameters if item.get("required") is True]
    if required:
        schema["required"] = required
    has_files = any(item.get("type") == "file" for item in parameters)
    kinds = [kind for kind in consumes if kind in (_MULTIPART, *(() if has_files else (_URLENCODED,)))]
    media_type: _Data = {"schema": schema, **({"encoding": encoding} if encoding else {})}
    content = dict.fromkeys(kinds or [_MULTIPART if has_files else _URLENCODED], media_type)
    return {"required": bool(required), "content": content}


def _security_schemes(written: Any) -> Iterator[tuple[str, Any]]:
    for name, item in _members(written):
        match item.get("type"):
            case "basic":
                yield name, {**item, "type": "http", "scheme": "basic"}
            case "oauth2":
                flow = {key: item[key] for key in ("authorizationUrl", "tokenUrl", "scopes") if key in item}
                kind = str(item.get("flow"))
                yield name, {"type": "oauth2", "flows": {_FLOWS.get(kind, kind): {"scopes": {}, **flow}}}
            case _:
                yield name, item


def _value_schema(item: _Data) -> _Data:
    """What a parameter that is no body, or a header, says of its value, as a schema."""
    return {
        name: value
        for name, value in item.items()
        if name not in _OF_PARAMETER and (not name.startswith("x-") or name == "x-nullable")
    }


def _file_as_bytes(schema: Any) -> Any:
    if isinstance(schema, dict) and schema.get("type") == "file":
        return {**schema, "type": "string", "format": "binary"}
    return schema


def _rewrite(value: Any) -> None:
    """Bring references and schemas, in place, to where and how 3.0 has them."""
    if isinstance(value, list):
        for item in value:
            _rewrite(item)
    elif isinstance(value, dict):
        reference = value.get("$ref")
        if isinstance(reference, str):
            for old, new in _MOVED.items():
                if reference.startswith(old):
                    value["$ref"] = new + reference.removeprefix(old)
        if isinstance(value.get("discriminator"), str):
            value["discriminator"] = {"propertyName": value["discriminator"]}
        if value.get("x-nullable") is True:
            value["nullable"] = True
        for name, item in value.items():
            if name in _BY_NAME and isinstance(item, dict):
                _rewrite(list(item.values()))
            elif name not in _DATA:
                _rewrite(item)


def _is_of_body(item: Any) -> bool:
    return isinstance(item, dict) and item.get("in") in ("body", "formData")


def _members(value: Any) -> Iterator[tuple[str, _Data]]:
    """The members of an object that are objects."""
    for name, item in value.items() if isinstance(value, dict) else ():
        if isinstance(item, dict):
            yield name, item


def _texts(value: Any) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
