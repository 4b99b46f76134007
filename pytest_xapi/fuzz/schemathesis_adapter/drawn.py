"""Our cases in the form that the checks of Schemathesis read, made only where one of them may fail."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import quote

import requests
from requests.cookies import RequestsCookieJar, cookiejar_from_dict
from requests.structures import CaseInsensitiveDict
from schemathesis import auths
from schemathesis.core import NOT_SET
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation import GenerationMode
from schemathesis.generation.meta import (
    CaseMetadata,
    ComponentInfo,
    CoveragePhaseData,
    CoverageScenario,
    GenerationInfo,
    PhaseInfo,
    TestPhase,
)

from pytest_xapi.fuzz.generation import encoding
from pytest_xapi.fuzz.generation.model import GeneratedCase, Raw
from pytest_xapi.fuzz.generation.reading import plain
from pytest_xapi.fuzz.generation.requests import Verdict
from pytest_xapi.fuzz.model.cases import ABSENT
from pytest_xapi.fuzz.model.wire import BASE_URL, WireRequest
from xapi.openapi.reader.media_types import essence, is_json

Credentials = tuple[tuple[str, str], ...]
"""Pairs of a place and what is put there; places are `header NAME`, `query NAME` and `cookie NAME`."""

_SCENARIOS = {
    "method": CoverageScenario.UNSPECIFIED_HTTP_METHOD,
    "malformed content type": CoverageScenario.MALFORMED_CONTENT_TYPE,
    "unsupported content type": CoverageScenario.UNSUPPORTED_CONTENT_TYPE,
    "missing": CoverageScenario.MISSING_PARAMETER,
}
_PHASES = {
    "examples": TestPhase.EXAMPLES,
    "boundary": TestPhase.COVERAGE,
    "guided": TestPhase.FUZZING,
    "random": TestPhase.FUZZING,
    "stateful": TestPhase.STATEFUL,
}


def case_of(drawn: GeneratedCase, operation: Any, verdicts: dict[str, Verdict]) -> Any:
    """A case of Schemathesis that sends what ours does.

    Args:
        drawn: Our case.
        operation: Of Schemathesis.
        verdicts: Whether what is sent keeps to the document, by location.
    """
    parts = drawn.parts
    case = operation.Case(
        method=drawn.method,
        path_parameters={name: _in_path(value) for name, value in parts.path_parameters.items()},
        headers=CaseInsensitiveDict({name: encoding.text(value) for name, value in parts.headers.items()}),
        cookies={name: encoding.text(value) for name, value in parts.cookies.items()},
        query=dict(parts.query),
        body=NOT_SET if parts.body is ABSENT else _body(parts.body, drawn.media_type),
        media_type=_known(drawn.media_type),
        _meta=_metadata(drawn, verdicts),
    )
    auths.set_on_generated_case(case, auths.AuthContext(operation=operation, app=None), None)
    case._record_starting_state()
    return case


def _known(media_type: str | None) -> str | None:
    """A media type that Schemathesis can write: it would not show a request of another one."""
    return "application/octet-stream" if media_type and encoding.is_opaque(media_type) else media_type


def _in_path(value: Any) -> Any:
    return quote(encoding.text(value), safe="") if isinstance(value, str | list | dict) else value


def _body(value: Any, media_type: str | None) -> Any:
    if isinstance(value, Raw):
        return value.content
    # Bytes in JSON are sent as text, and Schemathesis has no way to write them.
    return plain(value) if media_type is not None and is_json(essence(media_type)) else value


def _metadata(drawn: GeneratedCase, verdicts: dict[str, Verdict]) -> CaseMetadata:
    flaw = drawn.flaws[0] if drawn.flaws else None
    is_probe = flaw is not None and flaw.kind in _SCENARIOS and flaw.kind != "missing"
    is_negative = is_probe or False in verdicts.values()
    scenario = CoverageScenario.INCORRECT_TYPE if is_negative else CoverageScenario.DEFAULT_POSITIVE_TEST
    if flaw is not None:
        scenario = _SCENARIOS.get(flaw.kind, scenario)
    location = flaw.location if flaw is not None and flaw.location != "method" else None
    data = CoveragePhaseData(
        scenario=scenario,
        description="; ".join(flaw.description for flaw in drawn.flaws),
        location=None,
        parameter=None if flaw is None else flaw.name,
        parameter_location=None if location is None else ParameterLocation(location),
    )
    components = {
        ParameterLocation(location): ComponentInfo(mode=_mode(verdict is False))
        for location, verdict in verdicts.items()
    }
    return CaseMetadata(
        generation=GenerationInfo(time=0.0, mode=_mode(is_negative)),
        components=components,
        phase=PhaseInfo(name=_PHASES[drawn.phase], data=data),
    )


def _mode(is_negative: bool) -> GenerationMode:
    return GenerationMode.NEGATIVE if is_negative else GenerationMode.POSITIVE


def credentials(operation: Any) -> Credentials:
    """What authenticates the requests of an operation."""
    case = operation.Case()
    auths.set_on_generated_case(case, auths.AuthContext(operation=operation, app=None), None)
    found = [(f"header {name}", str(value)) for name, value in case.headers.items()]
    found += [(f"query {name}", str(value)) for name, value in case.query.items()]
    found += [(f"cookie {name}", str(value)) for name, value in case.cookies.items()]
    if case._auth is not None:
        blank = requests.Request("GET", BASE_URL).prepare()
        before = set(blank.headers)
        found += [
            (f"header {name}", str(value))
            for name, value in case._auth(blank).headers.items()
            if name not in before
        ]
    return tuple(found)


def prepared_of(request: WireRequest) -> requests.PreparedRequest:
    """A request on the wire in the form that checks read."""
    prepared = requests.PreparedRequest()
    prepared.method = request.method
    prepared.url = BASE_URL + request.target
    prepared.headers = CaseInsensitiveDict(request.headers)
    prepared.body = request.body or None
    prepared._cookies = _jar(request.header("cookie"))
    return prepared


def _jar(header: str | None) -> RequestsCookieJar:
    cookies: SimpleCookie = SimpleCookie()
    try:
        cookies.load(header or "")
    except CookieError:
        pass
    return cookiejar_from_dict({name: morsel.value for name, morsel in cookies.items()})
