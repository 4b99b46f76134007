"""HAR, version 1.2: the requests and answers of findings, for tools that show and send them again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from pytest_xapi.reports import bodies, contents
from pytest_xapi.reports.model import Report
from pytest_xapi.words import phrase

_BASE_URL = "http://testserver"


def written(report: Report) -> str:
    """The JSON text of a log with one page for each finding, which names it."""
    from xapi.version import __version__

    # HAR wants a time: that of an exchange says nothing, and is not kept.
    now = datetime.now(UTC).isoformat()
    log: dict[str, Any] = {"version": "1.2", "creator": {"name": "xapi", "version": __version__}}
    log |= {"pages": [], "entries": []}
    for cause in contents.causes(report.fuzz):
        finding = cause.finding
        page = finding["fingerprint"]
        title = f"{finding['rule']} {finding['title']}: {finding['operation']}"
        log["pages"].append({"startedDateTime": now, "id": page, "title": title, "pageTimings": {}})
        log["entries"] += [_entry(exchange, page, now) for exchange in finding["exchanges"]]
    return json.dumps({"log": log}, indent=1) + "\n"


def _entry(exchange: Mapping[str, Any], page: str, now: str) -> dict[str, Any]:
    request, answer = exchange["request"], exchange["answer"]
    milliseconds = round(answer["seconds"] * 1000, 3)
    return {
        "pageref": page,
        "startedDateTime": now,
        "time": milliseconds,
        "request": _request(request),
        "response": _response(answer),
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
    }


def _request(request: Mapping[str, Any]) -> dict[str, Any]:
    size = len(bodies.decoded(request["body"]))
    entry = {
        "method": request["method"],
        "url": _BASE_URL + request["target"],
        **_common(request["headers"], size),
        "cookies": [
            {"name": name.strip(), "value": value}
            for text in _values(request["headers"], "cookie")
            for name, _, value in (part.partition("=") for part in text.split(";"))
        ],
        "queryString": [
            {"name": name, "value": value}
            for name, value in parse_qsl(urlsplit(request["target"]).query, keep_blank_values=True)
        ],
    }
    if size:
        entry["postData"] = {"mimeType": _media_type(request["headers"]), **_text(request["body"])}
    return entry


def _response(answer: Mapping[str, Any]) -> dict[str, Any]:
    size = len(bodies.decoded(answer["body"]))
    content = {"size": size, "mimeType": _media_type(answer["headers"]), **_text(answer["body"])}
    return {
        "status": answer["status"],
        "statusText": phrase(answer["status"]),
        **_common(answer["headers"], size),
        "cookies": [
            {"name": name, "value": value.partition(";")[0]}
            for name, _, value in (text.partition("=") for text in _values(answer["headers"], "set-cookie"))
        ],
        "content": content,
        "redirectURL": next(_values(answer["headers"], "location"), ""),
    }


def _common(headers: list[list[str]], size: int) -> dict[str, Any]:
    return {
        "httpVersion": "HTTP/1.1",
        "headers": [{"name": name, "value": value} for name, value in headers],
        "headersSize": -1,
        "bodySize": size,
    }


def _text(body: bodies.Body) -> dict[str, str]:
    return {"text": body} if isinstance(body, str) else {"text": body["base64"], "encoding": "base64"}


def _media_type(headers: list[list[str]]) -> str:
    return next(_values(headers, "content-type"), "application/octet-stream")


def _values(headers: list[list[str]], wanted: str) -> Iterator[str]:
    return (value for name, value in headers if name.lower() == wanted)
