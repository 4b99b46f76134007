"""Media types (RFC 9110, section 8.3.1) as the keys of a `content` object name them."""

from __future__ import annotations

from collections.abc import Iterable


def essence(media_type: str) -> str:
    """A media type in lower case, without parameters: what `application/json; charset=utf-8` is about."""
    return media_type.partition(";")[0].strip().lower()


def is_json(media_type: str) -> bool:
    """Whether a media type is JSON, or based on it (RFC 6839, section 3.1)."""
    plain = essence(media_type)
    return plain == "application/json" or plain.endswith("+json")


def is_xml_or_yaml(media_type: str) -> bool:
    """Whether a media type is XML (RFC 7303, section 4.2) or YAML (RFC 9512), or based on one of them."""
    return essence(media_type).endswith(("/xml", "+xml", "yaml"))


def matching_key(keys: Iterable[str], media_type: str) -> str | None:
    """The key that describes a media type: itself, its range, or `*/*` (OpenAPI 3.1, "Response Object")."""
    by_essence = {essence(key): key for key in reversed(list(keys))}
    plain = essence(media_type)
    wanted = (plain, f"{plain.partition('/')[0]}/*", "*/*")
    return next((by_essence[name] for name in wanted if name in by_essence), None)
