"""The operations of a document, and what a request to them is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from benchmarks.documents.judge.bodies import Body
from benchmarks.documents.judge.parameters import Pairs, Parameter, Sent, split_cookies, split_query
from benchmarks.documents.judge.reading import Reader
from benchmarks.documents.judge.schemas import Node, Schemas

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
PLACEHOLDER = re.compile(r"\{([^{}/]*)\}")


@dataclass(frozen=True)
class Request:
    """A request as it came."""

    method: str
    path: str
    """As on the wire, percent-encoded."""
    query: str
    headers: Pairs
    body: bytes


@dataclass
class Verdict:
    """What a request is: right, wrong for reasons, or such that it cannot be judged here."""

    operation: "Operation | None"
    errors: list[str] = field(default_factory=list)
    unjudged: str = ""

    @property
    def name(self) -> str:
        """`right`, `wrong` or `unjudged`; what is wrong anywhere is wrong."""
        return "wrong" if self.errors else "unjudged" if self.unjudged else "right"


class Operation:
    """One operation of the document."""

    def __init__(self, method: str, template: str, item: Node, node: Node, schemas: Schemas) -> None:
        self.label = f"{method} {template}"
        self.method = method
        self.template = template
        self.node = node
        self._schemas = schemas
        reader = Reader(schemas)
        found: dict[tuple[str, str], Parameter] = {}
        for owner in (item, node):
            for declared in owner.child("parameters").items():
                parameter = Parameter(schemas.followed(declared), reader)
                found[parameter.location, parameter.name] = parameter
        in_path = PLACEHOLDER.findall(template)
        self._parameters = [
            parameter
            for parameter in found.values()
            if not parameter.is_ignored and (parameter.location != "path" or parameter.name in in_path)
        ]
        self._names = frozenset(item.name for item in self._parameters if item.location == "query")
        body = schemas.followed(node.child("requestBody"))
        self._body = Body(body, reader) if body.value is not None else None

    def judged(self, request: Request, path: dict[str, str]) -> Verdict:
        """What a request to it is."""
        sent = Sent(path, split_query(request.query), request.headers, split_cookies(request.headers))
        verdict = Verdict(self)
        for parameter in self._parameters:
            self._ask(verdict, lambda parameter=parameter: parameter.errors(sent, self._names))
        if self._body is not None:
            body = self._body
            self._ask(verdict, lambda: body.errors(request.headers, request.body))
        return verdict

    def _ask(self, verdict: Verdict, errors: object) -> None:
        try:
            verdict.errors += errors()  # type: ignore[operator]
        except Exception as error:  # whatever a validator cannot do with foreign schemas
            verdict.unjudged = f"{type(error).__name__}: {error}"[:200]


class Operations:
    """All operations of a document."""

    def __init__(self, document: dict[str, object]) -> None:
        self.schemas = Schemas(document)
        self.unread: dict[str, str] = {}
        """Those that cannot be read, with the reason."""
        self.all = list(self._read())
        self._bases = sorted({*_bases(self.schemas.root), ""}, key=len, reverse=True)
        self._templates = sorted(
            {operation.template for operation in self.all}, key=lambda text: [*map(_rank, text.split("/"))]
        )

    def _read(self) -> Iterator[Operation]:
        for template, written in self.schemas.root.child("paths").children():
            if template.startswith("x-"):
                continue
            try:
                item = self.schemas.followed(written)
            except LookupError as error:
                self.unread[template] = str(error)
                continue
            for method, node in self._methods(item):
                try:
                    yield Operation(method, template, item, node, self.schemas)
                except Exception as error:  # whatever foreign documents have in them
                    self.unread[f"{method} {template}"] = f"{type(error).__name__}: {error}"

    def _methods(self, item: Node) -> Iterator[tuple[str, Node]]:
        is_32 = str(self.schemas.root.get("openapi")).startswith("3.2")
        for name in (*METHODS, *(("query",) if is_32 else ())):
            if isinstance(item.get(name), dict):
                yield name.upper(), item.child(name)
        if is_32:
            yield from item.child("additionalOperations").children()

    def judged(self, request: Request, label: str = "") -> tuple[Verdict, list[str]]:
        """What a request is, and the methods that its path has.

        Of templates that differ in the names of their parameters alone, that of `label` is taken.
        """
        found = list(self._matching(request.path))
        meant = label.partition(" ")[2]
        if found and PLACEHOLDER.sub("{}", meant) == PLACEHOLDER.sub("{}", found[0][0]):
            found.sort(key=lambda pair: pair[0] != meant)
        methods = [one.method for one in self.all if one.template in [template for template, _ in found]]
        for template, values in found:
            for operation in self.all:
                if operation.template == template and operation.method == request.method:
                    return operation.judged(request, values), methods
        return Verdict(None, ["there is no such operation"]), methods

    def _matching(self, path: str) -> Iterator[tuple[str, dict[str, str]]]:
        """The templates that a path matches, those with more fixed text first."""
        for base in self._bases:
            if not path.startswith(base):
                continue
            segments = [unquote(segment) for segment in path[len(base) :].split("/")]
            for template in self._templates:
                values = _values(template, segments)
                if values is not None:
                    yield template, values


def _bases(root: Node) -> Iterator[str]:
    owners = [root]
    for _, item in root.child("paths").children():
        owners += [item, *(node for _, node in item.children() if isinstance(node.value, dict))]
    for owner in owners:
        for server in owner.child("servers").items():
            url = str(server.get("url", ""))
            for name, variable in server.child("variables").children():
                url = url.replace(f"{{{name}}}", str(variable.get("default", "")))
            yield urlsplit(url).path.rstrip("/")


def _rank(segment: str) -> tuple[bool, str]:
    return "{" in segment, segment


def _values(template: str, segments: list[str]) -> dict[str, str] | None:
    parts = template.split("/")
    if len(parts) != len(segments):
        return None
    values: dict[str, str] = {}
    for part, segment in zip(parts, segments, strict=True):
        names = PLACEHOLDER.findall(part)
        texts = PLACEHOLDER.split(part)[::2]
        found = re.fullmatch("(.+?)".join(map(re.escape, texts)), segment, re.DOTALL)
        if found is None:
            return None
        values.update(zip(names, found.groups(), strict=True))
    return values
