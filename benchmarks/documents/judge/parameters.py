"""Parameters as they came: what of a request belongs to each, by its style."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from benchmarks.documents.judge.reading import Raw, Reader, strict_json
from benchmarks.documents.judge.schemas import Node

STYLES = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}
DELIMITERS = {"spaceDelimited": " ", "pipeDelimited": "|"}
NOT_PARAMETERS = ("accept", "content-type", "authorization")
"""Names of headers whose definition is ignored (OpenAPI 3.0.3, "Parameter Object")."""
Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Sent:
    """The parts of a request that parameters are read from, percent-decoded."""

    path: Mapping[str, str]
    query: Pairs
    headers: Pairs
    cookies: Pairs


class Parameter:
    """A parameter of the document."""

    def __init__(self, node: Node, reader: Reader) -> None:
        self.name = str(node.get("name"))
        self.location = str(node.get("in"))
        self.is_required = node.get("required") is True
        self._reader = reader
        self._style = str(node.get("style") or STYLES.get(self.location, "form"))
        self._explode = bool(node.get("explode", self._style == "form"))
        content = next(iter(node.child("content").children()), None)
        self._media_type = None if content is None else content[0]
        self.schema = node.child("schema") if content is None else content[1].child("schema")

    @property
    def is_ignored(self) -> bool:
        """Whether the document describes what is described elsewhere."""
        return self.location == "header" and self.name.lower() in NOT_PARAMETERS

    def errors(self, sent: Sent, others: frozenset[str]) -> list[str]:
        """What is wrong with it; `others` are the names of the other parameters of the query.

        Raises:
            NotImplementedError: It cannot be judged here.
        """
        if self.location == "querystring":
            raise NotImplementedError("a whole query")
        readings = self._readings(sent, others)
        named = f"{self.location} {self.name}"
        if not readings:
            return [f"{named}: it is missing"] if self.is_required else []
        if self._media_type is not None:
            return [f"{named}: {error}" for error in self._errors_of_content(str(readings[0]))]
        return [f"{named}: {error}" for error in self._reader.errors(self.schema, readings)]

    def _errors_of_content(self, text: str) -> list[str]:
        if "json" not in str(self._media_type):
            raise NotImplementedError(f"parameters of {self._media_type}")
        try:
            value = strict_json(text)
        except (ValueError, RecursionError):
            return ["it is no JSON"]
        return self._reader.schemas.errors(self.schema, value)

    def _readings(self, sent: Sent, others: frozenset[str]) -> list[Raw]:
        if self.location == "path":
            return self._of_path(sent.path.get(self.name, ""))
        if self.location == "header":
            texts = [value for name, value in sent.headers if name.lower() == self.name.lower()]
            return self._of_text(",".join(texts), self._explode) if texts else []
        pairs = sent.query if self.location == "query" else sent.cookies
        return self._of_pairs(pairs, others)

    def _of_path(self, text: str) -> list[Raw]:
        if self._style == "label":
            text = text.removeprefix(".")
            return [*self._of_text(text, self._explode, "." if self._explode else ",")]
        if self._style == "matrix":
            parts = [part.partition("=") for part in text.removeprefix(";").split(";")]
            texts = [value for name, _, value in parts if name == self.name]
            named = [{name: value for name, _, value in parts}] if self._explode and not texts else []
            return [*self._of_text(texts[0] if texts else "", False), texts, *named]
        return self._of_text(text, self._explode)

    def _of_text(self, text: str, explode: bool, delimiter: str = ",") -> list[Raw]:
        """One text that may be a list or an object, too."""
        readings: list[Raw] = [text]
        types = self._reader.schemas.types(self.schema)
        parts = [part.strip() for part in text.split(delimiter)]
        if "array" in types:
            readings += [parts, *([[]] if not text else [])]
        if "object" in types and not text:
            readings.append({})
        elif "object" in types and explode and all("=" in part for part in parts):
            readings.append({name: value for name, _, value in (part.partition("=") for part in parts)})
        elif "object" in types and not explode and len(parts) % 2 == 0:
            readings.append(dict(zip(parts[::2], parts[1::2], strict=True)))
        return readings

    def _of_pairs(self, pairs: Pairs, others: frozenset[str]) -> list[Raw]:
        texts = [value for name, value in pairs if name == self.name]
        if self.location == "query" and not texts:
            # What clients write for lists, and some documents have in the name itself.
            texts = [value for name, value in pairs if name == f"{self.name}[]"]
        types = self._reader.schemas.types(self.schema) if self.schema.value is not None else frozenset()
        readings: list[Raw] = []
        if len(texts) == 1 and not (self._explode and "array" in types):
            readings += self._of_text(texts[0], False, DELIMITERS.get(self._style, ","))
        elif len(texts) == 1:
            readings += [texts[0], texts]
        elif texts:
            readings.append(texts)
        if "object" in types:
            readings += self._named(pairs, others)
        return readings

    def _named(self, pairs: Pairs, others: frozenset[str]) -> list[Raw]:
        if self._style == "deepObject":
            prefix = f"{self.name}["
            found = {
                name[len(prefix) : -1]: value
                for name, value in pairs
                if name.startswith(prefix) and name.endswith("]")
            }
            return [found] if found else []
        if not self._explode:
            return []
        known = self._reader.schemas.properties(self.schema)
        others = others - {self.name}
        found = {name: value for name, value in pairs if name in known or name not in others}
        return [found] if found and (not known or found.keys() & known.keys()) else []


def split_query(text: str) -> Pairs:
    """The names and values of a query."""
    pairs = (part.partition("=") for part in text.split("&") if part)
    return [(unquote(name.replace("+", " ")), unquote(value.replace("+", " "))) for name, _, value in pairs]


def split_cookies(headers: Pairs) -> Pairs:
    """The cookies of a request."""
    texts = [value for name, value in headers if name.lower() == "cookie"]
    pairs = (part.strip().partition("=") for text in texts for part in text.split(";") if part.strip())
    return [(name, unquote(value)) for name, _, value in pairs]
