"""Which operation of a document a request belongs to, according to the routes of the app.

It is the one place of this decision, for `assert_conforms`, checked responses, property tests and gates. The
app knows best: its router leaves the route that answered in the scope. Where it leaves nothing (a middleware
copies the scope, or answers by itself), the routes that the app shows are looked up as it would, and where it
shows none, the paths of the document. What the router itself answers belongs to no operation.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any

from starlette.routing import compile_path

from xapi.openapi.reader import Document, Operation
from xapi.openapi.reader.paths import pattern
from xapi.testing.app_routes import AppRoute, routes_of
from xapi.testing.exchange.told import THE_ROUTER, Told


class Attribution:
    """Gives the requests to an app to the operations of its document."""

    def __init__(self, document: Document, app: Any = None) -> None:
        self.document = document
        self._app = app

    def operation(self, method: str, told: Told) -> Operation | None:
        """The operation that has answered a request; None for one that belongs to none.

        Args:
            method: of the request.
            told: its path, and what the app has told of it.
        """
        if told.route == THE_ROUTER:
            return None
        if told.route is not None:
            return self._of_route(method, told.route, told)
        route = self._looked_up(method, told.path)
        if route is None:
            return None if self._patterns else self.document.at(method, told.path)
        if route.endpoint is None:
            return self.document.at(method, told.path)
        return self._named(method, route.template)

    def _of_route(self, method: str, route: str, told: Told) -> Operation | None:
        if not told.mount:
            return self._named(method, route)
        for operation in self.document.operations:
            head = operation.path.removesuffix(route)
            is_meant = operation.method == method and head + route == operation.path
            if is_meant and pattern(head).fullmatch(told.mount):
                return operation
        return None

    def _named(self, method: str, template: str) -> Operation | None:
        """The operation with a path template, or with what is left of it below the URL of its server."""
        found = self.document.operation(f"{method} {template}")
        if found is not None:
            return found
        for operation in self.document.operations:
            if operation.method == method and operation.base and operation.base + operation.path == template:
                return operation
        return None

    def _looked_up(self, method: str, path: str) -> AppRoute | None:
        """The first route of the app that matches, as its router would find it."""
        for regex, route in self._patterns:
            if regex.match(path) and (route.methods is None or method in route.methods):
                return route
        return None

    @cached_property
    def _patterns(self) -> list[tuple[re.Pattern[str], AppRoute]]:
        found = []
        for route in routes_of(self._app):
            if route.is_websocket:
                continue
            try:
                regex = compile_path(route.path)[0]
            except (AssertionError, ValueError):  # the convertors of another framework
                return []
            if route.endpoint is None:
                regex = re.compile(regex.pattern.removesuffix("$") + "(/|$)")
            found.append((regex, route))
        return found
