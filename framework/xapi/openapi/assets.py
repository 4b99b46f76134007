"""The scripts and styles of the documentation pages, where the app serves them itself."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

SWAGGER_UI_JS = "swagger-ui-bundle.js"
SWAGGER_UI_CSS = "swagger-ui.css"
REDOC_JS = "redoc.standalone.js"

_INSTALLED = {
    SWAGGER_UI_JS: ("mkdocs_swagger_ui_tag", "swagger-ui/javascripts"),
    SWAGGER_UI_CSS: ("mkdocs_swagger_ui_tag", "swagger-ui/stylesheets"),
    REDOC_JS: ("mkdocs_redoc_tag", "redoc/javascripts"),
}
"""Installed packages that have the files, and the folder in the package. The packages are never imported."""

_NPM_PACKAGES = {SWAGGER_UI_JS: "swagger-ui-dist", SWAGGER_UI_CSS: "swagger-ui-dist", REDOC_JS: "redoc"}


def find_assets(
    directory: str | os.PathLike[str] | None, names: tuple[str, ...], page_url: str
) -> dict[str, Path]:
    """The files that the page at `page_url` needs, by the names they have in the npm packages.

    They are those of `directory`; without one, those of an installed package; if that is missing too there
    are none, and the page loads them from the CDN.

    Raises:
        ValueError: a directory was named and a file is not there.
    """
    if directory is not None:
        return _files_of(Path(directory), names, page_url)
    files = {name: file for name in names if (file := installed_file(name)) is not None}
    return files if len(files) == len(names) else {}


@cache
def installed_file(name: str) -> Path | None:
    """The file as an installed package has it; None if none has."""
    package, folder = _INSTALLED[name]
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        return None
    file = Path(spec.origin).parent / folder / name
    return file if file.is_file() else None


def is_module(script: Path) -> bool:
    """Whether a bundled script is an ECMAScript module, as ReDoc 3 is: it ends with exports."""
    return re.search(rb"\bexport ?\{[^{}]*\};?\s*$", script.read_bytes()[-1000:]) is not None


def _files_of(directory: Path, names: tuple[str, ...], page_url: str) -> dict[str, Path]:
    folder = directory.absolute()
    if not folder.is_dir():
        raise ValueError(f"XAPI(docs_assets={str(directory)!r}): there is no directory {folder}")
    for name in names:
        if not (folder / name).is_file():
            raise ValueError(
                f"XAPI(docs_assets={str(directory)!r}): the page at {page_url} needs {name}, and {folder} has"
                f" no such file; copy it from the npm package {_NPM_PACKAGES[name]}, or switch the page off"
            )
    return {name: folder / name for name in names}


@dataclass(frozen=True)
class Asset:
    """An endpoint that serves one file. Browsers keep it and ask each time whether it is still the same."""

    file: Path

    async def serve(self, request: Request) -> Response:
        from starlette.staticfiles import StaticFiles

        response = StaticFiles().file_response(self.file, os.stat(self.file), request.scope)
        response.headers["cache-control"] = "no-cache"
        return response
