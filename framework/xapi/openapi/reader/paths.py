"""Path templates: their parameters, and the paths of requests that they match."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

_PARAMETER = re.compile(r"\{([^{}]*)\}")


def names_in(path: str) -> list[str]:
    """The names of the parameters of a path template, in their order."""
    return _PARAMETER.findall(path)


def template_fault(path: str) -> str | None:
    """What keeps a key of `paths` from being a path template (OpenAPI 3.1, 4.8.8.1); nothing if it is one."""
    if not path.startswith("/"):
        return "expected a path that begins with a slash"
    if "" in names_in(path):
        return "expected a name between `{` and `}`"
    if any(brace in text for text in split(path)[0] for brace in "{}"):
        return "expected `{` and `}` in pairs, around the names of parameters"
    return None


def split(path: str) -> tuple[list[str], list[str]]:
    """The texts of a path template, and the names of the parameters between them."""
    pieces = _PARAMETER.split(path)
    return pieces[::2], pieces[1::2]


def filled(path: str, value_of: Callable[[str], str]) -> str:
    """A path template with a value for the name of each parameter; the rest stays as it is."""
    return _PARAMETER.sub(lambda found: value_of(found[1]), path)


def shape(path: str) -> str:
    """A path template without the names of its parameters."""
    return _PARAMETER.sub("{}", path)


class PathMatcher:
    """Finds the templates that the path of a request matches, the most concrete first.

    A template with fewer parameters is more concrete. A parameter holds no slash (OpenAPI 3.1, section
    4.8.8): whether it does in an app is known to its routes alone.
    """

    def __init__(self, templates: Iterable[str]) -> None:
        self._concrete: set[str] = set()
        self._patterns: dict[int, list[tuple[re.Pattern[str], str]]] = {}
        """By the number of slashes, of which parameters have none."""
        for path in sorted(dict.fromkeys(templates), key=lambda path: len(names_in(path))):
            if names_in(path):
                self._patterns.setdefault(_slashes(path), []).append((pattern(path), path))
            else:
                self._concrete.add(path)

    def matching(self, path: str) -> Iterable[str]:
        """The templates that match a path, without its query."""
        if path in self._concrete:
            yield path
        for pattern, template in self._patterns.get(path.count("/"), ()):
            if pattern.fullmatch(path):
                yield template


def _slashes(template: str) -> int:
    texts, _ = split(template)
    return sum(text.count("/") for text in texts)


def values_in(template: str, path: str) -> dict[str, str]:
    """The values of the parameters of a template in a path; none where it does not match.

    Where it does not match otherwise, parameters have slashes, the last of them as many as there are.
    """
    found = pattern(template).fullmatch(path) or pattern(template, "(.+?)").fullmatch(path)
    return dict(zip(names_in(template), found.groups(), strict=True)) if found else {}


def pattern(template: str, parameter: str = "([^/]+)") -> re.Pattern[str]:
    """What the paths match that a template stands for."""
    texts, _ = split(template)
    return re.compile(parameter.join(re.escape(text) for text in texts), re.DOTALL)
