"""Our services: whole programs that do what they do under the reference (`tests/reference/services`)."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

REFERENCE = Path(__file__).parents[2] / "reference"
sys.path.insert(0, str(REFERENCE))
try:
    dialogue = importlib.import_module("dialogue").dialogue
    differences = importlib.import_module("documents").differences
    services = importlib.import_module("services")
    spellings = importlib.import_module("spellings")
finally:
    sys.path.remove(str(REFERENCE))

NAMES = services.names()

DEVIATIONS: dict[str, tuple[str, ...]] = {
    "405 lists the methods of every route of the path": (
        "atlas: * DELETE /v1/islands/foehr",
        "atlas: * POST /admin/islands/sylt",
        "gateway: * HEAD /plain",
        "gateway: * PATCH /plain",
        "gateway: * OPTIONS /plain",
    ),
    "a token is not empty (RFC 6750, section 2.1)": ("accounts: * GET /token *'Bearer'}}",),
    "broken JSON closes a WebSocket with 1007": ("chat: * WS /json *no json*",),
    "the reason of a close is a text, as ASGI wants it, not a list": (
        "chat: * WS /desks/0?code=c *",
        "chat: * WS /desks/one?code=c*",
    ),
    "addresses in the app's metadata stay as they are written": ("orders: document /info/contact/url",),
    "what `openapi_extra` adds keeps its null": (
        "orders: document /paths/~1orders~1from-yaml/post/requestBody/*/default",
    ),
    "a malformed form is 422 with a list": ("readings: * POST /mixed {'content': b'--x', *",),
    "headers that are not declared may be secrets, and are not sent back": (
        "surveys: * GET /traced *: ??}",
        "surveys: * GET /traced/exact *('x-trace', 't')*",
    ),
}
"""What is otherwise than under the reference on purpose: why, and where (`service: part or request`)."""

# What services do that is deprecated is part of what they show.
pytestmark = pytest.mark.filterwarnings("ignore")


def different(name: str, ours: dict[str, Any], theirs: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Ours and the reference's, where they differ, by the names by which `DEVIATIONS` knows them."""
    documents = differences(ours["document"], theirs["document"])
    found = {f"{name}: document {place}": pair for place, pair in documents.items()}
    for part in (theirs.keys() | ours.keys()) - {"answers", "document"}:
        found[f"{name}: {part}"] = (ours.get(part), theirs.get(part))
    for place, (mine, expected) in enumerate(zip(ours["answers"], theirs["answers"], strict=True)):
        found[f"{name}: {place} {expected['request']}"] = (mine, expected)
    return {place: pair for place, pair in found.items() if pair[0] != pair[1]}


def patterns(name: str) -> list[str]:
    return [pattern for some in DEVIATIONS.values() for pattern in some if pattern.startswith(f"{name}:")]


def unlisted(name: str, found: dict[str, Any]) -> dict[str, Any]:
    return {
        place: pair
        for place, pair in found.items()
        if not any(fnmatchcase(place, pattern) for pattern in patterns(name))
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_service_does_what_it_does_under_the_reference(name: str, tmp_path: Path) -> None:
    found = different(name, dialogue(services.service(name), tmp_path), services.record(name))
    assert unlisted(name, found) == {}, "(ours, the reference's)"
    unused = [
        pattern for pattern in patterns(name) if not any(fnmatchcase(place, pattern) for place in found)
    ]
    assert unused == [], "listed as deviations, but not found"


@pytest.mark.parametrize("spelling", [spellings.markers_as_defaults, spellings.old_typing])
@pytest.mark.parametrize("name", NAMES)
def test_the_older_spellings_of_a_service_do_the_same(
    name: str, spelling: Callable[[str], str], tmp_path: Path
) -> None:
    respelled, as_written = services.service(name, spelling), services.service(name)
    assert respelled.sources != as_written.sources, "there is nothing to spell in another way"
    assert unlisted(name, different(name, dialogue(respelled, tmp_path), services.record(name))) == {}


def test_every_deviation_is_about_a_service() -> None:
    named = {pattern.partition(":")[0] for some in DEVIATIONS.values() for pattern in some}
    assert named - set(NAMES) == set()


@pytest.mark.parametrize("name", NAMES)
def test_every_request_is_recorded(name: str) -> None:
    assert len(services.service(name).requests) == len(services.record(name)["answers"]), (
        "`make record` is due"
    )
