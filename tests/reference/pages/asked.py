"""What we ask the examples of the pages: the files in `requests/`."""

from __future__ import annotations

import runpy
from collections.abc import Callable, Container
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from programs import Program

from examples import examples

REQUESTS = Path(__file__).parent / "requests"


@dataclass(frozen=True)
class Page:
    """What we ask the examples of one page: the content of its file in `requests/`."""

    name: str
    requests: dict[Container[int], list[Any]]
    """Requests for examples with these numbers; an example gets all lists that name it, in their order."""
    programs: dict[int, dict[str, int]] = field(default_factory=dict)
    """Examples of several files: which example is which file; 0 is an empty one."""
    files: dict[str, str | bytes] = field(default_factory=dict)
    """Other files that the examples read or import."""
    environment: dict[str, str] = field(default_factory=dict)
    tests: dict[int, list[str]] = field(default_factory=dict)
    """Files of an example that hold tests, which are to pass."""

    def requests_for(self, number: int) -> list[Any]:
        return [request for numbers, some in self.requests.items() if number in numbers for request in some]

    def program(self, number: int, rewritten: Callable[[str], str]) -> Program:
        """The example of a number, each of its files rewritten."""
        sources = examples(self.name)
        parts = self.programs.get(number, {"main.py": number})
        (main,) = (name for name, part in parts.items() if part == number)
        return Program(
            {name: rewritten(sources[part]) if part else "" for name, part in parts.items()},
            self.requests_for(number),
            main,
            self.files,
            self.environment,
            self.tests.get(number, []),
            seed=number,
        )


def pages() -> dict[str, Page]:
    """The pages that have requests, by name."""
    found = {}
    for path in sorted(REQUESTS.glob("*.py")):
        content = {key.lower(): value for key, value in runpy.run_path(str(path)).items() if key.isupper()}
        known = {key: content[key] for key in Page.__dataclass_fields__ if key in content}
        found[path.stem] = Page(path.stem, **known)
    return found
