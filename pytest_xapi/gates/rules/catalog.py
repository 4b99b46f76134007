"""The rules, with their ids, names and default severities: the table that all else reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["error", "warning", "note", "off"]
LEVELS: tuple[Level, ...] = ("error", "warning", "note", "off")


@dataclass(frozen=True)
class Rule:
    """A rule about documents."""

    id: str
    """In reports; it never changes: `XG601`."""
    name: str
    """Spectral's where it has the rule."""
    level: Level
    """What a problem is unless it is set otherwise."""
    summary: str
    is_of_spectral: bool = True


RULES: tuple[Rule, ...] = (
    # The document
    Rule("XG601", "info-description", "note", "The API has a description"),
    Rule("XG602", "info-contact", "off", "The API says whom to ask"),
    Rule("XG603", "info-license", "off", "The API names its licence"),
    Rule("XG604", "server-url", "error", "A list of servers is not empty, and each has a URL", False),
    Rule("XG605", "oas3-server-trailing-slash", "warning", "The URL of a server has no slash at its end"),
    Rule("XG606", "oas3-server-not-example.com", "warning", "No server is that of an example"),
    Rule("XG607", "openapi-tags-uniqueness", "error", "A tag is declared once"),
    Rule("XG608", "tag-description", "note", "A declared tag has a description"),
    Rule("XG609", "no-script-tags-in-markdown", "error", "No description holds a script"),
    Rule("XG610", "invalid-ref", "error", "References within the document lead somewhere"),
    Rule("XG611", "oas3-unused-component", "warning", "Components are used"),
    # Paths
    Rule("XG612", "path-keys-no-trailing-slash", "warning", "No path ends in a slash"),
    Rule("XG613", "path-not-include-query", "error", "No path holds a query string"),
    Rule("XG614", "path-declarations-must-exist", "error", "No path has a parameter without a name"),
    Rule("XG615", "path-params", "error", "The parameters in a path are declared, once, and no others"),
    # Operations
    Rule("XG616", "operation-operationId", "warning", "An operation has an operationId"),
    Rule("XG617", "operation-operationId-unique", "error", "No two operations have one operationId"),
    Rule("XG618", "operation-operationId-valid-in-url", "warning", "An operationId can be put into a URL"),
    Rule("XG619", "operation-id-naming", "off", "operationIds are written in one style", False),
    Rule("XG620", "operation-description", "warning", "An operation has a description"),
    Rule("XG621", "operation-tags", "off", "An operation has a tag"),
    Rule("XG622", "operation-tag-defined", "off", "The tags of operations are declared in the document"),
    Rule("XG623", "operation-success-response", "warning", "An operation has a response below 400"),
    Rule("XG624", "operation-error-response", "warning", "An operation that reads input has an error", False),
    Rule("XG625", "security-error-response", "warning", "A protected operation has 401 or 403", False),
    Rule("XG626", "valid-status", "error", "Statuses are numbers, ranges as 4XX, or `default`", False),
    Rule("XG627", "request-body-on-get", "warning", "GET, HEAD and DELETE have no body", False),
    Rule("XG628", "response-schema", "note", "JSON that is answered has a schema", False),
    Rule("XG629", "oas3-operation-security-defined", "error", "Security schemes and scopes are declared"),
    # Parameters
    Rule("XG630", "operation-parameters", "error", "No two parameters have one place and name"),
    Rule("XG631", "oas3-parameter-description", "off", "A parameter has a description"),
    Rule("XG632", "parameter-naming", "off", "Parameters of path and query are written in one style", False),
    # Schemas
    Rule("XG633", "schema-naming", "warning", "Names of schemas begin with a capital letter", False),
    Rule("XG634", "property-naming", "off", "Properties are written in one style", False),
    Rule("XG635", "schema-description", "off", "A schema of the components has a description", False),
    Rule("XG636", "property-description", "off", "A property has a description", False),
    Rule("XG637", "duplicated-entry-in-enum", "warning", "An enum has each value once"),
    Rule("XG638", "typed-enum", "error", "The values of an enum are of its type"),
    Rule("XG639", "array-items", "note", "An array says what its items are"),
    Rule("XG640", "no-$ref-siblings", "warning", "In OpenAPI 3.0 nothing stands beside a reference"),
    Rule("XG641", "required-property-declared", "warning", "A required property is declared", False),
    # Examples
    Rule("XG642", "request-example", "off", "A body of a request has an example", False),
    Rule("XG643", "oas3-valid-media-example", "error", "Examples of bodies and parameters are valid"),
    Rule("XG644", "oas3-valid-schema-example", "error", "Examples of schemas are valid"),
    Rule("XG645", "valid-default", "error", "Defaults are valid", False),
    Rule(
        "XG646",
        "oas3-examples-value-or-externalValue",
        "error",
        "An example has one value, here or elsewhere",
    ),
    # The app
    Rule("XG647", "route-reachable", "error", "No route stands behind another that answers for it", False),
)
UNUSED_IGNORE = "XG600"
BY_NAME = {rule.name: rule for rule in RULES}
BY_ID = {rule.id: rule for rule in RULES}
