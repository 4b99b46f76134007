"""Send requests to an app and write down what it answers, the same way for the reference and for us."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx

NOT_COMPARED = {"date", "server", "content-length"}


def converse(app: Any, requests: list[Any]) -> list[dict[str, Any]]:
    """The answers of `app` to requests, each written as `"GET /path"` or as that and httpx's keywords."""
    return asyncio.run(_converse(app, requests))


async def _converse(app: Any, requests: list[Any]) -> list[dict[str, Any]]:
    answers = []
    for request in requests:
        line, keywords = (request, {}) if isinstance(request, str) else request
        answer = written(await ask(app, line, keywords))
        answers.append({"request": line if not keywords else f"{line} {keywords!r}", **answer})
    return answers


async def ask(app: Any, line: str, keywords: dict[str, Any]) -> httpx.Response:
    """What `app` answers to one request, from a client without a past."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        method, url = line.split(" ", 1)
        return await client.request(method, url, **keywords)


def written(answer: httpx.Response) -> dict[str, Any]:
    """What is compared of an answer."""
    return {
        "status": answer.status_code,
        "headers": sorted(
            (name, _in_order(value) if name == "allow" else value)
            for name, value in answer.headers.multi_items()
            if name not in NOT_COMPARED
        ),
        "body": _body(answer),
    }


def _in_order(methods: str) -> str:
    """The methods of an `Allow` header, which come from sets, in one order."""
    return ", ".join(sorted(methods.split(", ")))


def _body(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return answer.text
