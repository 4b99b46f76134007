"""Documents in files: JSON, and YAML in its JSON-compatible schema (OpenAPI 3.1, section 4.3)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from xapi.openapi.reader.bundling import bundle
from xapi.openapi.reader.errors import DocumentError

_YAML = (".yaml", ".yml")


def read_file(file: Path) -> Mapping[str, Any]:
    """The document in a file of JSON or YAML, with the files that it refers to.

    Args:
        file: read as YAML if its name ends in `.yaml` or `.yml`, as JSON otherwise.

    Returns:
        The document as JSON data; references lead to places within it (see `bundle`).

    Raises:
        DocumentError: it, or a file that it refers to, cannot be read.
    """
    content = _load(file)
    if not isinstance(content, Mapping):
        raise DocumentError(f"{file}: expected an OpenAPI document, not {type(content).__name__}")
    return bundle(content, file, _load)


def read_text(text: str) -> Any:
    """The data of a document that is JSON, or YAML.

    Args:
        text: the document.

    Returns:
        JSON data.

    Raises:
        ValueError: it is neither; the message is about JSON where nothing else can read it.
    """
    try:
        return json.loads(text)
    except ValueError as no_json:
        try:
            found = _from_yaml(text)
        except (ValueError, ModuleNotFoundError):
            found = None
        # Most texts are YAML: a page that says "Not Found" is one string.
        if isinstance(found, Mapping):
            return found
        raise no_json


def _load(file: Path) -> Any:
    try:
        text = file.read_text(encoding="utf-8-sig")
        return _from_yaml(text) if file.suffix.lower() in _YAML else json.loads(text)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else " ".join(str(error).split())
        raise DocumentError(f"{file}: the document cannot be read: {reason}") from error


def _from_yaml(text: str) -> Any:
    import yaml

    try:
        return _json_data(yaml.load(text, Loader=_loader()))
    except yaml.YAMLError as error:
        raise ValueError(error) from error


def _loader() -> Any:
    """A loader of the JSON schema of YAML 1.2: dates stay texts, and only `true` and `false` are booleans."""
    import re

    import yaml

    class Loader(yaml.SafeLoader):
        yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012

    for tag, pattern, first in (
        ("tag:yaml.org,2002:bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
        ("tag:yaml.org,2002:int", r"^[-+]?[0-9]+$", "-+0123456789"),
        (
            "tag:yaml.org,2002:float",
            r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$",
            "-+.0123456789",
        ),
        ("tag:yaml.org,2002:merge", r"^<<$", "<"),
        ("tag:yaml.org,2002:null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ):
        Loader.add_implicit_resolver(tag, re.compile(pattern), list(first))
    Loader.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(node.value))
    Loader.add_constructor("tag:yaml.org,2002:float", lambda loader, node: float(node.value))
    return Loader


def _json_data(value: Any) -> Any:
    """Data of YAML as JSON has it: keys are texts."""
    if isinstance(value, dict):
        return {_key(key): _json_data(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_json_data(item) for item in value]
    return value


def _key(key: Any) -> str:
    return json.dumps(key) if key is None or isinstance(key, bool) else str(key)
