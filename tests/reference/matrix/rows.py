"""A row of a table says what is declared; its programs have it in each place, in each spelling."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from matrix.places import ALL, Place, Sent, pairs
from matrix.programs import Case, Program

MARKER = re.compile(r"\{marker\}\(([^()]*)\)")


@dataclass(frozen=True)
class Parameter:
    """A parameter as source: `{text}` is the type of a text, or of a file, in its place."""

    annotation: str
    keywords: str = ""
    """Of the marker, without the default."""
    default: str = ""
    """Nothing for a parameter that is required."""
    marker: str | None = None
    """Another marker than that of the place, or none: an empty text."""


@dataclass(frozen=True)
class Row:
    """What is declared and sent. `{text}` and `{marker}(...)` in texts are those of the place."""

    name: str
    parameters: Mapping[str, Parameter]
    sends: Sequence[Sent]
    before: str = ""
    """Source of what the annotations name."""
    places: Sequence[Place] = ALL
    path: str = "/{value}"
    """The rest of the path, where that is the place."""
    models: frozenset[str] = field(default_factory=frozenset)
    """The parameters that are models: JSON has an object for each, other places have their fields."""


def cases(rows: Sequence[Row]) -> list[Case]:
    """A case for each row in each of its places."""
    return [Case(f"{row.name} in {place.name}", variants(row, place)) for row in rows for place in row.places]


def variants(row: Row, place: Place) -> dict[str, Program]:
    """The programs of a row: in both spellings, in a dependency, and of a WebSocket if it can have that."""
    annotated, as_default = (_signature(row, place, spelled) for spelled in (_annotated, _as_default))
    before = f"{_filled(row.before, place)}\napp = new_app()\n"
    path = "/read" + (row.path if place.name == "path" else "")
    route = f'@app.{place.method.lower()}("{path}")'
    given = f"shown({{{', '.join(f'{name!r}: {name}' for name in row.parameters)}}})"
    requests = [
        place.request(_sent(row, place, sent)) for sent in row.sends if _can_be_sent(row, place, sent)
    ]
    sources = {
        "Annotated": f"{before}\n{route}\nasync def read({annotated}):\n    return {given}\n",
        "default": f"{before}\n{route}\nasync def read({as_default}):\n    return {given}\n",
        "dependency": f"{before}\nasync def given({as_default}):\n    return {given}\n\n"
        f"{route}\nasync def read(found: Annotated[Any, Depends(given)]):\n    return found\n",
    }
    if annotated == as_default:
        sources["one spelling"] = sources.pop("default")
        del sources["Annotated"]
    programs = {name: Program(source, requests) for name, source in sources.items()}
    if not place.has_body:
        source = f"""{before}
@app.websocket("{path}")
async def read(socket: WebSocket, {annotated}):
    await socket.accept()
    await say(socket, {given})
"""
        asked = [replace(request, line=_as_websocket(request.line)) for request in requests]
        programs["websocket"] = Program(source, asked, has_operations=False)
    return programs


def _signature(row: Row, place: Place, spelled: Callable[[str, Parameter, Place], str]) -> str:
    parameters = [spelled(name, parameter, place) for name, parameter in row.parameters.items()]
    return _filled(f"*, {', '.join(parameters)}", place)


def _annotated(name: str, parameter: Parameter, place: Place) -> str:
    default = f" = {parameter.default}" if parameter.default else ""
    if parameter.marker == "":
        return f"{name}: {parameter.annotation}{default}"
    marker = parameter.marker or _marker(place, parameter.keywords)
    return f"{name}: Annotated[{parameter.annotation}, {marker}]{default}"


def _as_default(name: str, parameter: Parameter, place: Place) -> str:
    if parameter.marker == "":
        return _annotated(name, parameter, place)
    arguments = ", ".join(filter(None, (parameter.default, parameter.keywords)))
    return f"{name}: {parameter.annotation} = {parameter.marker or _marker(place, arguments)}"


def _marker(place: Place, arguments: str) -> str:
    embed = "embed=True" if place.name == "body" else ""
    return f"{place.marker}({', '.join(filter(None, (arguments, embed)))})"


def _filled(source: str, place: Place) -> str:
    return MARKER.sub(lambda found: _marker(place, found[1]), source.replace("{text}", place.text))


def _can_be_sent(row: Row, place: Place, sent: Sent) -> bool:
    """Whether a place has such values: only JSON has others than texts, and a path has all of its parts."""
    values = [value for _, value in pairs(sent)]
    if not place.is_json and any(value is None or isinstance(value, dict | int) for value in values):
        return False
    return place.name != "path" or ("" not in values and len(values) == row.path.count("{"))


def _sent(row: Row, place: Place, sent: Sent) -> Sent:
    """Fields of models as JSON has them: in an object for each model."""
    if not (place.is_json and row.models and sent):
        return sent
    return {name: sent if name in row.models else sent.get(name) for name in row.parameters}


def _as_websocket(line: str) -> str:
    return f"WS {line.partition(' ')[2]}"
