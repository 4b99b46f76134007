"""A work item's request as HTTP/1.1 writes it, with a number in it that a load generator replaces."""

from benchmarks.traffic import TRAFFIC, Request

MARKER = 1_000_003
"""The number in a template. What is sent has as many digits, so that the length of bodies stays."""


def raw_request(request: Request) -> bytes:
    """The bytes of a request (RFC 9112)."""
    scope = request.scope()
    target = f"{request.path}?{request.query}" if request.query else request.path
    headers = scope["headers"]
    assert isinstance(headers, list)
    lines = [b"%s HTTP/1.1" % f"{request.method} {target}".encode()]
    lines += [b"%s: %s" % header for header in headers]
    return b"\r\n".join([*lines, b"", request.body])


def template_of(item: str) -> bytes:
    """The template of a work item.

    Raises:
        ValueError: The number is not in the request.
    """
    raw = raw_request(TRAFFIC[item](MARKER))
    if str(MARKER).encode() not in raw:
        raise ValueError(f"{item}: the number {MARKER} does not stand in its request as it is")
    return raw
