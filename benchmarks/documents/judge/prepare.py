"""A document as the app of the benchmark serves it: JSON, without credentials, with its refusals described.

The app knows no users, so `security` goes. Where an operation describes neither a 4xx nor `default`, it gets
`default`, since the app has to answer what is wrong with something.
"""

import json
from pathlib import Path
from typing import Any

import yaml

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
REFUSED = {"description": "Refused"}


class Loader(yaml.SafeLoader):
    """Reads YAML as JSON has it: dates stay texts."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, expression) for tag, expression in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read(path: Path) -> Any:
    """A file of JSON or YAML.

    Raises:
        ValueError: It is neither.
    """
    text = path.read_text(encoding="utf-8-sig")
    if path.suffix == ".json":
        return json.loads(text)
    try:
        return json.loads(json.dumps(yaml.load(text, Loader)))
    except (yaml.YAMLError, TypeError) as error:
        raise ValueError(str(error)) from error


def prepared(document: dict[str, Any]) -> dict[str, Any]:
    """A document as it is served."""
    document.pop("security", None)
    for item in document["paths"].values():
        for operation in operations(item):
            operation.pop("security", None)
            responses = operation.setdefault("responses", {})
            if isinstance(responses, dict) and not _refuses(responses):
                responses["default"] = REFUSED
    return document


def operations(item: Any) -> list[dict[str, Any]]:
    """The operations of a path item."""
    if not isinstance(item, dict):
        return []
    more = item.get("additionalOperations")
    found = [item.get(name) for name in METHODS] + list(more.values() if isinstance(more, dict) else [])
    return [operation for operation in found if isinstance(operation, dict)]


def is_whole(document: Any) -> bool:
    """Whether something is a document with operations that refers to no other file."""
    if not isinstance(document, dict) or not (document.get("openapi") or document.get("swagger")):
        return False
    paths = document.get("paths")
    return isinstance(paths, dict) and any(map(operations, paths.values())) and not _leads_out(document)


def _refuses(responses: dict[str, Any]) -> bool:
    return any(str(name).startswith("4") or name == "default" for name in responses)


def _leads_out(part: Any) -> bool:
    if isinstance(part, list):
        return any(map(_leads_out, part))
    if not isinstance(part, dict):
        return False
    reference = part.get("$ref")
    if isinstance(reference, str) and not reference.startswith("#"):
        return True
    return any(map(_leads_out, part.values()))
