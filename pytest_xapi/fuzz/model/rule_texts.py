"""The rules of findings in words: what a finding means, and how to mend it."""

from __future__ import annotations

from pytest_xapi.fuzz.model.rules import OTHER, RULES
from pytest_xapi.reports.rule_texts import RuleText

_HTTP = "https://www.rfc-editor.org/rfc/rfc9110.html#section-"
_OPENAPI = "https://spec.openapis.org/oas/v3.1.1.html#"
_OWASP = "https://owasp.org/API-Security/editions/2023/en/"
_PYTHON = "https://docs.python.org/3/library/"

_WORDS = {
    "not_a_server_error": (
        "The server fails on a request that a client can send.",
        "An exception left the endpoint, or it answered 5xx. Clients cannot tell what they did wrong, and"
        " the rest of the request was not done.",
        "Handle the case: validate the input, or raise an HTTP exception with a 4xx status. The report "
        "has the request, and the line that failed.",
        f"{_HTTP}15.6",
    ),
    "ignored_auth": (
        "A protected operation answers without valid credentials.",
        "The document says that the operation needs credentials. It answered 2xx without any, or with "
        "wrong ones.",
        "Make the endpoint depend on the security scheme, and let that dependency refuse what it cannot "
        "verify; or take `security` out of the document, if the operation is public.",
        f"{_OWASP}0xa2-broken-authentication/",
    ),
    "object_level_authorization": (
        "One user reads an object that belongs to another user.",
        "An object that one user created was returned to another one who asked for it by its id.",
        "Look the object up together with its owner, and answer 404 (or 403) to everybody else.",
        f"{_OWASP}0xa1-broken-object-level-authorization/",
    ),
    "use_after_free": (
        "A deleted object is still there.",
        "After a successful DELETE the object could still be read.",
        "Delete it in every place that it is read from, caches included, before the answer is sent.",
        f"{_HTTP}9.3.5",
    ),
    "event_loop_blocked": (
        "An endpoint blocks the event loop.",
        "Synchronous code in an `async def` held the event loop longer than the limit. Every other "
        "request waited for it.",
        "Declare the endpoint with `def`, so that it runs in a worker thread, or await an asynchronous "
        "library.",
        f"{_PYTHON}asyncio-dev.html#running-blocking-code",
    ),
    "dependency_not_closed": (
        "A dependency does not release what it took after a failure.",
        "An exception came out of the `yield` of a dependency, and the code after it, which closes or "
        "gives back, did not run.",
        "Put the `yield` into `try: ... finally:`, or use `with`.",
        f"{_PYTHON}contextlib.html#contextlib.contextmanager",
    ),
    "no_answer": (
        "A request is not answered in time.",
        "The app took longer than the limit. A client that sends such requests can occupy the server.",
        "Look where the report says that the app was: a loop, a slow pattern, a lock, a call without a "
        "timeout.",
        f"{_OWASP}0xa4-unrestricted-resource-consumption/",
    ),
    "process_ended": (
        "A request ends the process of the server, or stops it for good.",
        "The process ended, or answered nothing any more. One client can stop the service for all.",
        "Look where the report says that the app was: native code, `os._exit`, unlimited recursion or "
        "memory.",
        f"{_OWASP}0xa4-unrestricted-resource-consumption/",
    ),
    "mass_assignment": (
        "A property that the document does not have is taken from a request.",
        "A request with one more property changed the object: clients can set what only the server should.",
        "Build the object from the fields of the request model alone, and forbid others.",
        f"{_OWASP}0xa3-broken-object-property-level-authorization/",
    ),
    "function_level_authorization": (
        "A user calls an operation that the user may not call.",
        "The fixture `xapi_roles` says that the user may not call it, or lacks the scope, and it answered"
        " 2xx.",
        "Check the role or the scope in a dependency of the operation, and answer 403.",
        f"{_OWASP}0xa5-broken-function-level-authorization/",
    ),
    "leaked_task": (
        "A request leaves a task running.",
        "The request had been answered, and a task that it started was still running when the app shut down.",
        "Keep the task and await it, use a task group, or hand the work to background tasks.",
        f"{_PYTHON}asyncio-task.html#asyncio.create_task",
    ),
    "status_code_conformance": (
        "A response has a status that the document does not declare.",
        "Generated clients do not know the response, and treat it as an unexpected error.",
        "Declare the response in `responses` of the operation, its router or the app; or do not answer so.",
        f"{_OPENAPI}responses-object",
    ),
    "content_type_conformance": (
        "A response has a media type that the document does not declare.",
        "Clients parse the body by the document, and fail.",
        "Declare the media type in `responses`, or set the response class of the operation.",
        f"{_OPENAPI}response-object",
    ),
    "response_schema_conformance": (
        "The body of a response breaks its schema.",
        "Clients that trust the document fail on this body.",
        "Return what the schema says, or correct the response model. The report names the place in the body.",
        f"{_OPENAPI}media-type-object",
    ),
    "response_headers_conformance": (
        "A header of a response breaks its declaration.",
        "A header that the document requires is missing, or its value breaks its schema.",
        "Send the header as declared, or correct the declaration.",
        f"{_OPENAPI}header-object",
    ),
    "negative_data_rejection": (
        "A request that breaks the document is accepted.",
        "The document promises a limit that nothing enforces: wrong data gets into the app.",
        "Validate the place that the report names, or loosen the schema to what the app really takes.",
        f"{_OPENAPI}schema-object",
    ),
    "positive_data_acceptance": (
        "A request that keeps to the document is rejected.",
        "A client that does what the document says is refused, and nothing in the document says why.",
        "Describe the limit in the schema, or declare the refusal as a response of the operation.",
        f"{_OPENAPI}schema-object",
    ),
    "missing_required_header": (
        "A request without a required header is accepted.",
        "The document says that the header is required, and nothing asks for it.",
        "Require the header, or declare it as optional.",
        f"{_OPENAPI}parameter-object",
    ),
    "unsupported_method": (
        "A method that the path does not have is not answered with 405.",
        "The document has no such operation, so the answer should be 405 with an `Allow` header.",
        "Answer 405, or document the operation.",
        f"{_HTTP}15.5.6",
    ),
    "allow_header_conformance": (
        "The `Allow` header does not name the methods of the path.",
        "HTTP wants all methods that the resource has in it.",
        "List all methods of the path. Some frameworks name those of the first route alone; a middleware "
        "can add the others, or the finding can be accepted.",
        f"{_HTTP}10.2.1",
    ),
    "ensure_resource_availability": (
        "A created object is not there.",
        "After a successful creation the object could not be read by the id that was answered.",
        "Store the object before the answer is sent, and answer with the id by which it can be read.",
        f"{_HTTP}9.3.3",
    ),
}
_SECURITY = {
    "ignored_auth": 8.1,
    "object_level_authorization": 8.1,
    "function_level_authorization": 8.1,
    "mass_assignment": 6.5,
    "process_ended": 7.5,
    "no_answer": 5.3,
}
"""CVSS 3.1 base scores of the typical case: over the network, one request, with the rights of a user."""

_TAG = "property-tests"


def _text(check: str) -> RuleText:
    rule = RULES[check]
    summary, meaning, mend, uri = _WORDS[check]
    security = _SECURITY.get(check)
    tags = (_TAG,) if security is None else (_TAG, "security")
    return RuleText(rule.id, check, summary, rule.severity, meaning, mend, uri, tags, security)


_OTHER = RuleText(
    id=OTHER.id,
    name="other_check",
    summary="A check of Schemathesis fails.",
    severity=OTHER.severity,
    meaning="It is a check that has no rule of its own; the finding names it.",
    mend="Read what the check says of the answer.",
    uri="https://schemathesis.readthedocs.io",
    tags=(_TAG,),
)
TEXTS = {text.id: text for text in (*map(_text, RULES), _OTHER)}
"""By the id of the rule."""
