"""Generating the source that reads a request: what is read once, and the arguments of each call."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from xapi.operation.limits import LARGE_BODY, MAX_PARAMETERS
from xapi.operation.model import LOCATIONS, Injected, Parameter, RequestBody
from xapi.overrides import REPLACED
from xapi.pipeline import read, validate
from xapi.pipeline.binding import FormGathering, ModelGathering, ValueGathering, declared_names
from xapi.pipeline.codegen.builder import literal, number
from xapi.pipeline.codegen.response import ResponseWriter
from xapi.pipeline.limits import in_memory_limit
from xapi.pipeline.plan import Step
from xapi.pipeline.validate import (
    EmbeddedValidation,
    NamedValidation,
    WholeValidation,
    form_items,
    parameter_items,
    place_of,
)

NAMES: dict[str, Any] = {
    "ABSENT": validate.ABSENT,
    "ValidationError": ValidationError,
    "cookie_lists": read.cookie_lists,
    "cookie_values": read.cookie_values,
    "header_lists": read.header_lists,
    "header_value": read.header_value,
    "parsed": validate.parsed,
    "query_lists": read.query_lists,
    "query_values": read.query_values,
    "read_body": read.read_body,
}
_SOURCES = {
    "path": 'scope["path_params"]',
    "path_list": '{{name: [value] for name, value in scope["path_params"].items()}}',
    "query_list": 'query_lists(scope["query_string"], {most})',
    "query": 'query_values(scope["query_string"], {most})',
    "header": 'dict(reversed(scope["headers"]))',
    "cookie": 'cookie_values(scope["headers"], {most})',
    "header_list": 'header_lists(scope["headers"], {most})',
    "cookie_list": 'cookie_lists(scope["headers"], {most})',
}
"""The variables that raw values are taken from. Of several headers with one name the first counts."""
_FEW_HEADERS = 2
"""So many header parameters are each looked for, which costs less than a dictionary of all headers."""


class RequestWriter(ResponseWriter):
    """Writes what comes before the calls, and before each of them."""

    body = "await read_body(scope, receive, {limit})"
    """The expression for the whole body."""
    few_headers: bool
    """Whether headers are looked for one by one."""

    def read_request(self) -> None:
        if any(step.replaced is not None for step in self.plan.calls):
            self.line(f"replaced = scope[{literal(REPLACED)}]")
        parameters = [parameter for step in self.plan.calls for parameter in step.signature.parameters]
        sources = [_source(parameter) for parameter in parameters]
        self.few_headers = sources.count("header") <= _FEW_HEADERS
        given = self.operation.options.max_parameters
        most = number(MAX_PARAMETERS if given is None else given)
        for name, expression in _SOURCES.items():
            if name == "query" and "query_list" in sources:
                expression = "{{name: values[-1] for name, values in query_list.items()}}"
            if name in sources and not (name == "header" and self.few_headers):
                self.line(f"{name} = {expression}".format(most=most))
        if self.plan.endpoint.fallible:
            self.line("errors = []")
        body = self.operation.body
        if body is not None and not body.form:
            self.read_body(body)
        for kind, (name, expression) in self.objects.items():
            if self.plan.injects(kind) or (kind is Injected.REQUEST and body is not None and body.form):
                self.line(f"{name} = {expression}")

    def read_body(self, body: RequestBody) -> None:
        self.line(f"body = {self.body}".format(limit=number(in_memory_limit(self.operation))))
        if body.embedded:
            self.line('sent = parsed(body, scope["headers"], is_json)')
            return
        validation = WholeValidation(body.fields[0], self.names["is_json"])
        fast, early = self.bind("validate_body", validation.fast), self.bind("early_body", validation.early)
        explain = self.bind("explain_body", validation.explain)
        # Validation errors are reported in order; malformed JSON is rejected before any dependency runs.
        self.line("body_errors = []")
        with self.block("try:"):
            chosen = f"({fast} if len(body) < {number(LARGE_BODY)} else {early})"
            self.line(f'sent = {chosen}(body) if body and is_json(scope["headers"]) else ABSENT')
        known = self.bind("known_errors", validation.known)
        with self.block("except ValidationError as invalid:"):
            self.line(f"sent, body_errors = ABSENT, {known}(invalid, body)")
        with self.block("if sent is ABSENT and not body_errors:"):
            self.line(f'sent = {explain}(body, scope["headers"], body_errors)')

    def read_values(self, step: Step) -> None:
        """Gather the raw values of a step and validate them: on the fast path, or by the fallback."""
        place, signature = step.number, step.signature
        if signature.parameters:
            in_path = [item for item in signature.parameters if item.location == "path" and not item.members]
            raw = ", ".join(f"{literal(item.name)}: path[{literal(item.wire_name)}]" for item in in_path)
            self.line(f"raw{place} = {{{raw}}}")
            for item in signature.parameters:
                self.read_parameter(item, step)
            validation = NamedValidation(parameter_items(signature.parameters))
            self.validate(f"values{place}", validation, f"raw{place}")
        if signature.body and self.operation.body is not None:
            if self.operation.body.form:
                gathering = FormGathering(signature.body, self.declared("body"))
                gather_form = self.bind(f"gather_form{place}", gathering)
                self.line(f"raw_form{place} = await {gather_form}(form)")
                validation = NamedValidation(form_items(signature.body))
                self.validate(f"members{place}", validation, f"raw_form{place}")
            elif self.operation.body.embedded:
                members = EmbeddedValidation(signature.body)
                with self.block(f"if len(body) >= {number(LARGE_BODY)}:"):
                    explain = self.bind(f"explain_members{place}", members.explain)
                    self.line(f"members{place} = {explain}(sent, errors, early=True)")
                with self.block("else:"):
                    self.validate(f"members{place}", members, "sent")
            else:
                self.line("errors += body_errors")

    def read_parameter(self, parameter: Parameter, step: Step) -> None:
        """Put what was sent for one parameter, if anything was, under its argument's name."""
        target, source = f"raw{step.number}[{literal(parameter.name)}]", _source(parameter)
        name = f"gather{step.number}_{step.signature.parameters.index(parameter)}"
        if parameter.gathered is not None:
            declared = self.declared(parameter.location)
            gather = self.bind(name, ModelGathering(parameter.gathered, parameter.location, declared))
            with self.block(f"if (value := {gather}({source})) is not ABSENT:"):
                self.line(f"{target} = value")
        elif parameter.lookups:
            gather = self.bind(name, ValueGathering(parameter, parameter.location))
            place = f"raw{step.number}[{literal(place_of(parameter.name))}]"
            with self.block(f"if (found := {gather}({source})) is not None:"):
                self.line(f"{target}, {place} = found")
        elif parameter.location != "path":
            empty = " != '' and value" if parameter.location == "cookie" and parameter.field.repeats else ""
            with self.block(f"if (value := {self.lookup(parameter)}){empty} is not None:"):
                self.line(f"{target} = {_text(parameter)}")

    def declared(self, location: str) -> frozenset[str]:
        """The names of a place that are read, or would be read if no dependency was replaced."""
        read = declared_names([step.signature for step in self.plan.calls], location)
        if location == "body":
            documented = (
                [item.wire_name for item in self.operation.body.fields] if self.operation.body else []
            )
        else:
            documented = [item.wire_name for item in self.operation.parameters if item.location == location]
        return read.union(documented)

    def lookup(self, parameter: Parameter) -> str:
        """The expression that finds a raw value, or gives None."""
        name, source = str.__str__(parameter.wire_name), _source(parameter)
        if parameter.location == "header":
            name = name.lower()
        if source != "header":
            return f"{source}.get({literal(name)})"
        key = f"b{literal(name)}" if name.isascii() else f'{literal(name)}.encode("latin-1")'
        return f'header_value(scope["headers"], {key})' if self.few_headers else f"header.get({key})"

    def validate(self, target: str, validation: NamedValidation | EmbeddedValidation, raw: str) -> None:
        explain = f"{self.bind(f'explain_{target}', validation.explain)}({raw}, errors)"
        if validation.fast is None:
            self.line(f"{target} = {explain}")
            return
        with self.block("try:"):
            self.line(f"{target} = {self.bind(f'validate_{target}', validation.fast)}({raw})")
        with self.block("except ValidationError:"):
            self.line(f"{target} = {explain}")


def _source(parameter: Parameter) -> str:
    """The variable that holds the values of a parameter's location."""
    location = LOCATIONS[LOCATIONS.index(parameter.location)]
    if parameter.members or parameter.lookups or (parameter.field.repeats and location != "cookie"):
        return f"{location}_list"
    return location


def _text(parameter: Parameter) -> str:
    return 'value.decode("latin-1")' if _source(parameter) == "header" else "value"
