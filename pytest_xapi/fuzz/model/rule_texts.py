"""Texts of the rules for findings: what a finding means, and how to fix it."""

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
        "The endpoint raised an exception, or returned a 5xx response. Clients cannot tell what they did "
        "wrong, and the request was not completed.",
        "Handle the case: validate the input, or raise an HTTP exception with a 4xx status. The report "
        "shows the request and the line that failed.",
        f"{_HTTP}15.6",
    ),
    "ignored_auth": (
        "A protected operation accepts requests without valid credentials.",
        "The document requires credentials for the operation. It returned 2xx without credentials, or with "
        "wrong ones.",
        "Make the endpoint depend on the security scheme, and let that dependency refuse credentials that "
        "it cannot verify; or remove `security` from the document, if the operation is public.",
        f"{_OWASP}0xa2-broken-authentication/",
    ),
    "object_level_authorization": (
        "One user reads an object that belongs to another user.",
        "An object that one user created was returned to another user who requested it by its id.",
        "Look up the object together with its owner, and return 404 (or 403) to all other users.",
        f"{_OWASP}0xa1-broken-object-level-authorization/",
    ),
    "use_after_free": (
        "A deleted object is still available.",
        "After a successful DELETE the object could still be read.",
        "Delete the object everywhere that it is read from, including caches, before the response is sent.",
        f"{_HTTP}9.3.5",
    ),
    "event_loop_blocked": (
        "An endpoint blocks the event loop.",
        "Synchronous code in an `async def` blocked the event loop longer than the limit. All other "
        "requests had to wait.",
        "Declare the endpoint with `def`, so that it runs in a worker thread, or await an asynchronous "
        "library.",
        f"{_PYTHON}asyncio-dev.html#running-blocking-code",
    ),
    "dependency_not_closed": (
        "A dependency does not release its resources after a failure.",
        "An exception was raised at the `yield` of a dependency, and the code after it, which releases "
        "resources, did not run.",
        "Put the `yield` into `try: ... finally:`, or use `with`.",
        f"{_PYTHON}contextlib.html#contextlib.contextmanager",
    ),
    "no_answer": (
        "A request gets no response in time.",
        "The app took longer than the limit. A client that sends such requests can keep the server busy.",
        "Look at the line that the report shows: a loop, a slow pattern, a lock, a call without a timeout.",
        f"{_OWASP}0xa4-unrestricted-resource-consumption/",
    ),
    "process_ended": (
        "A request ends the server process, or stops it permanently.",
        "The process ended, or stopped responding. A single client can stop the service for all clients.",
        "Look at the line that the report shows: native code, `os._exit`, unlimited recursion or memory.",
        f"{_OWASP}0xa4-unrestricted-resource-consumption/",
    ),
    "mass_assignment": (
        "The app accepts a property that the document does not declare.",
        "A request with an additional property changed the object: clients can set what only the server "
        "should set.",
        "Build the object only from the fields of the request model, and forbid other properties.",
        f"{_OWASP}0xa3-broken-object-property-level-authorization/",
    ),
    "function_level_authorization": (
        "A user calls an operation without permission.",
        "According to the fixture `xapi_roles`, the user is not allowed to call the operation, or lacks the "
        "scope, but the operation returned 2xx.",
        "Check the role or the scope in a dependency of the operation, and return 403.",
        f"{_OWASP}0xa5-broken-function-level-authorization/",
    ),
    "leaked_task": (
        "A request leaves a task running.",
        "A task that the request started was still running after the response, when the app shut down.",
        "Keep the task and await it, use a task group, or use background tasks.",
        f"{_PYTHON}asyncio-task.html#asyncio.create_task",
    ),
    "status_code_conformance": (
        "A response has a status that the document does not declare.",
        "Generated clients do not know the response, and treat it as an unexpected error.",
        "Declare the response in `responses` of the operation, its router or the app; or do not return this "
        "status.",
        f"{_OPENAPI}responses-object",
    ),
    "content_type_conformance": (
        "A response has a media type that the document does not declare.",
        "Clients parse the body as the document describes it, and fail.",
        "Declare the media type in `responses`, or set the response class of the operation.",
        f"{_OPENAPI}response-object",
    ),
    "response_schema_conformance": (
        "The body of a response violates its schema.",
        "Clients that rely on the document fail on this body.",
        "Return a body that matches the schema, or correct the response model. The report shows the "
        "location in the body.",
        f"{_OPENAPI}media-type-object",
    ),
    "response_headers_conformance": (
        "A header of a response violates its declaration.",
        "A header that the document requires is missing, or its value violates its schema.",
        "Send the header as declared, or correct the declaration.",
        f"{_OPENAPI}header-object",
    ),
    "negative_data_rejection": (
        "The app accepts a request that violates the document.",
        "The document declares a limit that is not enforced: invalid data gets into the app.",
        "Validate the value that the report shows, or relax the schema to what the app really accepts.",
        f"{_OPENAPI}schema-object",
    ),
    "positive_data_acceptance": (
        "The app rejects a request that conforms to the document.",
        "A client that follows the document is refused, and the document does not say why.",
        "Describe the limit in the schema, or declare the refusal as a response of the operation.",
        f"{_OPENAPI}schema-object",
    ),
    "missing_required_header": (
        "A request without a required header is accepted.",
        "The document requires the header, but the app does not.",
        "Require the header, or declare it as optional.",
        f"{_OPENAPI}parameter-object",
    ),
    "unsupported_method": (
        "A method that the path does not support is not rejected with 405.",
        "The document has no such operation, so the response should be 405 with an `Allow` header.",
        "Return 405, or document the operation.",
        f"{_HTTP}15.5.6",
    ),
    "allow_header_conformance": (
        "The `Allow` header does not list the methods of the path.",
        "HTTP requires the header to list all methods of the resource.",
        "List all methods of the path. Some frameworks list only those of the first route; a middleware can "
        "add the others, or the finding can be accepted.",
        f"{_HTTP}10.2.1",
    ),
    "ensure_resource_availability": (
        "A created object is not available.",
        "After a successful creation the object could not be read by the id in the response.",
        "Store the object before the response is sent, and return the id by which it can be read.",
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
    summary, meaning, fix, uri = _WORDS[check]
    security = _SECURITY.get(check)
    tags = (_TAG,) if security is None else (_TAG, "security")
    return RuleText(rule.id, check, summary, rule.severity, meaning, fix, uri, tags, security)


_OTHER = RuleText(
    id=OTHER.id,
    name="other_check",
    summary="A check of Schemathesis fails.",
    severity=OTHER.severity,
    meaning="The check has no rule of its own; the finding names it.",
    fix="Read the message of the check.",
    uri="https://schemathesis.readthedocs.io",
    tags=(_TAG,),
)
TEXTS = {text.id: text for text in (*map(_text, RULES), _OTHER)}
"""By the id of the rule."""
