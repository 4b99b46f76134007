"""A built single-page app, served from a directory where no operation answers."""

from __future__ import annotations

import errno
import os
import stat
from typing import Any, Literal

from anyio import to_thread
from starlette.datastructures import URL
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from xapi.exceptions import DeclarationError
from xapi.keywords import warn_caller
from xapi.routing.route import APIRoute, Declaring
from xapi.routing.views import Derived

Fallback = Literal["auto", "index.html", "404.html"]
CheckDirectory = bool | Literal["auto"]

_READING = ("GET", "HEAD")
_PAGES = ("text/html", "application/xhtml+xml")


class FrontendRoute(APIRoute):
    """All paths below one. The router asks it after every other route; dependencies hold for it too."""

    below_operations = True
    endpoint: FrontendFiles

    @Derived
    def unique_id(self) -> str:
        """Nothing: a frontend is not an operation of the document, and nobody is asked for its name."""
        return ""

    def covers(self, path: str) -> bool:
        """Whether `path` is below this one, or this one without its slash."""
        return path.startswith(self.path) or path + "/" == self.path

    def answers(self, path: str, scope: Scope) -> bool:
        """Whether the method is one that reads; if so, what was found is noted in the scope."""
        if scope["method"] not in self.methods:
            return False
        scope["route"], scope["endpoint"] = self, self.endpoint
        scope["path_params"] = {**scope.get("path_params", {}), "path": self.below(path)}
        return True

    def refusal(self, path: str, otherwise: ASGIApp) -> ASGIApp:
        """What answers 405 if there is a file for `path`; where there is none, `otherwise` answers."""

        async def refuse(scope: Scope, receive: Receive, send: Send) -> None:
            if await self.endpoint.find(self.below(path)) is not None:
                raise HTTPException(405, headers={"Allow": ", ".join(sorted(self.methods))})
            await otherwise(scope, receive, send)

        return refuse

    def below(self, path: str) -> str:
        """What `path` adds to this one."""
        return path[len(self.path) :]


class FrontendFiles:
    """The endpoint of a frontend: the file that a path names, or the fallback."""

    __name__ = "frontend"

    def __init__(self, directory: str | os.PathLike[str], fallback: Fallback | None) -> None:
        self.directory = directory
        self.fallback = fallback
        self.files = StaticFiles(directory=directory, check_dir=False)

    async def __call__(self, request: Request) -> Response:
        scope, path = request.scope, request.scope["path_params"]["path"]
        found = await self.find(path)
        if found is None:
            return await self.answer_missing(scope)
        file, status, is_index = found
        if is_index and not scope["path"].endswith("/"):
            url = URL(scope=scope)
            return RedirectResponse(url.replace(path=url.path + "/"))
        return self.files.file_response(file, status, scope)

    async def find(self, path: str) -> tuple[str, os.stat_result, bool] | None:
        """The file for `path`, and whether it is the index of the directory that `path` names.

        None for what is not a file, and for what leads out of the directory, by symbolic links too.
        """
        return await to_thread.run_sync(self._look_up, path)

    def _look_up(self, path: str) -> tuple[str, os.stat_result, bool] | None:
        relative = os.path.normpath(os.path.join(*path.split("/")))
        try:
            file, status = self.files.lookup_path(relative)
            is_index = status is not None and stat.S_ISDIR(status.st_mode)
            if is_index:
                file, status = self.files.lookup_path(os.path.join(relative, "index.html"))
        except ValueError:  # a null byte
            return None
        except OSError as error:
            if error.errno in (errno.ENAMETOOLONG, errno.EACCES):
                return None
            raise
        return (file, status, is_index) if status is not None and stat.S_ISREG(status.st_mode) else None

    async def answer_missing(self, scope: Scope) -> Response:
        """The page for unknown paths; the index for those who ask for a page; else 404."""
        await self.files.check_config()
        if self.fallback in ("auto", "404.html") and (page := await self.find("404.html")) is not None:
            return FileResponse(page[0], status_code=404, stat_result=page[1])
        if self.fallback not in ("auto", "index.html") or not _asks_for_page(Request(scope)):
            raise HTTPException(404)
        if (index := await self.find("index.html")) is None:
            raise HTTPException(404)
        return self.files.file_response(index[0], index[1], scope)


def frontend(
    router: Declaring,
    path: str,
    directory: str | os.PathLike[str],
    fallback: Fallback | None,
    check_dir: CheckDirectory,
) -> None:
    """Serve a frontend on `path` of `router`. Raises DeclarationError for what cannot be served."""
    _check(path, directory, fallback, check_dir)
    files = FrontendFiles(directory, fallback)
    router.declare(FrontendRoute, path.rstrip("/") + "/", files, {"include_in_schema": False}, _READING)


def _check(path: str, directory: Any, fallback: Any, check_dir: Any) -> None:
    shown = os.fspath(directory) if isinstance(directory, os.PathLike) else directory
    place = f"frontend({path!r}, directory={shown!r})"
    if not isinstance(directory, str | os.PathLike):
        raise DeclarationError(f"{place}: expected the path of a directory")
    if not path.startswith("/") or "{" in path:
        raise DeclarationError(f"{place}: the path must start with '/' and have no parameters")
    if fallback not in ("auto", "index.html", "404.html", None):
        raise DeclarationError(
            f"{place}: fallback={fallback!r} is unknown: write 'auto', 'index.html', '404.html' or None"
        )
    if check_dir not in (True, False, "auto"):
        raise DeclarationError(f"{place}: check_dir={check_dir!r} is unknown: write True, False or 'auto'")
    problem = _problem(directory, fallback)
    if problem is None or check_dir is False:
        return
    if check_dir == "auto" and os.environ.get("XAPI_ENV") == "development":
        warn_caller(f"{place}: {problem}")
        return
    raise DeclarationError(f"{place}: {problem}: build the frontend first, or set check_dir=False")


def _problem(directory: Any, fallback: Any) -> str | None:
    absolute = os.path.abspath(directory)
    if not os.path.isdir(absolute):
        return f"there is no directory {absolute}"
    if fallback in ("index.html", "404.html") and not os.path.isfile(os.path.join(absolute, fallback)):
        return f"there is no file {fallback} in {absolute}"
    return None


def _asks_for_page(request: Request) -> bool:
    """Whether a page is among the media types that are accepted by name (RFC 9110, section 12.5.1)."""
    for accepted in ",".join(request.headers.getlist("accept")).split(","):
        media_type, *parameters = (part.strip().lower() for part in accepted.split(";"))
        if media_type in _PAGES and not any(_is_zero(parameter) for parameter in parameters):
            return True
    return False


def _is_zero(parameter: str) -> bool:
    name, _, weight = parameter.partition("=")
    return name.strip() == "q" and not weight.strip().strip("0.")
