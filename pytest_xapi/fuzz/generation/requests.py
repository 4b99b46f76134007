"""Cases as requests on the wire, and whether those keep to the document."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from pytest_xapi.fuzz.generation import encoding
from pytest_xapi.fuzz.generation.description import Description
from pytest_xapi.fuzz.generation.encoding import Foreign as Foreign
from pytest_xapi.fuzz.generation.encoding import Unsendable as Unsendable
from pytest_xapi.fuzz.generation.model import PLACES, Body, GeneratedCase, Raw, RequestParameter, Violation
from pytest_xapi.fuzz.generation.reading import Reader
from pytest_xapi.fuzz.generation.schemas import Schemas
from pytest_xapi.fuzz.model.cases import ABSENT
from pytest_xapi.fuzz.model.wire import WireRequest
from xapi.openapi.reader.media_types import essence, is_json
from xapi.openapi.reader.paths import split

USER_AGENT = ("User-Agent", "xapi-fuzz")

SLASHES = "slashes"
"""The kind of the flaw that a path parameter has slashes in it: the document cannot say whether it may."""

UNKNOWN = "unknown parameter"
"""The kind of the flaw that a parameter is sent that the document does not name: no server may break."""

REPEATED = "repeated parameter"
"""The kind of the flaw that a parameter of one value is sent twice: servers take the first or the last."""

EMPTY = "empty field"
"""The kind of the flaw that nothing is sent of a required field of a form: some read an empty list there."""

MINGLED = "mingled"
"""The kind of the flaw that a list or an object has the characters in its values that stand between them."""

NESTED = "nested"
"""The kind of the flaw that a parameter has lists or objects in each other, which no style is for."""

OTHER_TYPE = "unsupported content type"
"""The kind of the flaw that a body is sent as a media type that the document does not name."""

_IN_PATHS = "/:@!$&'()*+,;=-._~%"
"""What stands in a path as it is (RFC 3986, section 3.3); what is percent-encoded stays so."""

_SCALARS = ("string", "integer", "number", "boolean")

Verdict = bool | None
"""Right, wrong, or neither can be said."""


class Requests:
    """The requests of one operation."""

    def __init__(
        self, schemas: Schemas, description: Description, files: Mapping[str, tuple[bytes, ...]]
    ) -> None:
        """Read what is sent as the document describes it.

        Args:
            schemas: Of the document.
            description: The operation.
            files: By media type, those that are known to be of it.
        """
        self._files = files
        self._schemas = schemas
        self._reader = Reader(schemas)
        self._description = description
        self._parameters = {
            location: [item for item in description.parameters if item.location == location]
            for location in PLACES
        }
        self._known = {
            location: {_key(location, item.name): item for item in items}
            for location, items in self._parameters.items()
        }
        self._whole_parameter = next((item for item in self._parameters["query"] if item.is_whole), None)
        self._always = () if "user-agent" in self._known["header"] else (USER_AGENT,)

    def wire(self, drawn: GeneratedCase) -> WireRequest:
        """The request that a case is sent as, without credentials.

        Raises:
            Unsendable: HTTP has no way to say it.
            Foreign: its body is of a media type that is not written here.
        """
        parts = drawn.parts
        headers = list(self._always)
        content = b""
        if parts.body is not ABSENT and drawn.media_type is not None:
            body = self._description.body(drawn.media_type)
            content, content_type = encoding.body_bytes(body, drawn.media_type, parts.body)
            if not any(name.lower() == "content-type" for name in parts.headers):
                headers.append(("Content-Type", content_type))
        headers += self._headers(parts.headers)
        if parts.cookies:
            headers.append(("Cookie", encoding.cookie_header(self._cookies(parts.cookies))))
        query = self._whole_query(parts.query)
        path = self._description.base + self._path(parts.path_parameters, has_slashes(drawn))
        return WireRequest(drawn.method, f"{path}?{query}" if query else path, tuple(headers), content)

    def unclear(self, drawn: GeneratedCase) -> Violation | None:
        """What a server cannot know of a case that is right: that there is a list, or which one."""
        for location, place in PLACES.items():
            values = getattr(drawn.parts, place)
            for parameter in self._parameters[location]:
                name, value = parameter.name, values.get(parameter.name)
                if self._is_nested(parameter, value):
                    return Violation(location, name, NESTED, f"`{name}` is nested")
                if isinstance(value, list | dict) and not self._is_told_apart(parameter, value):
                    message = f"the values in `{name}` cannot be told apart as they are written"
                    return Violation(location, name, MINGLED, message)
        body, value = self._description.body(drawn.media_type), drawn.parts.body
        if body is None or essence(body.media_type) not in encoding.FORMS or not isinstance(value, dict):
            return None
        required = self._schemas.merged(body.schema).get("required", ())
        empty = next((name for name in required if value.get(name) == []), None)
        return None if empty is None else Violation("body", empty, EMPTY, f"`{empty}` has no items")

    def _is_nested(self, parameter: RequestParameter, value: Any) -> bool:
        """Whether lists or objects are in each other, for which no style says how they are sent."""
        if parameter.media_type is not None or parameter.is_whole or not isinstance(value, dict | list):
            return False
        items = value.values() if isinstance(value, dict) else value
        kind = "object" if isinstance(value, dict) else "array"
        is_nested = any(isinstance(item, dict | list) for item in items)
        return is_nested and self._reader.may_be(parameter.schema, kind)

    def _is_told_apart(self, parameter: RequestParameter, value: Any) -> bool:
        """Whether a server gets the items of a list or an object as they are."""
        is_written_whole = parameter.media_type is not None or parameter.is_whole
        return is_written_whole or self._is_apart(parameter, value) or _received(parameter, value)[1]

    def is_right(self, schema: Any, value: Any) -> bool:
        """Whether a value keeps to a schema."""
        return self._reader.is_right(schema, value)

    def _path(self, values: dict[str, Any], slashes: bool) -> str:
        written = {}
        for parameter in self._parameters["path"]:
            if parameter.name not in values:
                raise Unsendable(f"path parameter {parameter.name}")
            written[parameter.name] = encoding.path_text(parameter, values[parameter.name], slashes)
        return filled(self._description.path, written)

    def _whole_query(self, values: dict[str, Any]) -> str:
        whole = self._whole_parameter
        if whole is None or whole.name not in values or _is_form(whole):
            return encoding.query_string(self._query(values))
        return quote(encoding.content_text(whole.media_type or "", values[whole.name]))

    def _query(self, values: dict[str, Any]) -> encoding.Pairs:
        return [
            pair
            for name, value in values.items()
            for pair in encoding.query_pairs(self._parameter("query", name), value)
        ]

    def _headers(self, values: dict[str, Any]) -> encoding.Pairs:
        written = [(name, self._parameter("header", name)) for name in values]
        return [
            encoding.checked_header(name, encoding.header_text(parameter, values[name]))
            for name, parameter in written
            if encoding.is_sent(parameter, values[name])
        ]

    def _cookies(self, values: dict[str, Any]) -> encoding.Pairs:
        written = [self._parameter("cookie", name) for name in values]
        return [
            pair
            for parameter in written
            if encoding.is_sent(parameter, values[parameter.name])
            for pair in encoding.cookie_pairs(parameter, values[parameter.name])
        ]

    def _parameter(self, location: str, name: str) -> RequestParameter:
        return self._known[location].get(_key(location, name)) or _undeclared(name, location)

    def verdicts(self, drawn: GeneratedCase) -> dict[str, Verdict]:
        """Whether what is sent keeps to the document, by location.

        A case is right if all of it is, and wrong if any of it is.
        """
        found: dict[str, Verdict] = {}
        for location, place in PLACES.items():
            values = getattr(drawn.parts, place)
            parameters = self._parameters[location]
            if parameters or values:
                found[location] = _whole([self._of_parameter(parameter, values) for parameter in parameters])
        if self._description.bodies or drawn.parts.body is not ABSENT:
            found["body"] = self._of_body(self._description.body(drawn.media_type), drawn.parts.body)
        return found

    def is_of_another_type(self, drawn: GeneratedCase) -> bool:
        """Whether a body that has to be there is sent as a media type that the document does not name."""
        sent = drawn.parts.headers.get("Content-Type")
        bodies = self._description.bodies
        return (
            bool(sent)
            and drawn.parts.body is not ABSENT
            and any(body.required for body in bodies)
            and not any(body.media_type == sent or "*" in body.media_type for body in bodies)
        )

    def _of_parameter(self, parameter: RequestParameter, values: dict[str, Any]) -> Verdict:
        value = values.get(parameter.name, ABSENT)
        if not parameter.is_declared:
            return None
        if value is ABSENT or not encoding.is_sent(parameter, value):
            is_said_by_absence = value is ABSENT or self._reader.is_right(parameter.schema, value)
            return not parameter.required if is_said_by_absence else (False if parameter.required else None)
        if parameter.is_whole and _is_form(parameter):
            return self._of_form(Body(encoding.FORM, parameter.schema, parameter.required, {}, {}), value)
        if parameter.media_type is not None:
            return self._judged(parameter.schema, value) if is_json(parameter.media_type) else None
        if self._is_apart(parameter, value):
            return False if parameter.required and parameter.name not in value else None
        if self._is_nested(parameter, value):
            return None
        received, is_faithful = _received(parameter, value)
        if is_faithful and self._reader.is_right(parameter.schema, value):
            return True if self._schemas.is_usable(parameter.schema) else None
        return False if self._is_wrong(parameter, value, received) else None

    def _is_apart(self, parameter: RequestParameter, value: Any) -> bool:
        """Whether an object goes as parameters of other names, so that this one, no object, is not there."""
        may_be = self._reader.may_be(parameter.schema, "object")
        return isinstance(value, dict) and not may_be and _is_exploded(parameter)

    def _goes_apart(self, parameter: RequestParameter) -> bool:
        """Whether a parameter may be an object, whose properties are parameters of their own."""
        return _is_exploded(parameter) and self._reader.may_be(parameter.schema, "object")

    def _is_wrong(self, parameter: RequestParameter, value: Any, received: Any) -> bool:
        """Whether what arrives is wrong in every way in which a server may take it."""
        schema, read = parameter.schema, self._reader
        if not isinstance(received, dict) and self._goes_apart(parameter):
            # What stands under its name is one more property, if not a parameter that nobody knows.
            named: list[Any] = [{}, {parameter.name: received}]
            return parameter.required and all(read.is_wrong(schema, reading) for reading in named)
        if isinstance(received, str):
            is_apart = parameter.location == "query" and parameter.explode
            nothing: list[Any] = [[], {}] if received == "" and not is_apart else []
            return all(read.is_wrong(schema, reading) for reading in (received, [received], *nothing))
        kind = "array" if isinstance(received, list) else "object"
        if read.may_be(schema, kind) and not read.is_wrong(schema, received):
            return False
        if self._may_be_other(parameter, value):
            return False
        if not any(read.may_be(schema, scalar) for scalar in _SCALARS):
            return True
        if parameter.location != "query" or not parameter.explode:
            return read.is_wrong(schema, encoding.header_text(parameter, value))
        # Of a parameter that comes several times, servers take the first or the last; the properties of an
        # object are sent as parameters of their own.
        return kind == "array" and all(read.is_wrong(schema, text) for text in received)

    def _may_be_other(self, parameter: RequestParameter, value: Any) -> bool:
        """Whether a list or an object that is one text is right as the other of the two."""
        if parameter.location == "query" and (parameter.explode or parameter.style == "deepObject"):
            return False
        schema, read = parameter.schema, self._reader
        text = encoding.header_text(parameter, value)
        parts = text.split(",")
        lists = [parts] if text else [parts, []]
        if read.may_be(schema, "array") and not all(read.is_wrong(schema, items) for items in lists):
            return True
        named = dict(zip(parts[::2], parts[1::2], strict=False))
        return read.may_be(schema, "object") and not read.is_wrong(schema, named)

    def _of_body(self, body: Body | None, value: Any) -> Verdict:
        if value is ABSENT:
            return not self._description.needs_body
        if body is None or isinstance(value, Raw):
            return None
        kind = essence(body.media_type)
        if kind in encoding.FORMS:
            verdict = self._of_form(body, value)
            # A form without fields has no bytes, as if there were no body.
            is_absent = kind == encoding.FORM and value == {} and not self._description.needs_body
            return None if is_absent and verdict is False else verdict
        if "json" not in kind:
            return True if self._is_of(kind, value) and self._reader.is_right(body.schema, value) else None
        return self._judged(body.schema, value)

    def _is_of(self, media_type: str, value: Any) -> bool:
        """Whether a value is known to be of a media type: not all bytes are an image."""
        if media_type in ("text/plain", "application/octet-stream"):
            return isinstance(value, str | bytes)
        return isinstance(value, bytes) and value in self._files.get(media_type, ())

    def _judged(self, schema: Any, value: Any) -> Verdict:
        if self._reader.is_right(schema, value):
            return True if self._schemas.is_usable(schema) else None
        return False if self._reader.is_wrong(schema, value) else None

    def _is_known(self, body: Body, name: str, value: Any) -> bool:
        if isinstance(value, list):
            return all(self._is_known(body, name, part) for part in value)
        if isinstance(value, bytes) and name in body.content_types:
            return self._is_of(body.content_types[name], value)
        return not isinstance(value, dict) or is_json(body.content_types.get(name, ""))

    def _of_form(self, body: Body, value: Any) -> Verdict:
        if not isinstance(value, dict):
            return None
        if not body.styles.keys().isdisjoint(value):
            return None
        received = {name: _as_field(item) for name, item in value.items()}
        if any(
            item in ("", "null", "{}", []) or (isinstance(item, list) and "" in item)
            for item in received.values()
        ):
            return None  # servers take an empty field for one that is not there
        if self._reader.is_right(body.schema, value):
            is_known = all(self._is_known(body, *item) for item in value.items())
            return True if is_known and self._schemas.is_usable(body.schema) else None
        fields = self._schemas.merged(body.schema).get("properties", {})
        likely = {name: self._as_read(fields.get(name, True), item) for name, item in value.items()}
        return False if self._reader.is_wrong(body.schema, likely) else None

    def _as_read(self, schema: Any, value: Any) -> Any:
        """A field of a form as a server may read it that is lenient: one text is a list of one, too."""
        text = _as_field(value)
        readings = [text, value] if _has_items(value) else [text, *_as_json(text)]
        for known in (text, value):
            if not isinstance(known, list):
                readings.append([known])
            elif known:
                readings += [known[0], known[-1]]
        return next((read for read in readings if not self._reader.is_wrong(schema, read)), text)


def filled(template: str, values: Mapping[str, str]) -> str:
    """A path template with texts in it that are percent-encoded already; the rest of it is encoded here."""
    texts, names = split(template)
    path = quote(texts[0], safe=_IN_PATHS)
    for name, text in zip(names, texts[1:], strict=True):
        path += values.get(name, quote(f"{{{name}}}")) + quote(text, safe=_IN_PATHS)
    return path


def _is_exploded(parameter: RequestParameter) -> bool:
    """Whether the properties of an object would be pairs of their own."""
    in_pairs = parameter.location in ("query", "cookie")
    return in_pairs and parameter.explode and parameter.style == "form"


def _is_form(parameter: RequestParameter) -> bool:
    return essence(parameter.media_type or "") == encoding.FORM


def has_slashes(drawn: GeneratedCase) -> bool:
    """Whether a case has slashes in its path, which only some operations take."""
    return any(flaw.kind == SLASHES for flaw in drawn.flaws)


def _as_field(value: Any) -> Any:
    return [_as_text(part) for part in value] if isinstance(value, list) else _as_text(value)


def _as_json(text: Any) -> list[Any]:
    """What a text is as JSON, which forms have in the place of objects and lists."""
    try:
        return [json.loads(text)] if isinstance(text, str) else []
    except (ValueError, RecursionError):
        return []


def _has_items(value: Any) -> bool:
    """Whether it is written as JSON in a form, or some of its items are."""
    return isinstance(value, dict) or (isinstance(value, list) and any(map(_has_items, value)))


def _as_text(value: Any) -> Any:
    return value if isinstance(value, bytes) else encoding.text(value)


def _received(parameter: RequestParameter, value: Any) -> tuple[Any, bool]:
    """What a server gets of a value, as text in its shape, and whether nothing was lost on the way."""
    if isinstance(value, list):
        texts = [encoding.text(item) for item in value]
        if parameter.location == "cookie" and parameter.explode:
            return texts, False
        is_apart = parameter.location == "query" and parameter.explode and parameter.style == "form"
        is_whole = is_apart or not any(_has_delimiter(text) for text in texts)
        return texts, is_whole and not any(isinstance(item, dict | list) or item is None for item in value)
    if isinstance(value, dict):
        named = {name: encoding.text(item) for name, item in value.items()}
        nested = any(isinstance(item, dict | list) or item is None for item in value.values())
        is_whole = not any(_has_delimiter(text) for pair in named.items() for text in pair)
        return named, is_whole and not nested
    text = encoding.text(value)
    is_whole = isinstance(value, str | int | float)
    if parameter.location in ("header", "cookie"):
        text = text.strip(" \t")
        is_whole = is_whole and text.isascii() and text.isprintable() and text == value and text != ""
        is_whole = is_whole or isinstance(value, int | float)
        if parameter.location == "cookie":
            is_whole = is_whole and not any(character in ' ",;\\%' for character in text)
    return text, is_whole


def _has_delimiter(text: str) -> bool:
    return text == "" or any(character in ",.;=|& /" for character in text)


def _key(location: str, name: str) -> str:
    """What tells a parameter from others of its place: the case of the names of headers does not count."""
    return name.lower() if location == "header" else name


def _undeclared(name: str, location: str) -> RequestParameter:
    return RequestParameter(
        name, location, False, {}, "form" if location == "query" else "simple", location == "query"
    )


def _whole(verdicts: list[Verdict]) -> Verdict:
    if False in verdicts:
        return False
    return None if None in verdicts else True
