"""Rules about names: operations, parameters, schemas and properties are each written in one style."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pytest_xapi.gates.rules.api import Api, Finding

STYLES = {
    "snake_case": r"[a-z][a-z0-9]*(_[a-z0-9]+)*",
    "camelCase": r"[a-z][a-z0-9]*([A-Z][a-z0-9]*)*",
    "PascalCase": r"([A-Z][a-z0-9]*)+",
    "kebab-case": r"[a-z][a-z0-9]*(-[a-z0-9]+)*",
}
SUBJECTS = ("operation-id", "parameter", "schema", "property")
DEFAULTS = {"schema": r"[A-Z][A-Za-z0-9_.\-]*"}
"""Generic models and models with two forms have more in their names than letters."""


def check(api: Api, styles: Mapping[str, str]) -> Iterator[Finding]:
    """Which names are not written as they should be.

    Args:
        api: the document.
        styles: for a subject one of `STYLES`, or a regular expression of the whole name.
    """
    for subject, place, name in _names(api):
        style = styles.get(subject)
        if style is not None and not re.fullmatch(STYLES.get(style, style), name):
            shown = style if style in STYLES else f"of the form {style}"
            what = f"the {subject.replace('-id', 'Id')} `{name}` is not {shown}"
            yield api.finding(f"{subject}-naming", place, what)


def _names(api: Api) -> Iterator[tuple[str, str, str]]:
    """Subject, place and name."""
    for operation in api.operations:
        if name := operation.node.get("operationId"):
            yield "operation-id", operation.node.child("operationId").pointer, str(name)
        for parameter in operation.parameters:
            if parameter.location in ("path", "query"):
                pointer = parameter.node.pointer
                where = pointer if api.operation_at(pointer) else operation.node.pointer
                yield "parameter", where, parameter.name
    for name, node in api.components("schemas"):
        yield "schema", node.pointer, name
    for schema in api.schemas:
        for name, node in schema.children("properties"):
            yield "property", node.pointer, name
