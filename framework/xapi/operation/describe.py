"""Describing an endpoint and its options as an `Operation`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from importlib.util import find_spec
from typing import Any, Never, NoReturn

from starlette.responses import JSONResponse, Response

from xapi.exceptions import DeclarationError
from xapi.operation.annotations import class_of
from xapi.operation.arguments import place, refuse, return_annotation
from xapi.operation.fields import Field, UnusableType
from xapi.operation.hidden_marks import Misplaced, mark_of
from xapi.operation.marks import dependency_call
from xapi.operation.model import (
    BodyField,
    Dependency,
    Operation,
    RequestBody,
    ResponseDescription,
    Signature,
    StreamFormat,
)
from xapi.operation.options import OperationOptions, Responses
from xapi.operation.reading import Reading, read
from xapi.operation.selections import NoSelection, selection_of
from xapi.operation.signature import dependency_of
from xapi.operation.streams import item_type, stream_format
from xapi.operation.templates import PATH_NAME, path_names
from xapi.operation.texts import takes_text
from xapi.params import Depends, Undefined
from xapi.responses import body_allowed


def describe(
    path: str,
    endpoint: Callable[..., Any],
    methods: Iterable[str],
    options: OperationOptions,
    known: Signature | None = None,
    edited: Callable[[Signature], Signature] | None = None,
) -> Operation:
    """Describe `endpoint` on `path` (a path template, convertors allowed).

    `options` already hold what is inherited; `known` is the endpoint's signature, if it has been read before;
    `edited` makes of it what somebody has made of it by hand. Raises DeclarationError for what cannot work.
    """
    if "\0" in path:
        raise DeclarationError(f"{place(endpoint)}: the path {path!r} contains a NUL character: remove it")
    signature = with_dependencies(path, known or read(endpoint, path_names(path)), options.dependencies)
    if edited is not None:
        signature = edited(signature)
    refuse_not_given(signature, websocket=not methods)  # of what is below it, calls tell: it may be replaced
    responses = {**signature.all_responses(), **options.responses}
    yields = signature.kind.yields
    if yields and not methods:
        raise DeclarationError(f"{place(endpoint)}: it yields, which the endpoint of a WebSocket cannot do")
    name = options.name or str(getattr(endpoint, "__name__", type(endpoint).__name__))
    return Operation(
        path=PATH_NAME.sub(r"{\1}", path),
        methods=frozenset(methods),
        name=name,
        endpoint=signature,
        body=request_body_of(signature),
        response=_selected(
            endpoint, _stream(endpoint, options) if yields else _response(endpoint, options), options
        ),
        responses=responses,
        response_models=_response_models(endpoint, responses),
        options=options,
        described_by=endpoint,
    )


def refuse_not_given(signature: Signature, *, websocket: bool) -> None:
    """Refuse to ask for the request in the operation of a WebSocket, or the reverse, without a default."""
    for name, kind in signature.not_given(websocket=websocket):
        where = "the operation of a WebSocket" if websocket else "an HTTP operation"
        refuse(
            signature.call,
            name,
            f"is the {kind.value}, which {where} has not: give it a default, or use HTTPConnection",
        )


def with_dependencies(path: str, signature: Signature, dependencies: Sequence[Depends]) -> Signature:
    """An endpoint's signature with `dependencies` in front, whose results nobody takes."""
    if not dependencies:
        return signature
    reading = Reading(path_names(path))
    in_front = tuple(_parameterless(signature.call, marker, reading) for marker in dependencies)
    return signature.but(dependencies=in_front + signature.dependencies)


def _parameterless(endpoint: Callable[..., Any], marker: Depends, reading: Reading) -> Dependency:
    try:
        mark = mark_of(marker)
        if not isinstance(mark, Depends) or mark.dependency is None:
            raise Misplaced(f"holds {marker!r}: write Depends(function) for each")
        return dependency_of(mark, reading.signature(dependency_call(mark)), None)
    except Misplaced as why:
        raise DeclarationError(f"{place(endpoint)}: dependencies=[...] {why}") from why


def request_body_of(endpoint: Signature) -> RequestBody | None:
    """The body that an endpoint and its dependencies read together."""
    found: dict[object, BodyField] = {}
    names = set()
    for signature in endpoint.walk():
        for field in signature.body:
            # The fields of a model are what clients know, and not the name of the argument.
            key = field.wire_name if field.gathered is None else id(field.field.adapter)
            if key not in found or (field.required and not found[key].required):
                found[key] = field
            names.add(field.name)
    if not found:
        return None
    fields = tuple(found.values())
    only = fields[0]
    kinds = {single.kind for field in fields for single in field.members or (field,)}
    form = kinds != {"json"}
    if form:
        _check_form(endpoint, fields)
    # A model that is always there is the whole form; what may be left out is known by its fields.
    whole = not form or (only.gathered is not None and not only.gathered.may_be_absent)
    return RequestBody(
        fields=fields,
        embedded=len(fields) > 1
        or len(names) > 1
        or not whole
        or bool(getattr(only.field.info, "embed", None)),
        form=form,
        media_type="multipart/form-data" if "file" in kinds else _media_type(fields, form=form),
        required=any(field.field.required for field in fields),
    )


def _check_form(endpoint: Signature, fields: Sequence[BodyField]) -> None:
    """Refuse a form that no parser is there for, or with parts of JSON that no text can become.

    Beside form fields and files, everything in the body is a field of the form.
    """
    for field in fields:
        schema, repeated = field.field.core_schema, field.field.repeats
        if field.kind == "json" and field.field.required and not takes_text(schema, repeated=repeated):
            names = ", ".join(repr(each.name) for each in fields)
            raise DeclarationError(
                f"{place(endpoint.call)}: {names} mix a JSON body with form fields or files, which are two "
                f"media types: declare {field.name!r} with Form(), which reads its fields, or give it a type "
                "that reads text, as `pydantic.Json` does, or declare all of them with Body()"
            )
    if find_spec("python_multipart") is None:
        raise DeclarationError(
            f"{place(endpoint.call)}: {fields[0].name!r} is read from a form, for which the package "
            'python-multipart is missing: pip install "xapi-framework[standard]"'
        )


def _media_type(fields: Sequence[BodyField], *, form: bool) -> str:
    media_types = {
        str(getattr(field.field.info, "media_type", "application/json"))
        for field in fields
        if not (form and field.kind == "json")
    }
    # Fields that say different things are members of one JSON object.
    return media_types.pop() if len(media_types) == 1 else "application/json"


def _response(endpoint: Callable[..., Any], options: OperationOptions) -> ResponseDescription:
    status_code = options.status_code
    if status_code is not None and not 100 <= status_code <= 599:
        raise DeclarationError(
            f"{place(endpoint)}: status_code={status_code}: HTTP has status codes from 100 to 599"
        )
    model = options.response_model
    if model is Undefined:
        model = return_annotation(endpoint)
        if model is Undefined or _is_response(model):
            model = None
        hint = "annotate the result with a type that Pydantic knows, or pass response_model=None"
    else:
        hint = "pass a type that Pydantic knows, or response_model=None"
        if model is not None and status_code is not None and not body_allowed(status_code):
            raise DeclarationError(
                f"{place(endpoint)}: an answer with status {status_code} has no body, so it can have no "
                "response_model: remove one of them"
            )
    if status_code is not None and not body_allowed(status_code):
        if model not in (None, Any, object, NoReturn, Never):
            raise DeclarationError(
                f"{place(endpoint)}: an answer with status {status_code} has no body, so what is returned "
                "would not be sent: annotate the result with None, or answer with another status"
            )
        model = None
    return ResponseDescription(
        status_code=status_code,
        field=None if model is None else _response_field(endpoint, model, "the response model", hint),
        response_class=options.response_class or JSONResponse,
        description=options.response_description,
    )


def _is_response(annotation: Any) -> bool:
    cls = class_of(annotation)
    return cls is not None and issubclass(cls, Response)


def _stream(endpoint: Callable[..., Any], options: OperationOptions) -> ResponseDescription:
    """The answer of an endpoint that yields."""
    stream = stream_format(endpoint, options)
    item = item_type(endpoint, options)
    hint = "name a type that Pydantic knows, or pass response_model=None"
    return ResponseDescription(
        status_code=options.status_code,
        # What a raw stream yields is sent as it is.
        field=None
        if item is None or stream is StreamFormat.RAW
        else _response_field(endpoint, item, "the type of its items", hint),
        response_class=options.response_class or JSONResponse,
        description=options.response_description,
        stream=stream,
    )


def _selected(
    endpoint: Callable[..., Any], response: ResponseDescription, options: OperationOptions
) -> ResponseDescription:
    """The description with what is sent of a result.

    Raises DeclarationError for a selection that holds nothing back.
    """
    selections = {}
    for name in ("include", "exclude"):
        given = getattr(options, f"response_model_{name}")
        if not given:
            continue
        try:
            if response.field is None:
                _check_selectable(endpoint)
            else:
                selections[name] = selection_of(response.field.annotation, given)
        except NoSelection as why:
            raise DeclarationError(f"{place(endpoint)}: response_model_{name} {why}") from why
    return response.but(**selections) if selections else response


def _check_selectable(endpoint: Callable[..., Any]) -> None:
    """Refuse to select of results that nothing is known of; a response is sent as it is."""
    if not _is_response(return_annotation(endpoint)):
        raise NoSelection("has no effect without a response model: annotate the result")


def _response_models(endpoint: Callable[..., Any], responses: Responses) -> dict[int | str, Field]:
    fields = {}
    for status, response in responses.items():
        model = response.get("model")
        if model is None:
            continue
        if str(status).isdigit() and not body_allowed(int(status)):
            raise DeclarationError(
                f"{place(endpoint)}: responses[{status!r}] has a model, but an answer with that status "
                "has no body"
            )
        what = f"the model of responses[{status!r}]"
        fields[status] = _response_field(endpoint, model, what, "name a type that Pydantic knows")
    return fields


def _response_field(endpoint: Callable[..., Any], model: Any, what: str, hint: str) -> Field:
    try:
        return Field("response", model)
    except UnusableType as error:
        shown = getattr(model, "__qualname__", None) or repr(model)
        raise DeclarationError(
            f"{place(endpoint)}: {what} is {shown}, for which Pydantic has no validator ({error}): {hint}"
        ) from error
