"""Bodies that are accepted as a media type which the document does not name. Schemathesis does not ask."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_xapi.fuzz.generation.model import GeneratedCase
from pytest_xapi.fuzz.generation.requests import Requests
from pytest_xapi.fuzz.model.cases import Failed, Objection
from pytest_xapi.fuzz.model.wire import WireRequest, WireResponse

CHECK = "negative_data_rejection"


def accepted(
    requests: Requests,
    drawn: GeneratedCase,
    request: WireRequest,
    answer: WireResponse,
    objection: Objection | None,
) -> Iterator[Failed]:
    """The failure of an answer, if it accepts such a body.

    Args:
        requests: Of the operation.
        drawn: The case.
        request: What was sent.
        answer: What came of it.
        objection: The judge of accepted requests that break the document, if the app has one.
    """
    if not answer.is_success or not requests.is_of_another_type(drawn):
        return
    if objection is not None and objection(drawn.label, request, frozenset({"body"})) is None:
        return
    yield Failed(
        CHECK,
        "Body of another media type accepted",
        f"The document does not name the media type {request.header('content-type')}. Pages of other "
        "sites can send some media types without a preflight request (CORS).",
        "media type of the body",
        request,
        answer,
    )
