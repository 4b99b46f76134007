"""The kinds of changes between two documents, and whom each of them breaks: the table that all else reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["breaking", "risky", "safe"]
Side = Literal["writer", "reader", "both"]
"""Whom a change is about: who writes requests, who reads responses, or both."""

SEVERITIES: tuple[Severity, ...] = ("breaking", "risky", "safe")
"""The worst first."""


@dataclass(frozen=True)
class Kind:
    """A kind of change."""

    rule: str
    """Its id in reports, which never changes: `XG301`."""
    name: str
    for_writers: Severity
    """What it is in a request."""
    for_readers: Severity
    """What it is in a response."""
    summary: str

    def severity(self, side: Side) -> Severity:
        """What it is for one side, or the worse of both."""
        if side == "both":
            return min(self.for_writers, self.for_readers, key=SEVERITIES.index)
        return self.for_writers if side == "writer" else self.for_readers


_B: Severity = "breaking"
_R: Severity = "risky"
_S: Severity = "safe"

KINDS: tuple[Kind, ...] = (
    # Operations
    Kind("XG301", "path-removed", _B, _B, "A path is gone, with all its operations"),
    Kind("XG302", "path-added", _S, _S, "A path is new"),
    Kind("XG303", "operation-removed", _B, _B, "A path does not answer a method any more"),
    Kind("XG304", "operation-added", _S, _S, "A path answers one more method"),
    Kind("XG305", "deprecated-operation-removed", _R, _R, "An operation is gone that was deprecated before"),
    Kind("XG306", "operation-id-changed", _R, _R, "Generated clients name the operation otherwise"),
    Kind("XG307", "deprecated", _S, _S, "An operation, a parameter or a property is deprecated"),
    Kind("XG308", "deprecation-withdrawn", _S, _S, "What was deprecated is so no more"),
    Kind("XG309", "path-parameter-renamed", _R, _R, "Generated clients name an argument otherwise"),
    Kind("XG310", "server-removed", _R, _R, "A base URL is gone"),
    Kind("XG311", "server-added", _S, _S, "A base URL is new"),
    Kind("XG312", "callback-changed", _R, _R, "What the server sends on its own has changed or is gone"),
    Kind("XG313", "callback-added", _S, _S, "The server sends something more on its own"),
    # Parameters
    Kind("XG314", "parameter-removed", _R, _S, "A parameter is gone: what clients send is ignored"),
    Kind("XG315", "required-parameter-added", _B, _S, "Requests need one more parameter"),
    Kind("XG316", "optional-parameter-added", _S, _S, "Requests may have one more parameter"),
    Kind("XG317", "parameter-became-required", _B, _S, "A parameter may not be left out any more"),
    Kind("XG318", "parameter-became-optional", _S, _S, "A parameter may be left out"),
    Kind("XG319", "parameter-moved", _B, _S, "A parameter is expected elsewhere: in the query, a header ..."),
    Kind("XG320", "parameter-case-changed", _B, _S, "The name has another case, where case counts"),
    Kind("XG321", "parameter-style-changed", _B, _B, "Several values are written otherwise: style, explode"),
    Kind("XG322", "parameter-content-changed", _B, _B, "A parameter has another media type"),
    # Bodies
    Kind("XG323", "required-body-added", _B, _S, "Requests need a body"),
    Kind("XG324", "optional-body-added", _S, _S, "Requests may have a body"),
    Kind("XG325", "body-removed", _B, _S, "The body of requests is not read any more"),
    Kind("XG326", "body-became-required", _B, _S, "The body may not be left out any more"),
    Kind("XG327", "body-became-optional", _S, _S, "The body may be left out"),
    Kind("XG328", "media-type-removed", _B, _B, "A media type is gone"),
    Kind("XG329", "media-type-added", _S, _S, "One more media type"),
    Kind("XG330", "encoding-changed", _R, _R, "Fields of a form are written otherwise"),
    # Responses
    Kind("XG331", "success-status-removed", _S, _B, "A status below 400 is not answered any more"),
    Kind("XG332", "success-status-added", _S, _R, "Clients meet a status below 400 that they do not know"),
    Kind("XG333", "error-status-removed", _S, _S, "A status from 400 on is not documented any more"),
    Kind("XG334", "error-status-added", _S, _S, "A status from 400 on is documented"),
    Kind("XG335", "default-response-removed", _S, _R, "What other statuses look like is not known any more"),
    Kind("XG336", "default-response-added", _S, _S, "What other statuses look like is documented"),
    Kind("XG337", "required-header-removed", _S, _B, "A header is gone that was always there"),
    Kind("XG338", "optional-header-removed", _S, _R, "A header is gone that was there at times"),
    Kind("XG339", "header-added", _S, _S, "A response has one more header"),
    Kind("XG340", "header-became-optional", _S, _B, "A header is not always there any more"),
    Kind("XG341", "header-became-required", _S, _S, "A header is always there"),
    Kind("XG342", "links-changed", _R, _R, "Links of a response have changed"),
    # Security
    Kind("XG343", "security-added", _B, _B, "Who was not asked before has to authenticate"),
    Kind("XG344", "security-removed", _R, _R, "No client breaks, but everybody may call it now"),
    Kind("XG345", "security-scopes-added", _B, _B, "Clients need more scopes"),
    Kind("XG346", "security-scopes-removed", _S, _S, "Clients need fewer scopes"),
    Kind("XG347", "security-alternative-removed", _B, _B, "A way to authenticate is gone"),
    Kind("XG348", "security-alternative-added", _S, _S, "One more way to authenticate"),
    Kind("XG349", "security-scheme-changed", _B, _B, "A scheme has another type, place, name or URL"),
    Kind("XG350", "security-scheme-renamed", _S, _S, "A scheme has another name in the document"),
    # Schemas: types
    Kind("XG351", "type-narrowed", _B, _S, "Values of some types are not allowed any more"),
    Kind("XG352", "type-widened", _S, _B, "Values of more types are allowed"),
    Kind("XG353", "type-changed", _B, _B, "Values have another type"),
    Kind("XG354", "nullable-lost", _B, _S, "null is not allowed any more"),
    Kind("XG355", "nullable-gained", _S, _B, "null is allowed"),
    Kind("XG356", "format-changed", _B, _B, "Texts or numbers have another format"),
    Kind("XG357", "format-added", _B, _S, "Texts or numbers have to be of a format"),
    Kind("XG358", "format-removed", _S, _R, "Texts or numbers may be of any format"),
    Kind("XG359", "default-changed", _R, _S, "What is left out has another meaning"),
    Kind("XG360", "enum-value-removed", _B, _S, "A value is not allowed any more"),
    Kind("XG361", "enum-value-added", _S, _R, "One more value is allowed: clients may not know it"),
    Kind("XG362", "enum-added", _B, _S, "Only listed values are allowed"),
    Kind("XG363", "enum-removed", _S, _R, "Other values than those that were listed are allowed"),
    # Schemas: limits
    Kind("XG364", "limit-tightened", _B, _S, "A limit of values, lengths or counts allows less"),
    Kind("XG365", "limit-loosened", _S, _R, "A limit of values, lengths or counts allows more"),
    Kind("XG366", "pattern-changed", _B, _R, "Texts have to match another pattern"),
    Kind("XG367", "pattern-added", _B, _S, "Texts have to match a pattern"),
    Kind("XG368", "pattern-removed", _S, _R, "Texts need not match a pattern any more"),
    Kind("XG369", "multiple-of-changed", _B, _R, "Numbers have to be multiples of another number"),
    # Schemas: objects
    Kind("XG370", "property-removed", _R, _B, "A property is gone that was required"),
    Kind("XG371", "optional-property-removed", _R, _R, "A property is gone that was optional"),
    Kind("XG372", "property-refused", _B, _S, "A property is gone from an object that has no others"),
    Kind("XG373", "required-property-added", _B, _S, "Objects have one more property, always"),
    Kind("XG374", "optional-property-added", _S, _S, "Objects may have one more property"),
    Kind("XG375", "property-became-required", _B, _S, "A property may not be left out any more"),
    Kind("XG376", "property-became-optional", _S, _B, "A property may be left out"),
    Kind("XG377", "closed-object-extended", _S, _R, "An object that had no other properties has one more"),
    Kind("XG378", "additional-properties-tightened", _B, _S, "Other properties are refused or limited"),
    Kind("XG379", "additional-properties-loosened", _S, _R, "Other properties are allowed"),
    Kind("XG380", "read-only-gained", _R, _S, "What clients write is ignored"),
    Kind("XG381", "read-only-lost", _S, _S, "Clients may write it"),
    Kind("XG382", "required-read-only-lost", _B, _S, "Clients have to write what was read only"),
    Kind("XG383", "write-only-gained", _S, _B, "Responses do not have it any more"),
    Kind("XG384", "write-only-lost", _S, _S, "Responses have what was only written before"),
    # Schemas: unions and the rest
    Kind("XG385", "alternative-removed", _B, _S, "An alternative of a union is gone"),
    Kind("XG386", "alternative-added", _S, _B, "A union has one more alternative"),
    Kind("XG387", "discriminator-changed", _B, _B, "Another property tells the alternatives apart"),
    Kind("XG388", "discriminator-value-removed", _B, _S, "A value of the discriminator is gone"),
    Kind("XG389", "discriminator-value-added", _S, _R, "The discriminator has one more value"),
    Kind("XG390", "schema-added", _B, _S, "What could be anything has a schema"),
    Kind("XG391", "schema-removed", _S, _B, "What had a schema can be anything"),
    Kind("XG392", "keyword-changed", _R, _R, "A keyword has changed that is not compared value by value"),
    # Names and texts
    Kind("XG393", "component-renamed", _S, _S, "A component has another name and the same content"),
    Kind("XG394", "component-removed", _S, _S, "A component is gone: its users are compared by content"),
    Kind("XG395", "component-added", _S, _S, "A component is new"),
    Kind("XG396", "text-changed", _S, _S, "Descriptions, titles, examples, tags or extensions have changed"),
)
BY_NAME = {kind.name: kind for kind in KINDS}
