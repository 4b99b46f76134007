"""The corpus as a whole: how many bugs, of which kinds, and that the documents are valid."""

from __future__ import annotations

from collections import Counter

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from corpus.catalogue import GUIDED, Bug, bugs
from xapi.testing import TestClient

CHECKS = {
    "allow_header_conformance",
    "content_type_conformance",
    "dependency_not_closed",
    "ensure_resource_availability",
    "event_loop_blocked",
    "function_level_authorization",
    "ignored_auth",
    "leaked_task",
    "mass_assignment",
    "missing_required_header",
    "negative_data_rejection",
    "not_a_server_error",
    "object_level_authorization",
    "positive_data_acceptance",
    "response_schema_conformance",
    "status_code_conformance",
    "unsupported_method",
    "use_after_free",
}


def test_there_are_enough_bugs_of_each_kind() -> None:
    found = list(bugs().values())
    frameworks = Counter(bug.framework for bug in found)
    assert len(found) >= 102
    assert frameworks["fastapi"] + frameworks["starlette"] >= 8
    assert len({bug.issue for bug in found if bug.issue}) >= 15
    assert len([bug for bug in found if bug.stateful]) >= 8
    assert len({bug.classification for bug in found}) >= 40


def test_there_are_enough_bugs_behind_what_the_code_computes() -> None:
    found = [bug for bug in bugs().values() if bug.kind == GUIDED]
    frameworks = Counter(bug.framework for bug in found)
    assert len(found) >= 24
    assert min(frameworks[name] for name in ("xapi", "fastapi", "starlette")) >= 2
    assert len([bug for bug in found if bug.stateful]) >= 4


@pytest.mark.parametrize("bug", bugs().values(), ids=lambda bug: bug.name)
def test_the_docstring_says_what_may_show_the_bug(bug: Bug) -> None:
    assert bug.title.endswith(".")
    assert bug.checks <= CHECKS
    assert bug.issue == "" or bug.issue.startswith("https://")


@pytest.mark.parametrize("fixed", [False, True], ids=["buggy", "clean"])
@pytest.mark.parametrize(
    "bug", [bug for bug in bugs().values() if bug.framework != "fastapi"], ids=lambda bug: bug.name
)
def test_the_document_is_valid(bug: Bug, fixed: bool) -> None:
    with TestClient(bug.make(fixed)) as client:
        document = client.get("/openapi.json").json()
    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []
