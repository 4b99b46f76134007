"""Our documents against those that the reference makes of the same apps (see `tests/reference`)."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

REFERENCE = Path(__file__).parents[2] / "reference"
RECORDS: dict[str, Any] = {
    **{path.stem: json.loads(path.read_text()) for path in (REFERENCE / "openapi").glob("*.json")},
    **{
        f"answering/{path.stem}": json.loads(path.read_text())["document"]
        for path in (REFERENCE / "answers").glob("*.json")
    },
}
"""The documents of the reference, by name of the app: those in `apps/`, and those in `answering/`."""
APPS = sorted(RECORDS)

EVERYWHERE = {"/info/title": "the default title is the framework's name"}

DEVIATIONS: dict[str, dict[str, str]] = {
    "answering/applications": {"/paths/*many/*/operationId": "an id names its own method"},
    "answering/markers": {
        "/paths/~1partial/get/description": "the docstring of functools.partial tells nothing about it",
    },
    "answering/security": {
        "/components/schemas/*strict*/format": "a password is told to be one in both login forms"
    },
    "answering/streams": {"/paths/~1both/head/operationId": "an id names its own method"},
    "colliding_errors": {
        "/components/schemas/*ValidationError*": "a model of the app keeps its name; the reference loses it",
        "/paths/*/post/responses/422/*": "ours is qualified then, and 422 refers to it",
    },
    "callbacks": {
        "/components/securitySchemes": "schemes that callbacks name are there; the reference names them only",
    },
    "oauth_flows": {
        "/components/schemas/Body_strict_token*/properties/*/format": "secrets are hidden in both forms",
    },
    "form_models": {
        "/paths/~1upload/post/requestBody/content/*": "a file needs a multipart form, also in a model",
    },
    "routers": {
        "/paths/~1items~1{group}~1users*/get/parameters": "a document needs all parts of a path",
    },
    "deviations": {
        "/components/schemas/Item/examples/0/price": "an example keeps its null",
        "/paths/~1nulls/*/examples/*": "an example keeps its null",
        "/paths/~1nulls/post/responses/400/*": "an example keeps its null",
        "/components/schemas/Body_items.create*": "a dot in the id does not cut the name of the body",
        "/components/schemas/create*": "a dot in the id does not cut the name of the body",
        "/paths/~1dots/*": "a dot in the id does not cut the name of the body",
        "/paths/~1brackets/*": "a dot in the id does not cut the name of the body",
        "/paths/~1feed/get/description": "what follows a form feed is hidden, also where nothing precedes it",
        "/paths/~1margin/get/description": "hidden text has no part in how the shown text is dedented",
        "/paths/~1twice/get/*": "the first of two operations on a path is the one that is served",
    },
}


@pytest.fixture(scope="module")
def differences(imported: Callable[[str, Path], Any]) -> Any:
    """What finds the places where two documents differ."""
    return imported("documents", REFERENCE / "documents.py").differences


@pytest.fixture
def document(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    folder, _, name = request.param.rpartition("/")
    sources = {source.stem for source in (REFERENCE / (folder or "apps")).glob("*.py")}
    monkeypatch.syspath_prepend(REFERENCE / (folder or "apps"))
    for source in sources:
        monkeypatch.delitem(sys.modules, source, raising=False)
    yield importlib.import_module(name).app.openapi()
    for source in sources & sys.modules.keys():
        del sys.modules[source]


@pytest.mark.parametrize(
    ("document", "name"), [(name, name) for name in APPS], indirect=["document"], ids=APPS
)
def test_the_document_says_what_the_reference_says(document: Any, name: str, differences: Any) -> None:
    record = RECORDS[name]
    deviations = EVERYWHERE | DEVIATIONS.get(name, {})
    found = differences(document, record)
    unexpected = {
        place: values
        for place, values in found.items()
        if not any(fnmatchcase(place, pattern) for pattern in deviations)
    }
    assert unexpected == {}, "(ours, the reference's)"
    unused = [
        pattern
        for pattern in DEVIATIONS.get(name, {})
        if not any(fnmatchcase(place, pattern) for place in found)
    ]
    assert unused == [], "listed as deviations, but not found"


@pytest.mark.parametrize("document", APPS, indirect=True)
def test_the_document_is_json_and_every_reference_in_it_leads_somewhere(document: Any) -> None:
    document = json.loads(json.dumps(document, allow_nan=False))

    for reference in references(document):
        target = document
        for part in reference.removeprefix("#/").split("/"):
            target = target[part]
        assert isinstance(target, dict)


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(reference := value.get("$ref"), str):
            yield reference
        yield from (value.get("discriminator") or {}).get("mapping", {}).values()
        for part in value.values():
            yield from references(part)
    elif isinstance(value, list):
        for part in value:
            yield from references(part)
