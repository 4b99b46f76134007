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
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    answers = []
    for request in requests:
        line, keywords = (request, {}) if isinstance(request, str) else request
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            method, url = line.split(" ", 1)
            answer = await client.request(method, url, **keywords)
        answers.append(
            {
                "request": line if not keywords else f"{line} {keywords!r}",
                "status": answer.status_code,
                "headers": sorted(
                    pair for pair in answer.headers.multi_items() if pair[0] not in NOT_COMPARED
                ),
                "body": _body(answer),
            }
        )
    return answers


def _body(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return answer.text
