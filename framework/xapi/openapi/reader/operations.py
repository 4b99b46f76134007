"""Operations and their parts as objects, references followed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from xapi.openapi.reader.media_types import matching_key
from xapi.openapi.reader.nodes import Node
from xapi.openapi.reader.paths import names_in, shape
from xapi.openapi.reader.references import References

LOCATIONS = ("path", "query", "header", "cookie", "querystring")
_STYLES = {"path": "simple", "header": "simple", "query": "form", "cookie": "form"}
_DESCRIBED_ELSEWHERE = ("accept", "content-type", "authorization")

SecurityAlternative = Mapping[str, frozenset[str]]
"""The security schemes that are needed together, each with its scopes."""


@dataclass(frozen=True, eq=False)
class Parameter:
    """A Parameter Object (OpenAPI 3.1, section 4.8.12)."""

    name: str
    location: str
    """`path`, `query`, `header`, `cookie`, or `querystring` (OpenAPI 3.2)."""
    node: Node
    """Its description, references followed."""

    @classmethod
    def read(cls, written: Node) -> Parameter | None:
        """The parameter that a Parameter Object is; None where its name or location is none."""
        name, location = written.get("name"), written.get("in")
        if not isinstance(name, str) or location not in LOCATIONS:
            return None
        return cls(name, location, Node(written.value, written.pointer, name))

    @property
    def key(self) -> tuple[str, str]:
        """What makes it the same parameter: location and name; names of headers in lower case."""
        return self.location, self.name.lower() if self.location == "header" else self.name

    @property
    def required(self) -> bool:
        """Whether it has to be sent."""
        return self.location == "path" or self.node.get("required") is True

    @property
    def is_described_elsewhere(self) -> bool:
        """Whether it is a header that OpenAPI describes elsewhere, so that this description is ignored."""
        return self.location == "header" and self.name.lower() in _DESCRIBED_ELSEWHERE

    @property
    def media_type(self) -> str | None:
        """The media type that its value is written in, if it is described by `content`."""
        return next(iter(self.node.child("content").mapping), None)

    @property
    def schema(self) -> Node:
        """The schema of its value; an empty one where there is none."""
        media_type = self.media_type
        if media_type is None:
            return self.node.child("schema")
        return self.node.child("content").child(media_type).child("schema")

    @property
    def style(self) -> str:
        """How its value is written (OpenAPI 3.1, section 4.8.12.3)."""
        return self.node.text("style") or _STYLES.get(self.location, "form")

    @property
    def explode(self) -> bool:
        """Whether the items of its value are written as parameters of their own."""
        explode = self.node.get("explode")
        return explode if isinstance(explode, bool) else self.style in ("form", "deepObject")


@dataclass(frozen=True, eq=False)
class PathItem:
    """A Path Item Object, with the one that it refers to below it."""

    path: str
    layers: tuple[Node, ...]
    """Its own node first, then what its reference leads to."""

    def child(self, key: str) -> Node:
        """A field of the path item; its own counts before that of the one that it refers to."""
        layer = next((layer for layer in self.layers if key in layer.mapping), self.layers[0])
        return layer.child(key)

    @property
    def node(self) -> Node:
        """Where the path item is written."""
        return self.layers[-1]


@dataclass(frozen=True, eq=False)
class Operation:
    """An Operation Object (OpenAPI 3.1, section 4.8.10), and the path item that it is in."""

    method: str
    """In upper case."""
    path: str
    """The path template: `/notes/{note_id}`."""
    node: Node
    item: PathItem
    root: Node
    references: References

    @property
    def label(self) -> str:
        """How messages name it: `GET /notes/{note_id}`."""
        return f"{self.method} {self.path}"

    @property
    def key(self) -> tuple[str, str]:
        """What it has in common with itself in another document, whatever its path parameters are called."""
        return self.method, shape(self.path)

    @cached_property
    def base(self) -> str:
        """The path of the URL of its server, which its own path follows; empty where there is none."""
        for owner in (self.node, self.item, self.root):
            for server in owner.child("servers").items()[:1]:
                url = str(server.get("url", ""))
                for name, variable in server.children("variables"):
                    url = url.replace(f"{{{name}}}", str(variable.get("default", "")))
                _, has_host, rest = url.rpartition("://")
                if url.startswith("//"):  # a host without a scheme (RFC 3986, section 4.2)
                    has_host, rest = url[:2], url[2:]
                path = f"/{rest.partition('/')[2]}" if has_host else url
                path = path.partition("?")[0].partition("#")[0]
                return path.rstrip("/") if path.startswith("/") else ""
        return ""

    @property
    def operation_id(self) -> str | None:
        """Its `operationId`."""
        return self.node.text("operationId")

    @property
    def tags(self) -> tuple[str, ...]:
        """Its tags."""
        return tuple(item.value for item in self.node.child("tags").items() if isinstance(item.value, str))

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """Its parameters: those of the path item, where it does not declare one of the same name itself."""
        found: dict[tuple[str, str], Parameter] = {}
        for written in (
            item for parent in self.parameter_parents for item in parent.child("parameters").items()
        ):
            node = self.references.object_at(written)
            parameter = None if node is None else Parameter.read(node)
            if parameter is not None:
                found[parameter.key] = parameter
        return tuple(found.values())

    @property
    def parameter_parents(self) -> tuple[Node, ...]:
        """What holds `parameters`: path item, then operation; of those with the same key, the last counts."""
        return (*reversed(self.item.layers), self.node)

    @property
    def undeclared_path_parameters(self) -> tuple[str, ...]:
        """The names in its path that no parameter is declared for."""
        declared = {parameter.name for parameter in self.parameters if parameter.location == "path"}
        return tuple(name for name in dict.fromkeys(names_in(self.path)) if name not in declared)

    @cached_property
    def request_body(self) -> Node | None:
        """Its Request Body Object; None where there is none, or none that can be read."""
        if not self.node.child("requestBody").mapping:
            return None
        return self.references.object_at(self.node.child("requestBody"))

    @cached_property
    def responses(self) -> Mapping[str, Node]:
        """Its Response Objects, by status; those that cannot be read are empty."""
        return {
            status: self.references.object_at(node) or Node({}, node.pointer, status)
            for status, node in self.node.children("responses")
            if not status.startswith("x-")
        }

    def response_key(self, status: int) -> str | None:
        """The key of the response that describes a status (OpenAPI 3.1, section 4.8.16), if there is one."""
        wanted = (str(status), f"{status // 100}XX", f"{status // 100}xx", "default")
        return next((key for key in wanted if key in self.responses), None)

    @property
    def describes_no_answers(self) -> bool:
        """Whether no answer can be undescribed: since 3.1 an operation need not have `responses`."""
        return not self.responses and self.references.version >= (3, 1)

    def describes(self, status: int) -> bool:
        """Whether an answer with a status is one that the operation may give."""
        return self.describes_no_answers or self.response_key(status) is not None

    @property
    def security(self) -> list[SecurityAlternative]:
        """The ways to authenticate; where nobody has to, one that needs no scheme."""
        written = self.node.get("security", self.root.get("security", []))
        found: list[SecurityAlternative] = [
            {
                str(name): frozenset(map(str, scopes if isinstance(scopes, list) else ()))
                for name, scopes in alternative.items()
            }
            for alternative in (written if isinstance(written, list) else ())
            if isinstance(alternative, Mapping)
        ]
        return found or [{}]

    def content(self, node: Node | None) -> Mapping[str, Node]:
        """The Media Type Objects of a request body, a response or a header, by media type."""
        if node is None:
            return {}
        if node.pointer not in self._contents:
            self._contents[node.pointer] = {
                name: found
                for name, written in node.children("content")
                if (found := self.references.object_at(written)) is not None
            }
        return self._contents[node.pointer]

    @cached_property
    def _contents(self) -> dict[str, Mapping[str, Node]]:
        """By the pointer of what has it: each answer to the operation is compared with it."""
        return {}

    def media_type_key(self, node: Node | None, media_type: str) -> str | None:
        """The key of the `content` of a request body or a response that describes a media type."""
        return matching_key(self.content(node), media_type)
