"""The content security policy of a page (CSP Level 3): what it loads and calls, no more."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from itertools import islice, product
from typing import Any
from urllib.parse import urlsplit

from xapi.openapi.docs import DocumentationPage

_MOST_EXPANSIONS = 50
_IMAGE = re.compile(r"""(?:!\[[^\]]*\]\(\s*<?|<img\b[^>]*?\bsrc\s*=\s*["']?)([^\s"'<>)]+)""", re.IGNORECASE)
_VARIABLE = re.compile(r"\{([^{}]+)\}")


def content_security_policy(
    page: DocumentationPage, *, called: Iterable[str] = (), images: Iterable[str] = ()
) -> str:
    """The value of the header for `page`.

    Args:
        page: its own scripts and styles are allowed, by their hashes and URLs.
        called: sources that its scripts send requests to.
        images: sources of the images in texts that it shows.
    """
    loaded = page.loaded
    directives = {
        "default-src": ["'none'"],
        "script-src": [
            *map(_hash, loaded.inline_scripts),
            *map(source_of, (*loaded.scripts, *loaded.modules)),
        ],
        "style-src": [*map(source_of, loaded.styles), *(["'unsafe-inline'"] if loaded.makes_styles else [])],
        "img-src": [*map(source_of, loaded.images), *images],
        "font-src": [*loaded.fonts],
        "worker-src": [*loaded.workers],
        "connect-src": [*called],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
        "frame-ancestors": ["'self'"],
    }
    return "; ".join(
        " ".join([name, *dict.fromkeys(sources)]) for name, sources in directives.items() if sources
    )


def with_policy(
    page: DocumentationPage, *, called: Iterable[str] = (), images: Iterable[str] = ()
) -> DocumentationPage:
    """The page with the header."""
    page.headers["content-security-policy"] = content_security_policy(page, called=called, images=images)
    return page


def source_of(url: str) -> str:
    """The source expression that allows exactly this URL; `'self'` where it names no host."""
    parts = urlsplit(url)
    if parts.scheme == "data":
        return "data:"
    if not parts.netloc:
        return "'self'"
    origin = f"{parts.scheme}://{parts.netloc}" if parts.scheme else parts.netloc
    return _quoted(origin + parts.path)


def called_sources(document: Mapping[str, Any]) -> list[str]:
    """What Swagger UI calls for a document: its servers, and where tokens and OpenID settings come from."""
    sources = ["'self'"]
    for server in _servers(document):
        sources += _server_sources(server)
    for scheme in _mappings(document.get("components", {}).get("securitySchemes")):
        urls = [scheme.get("openIdConnectUrl")]
        for flow in _mappings(scheme.get("flows")):
            urls += [flow.get("tokenUrl"), flow.get("refreshUrl")]
        sources += [_origin_of(url) for url in urls if url]
    return sources


def image_sources(value: Any) -> list[str]:
    """The origins of the images that texts and logo of a document (or of a part of it) show."""
    if isinstance(value, str):
        return [_origin_of(url) for url in _IMAGE.findall(value)]
    if isinstance(value, Mapping):
        logo = value.get("x-logo")
        own = [_origin_of(str(logo["url"]))] if isinstance(logo, Mapping) and logo.get("url") else []
        return own + [source for part in value.values() for source in image_sources(part)]
    if isinstance(value, list | tuple):
        return [source for part in value for source in image_sources(part)]
    return []


def origins_in(value: Any) -> list[str]:
    """The origins of the absolute URLs among the values of a configuration."""
    if isinstance(value, str):
        return [_origin_of(value)] if value.startswith(("http://", "https://")) else []
    parts: Iterable[Any] = ()
    if isinstance(value, Mapping):
        parts = value.values()
    elif isinstance(value, list | tuple):
        parts = value
    return [origin for part in parts for origin in origins_in(part)]


def _servers(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from document.get("servers", ())
    for item in _mappings(document.get("paths")):
        yield from item.get("servers", ())
        for operation in _mappings(item):
            yield from operation.get("servers", ())


def _server_sources(server: Mapping[str, Any]) -> list[str]:
    """The origins that a server's URL can have (OpenAPI 3.1, sections 4.8.5 and 4.8.6)."""
    url = str(server.get("url", ""))
    scheme, separator, rest = url.partition("://")
    if not separator:
        return ["'self'"] if not _VARIABLE.search(url.partition("/")[0]) else ["http:", "https:"]
    origin = f"{scheme}://{rest.partition('/')[0]}"
    names = list(dict.fromkeys(_VARIABLE.findall(origin)))
    variables = server.get("variables", {})
    choices = [variables.get(name, {}).get("enum") or () for name in names]
    origins = []
    for chosen in islice(product(*choices), _MOST_EXPANSIONS + 1):
        expanded = origin
        for name, value in zip(names, chosen, strict=True):
            expanded = expanded.replace(f"{{{name}}}", str(value))
        origins.append(expanded)
    if not origins or len(origins) > _MOST_EXPANSIONS:
        # The user of the page types what stands there.
        return ["http:", "https:"] if _VARIABLE.search(scheme) else [f"{scheme}:"]
    return [_quoted(origin) for origin in origins]


def _origin_of(url: str) -> str:
    parts = urlsplit(url)
    return source_of(parts._replace(path="").geturl()) if parts.netloc else "'self'"


def _mappings(value: Any) -> Iterator[Mapping[str, Any]]:
    values = value.values() if isinstance(value, Mapping) else ()
    return (part for part in values if isinstance(part, Mapping))


def _quoted(source: str) -> str:
    # These would end the source or the directive (section 2.3.1).
    return re.sub(r"[;,\s']", lambda found: f"%{ord(found[0]):02X}", source)


def _hash(script: str) -> str:
    return f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"
