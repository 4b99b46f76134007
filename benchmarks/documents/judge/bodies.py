"""Bodies as they came, by media type."""

from collections.abc import Iterator
from email.parser import BytesHeaderParser
from typing import Any

from python_multipart import FormParser

from benchmarks.documents.judge.parameters import Pairs, split_query
from benchmarks.documents.judge.reading import Raw, Reader, strict_json
from benchmarks.documents.judge.schemas import Node

FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
Fields = dict[str, list[Any]]


class Body:
    """A request body of the document."""

    def __init__(self, node: Node, reader: Reader) -> None:
        self._is_required = node.get("required") is True
        self._content = dict(node.child("content").children())
        self._reader = reader

    def errors(self, headers: Pairs, content: bytes) -> list[str]:
        """What is wrong with a body.

        Raises:
            NotImplementedError: It cannot be judged here.
        """
        types = [value for name, value in headers if name.lower() == "content-type"]
        if not content and (not types or not self._is_required):
            return ["body: it is missing"] if self._is_required else []
        whole = types[0] if types else ""
        sent = essence(whole)
        described = self._described(whole)
        if described is None:
            return [f"body: {whole or 'no media type'} is not described"]
        schema = described.child("schema")
        if sent == "application/json" or sent.endswith("+json"):
            return [f"body: {error}" for error in self._of_json(schema, content)]
        if sent == FORM:
            fields = _grouped(split_query(content.decode("utf-8", "replace")))
            return [f"form: {error}" for error in self._of_fields(described, fields)]
        if sent == MULTIPART:
            try:
                fields = multipart(whole, content)
            except ValueError as error:
                return [f"form: {error}"]
            return [f"form: {error}" for error in self._of_fields(described, fields)]
        return [f"body: {error}" for error in self._of_text(schema, sent, content)]

    def _described(self, sent: str) -> Node | None:
        """The Media Type Object of a media type, the most specific one."""
        given, kind = sent.replace(" ", "").lower(), essence(sent)
        best: tuple[int, Node] | None = None
        for name, node in self._content.items():
            written, named = name.replace(" ", "").lower(), essence(name)
            if written == given:
                rank = 4
            elif named == kind:
                rank = 3
            elif named.endswith("/*") and kind.startswith(named[:-1]) and named != "*/*":
                rank = 2
            elif named == "*/*" and "/" in kind:
                rank = 1
            else:
                continue
            if best is None or rank > best[0]:
                best = rank, node
        return None if best is None else best[1]

    def _of_json(self, schema: Node, content: bytes) -> list[str]:
        try:
            value = strict_json(content.decode())
        except (ValueError, RecursionError) as error:
            return [f"no JSON: {error}"]
        return self._reader.schemas.errors(schema, value)

    def _of_text(self, schema: Node, sent: str, content: bytes) -> list[str]:
        types = self._reader.schemas.types(schema) if schema.value is not None else frozenset({"string"})
        if "string" not in types or sent.endswith(("xml", "yaml")):
            raise NotImplementedError(f"bodies of {sent}")
        if not sent.startswith("text/"):
            return self._reader.schemas.errors(schema, content.decode("latin-1"))
        try:
            return self._reader.errors(schema, [content.decode()])
        except UnicodeDecodeError:
            return ["it is no text"]

    def _of_fields(self, described: Node, fields: Fields) -> list[str]:
        """A form: what its fields may be is tried in turns, since there is no one way to write them."""
        schema = described.child("schema")
        if schema.value is None:
            return []
        encoding = described.child("encoding")
        found: list[str] = []
        for lenient in (False, True):
            errors = self._reader.schemas.errors(schema, self._read(schema, encoding, fields, lenient))
            if not errors:
                return []
            found += errors
        return found

    def _read(self, schema: Node, encoding: Node, fields: Fields, lenient: bool) -> dict[str, Any]:
        properties = self._reader.schemas.properties(schema)
        others = self._reader.schemas.inner(schema, "additionalProperties")
        deep = {name for name, node in encoding.children() if node.get("style") == "deepObject"}
        value: dict[str, Any] = {}
        for name, texts in self._with_deep(fields, deep).items():
            described = properties.get(name, others if isinstance(others.value, dict) else Node({}, ""))
            value[name] = self._field(described, texts, encoding.child(name))
        if lenient:  # an empty field is one that is not there
            value = {name: item for name, item in value.items() if item not in ("", [""], [])}
        return value

    def _with_deep(self, fields: Fields, deep: set[str]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, texts in fields.items():
            outer, bracket, inner = name.partition("[")
            if bracket and outer in deep:
                found.setdefault(outer, {})[inner.rstrip("]")] = texts[0]
            else:
                found[name] = texts
        return found

    def _field(self, schema: Node, texts: Any, encoding: Node) -> Any:
        if not schema.pointer:
            return texts[0] if len(texts) == 1 else texts
        if isinstance(texts, dict):
            return self._reader.first(schema, texts)
        for raw in self._ways(schema, texts, encoding):
            for value in self._reader.values(schema, raw):
                if self._reader.schemas.is_right(schema, value):
                    return value
        return texts[0] if len(texts) == 1 else texts

    def _ways(self, schema: Node, texts: list[Any], encoding: Node) -> Iterator[Raw]:
        types = self._reader.schemas.types(schema)
        if len(texts) == 1:
            yield texts[0]
        if "array" in types:
            yield texts
            if len(texts) == 1 and isinstance(texts[0], str) and encoding.get("explode") is False:
                delimiter = {"spaceDelimited": " ", "pipeDelimited": "|"}.get(encoding.get("style"), ",")
                yield texts[0].split(delimiter)


def essence(media_type: str) -> str:
    """A media type without its parameters."""
    return media_type.partition(";")[0].strip().lower()


def multipart(content_type: str, content: bytes) -> Fields:
    """The fields of a form (RFC 7578): texts, and the bytes of files as text of Latin-1.

    Raises:
        ValueError: It is no form.
    """
    message = BytesHeaderParser().parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode("latin-1"))
    boundary = message.get_param("boundary")
    if not boundary:
        raise ValueError("there is no boundary")
    fields: list[tuple[str, Any]] = []

    def on_field(field: Any) -> None:
        fields.append((field.field_name.decode(), (field.value or b"").decode("utf-8", "surrogateescape")))

    def on_file(file: Any) -> None:
        file.file_object.seek(0)
        fields.append((file.field_name.decode(), file.file_object.read().decode("latin-1")))

    parser = FormParser("multipart/form-data", on_field, on_file, boundary=str(boundary).encode())
    try:
        parser.write(content)
        parser.finalize()
    except Exception as error:  # the library has many, of several kinds
        raise ValueError(str(error)) from error
    return _grouped(fields)


def _grouped(pairs: Any) -> Fields:
    found: Fields = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found
