"""The body of a request as a Request Body Object (OpenAPI 3.1, section 4.8.13)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from xapi.encoders import jsonable_encoder
from xapi.openapi.schemas import Schema, Schemas, title_of
from xapi.operation.fields import Field
from xapi.operation.model import BodyField, Gathered, RequestBody
from xapi.params import Undefined


def fields_of(body: RequestBody) -> Iterator[Field]:
    """All fields whose schemas the description of a body may show."""
    for part in body.fields:
        yield part.field
        yield from (member.field for member in part.members)


def request_body(body: RequestBody, unique_id: str, schemas: Schemas) -> dict[str, Any]:
    """A Request Body Object."""
    if body.embedded:
        title = f"Body_{unique_id}"
        content = {"schema": schemas.share(title, _object(body.fields, title, schemas))}
    else:
        (only,) = body.fields
        name = (only.field.info.alias or only.name) if only.lookups else only.wire_name
        schema = schemas.of(only.field, "validation", title_of(name))
        content = {"schema": schema} | examples_of(only.field)
    described: dict[str, Any] = {"content": {body.media_type: content}}
    if body.required:
        described["required"] = True
    return described


def examples_of(field: Field) -> dict[str, Any]:
    """`example` and `examples` as they stand beside a schema: in a Parameter or a Media Type Object."""
    found: dict[str, Any] = {}
    if named := getattr(field.info, "openapi_examples", None):
        found["examples"] = jsonable_encoder(named)
    if (example := getattr(field.info, "example", Undefined)) is not Undefined:
        found["example"] = jsonable_encoder(example)
    return found


def _object(parts: Sequence[BodyField], title: str, schemas: Schemas) -> Schema:
    """The schema of an object with the parts as its members.

    What is read from several fields of a form is not a member but, by `allOf`, what the object is as well.
    Its fields are told beside that where `allOf` is more than a list of models: where there is a choice, or
    where a model forbids the fields of others.
    """
    groups = [(part, part.gathered) for part in parts if part.gathered is not None]
    forbids = any(gathered.extra == "forbid" for _, gathered in groups)
    plainly = not forbids and all(_is_one_model(gathered) for _, gathered in groups)
    members: dict[str, BodyField] = {}
    for part in parts:
        for single in (part,) if part.gathered is None else () if plainly else part.members:
            known = members.get(single.wire_name)
            if known is None or (single.required and not known.required):
                members[single.wire_name] = single
    described: dict[str, Any] = {"title": title, "type": "object"}
    if members or not groups:
        described["properties"] = {
            name: _above(schemas.member(single.field, name), single) for name, single in members.items()
        }
    if required := [name for name, single in members.items() if single.required]:
        described["required"] = required
    if forbids:
        described["additionalProperties"] = False
    conditions = [
        condition
        for part, gathered in groups
        if plainly or not (forbids and _is_one_model(gathered))
        for condition in _conditions(part, gathered, schemas, named=not forbids)
    ]
    return described | {"allOf": conditions} if conditions else described


def _above(schema: Schema, part: BodyField) -> Schema:
    """The schema of what a value is looked for in, if it lies below a name of a JSON object (`AliasPath`)."""
    below = part.lookups[0][1:] if part.lookups and part.kind == "json" else ()
    for key in reversed(below):
        if isinstance(key, str):
            schema = {"type": "object", "properties": {key: schema}}
            found: dict[str, Any] = {"required": [key]}
        else:
            schema = (
                {"type": "array", "prefixItems": [{}] * key + [schema]} if key >= 0 else {"type": "array"}
            )
            found = {"minItems": key + 1 if key >= 0 else -key}
        if part.required and len(part.lookups) == 1:
            schema |= found
    return schema


def _is_one_model(gathered: Gathered) -> bool:
    return len(gathered.needed) == 1 and not gathered.may_be_absent


def _conditions(part: BodyField, gathered: Gathered, schemas: Schemas, *, named: bool) -> Iterator[Schema]:
    """What has to hold of an object from which a model is read: if anything of it is sent, all that it needs.

    Models are `named`, unless that would forbid other fields; then only what they need is told.
    """
    if named:
        shape = _without_null(schemas.of(part.field, "validation", title_of(part.wire_name)))
    else:
        shape = {"anyOf": [{"required": list(needed)} for needed in gathered.needed]}
    if not gathered.may_be_absent:
        yield shape
        return
    sent = {"anyOf": [{"required": [name]} for name in sorted(key.wire_name for key in gathered.keys)]}
    if part.field.required:
        yield from (sent, shape)
    else:
        yield {"anyOf": [{"not": sent}, shape]}


def _without_null(schema: Schema) -> Schema:
    """A schema without the choice of null, which no field of a form can be."""
    choices = schema.get("anyOf")
    if choices is None:
        return schema
    return {**schema, "anyOf": [choice for choice in choices if choice != {"type": "null"}]}
