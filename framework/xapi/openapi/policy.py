"""The content security policy of a page (CSP Level 3): it allows only what the page loads and calls."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from itertools import islice, product
from typing import Any
from urllib.parse import quote, urlsplit

from xapi.openapi.docs import DocumentationPage
from xapi.openapi.images import images_in

_MOST_EXPANSIONS = 50
_MOST_SOURCES = 100
"""From so many on a directive allows all hosts: a header has to stay short."""
_VARIABLE = re.compile(r"\{([^{}]+)\}")
_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?")
_LONGEST_HOST = 253
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*")
_IN_PATH = "/%:@!$&()*+=~"
"""What may stand in a source's path beside letters and digits: not the `;` and `,` that would end it."""


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
            *_sources((*loaded.scripts, *loaded.modules)),
        ],
        "style-src": [*_sources(loaded.styles), *(["'unsafe-inline'"] if loaded.makes_styles else [])],
        "img-src": [*_sources(loaded.images), *_few(images)],
        "font-src": [*loaded.fonts],
        "worker-src": [*loaded.workers],
        "connect-src": [*_few(called)],
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


def source_of(url: str) -> str | None:
    """The source expression that allows exactly this URL (section 2.3.1).

    `'self'` where the URL names no host, the scheme alone for the address of an IPv6 host, which a source
    cannot name, and None for what is not a URL.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:  # brackets without an address between them, a port that is not a number
        return None
    scheme = parts.scheme.lower()
    if scheme == "data":
        return "data:"
    if not parts.netloc:
        return None if scheme else "'self'"
    if ":" in host:
        return f"{scheme}:" if scheme else None
    named = _ascii_host(host)
    if named is None or (scheme and not _SCHEME.fullmatch(scheme)):
        return None
    origin = f"{scheme}://{named}" if scheme else named
    return origin + ("" if port is None else f":{port}") + _path(parts.path)


def _ascii_host(host: str) -> str | None:
    """A host as it is looked up (RFC 5891); None for a text that is not a name."""
    if len(host) > _LONGEST_HOST:
        return None
    try:
        named = host.encode("idna").decode() if not host.isascii() else host
    except UnicodeError:
        return None
    return named if _HOST.fullmatch(named) else None


def _path(path: str) -> str:
    return quote(path, safe=_IN_PATH, errors="replace")


def _sources(urls: Iterable[str]) -> list[str]:
    return [source for url in urls if (source := source_of(url)) is not None]


def _few(sources: Iterable[str]) -> list[str]:
    """The sources, each once; all hosts, where they are too many."""
    known = list(dict.fromkeys(sources))
    if len(known) < _MOST_SOURCES:
        return known
    return ["'self'", "data:", "http:", "https:"]


def called_sources(document: Mapping[str, Any]) -> list[str]:
    """What Swagger UI calls for a document: its servers, and where tokens and OpenID settings come from."""
    sources = ["'self'"]
    for server in _servers(document):
        sources += _server_sources(server)
    components = document.get("components")
    schemes = components.get("securitySchemes") if isinstance(components, Mapping) else None
    for scheme in _mappings(schemes):
        urls = [scheme.get("openIdConnectUrl")]
        for flow in _mappings(scheme.get("flows")):
            urls += [flow.get("tokenUrl"), flow.get("refreshUrl")]
        sources += _origins(url for url in urls if url)
    return sources


def image_sources(document: Any) -> list[str]:
    """The origins of the images that texts and logo of a document (or of a part of it) show."""
    urls: list[Any] = []
    for value in _values(document):
        if isinstance(value, str):
            urls += images_in(value)
        elif isinstance(value, Mapping) and isinstance(logo := value.get("x-logo"), Mapping):
            urls += [logo["url"]] if logo.get("url") else []
    return _origins(urls)


def origins_in(configuration: Any) -> list[str]:
    """The origins of the absolute URLs among the values of a configuration."""
    texts = (value for value in _values(configuration) if isinstance(value, str))
    return _origins(text for text in texts if text.startswith(("http://", "https://")))


def _values(value: Any) -> Iterator[Any]:
    """A value and all values in it, however deep they lie."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        yield value
        if isinstance(value, Mapping):
            waiting += reversed(list(value.values()))
        elif isinstance(value, list | tuple):
            waiting += reversed(value)


def _servers(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from _listed(document.get("servers"))
    for item in _mappings(document.get("paths")):
        yield from _listed(item.get("servers"))
        for operation in _mappings(item):
            yield from _listed(operation.get("servers"))


def _server_sources(server: Mapping[str, Any]) -> list[str]:
    """The origins that a server's URL can have (OpenAPI 3.1, sections 4.8.5 and 4.8.6)."""
    url = str(server.get("url", ""))
    scheme, separator, rest = url.partition("://")
    if not separator:
        return ["'self'"] if not _VARIABLE.search(url.partition("/")[0]) else ["http:", "https:"]
    origin = f"{scheme}://{rest.partition('/')[0]}"
    names = list(dict.fromkeys(_VARIABLE.findall(origin)))
    choices = [_choices(server.get("variables"), name) for name in names]
    origins = []
    for chosen in islice(product(*choices), _MOST_EXPANSIONS + 1):
        expanded = origin
        for name, value in zip(names, chosen, strict=True):
            expanded = expanded.replace(f"{{{name}}}", str(value))
        origins.append(expanded)
    if not origins or len(origins) > _MOST_EXPANSIONS:
        # The user of the page types what stands there.
        return ["http:", "https:"] if _VARIABLE.search(scheme) else _scheme_source(scheme)
    return _origins(origins)


def _choices(variables: Any, name: str) -> list[Any]:
    variable = variables.get(name) if isinstance(variables, Mapping) else None
    choices = variable.get("enum") if isinstance(variable, Mapping) else None
    return list(choices) if isinstance(choices, list | tuple) else []


def _scheme_source(scheme: str) -> list[str]:
    return [f"{scheme.lower()}:"] if _SCHEME.fullmatch(scheme.lower()) else []


def _origins(urls: Iterable[Any]) -> list[str]:
    """The sources of the origins of URLs, without what is not a URL."""
    sources = []
    for url in urls:
        begin, separator, rest = str(url).partition("//")
        # What follows the host may be anything, and does not matter.
        source = source_of(begin + separator + re.split(r"[/?#\\]", rest, maxsplit=1)[0])
        sources += [source] if source is not None else []
    return sources


def _mappings(value: Any) -> Iterator[Mapping[str, Any]]:
    return _listed(list(value.values()) if isinstance(value, Mapping) else ())


def _listed(value: Any) -> Iterator[Mapping[str, Any]]:
    values = value if isinstance(value, list | tuple) else ()
    return (part for part in values if isinstance(part, Mapping))


def _hash(script: str) -> str:
    return f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"
