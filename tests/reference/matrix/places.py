"""Where a parameter may stand: its marker, and how a client sends it there."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from matrix.programs import Request

Sent = Mapping[str, Any]
"""Names and what is sent by them: a text, several, an `Upload`, or for JSON any value."""

Parts = tuple[str, list[tuple[str, str]], str]
NOTHING: Parts = ("", [], "")
BOUNDARY = "boundary"


@dataclass(frozen=True)
class Upload:
    """A file of a multipart form; without a name and content it is an input in which nothing was chosen."""

    filename: str = ""
    content: str = ""
    content_type: str = "application/octet-stream"


NO_CHOICE = Upload()


@dataclass(frozen=True)
class Place:
    name: str
    marker: str
    method: str
    sent: Callable[[Sent], Parts]
    """What is added to the path, and headers and body of the request."""
    text: str = "str"
    """The type of a value that is one text here, or one file."""

    @property
    def has_body(self) -> bool:
        return self.method == "POST"

    @property
    def is_json(self) -> bool:
        return self.name in ("body", "whole body")

    @property
    def is_file(self) -> bool:
        return self.marker == "File"

    def request(self, sent: Sent) -> Request:
        path, headers, content = self.sent(sent)
        return Request(f"{self.method} /read{path}", headers, content, label(sent))


def label(sent: Sent) -> str:
    """What is sent, as the record names it: `name=text`, a name for each of several, others as JSON."""
    return " ".join(f"{name}={_item(value)}" for name, value in pairs(sent)) or "nothing"


def _item(value: Any) -> str:
    if isinstance(value, Upload):
        return f"<{value.filename} {value.content_type} {value.content}>"
    return value if isinstance(value, str) else json.dumps(value)


def pairs(sent: Sent) -> list[tuple[str, Any]]:
    """Names and values, a pair for each that is sent."""
    return [
        (name, item)
        for name, value in sent.items()
        for item in (value if isinstance(value, list) else [value])
    ]


def _query(sent: Sent) -> Parts:
    return f"?{urlencode(pairs(sent))}" if sent else "", [], ""


def _headers(sent: Sent) -> Parts:
    return "", pairs(sent), ""


def _cookies(sent: Sent) -> Parts:
    text = "; ".join(f"{name}={value}" for name, value in pairs(sent))
    return "", [("cookie", text)] if sent else [], ""


def _path(sent: Sent) -> Parts:
    return "".join(f"/{quote(value)}" for _, value in pairs(sent)), [], ""


def _form(sent: Sent) -> Parts:
    if any(isinstance(value, Upload) for _, value in pairs(sent)):
        return multipart(pairs(sent))
    return _body("application/x-www-form-urlencoded", urlencode(pairs(sent))) if sent else NOTHING


def _files(sent: Sent) -> Parts:
    """Texts are the content of files; an empty one is an input of a form in which nothing was chosen."""
    files = [
        (name, value if isinstance(value, Upload) else Upload(value and f"{value}.txt", value))
        for name, value in pairs(sent)
    ]
    return multipart(files) if sent else NOTHING


def multipart(fields: list[tuple[str, Any]]) -> Parts:
    """A form of texts and uploads, as browsers write it (RFC 7578; HTML Standard, multipart/form-data)."""
    lines = []
    for name, value in fields:
        upload = isinstance(value, Upload)
        file = f'; filename="{value.filename}"\r\nContent-Type: {value.content_type}' if upload else ""
        lines.append(f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n')
        lines.append(f"{value.content if upload else value}\r\n")
    return _body(f"multipart/form-data; boundary={BOUNDARY}", "".join([*lines, f"--{BOUNDARY}--\r\n"]))


def _json(sent: Sent) -> Parts:
    return _body("application/json", json.dumps(dict(sent))) if sent else NOTHING


def _whole_json(sent: Sent) -> Parts:
    return _body("application/json", json.dumps(next(iter(sent.values())))) if sent else NOTHING


def _body(content_type: str, content: str) -> Parts:
    return "", [("content-type", content_type)], content


QUERY = Place("query", "Query", "GET", _query)
HEADER = Place("header", "Header", "GET", _headers)
COOKIE = Place("cookie", "Cookie", "GET", _cookies)
PATH = Place("path", "Path", "GET", _path)
FORM = Place("form", "Form", "POST", _form)
FILE = Place("file", "File", "POST", _files, text="bytes")
UPLOAD = Place("upload", "File", "POST", _files, text="UploadFile")
BODY = Place("body", "Body", "POST", _json)
WHOLE_BODY = Place("whole body", "Body", "POST", _whole_json)

ALL = (QUERY, HEADER, COOKIE, PATH, FORM, FILE, UPLOAD, BODY, WHOLE_BODY)
OF_TEXT = (QUERY, HEADER, COOKIE, FORM)
"""Where models are read from their fields, and every value is one text or several."""
